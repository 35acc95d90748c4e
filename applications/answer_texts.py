"""An answer as plain text and as the inputs of its field: for two texts side by side, and to fill a page.

What an answer looks like in a dossier is in `applications/dossier.py`.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from applications.answers import is_empty
from applications.form_definition import (
    CHOICE,
    CHOICES,
    DATE,
    DECLARATION,
    FILE,
    MONEY,
    TABLE,
    Column,
    Question,
)
from applications.written_dates import shown
from programmes.money import Money
from workflow import display


def plain(question: Question, value: Any, currency: str) -> str:
    """Return an answer as a person reads it, in the reader's language; empty for nothing."""
    if is_empty(value):
        return ""
    if question.kind == TABLE and isinstance(value, list):
        return "\n".join(_line(question, row, number, currency) for number, row in enumerate(value))
    if question.kind == CHOICES and isinstance(value, list):
        return " · ".join(question.choice_in(str(item), display.language()) for item in value)
    if question.kind == CHOICE:
        return question.choice_in(str(value), display.language())
    if question.kind == DECLARATION:
        return _("Yes")
    return _written(question.kind, value, currency)


def _line(question: Question, row: Any, number: int, currency: str) -> str:
    named = question.row_label_in(number, display.language())
    cells = row if isinstance(row, Mapping) else {}
    written = [_written(column.kind, cells.get(column.key), currency) for column in question.typed_columns]
    return " · ".join(filter(None, [named, *written]))


def _written(kind: str, value: Any, currency: str) -> str:
    """Return a value as it stands in its input: amounts and days as they are written, the rest as typed."""
    if kind == MONEY and isinstance(value, int) and not isinstance(value, bool):
        return display.amount_text(Money(value, currency))
    if kind == DATE:
        return shown(str(value or ""))
    return "" if value is None else str(value)


def inputs(question: Question, value: Any, currency: str) -> dict[str, list[str]]:
    """Return what the inputs of a question hold, by their names, as a browser would send it."""
    if question.kind == FILE or not question.is_asked:
        return {}
    if question.kind == TABLE:
        return _cells(question, value if isinstance(value, list) else [], currency)
    if question.kind == CHOICES:
        return {question.key: [str(item) for item in value] if isinstance(value, list) else []}
    if question.kind == DECLARATION:
        return {question.key: ["on"] if value is True else []}
    return {question.key: [_written(question.kind, value, currency)]}


def _cells(question: Question, rows: list[Any], currency: str) -> dict[str, list[str]]:
    def cell(row: Any, column: Column) -> str:
        return _written(column.kind, row.get(column.key) if isinstance(row, Mapping) else None, currency)

    return {
        f"{question.key}-{number}-{column.key}": [cell(row, column)]
        for number, row in enumerate(rows)
        for column in question.typed_columns
    }
