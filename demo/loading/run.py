"""Loading one programme whole: plan to records, one transaction, nothing twice."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from demo.loading.applications import load_applications
from demo.loading.followup import load_support, load_visits, rate, visits_by_code
from demo.loading.grants import load_grants
from demo.loading.money import load_money
from demo.loading.people import load_people
from demo.loading.programme import Loaded, load_programme, texts
from demo.loading.scoring import load_scoring
from demo.loading.staff import Staff
from demo.plan import ProgrammePlan
from programmes.models import Programme
from reporting.models import NarrativeResult
from workflow import load_history

Progress = Callable[[str], None]


def is_loaded(plan: ProgrammePlan) -> bool:
    """Tell whether the programme is there already."""
    return Programme.objects.filter(code=plan.code).exists()


@transaction.atomic
def load(plan: ProgrammePlan, staff: Staff, *, now: datetime, progress: Progress) -> int:
    """Load a programme; return the number of its events."""
    progress("programme")
    loaded = load_programme(plan, staff)
    progress("people")
    persons = load_people(loaded, first_contacts(plan))
    progress("applications")
    cases = load_applications(loaded, persons)
    progress("scoring")
    load_scoring(loaded, cases)
    progress("grants")
    grants = load_grants(loaded, cases)
    visits = load_visits(loaded, grants)
    visits += load_support(loaded, persons, cases)
    progress("history")
    events = load_history(loaded.histories, recorded_at=now)
    for step in loaded.later:
        step()
    progress("money")
    rate(visits)
    load_money(loaded, grants, visits_by_code(visits), now=now)
    load_results(loaded)
    return events


def load_results(loaded: Loaded) -> None:
    """Results told in words: a programme that published no numbers has narrative results."""
    if loaded.plan.call is None and not loaded.plan.cohorts:
        NarrativeResult.objects.bulk_create(
            NarrativeResult(
                programme=loaded.programme,
                number=number,
                **texts("title", result),
                source="Page publique du programme",
                document_title=loaded.plan.links[0].title.fr if loaded.plan.links else "",
            )
            for number, result in enumerate(loaded.plan.results, start=1)
        )


def first_contacts(plan: ProgrammePlan) -> dict[str, date]:
    """Return when each person was first met where no reception was recorded."""
    opened = plan.call.opens if plan.call else None
    days = {person.key: opened for person in plan.people} if opened else {}
    for cohort in plan.cohorts:
        for row in cohort.people:
            first = min(cohort.sessions)
            known = days.get(row.person.key)
            days[row.person.key] = min(first, known) if known else first
    return {key: day for key, day in days.items() if day}
