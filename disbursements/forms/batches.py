"""Forms of payment files: batches, paying accounts, templates of banks and operators."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from disbursements import accounts_check
from disbursements.bank_files import templates
from disbursements.forms.parts import DayField, choose_from
from disbursements.models import Channel, FileTemplate, PayingAccount
from disbursements.models.paying_accounts import FILED_CHANNELS
from workflow.forms import ActionForm

ROWS = 12


class BatchForm(forms.Form):
    """A new batch: from which account, on which day."""

    account = forms.ModelChoiceField(label=_("Paying account"), queryset=PayingAccount.objects.none())
    value_date = DayField(label=_("Day of payment"))

    def __init__(self, *args: Any, programme: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = PayingAccount.objects.filter(programme=programme)
        choose_from(self, "account", accounts)


class RejectForm(ActionForm):
    """The bank's notice."""

    reference = forms.CharField(label=_("Reference of the bank's notice"), max_length=80)


class PayingAccountForm(forms.ModelForm):
    """An account of the programme, and the form of its files."""

    class Meta:
        model = PayingAccount
        fields = [
            "name",
            "channel",
            "currency",
            "holder",
            "number",
            "institution",
            "bic",
            "town",
            "country",
            "file_format",
            "template",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programme = self.instance.programme
        channel: Any = self.fields["channel"]
        channel.choices = [(one.value, one.label) for one in FILED_CHANNELS]
        template: Any = self.fields["template"]
        template.queryset = FileTemplate.objects.filter(programme=programme)
        template.help_text = _("For a table. Templates are declared beside the accounts.")
        self.fields["currency"].initial = programme.currency
        self.fields["country"].help_text = _("Two letters, such as MA, LY or ML.")
        if self.instance.pk and self.instance.batches.exists():
            for name in ("channel", "currency", "number"):
                self.fields[name].disabled = True

    def clean_country(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["country"]).upper()

    def clean_currency(self) -> str:
        """A currency of ISO 4217."""
        from programmes.money import CURRENCIES

        code = str(self.cleaned_data["currency"]).upper()
        if code not in CURRENCIES:
            raise ValidationError(_("This is not a currency."))
        return code

    def clean_bic(self) -> str:
        """Well formed."""
        return accounts_check.clean_bic(self.cleaned_data["bic"])

    def clean(self) -> dict[str, Any]:
        """Check the number as the channel wants it, and that the form of the files fits."""
        cleaned = super().clean() or {}
        channel, number = cleaned.get("channel"), cleaned.get("number", "")
        country = cleaned.get("country", "")
        if number and country:
            try:
                if channel == Channel.MOBILE:
                    cleaned["number"] = accounts_check.clean_phone(number, country)
                else:
                    cleaned["number"] = accounts_check.clean_bank_number(number, country)
            except ValidationError as error:
                self.add_error("number", error)
        is_table = cleaned.get("file_format") == "table"
        if is_table and not cleaned.get("template"):
            self.add_error("template", _("Choose a template."))
        if not is_table and channel == Channel.MOBILE:
            self.add_error("file_format", _("An operator takes a table: choose a template."))
        return cleaned


class TemplateForm(forms.Form):
    """How a bank or operator wants its table."""

    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.ChoiceField(
        label=_("Kind of file"), choices=[(templates.CSV, "CSV"), (templates.XLSX, _("XLSX (Excel)"))]
    )
    delimiter = forms.ChoiceField(
        label=_("Between columns (CSV)"),
        choices=[(";", ";"), (",", ","), ("tab", _("Tabulator")), ("|", "|")],
    )
    encoding = forms.ChoiceField(
        label=_("Encoding (CSV)"),
        choices=[
            ("utf-8", "UTF-8"),
            ("utf-8-sig", _("UTF-8 with mark")),
            ("cp1252", _("Windows, Latin letters (1252)")),
            ("cp1256", _("Windows, Arabic letters (1256)")),
        ],
    )
    with_header = forms.BooleanField(
        label=_("The first row holds the headings"), required=False, initial=True
    )
    phone = forms.ChoiceField(
        label=_("Telephone numbers"),
        choices=[
            ("digits", _("country code without +: 212612345678")),
            ("plus", _("with +: +212612345678")),
            ("zeros", _("with 00: 00212612345678")),
            ("national", _("as in the country: 0612345678")),
        ],
    )
    decimal = forms.ChoiceField(
        label=_("Amounts"),
        choices=[
            ("point", _("decimals after a point")),
            ("comma", _("decimals after a comma")),
            ("minor", _("in the smallest unit, without decimals")),
        ],
    )
    date = forms.ChoiceField(
        label=_("Days"),
        choices=[
            ("%d/%m/%Y", "31/12/2026"),
            ("%Y-%m-%d", "2026-12-31"),
            ("%d-%m-%Y", "31-12-2026"),
            ("%Y%m%d", "20261231"),
        ],
    )
    row_cap = forms.IntegerField(
        label=_("Most payments in one file"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("Operators of mobile money often take 1,000."),
    )


class ColumnForm(forms.Form):
    """One column; without what it holds it is left out."""

    heading = forms.CharField(label=_("Heading"), max_length=60, required=False)
    source = forms.ChoiceField(label=_("Holds"), required=False)
    text = forms.CharField(label=_("Text"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source: Any = self.fields["source"]
        source.choices = [("", _("nothing")), *templates.SOURCES.items()]


class BaseColumnFormSet(forms.BaseFormSet):
    """The columns in order; there are at least an account and an amount."""

    def columns(self) -> list[dict[str, str]]:
        """Return the columns as a template stores them."""
        return [
            {name: form.cleaned_data.get(name, "") for name in ("heading", "source", "text")}
            for form in self.forms
            if form.cleaned_data.get("source")
        ]

    def clean(self) -> None:
        """Refuse a table that tells nobody whom to pay how much."""
        if any(self.errors):
            return
        sources = {column["source"] for column in self.columns()}
        if not {"number", "amount"} <= sources:
            raise ValidationError(
                _("A payment file needs a column with the account and one with the amount.")
            )


ColumnFormSet = forms.formset_factory(
    ColumnForm, formset=BaseColumnFormSet, extra=0, min_num=ROWS, max_num=ROWS, validate_max=True
)


def stored(form: TemplateForm, columns: BaseColumnFormSet) -> dict[str, Any]:
    """Return what two valid forms declare, as a template stores it."""
    given = {name: value for name, value in form.cleaned_data.items() if name != "name"}
    return {**given, "columns": columns.columns()}
