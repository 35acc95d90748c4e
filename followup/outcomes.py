"""Outcomes of people without a grant: noting them one by one or from a table; the latest one counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from applications.models import Person
from disbursements.models import Grant
from documents.intake.tables import Sheet
from followup.attendance import UnknownNumbers, persons_meant
from followup.cohorts import case_of
from followup.models import PersonOutcome
from workflow import Refused

COLUMNS = ("number", "outcome", "seen_on", "source")


@dataclass
class Taken:
    """What a table brought: new outcomes, those known already, and what is wrong, by row."""

    new: int = 0
    known: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def note(
    person: Person, programme: Any, outcome: str, *, seen_on: date, source: str, by: Any, at: datetime
) -> bool:
    """Note what became of a person; return whether that is new.

    Raises `Refused` for a day to come, without a source, for somebody with a grant in the programme.
    """
    if outcome not in PersonOutcome.Outcome.values:
        raise Refused([_("Unknown outcome: %(outcome)s") % {"outcome": outcome}])
    if seen_on > programme.day_of(at):
        raise Refused([_("This day has not come yet.")])
    if not source.strip():
        raise Refused([_("Say where this is known from.")])
    if Grant.objects.filter(programme=programme, case__application__members__person=person).exists():
        raise Refused([_("This person has a grant: visits say what became of the business.")])
    case = case_of(person, programme, site=None, at=at)
    _row, is_new = PersonOutcome.objects.get_or_create(
        case=case,
        person=person,
        outcome=outcome,
        seen_on=seen_on,
        defaults={"source": source.strip()[:200], "recorded_by": by},
    )
    return is_new


def take_table(sheet: Sheet, programme: Any, *, by: Any, at: datetime) -> Taken:
    """Note the outcomes of a table with the columns number, outcome, seen_on and source.

    Every row counts or is named with what is wrong; the same table twice adds nothing.
    """
    taken = Taken()
    missing = [name for name in COLUMNS if name not in sheet.headings]
    if missing:
        taken.problems.append((1, _("These columns are missing: %(names)s") % {"names": ", ".join(missing)}))
        return taken
    for number, cells in sheet.rows:
        row = dict(zip(sheet.headings, cells, strict=False))
        try:
            people = persons_meant(programme.pk, [row["number"]])
            if len(people) != 1:
                raise Refused([_("Say which person of the case is meant, by reference.")])
            day = _day(row)
            is_new = note(
                people[0],
                programme,
                row["outcome"].strip(),
                seen_on=day,
                source=row["source"],
                by=by,
                at=at,
            )
        except (Refused, UnknownNumbers) as wrong:
            taken.problems.append((number, str(wrong)))
            continue
        taken.new += is_new
        taken.known += not is_new
    return taken


def _day(row: Mapping[str, str]) -> date:
    try:
        return date.fromisoformat(row["seen_on"].strip()[:10])
    except ValueError:
        raise Refused([_("Write the day as 2026-03-31.")]) from None


def latest_counts(rows: Any) -> dict[str, int]:
    """Return how many people stand where, by outcome: of everybody the latest alone."""
    latest = rows.latest_of_each()
    return dict(latest.order_by().values_list("outcome").annotate(number=Count("pk")))
