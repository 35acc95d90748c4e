"""Attendance lists: putting people on the list of a session by reference or case number, ticking them."""

import re
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from applications.models import Case, Person, Registration
from followup.models import SessionAttendance, SupportSession

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


@transaction.atomic
def mark(session: SupportSession, present: Iterable[int], absent: Iterable[int]) -> None:
    """Mark rows of a session's list, by their keys."""
    session.attendance.filter(pk__in=list(present)).update(present=True)
    session.attendance.filter(pk__in=list(absent)).update(present=False)
