"""The forms of a table: one for a column, typed or computed, one for a total."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.answer_forms import NumberField
from applications.builder.kinds import CELL_LABELS
from applications.builder.texts import TextsForm, add_texts, texts_of
from applications.form_definition import MONEY, NUMBER, TEXT, plain_bound
from programmes.forms.fields import mark_languages
from programmes.money import Money, MoneyFormField
from workflow import display

TYPED, PRODUCT, SUM, RUNNING = "typed", "product", "sum", "running"
LIMITS: Mapping[str, tuple[str, ...]] = {TEXT: ("limit",), NUMBER: ("whole",), MONEY: ()}


class ColumnForm(TextsForm):
    """A column of a table: typed by people, or computed from columns before it."""

    needed = "label"

    how = forms.ChoiceField(
        label=gettext_lazy("Filled in"),
        choices=[
            (TYPED, gettext_lazy("by the applicant")),
            (PRODUCT, gettext_lazy("computed: two columns multiplied")),
            (SUM, gettext_lazy("computed: columns added and taken away, line by line")),
            (RUNNING, gettext_lazy("computed: one column added up from the first line on")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        *args: Any,
        column: Mapping[str, Any],
        before: Sequence[Any],
        currency: str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.column, self.before, self.currency = column, {one.key: one for one in before}, currency
        add_texts(self, "label", _("Heading"), column.get("label", {}), self.languages, limit=120)
        language = display.language()
        numeric = [(one.key, one.label_in(language)) for one in before if one.kind != TEXT]
        product = column.get("product") or ["", ""]
        self.fields["how"].initial = _how(column)
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind of answer"),
            choices=list(CELL_LABELS.items()),
            initial=column.get("kind", TEXT),
            required=False,
            help_text=_("For a column that the applicant fills in."),
        )
        self.fields["limit"] = forms.IntegerField(
            label=_("Letters at most"),
            required=False,
            min_value=1,
            max_value=2000,
            initial=column.get("limit"),
            help_text=_("For a short text."),
        )
        if currency is not None:
            self._add_limits(currency)
        if not numeric:
            del self.fields["how"]
        else:
            blank = [("", "–"), *numeric]
            for name, at in (("first", 0), ("second", 1)):
                self.fields[name] = forms.ChoiceField(
                    label=_("First column") if at == 0 else _("Second column"),
                    choices=blank,
                    initial=product[at],
                    required=False,
                    help_text=_("For columns that are multiplied.") if at == 0 else "",
                )
            self._pick("plus", _("Columns that are added"), numeric)
            self._pick("minus", _("Columns that are taken away"), numeric)
            self.fields["running"] = forms.ChoiceField(
                label=_("Column that is added up"),
                choices=blank,
                initial=column.get("running", ""),
                required=False,
            )
        order = [f"label_{language}" for language in self.languages]
        self.order_fields([*order, "how"])
        mark_languages(self)

    def _add_limits(self, currency: str) -> None:
        """Ask for the bounds of a number or an amount, and whether the cell may stay empty."""
        for name, label in (("minimum", _("At least")), ("maximum", _("At most"))):
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                max_length=40,
                initial=_typed(self.column, name, currency),
                help_text=_("For a number or an amount. Without it, nothing below zero is taken.")
                if name == "minimum"
                else "",
                widget=forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "class": "num"}),
            )
        self.fields["whole"] = forms.BooleanField(
            label=_("Whole numbers only"), required=False, initial=self.column.get("whole")
        )
        self.fields["required"] = forms.BooleanField(
            label=_("Needed on every line"), required=False, initial=self.column.get("required")
        )

    def _clean_limits(self, data: dict[str, Any]) -> None:
        """Read the bounds as the kind of the column."""
        for name in ("minimum", "maximum"):
            field = MoneyFormField(self.currency or "") if data.get("kind") == MONEY else NumberField()
            field.required = False
            try:
                data[name] = field.clean(data.get(name, "")) if data.get("kind") != TEXT else None
            except forms.ValidationError as error:
                self.add_error(name, error)
                return
        least, most = (
            None if data.get(name) in (None, "") else Decimal(data[name]) for name in ("minimum", "maximum")
        )
        if least is not None and most is not None and least > most:
            self.add_error("maximum", _("The least is more than the most."))
        data |= {"minimum": least, "maximum": most}

    def _pick(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name] = forms.MultipleChoiceField(
            label=label,
            choices=choices,
            initial=self.column.get(name, []),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self) -> dict[str, Any]:
        """Check that what is computed can be computed."""
        data = super().clean()
        how = data.get("how", TYPED)
        if how == TYPED and not data.get("kind"):
            self.add_error("kind", _("Choose what is filled in."))
        if how == TYPED and self.currency is not None:
            self._clean_limits(data)
        if how == PRODUCT:
            kinds = sorted(self._kind(data.get(name, "")) for name in ("first", "second"))
            if kinds not in ([MONEY, NUMBER], [NUMBER, NUMBER]):
                self.add_error("first", _("A product is of two numbers, one of which may be an amount."))
        if how == SUM:
            kinds = sorted({self._kind(key) for key in (*data.get("plus", ()), *data.get("minus", ()))})
            if kinds not in ([MONEY], [NUMBER]):
                self.add_error("plus", _("A sum is of columns of one kind: all amounts, or all numbers."))
        if how == RUNNING and not data.get("running"):
            self.add_error("running", _("Choose the column that is added up."))
        return data

    def _kind(self, key: str) -> str:
        return self.before[key].kind if key in self.before else ""

    def to_definition(self) -> dict[str, Any]:
        """Return the column as JSON; its key stays."""
        data = self.cleaned_data
        made: dict[str, Any] = {"key": self.column.get("key", "")}
        made["label"] = texts_of(self, "label", self.column.get("label", {}))
        how = data.get("how", TYPED)
        if how == TYPED:
            made["kind"] = data["kind"]
            made |= {name: data[name] for name in ("required", *LIMITS[made["kind"]]) if data.get(name)}
            for name in ("minimum", "maximum"):
                if data.get(name) is not None:
                    made[name] = plain_bound(data[name])
        elif how == PRODUCT:
            pair = [data["first"], data["second"]]
            made["product"] = pair
            made["kind"] = MONEY if MONEY in {self._kind(key) for key in pair} else NUMBER
        elif how == SUM:
            made |= {"plus": data["plus"], "minus": data["minus"]}
            made["kind"] = self._kind([*data["plus"], *data["minus"]][0])
        else:
            made |= {"running": data["running"], "kind": self._kind(data["running"])}
        return made


def _typed(column: Mapping[str, Any], name: str, currency: str) -> str:
    """A bound as it stands in its input."""
    bound = column.get(name)
    if bound is None:
        return ""
    return display.amount_text(Money(int(bound), currency)) if column["kind"] == MONEY else str(bound)


def _how(column: Mapping[str, Any]) -> str:
    if column.get("product"):
        return PRODUCT
    if column.get("plus") or column.get("minus"):
        return SUM
    return RUNNING if column.get("running") else TYPED


class TotalForm(TextsForm):
    """A figure under a table."""

    needed = "label"

    def __init__(self, *args: Any, total: Mapping[str, Any], columns: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.total, self.kinds = total, {column.key: column.kind for column in columns}
        language = display.language()
        choices = [
            (one.key, one.label_in(language)) for one in columns if one.kind != TEXT and not one.running
        ]
        add_texts(self, "label", _("Name of the total"), total.get("label", {}), self.languages, limit=120)
        for name, label in (
            ("plus", _("Columns that are added")),
            ("minus", _("Columns that are taken away")),
        ):
            self.fields[name] = forms.MultipleChoiceField(
                label=label,
                choices=choices,
                initial=total.get(name, []),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["signed"] = forms.BooleanField(
            label=_("It may be below zero"), required=False, initial=total.get("signed")
        )
        mark_languages(self)

    def clean(self) -> dict[str, Any]:
        """A total adds columns of one kind."""
        data = super().clean()
        kinds = {self.kinds[key] for key in (*data.get("plus", ()), *data.get("minus", ()))}
        if not data.get("plus"):
            self.add_error("plus", _("Choose at least one column."))
        elif len(kinds) > 1:
            self.add_error("plus", _("A total is of columns of one kind: all amounts, or all numbers."))
        return data

    def to_definition(self) -> dict[str, Any]:
        """Return the total as JSON; its key stays."""
        data = self.cleaned_data
        made: dict[str, Any] = {
            "key": self.total.get("key", ""),
            "plus": data["plus"],
            "minus": data["minus"],
        }
        made["label"] = texts_of(self, "label", self.total.get("label", {}))
        if data["signed"]:
            made["signed"] = True
        return made
