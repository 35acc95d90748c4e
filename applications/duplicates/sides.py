"""Both sides of a likely duplicate beside each other: what anybody may read of the files, and the identities.

Identities are asked for with a reason, opened both at once, and shown once (`applications/opening.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applications import opening
from applications.age_groups import age_group
from applications.duplicates import letters, names, texts
from applications.duplicates.meeting import written
from applications.duplicates.weighing import document_of, phone_of
from applications.models import AnswerSet, Application, Duplicate, Identity, Registration
from workflow import access, display

SAME, LIKE, OTHER, UNKNOWN = "same", "like", "other", ""
PARTS_OF_DATE = 10


@dataclass(frozen=True)
class Line:
    """One fact of both sides. likeness: same, like, other, or "" where one side is not known."""

    label: str
    earlier: Any
    later: Any
    likeness: str = UNKNOWN


def registrations(record: Duplicate) -> tuple[Registration | None, Registration | None]:
    """Return the registrations of both persons, each in the programme of its file."""
    return (
        _registration(record.earlier_person_id, record.earlier),
        _registration(record.later_person_id, record.later),
    )


def _registration(person: int | None, file: Application) -> Registration | None:
    if person is None:
        return None
    rows = Registration.objects.filter(person=person, programme=file.call.programme_id)
    return rows.select_related("person", "site", "programme").first()


def may_open(user: Any, record: Duplicate) -> bool:
    """Whether a reader may open the identities of both persons."""
    both = registrations(record)
    return all(row is not None and access.may(user, "applications.reveal_identity", row) for row in both)


def facts(record: Duplicate, year: int) -> list[Line]:
    """Return what figures know of both persons, and what the files say."""
    one, other = registrations(record)
    found = [
        _line(_("Activity"), record.earlier.title, record.later.title),
        _line(_("Call"), record.earlier.call.title, record.later.call.title),
        _line(_("Track"), record.earlier.track.title, record.later.track.title),
        Line(_("Sent on"), _day(record.earlier.submitted_at), _day(record.later.submitted_at)),
        Line(_("State"), record.earlier.get_state_display(), record.later.get_state_display()),
    ]
    if one is None or other is None:
        return found
    return [
        Line(_("Person"), display.person(str(one.person)), display.person(str(other.person))),
        _line(_("Place"), str(one.site or ""), str(other.site or "")),
        _line(_("Sex"), one.get_sex_display(), other.get_sex_display()),
        _line(_("Age"), _age(one, year), _age(other, year)),
        *found,
    ]


def _day(moment: datetime | None) -> Any:
    return display.day(timezone.localdate(moment)) if moment else ""


def _age(row: Registration, year: int) -> str:
    group = age_group(row.birth_year, year)
    return str(group.label) if group else ""


def _line(label: str, one: Any, other: Any) -> Line:
    if not one or not other:
        return Line(label, one, other)
    return Line(label, one, other, SAME if one == other else OTHER)


# Identities


def open_both(
    record: Duplicate, *, actor: Any, reason: str, at: datetime, key: str
) -> tuple[Identity, Identity]:
    """Open both identities with one reason, each with its record, or none; as `opening.reveal`."""
    found = []
    with transaction.atomic():
        for number, row in enumerate(registrations(record), start=1):
            if row is None:
                raise LookupError("a side without a registration")
            found.append(opening.reveal(row, actor=actor, reason=reason, at=at, key=f"{key}:{number}"))
    return found[0], found[1]


def identities(one: Identity, other: Identity) -> list[Line]:
    """Return the values of two opened identities beside each other, each with how alike it is."""
    return [
        Line(
            _("Name in Latin letters"),
            one.latin_name,
            other.latin_name,
            _names(one.latin_name, other.latin_name),
        ),
        Line(
            _("Name in Arabic letters"),
            one.arabic_name,
            other.arabic_name,
            _names(one.arabic_name, other.arabic_name),
        ),
        Line(_("Date of birth"), one.birth_date, other.birth_date, _dates(one.birth_date, other.birth_date)),
        _line(_("Kind of identity document"), one.document_kind_label, other.document_kind_label),
        _coded(_("Number of the identity document"), one.document_number, other.document_number, document_of),
        _coded(_("Phone"), one.phone, other.phone, phone_of),
        _coded(_("Address"), one.address, other.address, letters.folded),
    ]


def _names(one: str, other: str) -> str:
    if not one or not other:
        return UNKNOWN
    score = names.compare(one, other).score
    return SAME if letters.folded(one) == letters.folded(other) else LIKE if score >= names.LIKE else OTHER


def _dates(one: str, other: str) -> str:
    if not one or not other:
        return UNKNOWN
    if one == other:
        return SAME
    whole = len(one) == PARTS_OF_DATE == len(other)
    return LIKE if one[:4] == other[:4] and not whole else OTHER


def _coded(label: str, one: str, other: str, code: Any) -> Line:
    if not one or not other:
        return Line(label, one, other)
    return Line(label, one, other, SAME if code(one) == code(other) else OTHER)


# Plans


@dataclass(frozen=True)
class Passages:
    """A text in pieces: (words, whether the other text has them too)."""

    earlier: list[tuple[str, bool]]
    later: list[tuple[str, bool]]


def passages(record: Duplicate) -> Passages:
    """Return both texts with what they have in common."""
    stage = "plan" if "text_plan" in record.grounds else "idea"
    one, other = (_text(file, stage) for file in (record.earlier, record.later))
    return Passages(texts.common(one, other), texts.common(other, one))


def _text(file: Application, stage: str) -> str:
    given: AnswerSet | None = file.sent_answers(stage)
    return written(given) if given is not None and given.erased_at is None else ""
