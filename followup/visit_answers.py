"""Answers as a device sends them: plain JSON, checked question by question. Pure, no database.

`clean` returns the answers worth keeping and, by field, what is wrong with the others. Money is whole minor
units, unknown is absent, never 0.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from followup.form_parts import (
    CHOICE,
    CHOICES,
    COUNT,
    DATE,
    LONG,
    MONEY,
    MOST_ROWS,
    NOTE,
    NUMBER,
    PLACE,
    SIGNED,
    TABLE,
    TEXT,
    YES_NO,
    Ask,
    Part,
    asks_of,
)
from workflow import display

MOST_MINOR = 10**13
PLACE_NAMES = ("latitude", "longitude", "accuracy")
LIMITS = {"latitude": 90.0, "longitude": 180.0, "accuracy": 100_000.0}
Faults = dict[str, list[str]]


def clean(answers: Mapping[str, Any], parts: Iterable[Part]) -> tuple[dict[str, Any], Faults]:
    """Return what to keep of some answers, and the faults by field, as the parts of the form ask for them.

    Names that the form does not know are faults too: nothing that a coach wrote is dropped in silence.
    """
    kept: dict[str, Any] = {}
    faults: Faults = {}
    left = dict(answers)
    for ask in asks_of(parts):
        if ask.kind == PLACE:
            _place(left, kept, faults)
            continue
        if ask.is_file or ask.kind == NOTE:
            continue
        value = left.pop(ask.name, None)
        if value in (None, "", []):
            continue
        fault = _table(ask, value) if ask.kind == TABLE else _fault(ask, value)
        if fault:
            faults[ask.name] = [fault]
        else:
            kept[ask.name] = [_row(row) for row in value if _row(row)] if ask.kind == TABLE else value
    for name in left:
        faults.setdefault(str(name)[:40], []).append(_("This form has no such question."))
    _count_jobs(kept)
    return kept, faults


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "")}


def _fault(ask: Ask, value: Any) -> str:
    if ask.kind in (TEXT, LONG):
        if not isinstance(value, str):
            return _("Write words here.")
        if ask.limit and len(value) > ask.limit:
            return _("At most %(number)s letters.") % {"number": ask.limit}
    elif ask.kind in (MONEY, SIGNED, COUNT):
        return _number(ask, value)
    elif ask.kind == NUMBER:
        known = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MOST_MINOR
        return "" if known else _("Write a number.")
    elif ask.kind == CHOICES:
        known = isinstance(value, list) and set(map(str, value)) <= {one for one, _label in ask.choices}
        return "" if known else _("Choose one of the answers.")
    elif ask.kind == YES_NO and not isinstance(value, bool):
        return _("Answer yes or no, or leave it open.")
    elif ask.kind == CHOICE and value not in [one for one, _label in ask.choices]:
        return _("Choose one of the answers.")
    elif ask.kind == DATE:
        try:
            date.fromisoformat(value)
        except (TypeError, ValueError):
            return _("Give a date.")
    return ""


def _number(ask: Ask, value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return _("Give a whole number, or leave it empty when it is unknown.")
    lowest = -MOST_MINOR if ask.kind == SIGNED else 0
    highest = ask.limit if ask.kind == COUNT and ask.limit else MOST_MINOR
    if not lowest <= value <= highest:
        return _("This number cannot be right.")
    return ""


def _table(ask: Ask, value: Any) -> str:
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        return _("Too many lines.")
    columns = {column.name: column for column in ask.columns}
    for row in value:
        if not isinstance(row, dict):
            return _("Too many lines.")
        for name, cell in _row(row).items():
            if name not in columns:
                return _("This form has no such question.")
            if fault := _fault(columns[name], cell):
                return display.labelled(columns[name].label, fault)
    return ""


def _place(left: dict[str, Any], kept: dict[str, Any], faults: Faults) -> None:
    found = {name: left.pop(name, None) for name in PLACE_NAMES}
    found = {name: value for name, value in found.items() if value is not None}
    for name, value in found.items():
        sound = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LIMITS[name]
        if not sound:
            faults["latitude"] = [_("This is not a place.")]
    if not faults.get("latitude"):
        kept.update(found)


def _count_jobs(kept: dict[str, Any]) -> None:
    """Listed people count themselves; figures read the two numbers."""
    rows = kept.get("jobs")
    if rows:
        kept["jobs_women"] = sum(row.get("sex") == "female" for row in rows)
        kept["jobs_men"] = sum(row.get("sex") == "male" for row in rows)
