"""The limits of a question or of a column of a table in words, as applicants and managers read them. Pure."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.form_definition import (
    CHOICES,
    LONG_TEXT,
    MONEY,
    NUMBER,
    PLACE,
    TEXT,
    Column,
    Question,
)
from programmes.money import Money
from workflow import display


def words_of(asked: Question | Column, currency: str) -> str:
    """Return the limits as sentences, "" where there are none.

    currency: of the amounts. Files have words of their own beside the control.
    """
    return " ".join([*_of_kind(asked), *_bounds(asked, currency)])


def _of_kind(asked: Question | Column) -> list[str]:
    if asked.kind in (TEXT, LONG_TEXT, PLACE) and asked.limit:
        letters = ngettext("At most %(number)s letter.", "At most %(number)s letters.", asked.limit)
        return [letters % {"number": display.number_text(asked.limit)}]
    return [_("Whole numbers only.")] if asked.kind == NUMBER and asked.whole else []


def _bounds(asked: Question | Column, currency: str) -> list[str]:
    if asked.kind not in (NUMBER, MONEY, CHOICES):
        return []
    least, most = (
        None if bound is None else _figure(asked.kind, bound, currency)
        for bound in (asked.minimum, asked.maximum)
    )
    if asked.kind == CHOICES:
        return _chosen(asked)
    if least and most:
        return [_("From %(minimum)s to %(maximum)s.") % {"minimum": least, "maximum": most}]
    if least:
        return [_("At least %(minimum)s.") % {"minimum": least}]
    return [_("At most %(maximum)s.") % {"maximum": most}] if most else []


def _chosen(asked: Question | Column) -> list[str]:
    found = []
    if asked.minimum is not None:
        least = int(asked.minimum)
        words = ngettext("Choose at least %(number)s answer.", "Choose at least %(number)s answers.", least)
        found.append(words % {"number": least})
    if asked.maximum is not None:
        most = int(asked.maximum)
        words = ngettext("Choose at most %(number)s answer.", "Choose at most %(number)s answers.", most)
        found.append(words % {"number": most})
    return found


def _figure(kind: str, bound: Any, currency: str) -> str:
    if kind == MONEY:
        return display.money_text(Money(int(bound), currency))
    return display.number_text(bound)
