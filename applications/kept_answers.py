"""What remains of the answers to a form once a person is erased: what statistics count, and no words.

Pure functions on the form and plain JSON. Numbers, amounts, choices and declarations stay where the form says
that they are public or internal; of a date its year. Texts, places, telephones, files, and whatever is
restricted or sealed, go.
"""

from collections.abc import Mapping
from typing import Any

from applications import answers
from applications.form_definition import (
    CHOICE,
    CHOICES,
    DATE,
    DECLARATION,
    INTERNAL,
    MONEY,
    NUMBER,
    PUBLIC,
    TABLE,
    Form,
    Question,
)

KEPT_SENSITIVITIES = (PUBLIC, INTERNAL)


def without_words(form: Form, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that statistics need; what cannot be read as its kind goes too."""
    kept = {}
    for question in form.questions():
        if question.sensitivity in KEPT_SENSITIVITIES and question.key in given:
            value = _kept(question, given[question.key])
            if value is not None:
                kept[question.key] = value
    return kept


def _kept(question: Question, value: Any) -> Any:
    if question.kind == TABLE:
        rows = (
            [_row(question, row) for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        )
        return rows if any(rows) else None
    if question.kind == DATE:
        return str(value)[:4] if answers.is_date_or_year(value) else None
    if question.kind == CHOICES:
        known = {choice for choice, _texts in question.choices}
        chosen = [one for one in value if one in known] if isinstance(value, list) else []
        return chosen or None
    if question.kind == CHOICE:
        return value if value in {choice for choice, _texts in question.choices} else None
    if question.kind == DECLARATION:
        return True if value is True else None
    return _figure(question.kind, value)


def _figure(kind: str, value: Any) -> Any:
    if kind == MONEY:
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if kind == NUMBER:
        return value if answers.decimal_of(value) is not None else None
    return None


def _row(question: Question, row: Mapping[str, Any]) -> dict[str, Any]:
    cells = {}
    for column in question.columns:
        value = _figure(column.kind, row.get(column.key))
        if value is not None:
            cells[column.key] = value
    return cells
