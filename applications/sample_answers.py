"""Answers of nobody, to show a form before anybody answered it: one of each kind, conditions met. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from applications.form_definition import (
    CHOICE,
    CHOICES,
    DATE,
    DAY,
    DECLARATION,
    LONG_TEXT,
    MONEY,
    NUMBER,
    PHONE,
    PLACE,
    TABLE,
    TEXT,
    YEAR,
    Column,
    Form,
    Question,
)

SAMPLE_PHONE = "+212 600 000 000"
ROWS = 2


def sample(form: Form) -> dict[str, Any]:
    """Return an answer to every question but files, such that what depends on an answer is shown."""
    conditions = [question.shown_if for question in form.questions() if question.shown_if]
    wanted = {key: values[0] for key, *values in conditions}
    found = {question.key: _answer(question, wanted) for question in form.questions()}
    return {key: value for key, value in found.items() if value is not None}


def _answer(question: Question, wanted: Mapping[str, str]) -> Any:
    kind = question.kind
    if kind in (CHOICE, CHOICES):
        offered = [value for value, _texts in question.choices]
        chosen = wanted.get(question.key) or (offered[0] if offered else "")
        return chosen if kind == CHOICE else [one for one in offered if one == chosen or one in offered[:2]]
    if kind == DATE:
        return {YEAR: "2024", DAY: "2024-03-15"}.get(question.only, "2024-03-15")
    if kind == TABLE:
        return [_row(question, number) for number in range(len(question.row_labels) or ROWS)]
    return {
        TEXT: _("A short answer"),
        LONG_TEXT: _("What the applicant writes here. Several sentences can stand one after the other."),
        PLACE: _("A place"),
        PHONE: SAMPLE_PHONE,
        NUMBER: str(_within(question, 3)),
        MONEY: int(_within(question, 150_000)),
        DECLARATION: True,
    }.get(kind)


def _within(question: Question | Column, value: int) -> Any:
    if question.minimum is not None and value < question.minimum:
        return question.minimum
    return question.maximum if question.maximum is not None and value > question.maximum else value


def _row(question: Question, number: int) -> dict[str, Any]:
    return {column.key: _cell(column, number) for column in question.typed_columns}


def _cell(column: Column, number: int) -> Any:
    if column.kind == TEXT:
        return _("An example")
    if column.kind == NUMBER:
        return str(_within(column, number + 1))
    return int(_within(column, (number + 1) * 10_000))
