"""Forms of receipts: one expense, and what is decided about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from disbursements.forms.parts import DayField, paper_field
from disbursements.models import BudgetLine, Justification, LineDecision
from programmes.money import MoneyFormField


class ReceiptForm(forms.Form):
    """One expense with a photo of its receipt."""

    file = paper_field(_("Photo of the receipt"))
    amount = MoneyFormField(label=_("Amount"))
    label = forms.CharField(label=_("What for"), max_length=200)
    spent_on = DayField(label=_("Spent on"), required=False)
    budget_line = forms.ModelChoiceField(
        label=_("Line of the budget"), queryset=BudgetLine.objects.none(), required=False
    )
    supplier_name = forms.CharField(label=_("Shop or supplier"), max_length=120, required=False)
    invoice_number = forms.CharField(label=_("Number on the receipt"), max_length=60, required=False)

    def __init__(self, *args: Any, justification: Justification, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = justification.currency  # type: ignore[attr-defined]
        lines = BudgetLine.objects.filter(grant=justification.tranche.grant_id)
        self.fields["budget_line"].queryset = lines  # type: ignore[attr-defined]

    def clean_amount(self) -> int:
        """More than nothing."""
        amount = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError(_("Give an amount above zero."))
        return int(amount)


class DecideForm(forms.Form):
    """Whether an expense is accepted; a refusal says why."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[choice for choice in LineDecision.choices if choice[0] != LineDecision.PENDING],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        """A refusal says why."""
        cleaned = super().clean() or {}
        if cleaned.get("decision") == LineDecision.INELIGIBLE and not cleaned.get("reason"):
            self.add_error("reason", _("Say why it is not accepted."))
        return cleaned
