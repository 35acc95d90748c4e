"""Forms of receipts: one expense, and what is decided about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements.forms.parts import DayField, choose_from, count_in, paper_field
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
        count_in(self, justification.currency, "amount")
        lines = BudgetLine.objects.filter(grant=justification.tranche.grant_id)
        choose_from(self, "budget_line", lines)

    def clean_amount(self) -> int:
        """More than nothing."""
        amount = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError(_("Give an amount above zero."))
        return int(amount)


class SeveralReceiptsForm(forms.Form):
    """Up to five receipts at once: a photo, an amount and two words each; works without a script."""

    ROWS = 5

    def __init__(self, *args: Any, justification: Justification, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, self.ROWS + 1):
            words = {"number": number}
            self.fields[f"file_{number}"] = paper_field(
                gettext("Photo of receipt %(number)s") % words, required=number == 1, camera=True
            )
            self.fields[f"amount_{number}"] = MoneyFormField(
                label=gettext("Amount of receipt %(number)s") % words,
                required=number == 1,
                currency=justification.currency,
            )
            self.fields[f"label_{number}"] = forms.CharField(
                label=gettext("What for"), max_length=200, required=number == 1
            )

    def clean(self) -> dict[str, Any]:
        """A receipt has its photo, its amount and what it is for."""
        cleaned = super().clean() or {}
        self.receipts: list[dict[str, Any]] = []
        for number in range(1, self.ROWS + 1):
            given: dict[str, Any] = {
                name: cleaned.get(f"{name}_{number}") for name in ("file", "amount", "label")
            }
            if not any(given.values()):
                continue
            missing = [name for name, value in given.items() if not value]
            if missing and f"{missing[0]}_{number}" not in self.errors:
                self.add_error(
                    f"{missing[0]}_{number}", _("A receipt has a photo, an amount and what it is for.")
                )
            self.receipts.append(given)
        return cleaned


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
