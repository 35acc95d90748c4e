"""Fields and choices that several forms of programmes share."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes import validators
from programmes.money import CURRENCIES, MoneyFormField
from workflow import display


def country_choices() -> list[tuple[str, str]]:
    """Return the countries by name in the reader's language, an empty choice first."""
    named = sorted(validators.countries(display.language()).items(), key=lambda item: item[1])
    return [("", "–"), *named]


def currency_choices() -> list[tuple[str, str]]:
    """Return the currencies by code, an empty choice first."""
    return [("", "–"), *((code, code) for code in sorted(CURRENCIES))]


def zone_choices() -> list[tuple[str, str]]:
    """Return the time zones by name."""
    return [
        (name, name.replace("_", " "))
        for name in sorted(available_timezones())
        if "/" in name or name == "UTC"
    ]


class DateInput(forms.DateInput):
    """A date control that every browser understands."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A date and time control that every browser understands."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


def plain_controls(form: forms.BaseForm) -> None:
    """Give date fields the browser's own controls, and closed lists to codes that are chosen, not typed."""
    for name, field in form.fields.items():
        if isinstance(field, forms.DateTimeField):
            field.widget = MomentInput(field.widget.attrs)
        elif isinstance(field, forms.DateField):
            field.widget = DateInput(field.widget.attrs)
        elif name == "country":
            form.fields[name] = as_choice(field, country_choices)
        elif name in ("currency", "budget_currency", "base", "quote"):
            form.fields[name] = as_choice(field, currency_choices)
        elif name == "time_zone":
            form.fields[name] = as_choice(field, zone_choices)


def as_choice(field: forms.Field, choices: Any) -> forms.ChoiceField:
    """Return the field as a closed list of choices."""
    return forms.ChoiceField(
        choices=choices,
        label=field.label,
        required=field.required,
        help_text=field.help_text,
        initial=field.initial,
    )


def mark_languages(form: forms.BaseForm) -> None:
    """Say to browsers and screen readers in which language a text is written."""
    for name, field in form.fields.items():
        for language in ("fr", "en", "ar"):
            if name.endswith(f"_{language}"):
                field.widget.attrs.update({"lang": language, "dir": "rtl" if language == "ar" else "ltr"})
        if isinstance(field.widget, forms.Textarea):
            field.widget.attrs.setdefault("rows", 3)


def read_amount_in(form: forms.BaseForm, amount: str, currency: str, fallback: str) -> None:
    """Let an amount be read and shown in the currency that stands in another field of the form."""
    stored = form.get_initial_for_field(form.fields[currency], currency)
    wanted = form.data.get(form.add_prefix(currency)) if form.is_bound else stored
    field = form.fields[amount]
    if isinstance(field, MoneyFormField):
        field.currency = wanted if wanted in CURRENCIES else fallback


class SetUpForm(forms.ModelForm[Any]):
    """Base of the set-up forms: native controls, languages marked, uniqueness checked.

    given: the columns that the page fills in; what must be unique together with them is checked too.
    """

    given: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_controls(self)
        mark_languages(self)

    def _get_validation_exclusions(self) -> set[str]:
        # Django leaves out what is no field of the form, and so the constraints that name it.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - set(self.given)


UNKNOWN_HELP = _("Leave empty what was not published: unknown is not zero.")
