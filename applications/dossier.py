"""What was answered, ready to be read on a page: section by section, in the reader's language.

Sealed answers are for the person alone: staff see that there is one, never what it says.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.template.defaultfilters import linebreaks_filter
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts import phone_numbers
from applications import answers
from applications.form_definition import (
    CHOICE,
    CHOICES,
    DATE,
    DECLARATION,
    FILE,
    LONG_TEXT,
    MONEY,
    PHONE,
    TABLE,
    VAULT,
    Question,
)
from applications.models import AnswerSet
from programmes.money import Money
from workflow import display


class Answer(NamedTuple):
    """One question with its answer as safe HTML; table: rows of a table, files: references of files."""

    key: str
    label: str
    shown: Any = ""
    table: "Table | None" = None
    files: tuple[str, ...] = ()


class Table(NamedTuple):
    """A table as text: headings, rows, totals."""

    headings: list[tuple[str, bool]]
    rows: list[list[tuple[str, Any, bool]]]
    totals: list[tuple[str, Any]]


def sections(given: AnswerSet, currency: str, *, own: bool) -> Iterator[tuple[str, list[Answer]]]:
    """Yield (title, answers) of each section that has shown questions; own: the reader is the applicant."""
    language = display.language()
    values = given.complete
    shown = {question.key for question in answers.shown(given.form, values)}
    for section in given.form.sections:
        rows = [
            _answer(question, values.get(question.key), currency, language, own=own)
            for question in section.questions
            if question.key in shown and question.is_asked
        ]
        if rows:
            yield section.title_in(language), rows


def _answer(question: Question, value: Any, currency: str, language: str, *, own: bool) -> Answer:
    label = question.label_in(language)
    if answers.is_empty(value):
        return Answer(question.key, label, format_html('<span class="muted">{}</span>', _("No answer")))
    if question.sensitivity == VAULT and not own:
        return Answer(question.key, label, display.redacted(_("kept in the vault")))
    if question.kind == TABLE and isinstance(value, list):
        return Answer(question.key, label, table=_table(question, value, currency, language))
    if question.kind == FILE and isinstance(value, list):
        return Answer(question.key, label, files=tuple(value))
    return Answer(question.key, label, _value(question.kind, value, currency, language, question))


def _value(kind: str, value: Any, currency: str, language: str, question: Question | None = None) -> Any:
    if kind == MONEY and isinstance(value, int):
        return display.money(Money(value, currency))
    if kind == CHOICE and question is not None:
        return question.choice_in(str(value), language)
    if kind == CHOICES and question is not None and isinstance(value, list):
        return " · ".join(question.choice_in(str(item), language) for item in value)
    if kind == DECLARATION:
        return _("Yes")
    if kind == DATE and len(str(value)) == 10 and answers.is_date_or_year(value):
        return display.date(date.fromisoformat(str(value)))
    if kind == PHONE:
        return display.isolated(phone_numbers.shown(str(value)))
    if kind == LONG_TEXT:
        return linebreaks_filter(str(value), autoescape=True)
    return str(value)


def _table(question: Question, rows: list[Any], currency: str, language: str) -> Table:
    headings = [(column.label_in(language), column.kind != "text") for column in question.columns]
    lines = []
    for number, cells in enumerate(answers.lines(question, rows)):
        line = [
            (
                column.label_in(language),
                _value(column.kind, cells.get(column.key, ""), currency, language),
                column.kind != "text",
            )
            for column in question.columns
        ]
        if question.row_labels:
            line.insert(0, (_("Line"), question.row_label_in(number, language), False))
        lines.append(line)
    sums, kinds = answers.totals(question, rows), question.column_kinds
    totals = [
        (total.label_in(language), _value(kinds.get(total.plus[0], ""), sums[total.key], currency, language))
        for total in question.totals
        if total.plus
    ]
    if question.row_labels:
        headings.insert(0, (_("Line"), False))
    return Table(headings, lines, totals)
