"""Cohorts: who is enrolled, how far each has come, who has completed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from applications.models import Case, Person
from followup.attendance import put_on_the_list
from followup.models import Cohort, Enrolment, SupportSession
from programmes.days import days_by_zone
from workflow.tick import fire_due

TOOK_PLACE = ("held", "closed")
MOST_AT_ONCE = 1000


class Progress(NamedTuple):
    """How far somebody has come: sessions attended of those that took place, in percent of what is asked."""

    enrolment: Enrolment
    attended: int
    held: int

    @property
    def percent(self) -> int | None:
        """The share attended, None before the first session."""
        return 100 * self.attended // self.held if self.held else None

    @property
    def is_enough(self) -> bool:
        """Whether the rule of the cohort is met."""
        needed = self.enrolment.cohort.completion_percent
        return self.percent is not None and self.percent >= needed


def progress_of(cohort: Cohort) -> list[Progress]:
    """Return everybody's progress in a cohort: two queries whatever their number."""
    held = cohort.sessions.filter(state__in=TOOK_PLACE).count()
    came = Q(
        person__attendance__session__cohort=cohort,
        person__attendance__session__state__in=TOOK_PLACE,
        person__attendance__present=True,
    )
    rows = cohort.enrolments.select_related("case", "person", "site", "cohort__programme")
    rows = rows.annotate(attended=Count("person__attendance", filter=came)).order_by("pk")
    return [Progress(row, row.attended, held) for row in rows]


def case_of(person: Person, programme: Any, *, site: Any, at: datetime) -> Case:
    """Return the case of a person in a programme, opening one for who was only received."""
    found = (
        Case.objects.filter(programme=programme)
        .filter(Q(application__members__person=person) | Q(enrolments__person=person))
        .order_by("pk")
        .first()
    )
    return found or Case.objects.create(programme=programme, site=site, opened_at=at)


@transaction.atomic
def enrol(
    cohort: Cohort, persons: Iterable[Person], *, site: Any, day: date, at: datetime, partnership: Any = None
) -> int:
    """Enrol persons in a cohort, each once, and put them on the lists of its coming sessions.

    partnership: the partner that sent them. Returns how many are new.
    """
    known = set(cohort.enrolments.values_list("person", flat=True))
    new = [person for person in persons if person.pk not in known]
    for person in new:
        Enrolment.objects.create(
            case=case_of(person, cohort.programme, site=site, at=at),
            cohort=cohort,
            person=person,
            site=site,
            enrolled_on=day,
            partnership=partnership,
        )
    for session in cohort.sessions.filter(state="planned"):
        put_on_the_list(session, new)
    return len(new)


def list_the_cohort(session: SupportSession) -> int:
    """Put everybody who is enrolled in a session's cohort on its list; return how many were new."""
    if session.cohort is None:
        return 0
    enrolled = session.cohort.enrolments.filter(state="enrolled").select_related("person")
    return put_on_the_list(session, [row.person for row in enrolled])


def complete_due(now: datetime) -> int:
    """Note as completed who met the rule of a cohort that is over, with every session closed."""
    open_session = SupportSession.objects.filter(cohort=OuterRef("cohort"), state__in=["planned", "held"])
    enrolled = (
        Enrolment.objects.filter(state="enrolled", cohort__programme__state="running")
        .exclude(Exists(open_session))
        .select_related("case", "cohort__programme")
        .order_by("pk")
    )
    return sum(
        fire_due(
            enrolled.filter(cohort__programme__time_zone=zone, cohort__ends_on__lt=today)[:MOST_AT_ONCE],
            "complete",
            now,
        )
        for zone, today in days_by_zone(now)
    )
