"""What a form asks, in words: for people who want to read everything before they begin."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from applications import limit_words
from applications.form_definition import (
    CHOICE,
    CHOICES,
    DATE,
    DECLARATION,
    FILE,
    LONG_TEXT,
    MONEY,
    NOTE,
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
from workflow import display


class Asked(NamedTuple):
    """One question as it is announced. how: what kind of answer it wants; when: on what it depends."""

    label: str
    help: str
    how: str
    required: bool
    when: str = ""
    choices: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


def sections(form: Form, currency: str) -> Iterator[tuple[str, list[Asked]]]:
    """Yield title and questions of each section, in the reader's language."""
    language = display.language()
    for section in form.sections:
        yield section.title_in(language), [_asked(form, one, currency, language) for one in section.questions]


def _asked(form: Form, question: Question, currency: str, language: str) -> Asked:
    return Asked(
        label=question.label_in(language),
        help=question.help_in(language),
        how=". ".join(filter(None, [_how(question, currency), limit_words.words_of(question, currency)])),
        required=question.required,
        when=_when(form, question, language),
        choices=tuple(question.choice_in(value, language) for value, _texts in question.choices),
        columns=tuple(_column(column, currency, language) for column in question.typed_columns),
    )


def _column(column: Column, currency: str, language: str) -> str:
    """A heading with its limits, short: they stand in a line with the others."""
    limits = limit_words.words_of(column, currency).rstrip(".")
    return f"{column.label_in(language)} ({limits})" if limits else column.label_in(language)


def _when(form: Form, question: Question, language: str) -> str:
    if question.shown_if is None:
        return ""
    other = form.question(question.shown_if[0])
    chosen = display.listed(other.choice_in(value, language) for value in question.shown_if[1:])
    answer = chosen if other.choices else _("Yes")
    return _("Only if you answered “%(answer)s” to “%(question)s”") % {
        "answer": answer,
        "question": other.label_in(language),
    }


def _how(question: Question, currency: str) -> str:
    if question.kind == MONEY:
        return _("Amount in %(currency)s") % {"currency": currency}
    if question.kind == DATE and question.only == YEAR:
        return _("Year")
    return str(_WORDS.get(question.kind, lambda: "")())


_WORDS: dict[str, Any] = {
    TEXT: lambda: _("Text"),
    LONG_TEXT: lambda: _("Text"),
    PLACE: lambda: _("Place"),
    NUMBER: lambda: _("Number"),
    CHOICE: lambda: _("One of these answers"),
    CHOICES: lambda: _("One or several of these answers"),
    DATE: lambda: _("Date, or year alone"),
    PHONE: lambda: _("Phone number"),
    FILE: lambda: _("Photo or file"),
    TABLE: lambda: _("Table, one line for each"),
    DECLARATION: lambda: _("Box to tick"),
    NOTE: lambda: "",
}
