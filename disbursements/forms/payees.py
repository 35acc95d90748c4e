"""Forms of payees: accounts with their check digits, their verification and end, suppliers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from disbursements import accounts_check
from disbursements.forms.parts import FilingForm, choose_from, paper_field
from disbursements.models import Channel, SecondChannel, Supplier, Tranche, VerificationEvidence
from workflow.forms import ActionForm


class DestinationForm(forms.Form):
    """Where a payee is paid. What a channel needs is checked: IBAN, RIB, telephone number."""

    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices, widget=forms.RadioSelect)
    holder = forms.CharField(
        label=_("Holder"),
        max_length=140,
        help_text=_("As the bank or operator writes it. It is kept encrypted."),
    )
    number = forms.CharField(
        label=_("Account number, IBAN or telephone number"),
        max_length=60,
        required=False,
        help_text=_("Not needed for cash in hand and cheques."),
    )
    institution = forms.CharField(label=_("Bank or operator"), max_length=120, required=False)
    bic = forms.CharField(label=_("BIC"), max_length=11, required=False)
    town = forms.CharField(label=_("Town"), max_length=100, required=False)
    country = forms.CharField(
        label=_("Country"), max_length=2, min_length=2, help_text=_("Two letters, such as MA, LY or ML.")
    )

    def clean_country(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["country"]).upper()

    def clean_bic(self) -> str:
        """Well formed."""
        return accounts_check.clean_bic(self.cleaned_data["bic"])

    def clean(self) -> dict[str, Any]:
        """Check the number as the channel wants it."""
        cleaned = super().clean() or {}
        channel, number = cleaned.get("channel"), cleaned.get("number", "")
        country = cleaned.get("country", "")
        if channel in (Channel.BANK, Channel.MOBILE) and not number:
            self.add_error("number", _("Give the number."))
        elif number:
            try:
                cleaned["number"] = _cleaned_number(str(channel), number, country)
            except ValidationError as error:
                self.add_error("number", error)
        if channel in (Channel.BANK, Channel.MOBILE) and not cleaned.get("institution"):
            self.add_error("institution", _("Say which bank or operator."))
        return cleaned


def _cleaned_number(channel: str, number: str, country: str) -> str:
    if channel == Channel.MOBILE:
        return accounts_check.clean_phone(number, country)
    return accounts_check.clean_bank_number(number, country)


class VerifyForm(FilingForm):
    """By what the approver saw that the account is the payee's."""

    evidence = forms.ChoiceField(
        label=_("Seen by"), choices=VerificationEvidence.choices, widget=forms.RadioSelect
    )
    file = paper_field(_("Letter, cheque or note of the call"), required=False)
    kept_files = {"file": "account_evidence"}


class RetireForm(ActionForm):
    """How the owner hears of it, by another channel than the request came."""

    told_by = forms.ChoiceField(
        label=_("The owner was told by"), choices=SecondChannel.choices, widget=forms.RadioSelect
    )


class SupplierForm(forms.ModelForm):
    """A supplier of the programme."""

    class Meta:
        model = Supplier
        fields = ["name", "registration", "town", "country", "trade"]

    def clean_country(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["country"]).upper()


class ChooseSupplierForm(forms.Form):
    """Which supplier an instalment on quotation is paid to."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Supplier.objects.none())

    def __init__(self, *args: Any, tranche: Tranche, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suppliers = Supplier.objects.filter(programme=tranche.grant.programme_id)
        choose_from(self, "supplier", suppliers)
        self.fields["supplier"].initial = tranche.supplier_id


class ReasonForm(forms.Form):
    """A reason, and nothing else."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), min_length=8, max_length=4000
    )
