"""Entering marks: what a form sent, and saving it without ever overwriting somebody's newer work.

Autosave, the plain form and the secretary who types in a paper sheet all come through here. Handing in is
`fire(sheet, "submit")`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from scoring.marks import Given
from scoring.models import Criterion, Mark, Scoresheet

LONGEST = 4000
VALUE, ABSTAIN, BECAUSE, COMMENT = "mark", "abstain", "because", "comment"


class Entry(NamedTuple):
    """What a form sent: entries by criterion id, and what is wrong by field name."""

    given: dict[int, Given]
    errors: dict[str, list[str]]


class Stale(Exception):
    """The sheet was saved elsewhere meanwhile; `revision` is the one that is stored now."""

    def __init__(self, revision: int) -> None:
        super().__init__(revision)
        self.revision = revision


class NotEditable(Exception):
    """The sheet was handed in, locked or voided meanwhile."""


def name_of(part: str, criterion: Criterion) -> str:
    """Return the name of a form field, such as `mark-12`."""
    return f"{part}-{criterion.pk}"


def read(criteria: Iterable[Criterion], data: Mapping[str, Any]) -> Entry:
    """Read marks, abstentions and comments from what a form sent."""
    given: dict[int, Given] = {}
    errors: dict[str, list[str]] = {}
    for criterion in criteria:
        field_name = name_of(VALUE, criterion)
        abstained = bool(data.get(name_of(ABSTAIN, criterion)))
        value = _decimal(data.get(field_name))
        if value is not None and not criterion.scale.accepts(value):
            errors[field_name] = [_("This mark is not on the scale.")]
            value = None
        texts = {part: str(data.get(name_of(part, criterion)) or "").strip() for part in (BECAUSE, COMMENT)}
        for part, text in texts.items():
            if len(text) > LONGEST:
                errors[name_of(part, criterion)] = [
                    _("%(over)s characters too many.") % {"over": len(text) - LONGEST}
                ]
        given[criterion.pk] = Given(
            value=None if abstained else value,
            abstained=abstained,
            reason=texts[BECAUSE] if abstained else "",
            comment=texts[COMMENT],
        )
    return Entry(given, errors)


def _decimal(text: Any) -> Decimal | None:
    written = str(text or "").strip().replace(",", ".")
    if not written:
        return None
    try:
        return Decimal(written)
    except InvalidOperation:
        return Decimal("NaN")


def save(sheet: Scoresheet, given: Mapping[int, Given], *, revision: int, at: datetime) -> int:
    """Save the entries of a sheet and return its new revision; unchanged entries change nothing.

    revision: the one that the form was made from. Raises `Stale` when the sheet was saved elsewhere since,
    and `NotEditable` when it can no longer be filled in.
    """
    with transaction.atomic():
        held = Scoresheet._base_manager.select_for_update(of=("self",)).get(pk=sheet.pk)
        if not held.is_editable:
            raise NotEditable
        known = {mark.criterion_id: mark for mark in Mark.objects.filter(sheet=held)}
        changed = [
            _mark(held, criterion_id, entry)
            for criterion_id, entry in given.items()
            if entry != _given(known.get(criterion_id))
        ]
        if not changed:
            return held.revision
        if held.revision != revision:
            raise Stale(held.revision)
        Mark.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["sheet", "criterion"],
            update_fields=["value", "abstained", "abstained_because", "comment"],
        )
        Scoresheet.objects.filter(pk=held.pk).update(revision=revision + 1, saved_at=at)
    sheet.revision, sheet.saved_at = revision + 1, at
    sheet.forget_marks()
    return sheet.revision


def entries_of(sheet: Scoresheet) -> dict[int, Given]:
    """Return what a sheet holds, by criterion id."""
    return {mark.criterion_id: _given(mark) for mark in sheet.marks.all()}


def as_fields(criteria: Iterable[Criterion], given: Mapping[int, Given]) -> dict[str, str]:
    """Return entries as the form's fields, for a page that must show what was saved elsewhere."""
    fields: dict[str, str] = {}
    for criterion in criteria:
        entry = given.get(criterion.pk, Given())
        if entry.value is not None:
            fields[name_of(VALUE, criterion)] = f"{entry.value.normalize():f}"
        if entry.abstained:
            fields[name_of(ABSTAIN, criterion)] = "on"
        fields[name_of(BECAUSE, criterion)] = entry.reason
        fields[name_of(COMMENT, criterion)] = entry.comment
    return fields


def _given(mark: Mark | None) -> Given:
    if mark is None:
        return Given()
    return Given(mark.value, mark.abstained, mark.abstained_because, mark.comment)


def _mark(sheet: Scoresheet, criterion_id: int, entry: Given) -> Mark:
    return Mark(
        sheet=sheet,
        criterion_id=criterion_id,
        value=entry.value,
        abstained=entry.abstained,
        abstained_because=entry.reason,
        comment=entry.comment,
    )
