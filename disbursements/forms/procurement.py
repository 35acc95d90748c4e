"""Forms of purchases: goods, quotations, choice, order, delivery, hand-over, invoice."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements.forms.parts import (
    DayField,
    FilingForm,
    WitnessFields,
    choose_from,
    count_in,
    currency_of,
    paper_field,
)
from disbursements.models import AcceptanceMethod, Procurement, ProcurementLine, Quote, Supplier
from disbursements.papers.issuing import issue_purchase_order
from documents.bidi import isolate, ltr
from documents.fields import UploadField
from programmes.money import MoneyFormField
from workflow import display
from workflow.forms import ActionForm
from workflow.guards import objections


class GoodsForm(forms.ModelForm):
    """One kind of goods."""

    class Meta:
        model = ProcurementLine
        fields = ["label", "quantity", "unit"]


class QuoteForm(forms.Form):
    """What a supplier asks for the whole."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Supplier.objects.none())
    amount = MoneyFormField(label=_("Amount"))
    quoted_on = DayField(label=_("Dated"))
    file = paper_field(_("Quotation"), required=False)

    def __init__(self, *args: Any, purchase: Procurement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = purchase.quotes.values("supplier")
        suppliers = Supplier.objects.filter(programme=purchase.programme_id).exclude(pk__in=asked)
        choose_from(self, "supplier", suppliers)
        count_in(self, currency_of(purchase), "amount")
        if purchase.tranche.amount_minor is None:
            del self.fields["amount"]


class ChooseForm(ActionForm):
    """Which quotation is taken, and why where another one is lower or there are few."""

    quote = forms.ModelChoiceField(
        label=_("Quotation"), queryset=Quote.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Where another quotation is lower, or fewer than three were to be had."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purchase: Any = self.record
        field: Any = self.fields["quote"]
        field.queryset = purchase.quotes.select_related("supplier", "procurement__tranche__grant")
        field.label_from_instance = _quote_words


def _quote_words(quote: Quote) -> str:
    amount = quote.amount
    if amount is None:
        return str(quote.supplier)
    return f"{isolate(quote.supplier)}: {ltr(display.money_text(amount))}"


class OrderForm(ActionForm):
    """Nothing to fill in: the purchase order is printed for the supplier."""

    def clean(self) -> dict[str, Any]:
        """Print nothing that could not go out."""
        cleaned = super().clean() or {}
        for sentence in objections(self.record, self.arrow, self.actor, None):
            self.add_error(None, sentence)
        return cleaned

    def to_data(self) -> dict[str, Any]:
        """Print the purchase order and return it."""
        purchase: Any = self.record
        return {"paper": issue_purchase_order(purchase, actor=self.actor, at=timezone.now()).pk}


class DeliverForm(ActionForm):
    """The day, and how many of each kind came."""

    delivered_on = DayField(label=_("Delivered on"))
    reference = forms.CharField(label=_("Delivery note of the supplier"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purchase: Any = self.record
        self.lines = list(purchase.lines.all())
        for line in self.lines:
            self.fields[f"line_{line.pk}"] = forms.IntegerField(
                label=gettext("%(goods)s: how many came, of %(quantity)s")
                % {"goods": line.label, "quantity": line.quantity},
                min_value=0,
                max_value=line.quantity,
                initial=line.quantity,
            )

    def to_data(self) -> dict[str, Any]:
        """Return the quantities by line."""
        cleaned = self.cleaned_data
        return {
            "delivered_on": cleaned["delivered_on"].isoformat(),
            "reference": cleaned["reference"],
            "quantities": {str(line.pk): cleaned[f"line_{line.pk}"] for line in self.lines},
        }


class HandOverForm(WitnessFields, FilingForm):
    """How the beneficiary accepted the goods, with the signed record and a photo."""

    handed_over_on = DayField(label=_("Handed over on"))
    method = forms.ChoiceField(
        label=_("Accepted by"), choices=AcceptanceMethod.choices, widget=forms.RadioSelect
    )
    file = paper_field(_("Signed acceptance record"))
    photo = UploadField(label=_("Photo of the hand-over"), camera=True)
    kept_files = {"file": "acceptance", "photo": "hand_over_photo"}
    field_order = ["handed_over_on", "method", "file", "photo", "witness_1", "witness_2"]


class MatchForm(FilingForm):
    """The supplier's invoice."""

    invoice_number = forms.CharField(label=_("Number of the invoice"), max_length=60)
    invoice_minor = MoneyFormField(label=_("Total of the invoice"))
    file = paper_field(_("Invoice"))
    kept_files = {"file": "invoice"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        count_in(self, currency_of(self.record), "invoice_minor")
