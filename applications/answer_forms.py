"""A section of a form as a Django form: how each kind of question is asked, read and shown again.

Nothing that was typed is lost: what cannot be read as its kind is kept in the draft as it was written, and
stands in the way of sending (`applications/answers.py`). Files are not fields here: they are added beside.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import phone_numbers
from applications import answers, limit_words
from applications.form_definition import (
    CHOICE,
    CHOICES,
    DATE,
    DAY,
    DECLARATION,
    FILE,
    LONG_TEXT,
    MONEY,
    NOTE,
    NUMBER,
    PHONE,
    TABLE,
    TEXT,
    WRITTEN,
    YEAR,
    Column,
    Question,
    Section,
)
from applications.written_dates import DateOrYearField
from programmes.money import Money, MoneyFormField
from workflow import display
from workflow.digits import plain_number
from workflow.fields import want

BLANK_ROWS, MORE_ROWS = 2, 3


class NumberField(forms.CharField):
    """A number as exact text: "2.5"; a comma is read as the decimal sign, digits may be Arabic."""

    def to_python(self, value: Any) -> Any:
        """Return the plain decimal form, "" for nothing."""
        text = plain_number(super().to_python(value) or "")
        if text and answers.decimal_of(text) is None:
            raise ValidationError(_("Write a number."))
        return format(Decimal(text), "f") if text else ""


class PhoneField(forms.CharField):
    """A telephone number; without country code it is one of the countries that the agency works in."""

    def to_python(self, value: Any) -> str:
        """Return the number in international form, "" for nothing."""
        text: str = super().to_python(value) or ""
        try:
            return phone_numbers.read_any(text, settings.PHONE_REGIONS) if text else ""
        except phone_numbers.NotANumber:
            raise ValidationError(_("Write the number with its country code, such as +212 ….")) from None


class AnswerText(forms.CharField):
    """A text that is never cut: too long a one is kept and said. A line break counts as one letter.

    It runs as it is written: French on an Arabic page keeps its full stop at the right end.
    """

    line_breaks_count_once = True

    def to_python(self, value: Any) -> str:
        """Return the text with plain line breaks; a text of blanks alone is none."""
        text: str = super().to_python(value) or ""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text if text.strip() else ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave the browser's own limit out: it would cut what is pasted without a word."""
        given = super().widget_attrs(widget).items()
        return {"dir": "auto"} | {key: value for key, value in given if key != "maxlength"}


class TableInput(forms.Widget):
    """Rows of inputs named `question-row-column`; some blank rows stand below what was written.

    grows: there is a button that asks for more of them, which the page has to answer.
    """

    template_name = "applications/widgets/table.html"

    def __init__(self, question: Question, currency: str) -> None:
        super().__init__()
        self.question, self.currency = question, currency
        self.blank_rows, self.grows = BLANK_ROWS, False
        self.faults: Mapping[tuple[int, str], str] = {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        """Return the rows in which something was written; every row where they are fixed."""
        rows = []
        fixed = len(self.question.row_labels)
        for number in range(fixed or self.question.rows):
            cells = {}
            for column in self.question.typed_columns:
                raw = str(data.get(f"{name}-{number}-{column.key}", "")).strip()
                if raw:
                    cells[column.key] = read_cell(column, raw, self.currency)
            if cells or fixed:
                rows.append(cells)
        return rows if any(rows) else []

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether the table was not on the page that was sent."""
        return not any(str(key).startswith(f"{name}-") for key in data)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return what the template draws."""
        context = super().get_context(name, value, attrs)
        question, language = self.question, display.language()
        rows = [row if isinstance(row, dict) else {} for row in value] if isinstance(value, list) else []
        written = len(rows)
        count = len(question.row_labels) or min(written + self.blank_rows, question.rows)
        rows += [{}] * (count - len(rows))
        computed = answers.lines(question, rows)
        context["rows"] = [
            {
                "label": question.row_label_in(number, language),
                "first_blank": number == written,
                "cells": [
                    self._cell(f"{name}-{number}-{column.key}", column, rows[number], computed[number])
                    | {"fault": self.faults.get((number, column.key), "")}
                    for column in question.columns
                ],
            }
            for number in range(count)
        ]
        context["grows"] = self.grows and not question.row_labels and count < question.rows
        sums, kinds = answers.totals(question, rows), question.column_kinds
        context["totals"] = [
            {
                "name": f"{name}-{total.key}",
                "label": total.label_in(language),
                "value": self._amount(kinds.get(total.plus[0], ""), sums[total.key]),
            }
            for total in question.totals
            if total.plus
        ]
        return context

    def _cell(
        self, name: str, column: Column, row: Mapping[str, Any], computed: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            "name": name,
            "id": f"id_{name}",
            "label": column.label_in(display.language()),
            "value": self._shown(column, row.get(column.key)),
            "computed": column.is_computed,
            "result": self._result(column, computed.get(column.key)) if column.is_computed else "",
            "numeric": column.kind != TEXT,
            "optional": not column.required,
            "limit": column.limit if column.kind == TEXT else None,
            "length": len(str(row.get(column.key) or "")),
            "note": "" if column.kind == TEXT else limit_words.words_of(column, self.currency),
        }

    def _shown(self, column: Column, value: Any) -> str:
        if column.kind == MONEY and isinstance(value, int):
            return display.amount_text(Money(value, self.currency))
        return "" if value is None else str(value)

    def _result(self, column: Column, value: Any) -> str:
        return display.DASH if value is None else self._amount(column.kind, value)

    def _amount(self, kind: str, value: Any) -> str:
        return display.money_text(Money(int(value), self.currency)) if kind == MONEY else str(value)

    def computed(self, name: str, value: Any) -> dict[str, str]:
        """Return what the page shows as computed, line by line and below, by the name of its place."""
        context = self.get_context(name, value, {})
        found = {
            cell["name"]: cell["result"]
            for row in context["rows"]
            for cell in row["cells"]
            if cell["computed"]
        }
        return found | {total["name"]: total["value"] for total in context["totals"]}


def read_cell(column: Column, raw: str, currency: str) -> Any:
    """Return a cell as its kind, or as it was typed where it cannot be read."""
    if column.kind == TEXT:
        return raw
    field = MoneyFormField(currency, required=False) if column.kind == MONEY else NumberField(required=False)
    try:
        return field.clean(raw)
    except ValidationError:
        return raw


class NoteText(forms.Widget):
    """A text to read between the questions: nothing is asked."""

    template_name = "applications/widgets/note.html"

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return what the template draws."""
        return {**super().get_context(name, value, attrs), "text": self.text}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> None:
        """Nothing is answered."""

    def id_for_label(self, id_: str) -> str:
        """There is no control that a label could be of."""
        return ""


class NoteField(forms.Field):
    """Stands for a note on the page; it has no value."""

    is_note = True

    def __init__(self, text: str, **options: Any) -> None:
        super().__init__(widget=NoteText(text), **{**options, "label": "", "help_text": ""})


class TableField(forms.Field):
    """A table; its value is a list of rows."""

    def __init__(self, question: Question, currency: str, **options: Any) -> None:
        super().__init__(widget=TableInput(question, currency), **options)


def field_for(question: Question, currency: str, language: str) -> forms.Field | None:
    """Return the field that asks a question, None for files."""
    limits = "" if question.kind in WRITTEN else limit_words.words_of(question, currency)  # these are counted
    options: dict[str, Any] = {
        "label": question.label_in(language),
        "help_text": " ".join(filter(None, [question.help_in(language), limits])),
        "required": False,
    }
    if question.kind == FILE:
        return None
    if question.kind in (CHOICE, CHOICES):
        options["choices"] = [
            (value, question.choice_in(value, language)) for value, _texts in question.choices
        ]
    make = _FIELDS.get(question.kind, _text)
    return make(question, currency, options)


Options = dict[str, Any]


def _text(question: Question, currency: str, options: Options) -> forms.Field:
    return AnswerText(max_length=question.limit, strip=False, **options)


def _long_text(question: Question, currency: str, options: Options) -> forms.Field:
    return AnswerText(
        max_length=question.limit, strip=False, widget=forms.Textarea(attrs={"rows": 5}), **options
    )


def _number(question: Question, currency: str, options: Options) -> forms.Field:
    mode = "numeric" if question.whole else "decimal"
    return NumberField(widget=forms.TextInput(attrs={"inputmode": mode, "dir": "ltr"}), **options)


def _date(question: Question, currency: str, options: Options) -> forms.Field:
    hints = {YEAR: _("A year, such as 1994."), DAY: _("Such as 14/05/1994.")}
    options["help_text"] = options["help_text"] or hints.get(question.only, _("1994, or 14/05/1994."))
    widget = forms.TextInput(
        attrs={"dir": "ltr", "inputmode": "numeric" if question.only == YEAR else "text"}
    )
    return DateOrYearField(widget=widget, **options)


def _phone(question: Question, currency: str, options: Options) -> forms.Field:
    widget = forms.TextInput(attrs={"type": "tel", "dir": "ltr", "autocomplete": "tel"})
    return PhoneField(max_length=40, widget=widget, **options)


_FIELDS: dict[str, Callable[[Question, str, Options], forms.Field]] = {
    LONG_TEXT: _long_text,
    NUMBER: _number,
    MONEY: lambda question, currency, options: MoneyFormField(currency, **options),
    CHOICE: lambda question, currency, options: forms.ChoiceField(widget=forms.RadioSelect, **options),
    CHOICES: lambda question, currency, options: forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, **options
    ),
    DATE: _date,
    PHONE: _phone,
    DECLARATION: lambda question, currency, options: forms.BooleanField(**options),
    TABLE: lambda question, currency, options: TableField(question, currency, **options),
    NOTE: lambda question, currency, options: NoteField(question.label_in(display.language()), **options),
}


class SectionForm(forms.Form):
    """One section of a form, unbound with what was saved or bound with what was sent."""

    def __init__(
        self,
        section: Section,
        values: Mapping[str, Any],
        currency: str,
        data: Any = None,
        *,
        only: set[str] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(values))
        self.section = section
        for question in section.questions:
            field = field_for(question, currency, display.language())
            if field is not None and (only is None or question.key in only):
                want(field, question.required)
                self.fields[question.key] = field

    def tables(self) -> dict[str, TableInput]:
        """Return the tables of the section by question."""
        widgets = ((name, field.widget) for name, field in self.fields.items())
        return {name: widget for name, widget in widgets if isinstance(widget, TableInput)}

    def given(self) -> dict[str, Any]:
        """Return the answers that were sent: read as their kind, else as they were typed."""
        found = {}
        for name, field in self.fields.items():
            if isinstance(field, NoteField):
                continue
            if name in self.cleaned_data:
                found[name] = self.cleaned_data[name]
            else:
                raw = field.widget.value_from_datadict(self.data, self.files, name)
                found[name] = AnswerText(required=False).to_python(raw) if isinstance(raw, str) else raw
        return found

    def mark(self, problems: Mapping[str, str]) -> None:
        """Show what stands against sending beside the fields; of a table, beside each cell."""
        tables, given = self.tables(), self.given()
        for name, sentence in problems.items():
            if name not in self.fields or name in self.errors:
                continue
            said: str | list[str] = sentence
            if name in tables:
                question = tables[name].question
                tables[name].faults = faults = answers.cell_faults(question, given.get(name))
                said = [answers.cell_sentence(question, *where, why) for where, why in faults.items()] or said
            self.add_error(name, said)
