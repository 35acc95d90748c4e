"""Attendance lists: putting people on the list of a session by reference or case number, ticking them.

A tick says what its maker had seen. Where somebody else had ticked otherwise meanwhile, the later one counts,
both stay, and the place is disputed until somebody saves the list with the dispute before their eyes.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from applications.models import Case, Person, Registration
from followup.models import AttendanceReport, AttendanceTick, SessionAttendance, SupportSession

REFERENCE = re.compile(r"P-([0-9A-F]{8})\Z")


class UnknownNumbers(ValueError):
    """Some numbers are not of this programme; `numbers` names them."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self.numbers = list(numbers)
        super().__init__(_("Unknown in this programme: %(numbers)s") % {"numbers": ", ".join(self.numbers)})


def persons_meant(programme_id: int, numbers: Iterable[str]) -> list[Person]:
    """Return the persons meant by references such as P-3F2A91AB, or by the numbers of their cases.

    Who was received has a reference, and a case number only after an application. Raises `UnknownNumbers`.
    """
    wanted = list(dict.fromkeys(number.strip().upper() for number in numbers if number.strip()))
    references = {number for number in wanted if REFERENCE.match(number)}
    persons = _persons_received(programme_id, references)
    persons |= _persons_of_cases(programme_id, [number for number in wanted if number not in references])
    missing = [number for number in wanted if number not in persons]
    if missing:
        raise UnknownNumbers(missing)
    found = [person for number in wanted for person in persons[number]]
    return list({person.pk: person for person in found}.values())


def _persons_received(programme_id: int, references: Iterable[str]) -> dict[str, list[Person]]:
    begins = Q(pk__in=[])
    for reference in references:
        begins |= Q(person__reference__startswith=reference.removeprefix("P-").lower())
    rows = Registration.objects.filter(begins, programme=programme_id).select_related("person")
    return {str(row.person): [row.person] for row in rows}


def _persons_of_cases(programme_id: int, numbers: Iterable[str]) -> dict[str, list[Person]]:
    cases = Case.objects.filter(programme=programme_id, number__in=list(numbers))
    found: dict[str, list[Person]] = {}
    for case in cases.prefetch_related("application__members__person", "enrolments__person"):
        application = getattr(case, "application", None)
        members = [member.person for member in application.members.all()] if application else []
        found[case.number] = [*members, *(enrolment.person for enrolment in case.enrolments.all())]
    return found


def read_numbers(text: str) -> list[str]:
    """Return the numbers written one a line, or separated by commas or spaces."""
    return [part for part in re.split(r"[\s,;]+", text) if part]


def put_on_the_list(session: SupportSession, persons: Iterable[Person]) -> int:
    """Add persons to a session's list, each once; return how many were new."""
    before = session.attendance.count()
    SessionAttendance.objects.bulk_create(
        [SessionAttendance(session=session, person=person) for person in persons], ignore_conflicts=True
    )
    return session.attendance.count() - before


class Tick(NamedTuple):
    """One tick: the key of a place on a list, what is said, what was shown before, when it was made."""

    row: int
    present: bool
    seen: bool | None
    at: datetime


@transaction.atomic
def mark(
    session: SupportSession,
    present: Iterable[int],
    absent: Iterable[int],
    *,
    by: Any,
    at: datetime,
    seen: Mapping[int, bool | None] | None = None,
) -> None:
    """Mark places of a list, by their keys, on a page; what the page shows as disputed is settled by it.

    seen: what the page showed; None: what is stored now.
    """
    SupportSession.objects.select_for_update().get(pk=session.pk)
    shown = dict(session.attendance.values_list("pk", "present")) if seen is None else seen
    said = [(key, True) for key in present] + [(key, False) for key in absent]
    ticks = [Tick(key, here, shown.get(key), at) for key, here in said]
    tick(session, ticks, by=by, settles=True)


def tick(
    session: SupportSession,
    ticks: Iterable[Tick],
    *,
    by: Any,
    settles: bool = False,
    report: AttendanceReport | None = None,
) -> None:
    """Put ticks into the list of a session, which is locked; those about other people are passed over.

    settles: whether their maker saw which places are disputed. report: the phone's list that they come from.
    """
    rows = {row.pk: row for row in session.attendance.all()}
    last = last_ticks(rows)
    made = []
    for one in ticks:
        row = rows.get(one.row)
        if row is None:
            continue
        before = last.get(row.pk)
        if report is None and row.present == one.present and not row.disputed:
            continue
        unseen = row.present is not None and row.present != one.seen
        own = before is not None and before.by_id == by.pk
        if unseen and not own and row.present != one.present:
            row.disputed = True
        elif settles and not unseen:
            row.disputed = False
        if before is None or one.at >= before.at:
            row.present = one.present
        made.append(AttendanceTick(attendance=row, present=one.present, by=by, at=one.at, report=report))
    AttendanceTick.objects.bulk_create(made)
    SessionAttendance.objects.bulk_update(rows.values(), ["present", "disputed"])


def last_ticks(rows: Iterable[int]) -> dict[int, AttendanceTick]:
    """Return the latest tick of each place on a list, by the key of the place."""
    found = AttendanceTick.objects.filter(attendance__in=list(rows)).order_by("at", "pk")
    return {one.attendance_id: one for one in found}


def disputes(session: SupportSession) -> dict[int, list[AttendanceTick]]:
    """Return the ticks of each place on which people differ, oldest first, by the key of the place."""
    found: dict[int, list[AttendanceTick]] = {}
    ticks = AttendanceTick.objects.filter(attendance__session=session, attendance__disputed=True)
    for one in ticks.select_related("by").order_by("at", "pk"):
        found.setdefault(one.attendance_id, []).append(one)
    return found
