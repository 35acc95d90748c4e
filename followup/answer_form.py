"""The visit form as a page: each question of a version as a field, the same as on the phone and on paper.

What the answers may be is asked of `followup/visit_answers.py`, as for what comes from a phone; nothing is
checked here but whether it can be read. Photos and signatures are files beside (`followup/desk_media.py`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from applications.answer_forms import NoteField, NumberField
from followup import visit_answers
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
    YES_NO,
    Ask,
    Part,
    asks_of,
)
from followup.forms import DateInput, SignedMoneyField
from programmes.money import Money, MoneyFormField
from workflow import display
from workflow.fields import want

BLANK_ROWS = 2
TRUTH = {"yes": True, "no": False}
PLACES = {"latitude": 7, "longitude": 7, "accuracy": 1}


class YesNoField(forms.ChoiceField):
    """Yes, no, or left open."""

    def __init__(self, *, blank: str, **kwargs: Any) -> None:
        super().__init__(choices=[("yes", _("yes")), ("no", _("no")), ("", blank)], **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored answer as its word."""
        return {True: "yes", False: "no", None: ""}.get(value, value)

    def clean(self, value: Any) -> bool | None:
        """Return the truth, None where it is left open."""
        return TRUTH.get(super().clean(value))


class PlainNumber(NumberField):
    """A number as JSON has it."""

    def to_python(self, value: Any) -> Any:
        """Return a whole number or one with decimals, None for nothing."""
        text = super().to_python(value)
        number = Decimal(text) if text else None
        if number is None:
            return None
        return int(number) if number == number.to_integral_value() else float(number)


class CountField(forms.IntegerField):
    """How many: a whole number typed as text, so that a page never changes what was typed."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Ask for digits."""
        return {"inputmode": "numeric", "dir": "ltr"}


class RowsInput(forms.Widget):
    """Lines of inputs named `question-line-column`; blank ones stand below what was written."""

    template_name = "followup/widgets/rows.html"

    def __init__(self, ask: Ask, currency: str, offered: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__()
        self.ask, self.currency, self.offered = ask, currency, offered

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        """Return the lines in which something was written, as typed."""
        rows = []
        for number in range(MOST_ROWS):
            cells = {
                column.name: str(data.get(f"{name}-{number}-{column.name}", "")).strip()
                for column in self.ask.columns
            }
            if any(cells.values()):
                rows.append(cells)
        return rows

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether the table was not on the page that was sent."""
        return not any(str(key).startswith(f"{name}-") for key in data)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return what the template draws."""
        context = super().get_context(name, value, attrs)
        rows = list(value) if value else [dict(one) for one in self.offered]
        rows += [{}] * min(BLANK_ROWS, MOST_ROWS - len(rows))
        context["rows"] = [
            [
                self._cell(f"{name}-{number}-{column.name}", column, row.get(column.name))
                for column in self.ask.columns
            ]
            for number, row in enumerate(rows)
        ]
        return context

    def _cell(self, name: str, column: Ask, value: Any) -> dict[str, Any]:
        field = field_for(column, self.currency)
        shown = field.prepare_value(value) if value is not None else ""
        if column.kind in (MONEY, SIGNED) and isinstance(value, int):
            shown = display.amount_text(Money(value, self.currency))
        choices = getattr(field, "choices", None)
        return {
            "name": name,
            "id": f"id_{name}",
            "label": column.label,
            "value": shown,
            "choices": [(key, text, str(key) == str(shown)) for key, text in choices] if choices else None,
            "numeric": column.kind in (MONEY, SIGNED, COUNT, NUMBER),
            "limit": column.limit if not choices else 0,
            "unit": self.currency if column.kind in (MONEY, SIGNED) else "",
        }


class RowsField(forms.Field):
    """A table; its value is a list of lines, each cell as its column has it."""

    def __init__(self, ask: Ask, currency: str, **options: Any) -> None:
        super().__init__(widget=RowsInput(ask, currency), **options)
        self.ask, self.currency = ask, currency

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """Return the lines; says which cell cannot be read."""
        found, wrong = [], []
        for number, row in enumerate(value or (), start=1):
            cells = {}
            for column in self.ask.columns:
                if not isinstance(row.get(column.name), str):
                    cells[column.name] = row.get(column.name)
                    continue
                try:
                    cells[column.name] = field_for(column, self.currency).clean(row[column.name])
                except ValidationError as error:
                    place = _("Line %(number)s") % {"number": number}
                    wrong.append(display.labelled(f"{place}, {column.label}", " ".join(error.messages)))
            found.append({name: cell for name, cell in cells.items() if cell not in (None, "")})
        if wrong:
            raise ValidationError(wrong)
        return [row for row in found if row]


Options = dict[str, Any]
_FIELDS: dict[str, Callable[[Ask, str, Options], forms.Field]] = {
    LONG: lambda ask, currency, options: forms.CharField(
        max_length=ask.limit or None, widget=forms.Textarea(attrs={"rows": 3}), **options
    ),
    COUNT: lambda ask, currency, options: CountField(min_value=0, max_value=ask.limit or None, **options),
    NUMBER: lambda ask, currency, options: PlainNumber(
        widget=forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr"}), **options
    ),
    MONEY: lambda ask, currency, options: MoneyFormField(currency, **options),
    SIGNED: lambda ask, currency, options: SignedMoneyField(currency, **options),
    YES_NO: lambda ask, currency, options: YesNoField(
        blank=_("Unknown"), widget=forms.RadioSelect, **options
    ),
    CHOICE: lambda ask, currency, options: forms.ChoiceField(
        choices=[*ask.choices, *([] if ask.must else [("", _("Unknown"))])],
        widget=forms.RadioSelect,
        **options,
    ),
    CHOICES: lambda ask, currency, options: forms.MultipleChoiceField(
        choices=ask.choices, widget=forms.CheckboxSelectMultiple, **options
    ),
    DATE: lambda ask, currency, options: forms.DateField(widget=DateInput(), **options),
    TABLE: lambda ask, currency, options: RowsField(ask, currency, **options),
    NOTE: lambda ask, currency, options: NoteField(str(ask.label), **options),
}


def field_for(ask: Ask, currency: str) -> forms.Field:
    """Return the field that asks a question; what a page shows of a column has no "unknown" of its own."""
    options = {"label": ask.label, "help_text": ask.help, "required": False}
    make = _FIELDS.get(ask.kind)
    if make is None:
        return forms.CharField(max_length=ask.limit or None, **options)
    return make(ask, currency, options)


class VisitAnswersForm(forms.Form):
    """The questions of some parts that a visit asks, with what was answered so far.

    code, is_group: of the visit. lines: of the budget, offered where nothing was accounted for yet.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        parts: Iterable[Part],
        answers: Mapping[str, Any],
        code: str,
        is_group: bool,
        currency: str,
        lines: Sequence[str] = (),
    ) -> None:
        super().__init__(data, initial=dict(answers))
        self.version = 1
        self.found: dict[str, Any] = {}
        self.parts, self.code, self.is_group = tuple(parts), code, is_group
        for ask in self.asked():
            if ask.is_file:
                continue
            if ask.kind == PLACE:
                self._ask_place()
                continue
            field = field_for(ask, currency)
            want(field, ask.must)
            if isinstance(field, RowsField) and ask.name == "funds":
                field.widget.offered = [{"budget_line": line} for line in lines]
            self.fields[ask.name] = field

    def asked(self) -> list[Ask]:
        """The questions that this visit asks."""
        return [ask for ask in asks_of(self.parts) if ask.is_asked(self.code, is_group=self.is_group)]

    def _ask_place(self) -> None:
        labels = {
            "latitude": _("Latitude (north)"),
            "longitude": _("Longitude (east)"),
            "accuracy": _("Accuracy in metres"),
        }
        for name in PLACES:
            widget = forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr"})
            self.fields[name] = PlainNumber(label=labels[name], required=False, widget=widget)

    def clean(self) -> dict[str, Any]:
        """Ask of the answers what is asked of those from a phone."""
        data = super().clean() or {}
        self.found, faults = visit_answers.clean(self._given(data), self.parts)
        for name, sentences in faults.items():
            self.add_error(name if name in self.fields else None, sentences)
        return data

    def _given(self, data: Mapping[str, Any]) -> dict[str, Any]:
        given = {}
        for name, value in data.items():
            if value in (None, "", []):
                continue
            given[name] = value.isoformat() if hasattr(value, "isoformat") else value
        return given

    def answers(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answers as they are stored; what this form does not ask stays as it was before."""
        kept = {name: value for name, value in before.items() if name not in self.fields}
        return {**kept, **self.found}

    def texts(self) -> dict[str, str]:
        """Return what stands in every input, by its name, as the page shows it."""
        found: dict[str, str] = {}
        for name, field in self.fields.items():
            if isinstance(field, RowsField):
                rows = field.widget.get_context(name, self.initial.get(name), {})["rows"]
                found |= {cell["name"]: str(cell["value"]) for row in rows for cell in row}
            elif not isinstance(field, NoteField):
                value = field.prepare_value(self.initial.get(name))
                found[name] = "" if value is None else str(value)
        return found

    def drawn(self) -> list[dict[str, Any]]:
        """Return the parts as the page draws them: title, note, and of each question its field."""
        found = []
        by_name = {ask.name: ask for ask in asks_of(self.parts)}
        for part in self.parts:
            asks = [ask for ask in part.asks if ask.is_asked(self.code, is_group=self.is_group)]
            items = [self._item(ask, by_name) for ask in asks]
            if items:
                found.append({"title": part.title, "note": part.note, "items": items})
        return found

    def _item(self, ask: Ask, by_name: Mapping[str, Ask]) -> dict[str, Any]:
        item: dict[str, Any] = {"ask": ask, "kind": ask.kind}
        if ask.kind == PLACE:
            item["fields"] = [self[name] for name in PLACES]
        elif not ask.is_file:
            item["field"] = self[ask.name]
        if ask.shown_if and ask.shown_if[0] in self.fields:
            item |= condition(ask, by_name[ask.shown_if[0]])
        return item


def condition(ask: Ask, source: Ask) -> dict[str, str]:
    """Return on what a question waits: the field, the values that show it, and both in words."""
    values = ask.shown_if[1] if ask.shown_if else ()
    words = {True: "yes", False: "no"}
    names: dict[Any, Any] = {**dict(source.choices), True: _("yes"), False: _("no")}
    return {
        "shown_if": source.name,
        "shown_value": " ".join(str(words.get(one, one)) for one in values),
        "question": str(source.label),
        "answer": display.listed(str(names.get(one, one)) for one in values),
    }
