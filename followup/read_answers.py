"""Answers of a visit in words: labels, choices, money and tables, for pages."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from followup.form_parts import (
    CHOICE,
    CHOICES,
    DATE,
    MONEY,
    SIGNED,
    TABLE,
    VERSION_1,
    YES_NO,
    Ask,
    Part,
    asks_of,
)
from programmes.money import Money
from workflow import display

PLACE_LABELS = {"latitude": "GPS N", "longitude": "GPS E", "accuracy": "GPS ±m"}


@cache
def _asks() -> dict[str, Ask]:
    return {ask.name: ask for ask in asks_of(VERSION_1)}


def label_of(name: str, parts: Iterable[Part] = ()) -> str:
    """Return the question to which an answer belongs. parts: of the version that it answers."""
    ask = _asked(parts).get(name)
    return str(ask.label) if ask else PLACE_LABELS.get(name, name)


def answer_text(name: str, value: Any, currency: str, parts: Iterable[Part] = ()) -> str:
    """Return one answer in words; nothing for what is unknown. parts: of the version that it answers."""
    if value is None:
        return ""
    return _text(_asked(parts).get(name), value, currency)


def _asked(parts: Iterable[Part]) -> dict[str, Ask]:
    return {**_asks(), **{ask.name: ask for ask in asks_of(parts)}}


def _text(ask: Ask | None, value: Any, currency: str) -> str:
    kind = ask.kind if ask else ""
    if kind in (MONEY, SIGNED) and isinstance(value, int):
        return display.money_text(Money(value, currency))
    if kind == YES_NO:
        return _("yes") if value else _("no")
    if ask is not None and kind == CHOICE:
        return str(dict(ask.choices).get(value, value))
    if ask is not None and kind == CHOICES and isinstance(value, list):
        names = dict(ask.choices)
        return display.listed(str(names.get(one, one)) for one in value)
    if kind == DATE and (day := parse_date(str(value))):
        return display.date_text(day)
    if ask is not None and kind == TABLE and isinstance(value, list):
        return "; ".join(_row(ask, row, currency) for row in value)
    return str(value)


def _row(ask: Ask, row: Mapping[str, Any], currency: str) -> str:
    cells = (
        _text(column, row[column.name], currency)
        for column in ask.columns
        if row.get(column.name) is not None
    )
    return display.listed(cells)


def read_out(
    answers: Mapping[str, Any], currency: str, parts: Iterable[Part] = VERSION_1
) -> Iterator[tuple[str, str]]:
    """Yield label and answer of everything that was filled in, in the order of the form."""
    shown = set()
    for ask in asks_of(parts):
        shown.add(ask.name)
        if answers.get(ask.name) not in (None, "", []):
            yield str(ask.label), _text(ask, answers[ask.name], currency)
    for name, value in answers.items():
        if name not in shown and value not in (None, "", []):
            yield label_of(name), answer_text(name, value, currency)
