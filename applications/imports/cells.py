"""Tables of a form in the columns of a file: one column a cell, named after question, line and column. Pure.

A column that means `form.budget.2.unit_price` fills "unit price" in the second line of the table "budget".
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from applications import answers
from applications.form_definition import LANGUAGES, MONEY, NUMBER, TABLE, Column, Form, Question, in_language
from applications.imports.values import Unreadable, a_number
from applications.vault import fold
from programmes.money import parse
from workflow import display

OFFERED = 8
"""How many lines of a free table are offered on the page; headings may name more of them."""


def tables_of(form: Form) -> list[Question]:
    """Return the tables of a form."""
    return [question for question in form.questions() if question.kind == TABLE]


def meanings(question: Question, most: int | None = None) -> Iterator[tuple[str, int, Column]]:
    """Yield the meaning of each cell of a table with its line, from 1, and column. most: lines at most."""
    lines = len(question.row_labels) or min(question.rows, most or question.rows)
    for number in range(1, lines + 1):
        for column in question.typed_columns:
            yield f"form.{question.key}.{number}.{column.key}", number, column


def offered(question: Question, language: str) -> list[tuple[str, str]]:
    """Return the cells of a table with words, for the page."""
    return [
        (meaning, display.labelled(_line(question, number, language), column.label_in(language)))
        for meaning, number, column in meanings(question, OFFERED)
    ]


def _line(question: Question, number: int, language: str) -> str:
    return question.row_label_in(number - 1, language) or _("Line %(number)s") % {"number": number}


def spoken(form: Form) -> dict[str, str]:
    """Return the meaning of each heading that names a cell: by keys, or by labels in one language."""
    found: dict[str, str] = {}
    for question in tables_of(form):
        for meaning, number, column in meanings(question):
            found[fold(meaning.removeprefix("form."))] = meaning
            for language in LANGUAGES:
                named = question.row_label_in(number - 1, language) or str(number)
                label, inside = in_language(question.label, language), column.label_in(language)
                found.setdefault(fold(f"{label} {named} {inside}"), meaning)
    return found


def cell(form: Form, key: str, text: str, *, currency: str, language: str) -> Any:
    """Return what a cell `budget.2.unit_price` holds; raises `Unreadable` with what is wrong."""
    name, _number, place = key.split(".")
    column = next(one for one in form.question(name).columns if one.key == place)
    value: Any = text
    try:
        if column.kind == MONEY:
            value = parse(text, currency, language).minor
        elif column.kind == NUMBER:
            value = a_number(text)
    except ValidationError as error:
        raise Unreadable(" ".join(error.messages)) from error
    if sentence := answers.cell_problem(column, value, currency):
        raise Unreadable(sentence)
    return value


def gather(form: Form, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers in which the cells of each table stand as lines; blank free lines are left out.

    given: answers, and cells under their key, such as {"budget.1.item": "Machine"}.
    """
    found = {key: value for key, value in given.items() if "." not in key}
    for question in tables_of(form):
        lines: dict[int, dict[str, Any]] = {}
        for key, value in given.items():
            name, _dot, place = key.partition(".")
            if place and name == question.key:
                number, _dot, column = place.partition(".")
                lines.setdefault(int(number), {})[column] = value
        if lines and question.row_labels:
            found[question.key] = [lines.get(at, {}) for at in range(1, len(question.row_labels) + 1)]
        elif lines:
            found[question.key] = [lines[number] for number in sorted(lines)]
    return found
