"""Forms of payment orders: deductions, instruction, outcome, receipt."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from disbursements.forms.parts import DayField, FilingForm, choose_from, count_in, currency_of, paper_field
from disbursements.models import EvidenceKind
from disbursements.papers.issuing import issue_payment_order
from documents.bidi import isolate
from documents.models import Document
from documents.papers import original
from programmes.money import MoneyFormField
from workflow import display
from workflow.forms import ActionForm
from workflow.guards import objections


class SubmitForm(ActionForm):
    """What is kept back before the payee is paid."""

    withholding = MoneyFormField(label=_("Tax withheld"), required=False, initial=0)
    fee = MoneyFormField(label=_("Fee charged to the payee"), required=False, initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        count_in(self, currency_of(self.record), "withholding", "fee")

    def to_data(self) -> dict[str, Any]:
        """Return minor units; nothing is zero."""
        return {name: self.cleaned_data.get(name) or 0 for name in ("withholding", "fee")}


class ExportForm(ActionForm):
    """Nothing to fill in: the payment order is printed and goes out."""

    def clean(self) -> dict[str, Any]:
        """Print nothing that could not go out."""
        cleaned = super().clean() or {}
        for sentence in objections(self.record, self.arrow, self.actor, None):
            self.add_error(None, sentence)
        return cleaned

    def to_data(self) -> dict[str, Any]:
        """Print the payment order and return it with its digest."""
        order: Any = self.record
        paper = issue_payment_order(order, actor=self.actor, at=timezone.now())
        return {"paper": paper.pk, "sha256": original(paper).sha256}


class OutcomeForm(FilingForm):
    """What proves an outcome."""

    evidence = forms.ChoiceField(label=_("Seen by"), choices=EvidenceKind.choices)
    reference = forms.CharField(
        label=_("Reference"),
        max_length=80,
        required=False,
        help_text=_("Of the statement line, the message or the notice."),
    )
    file = paper_field(_("Signed receipt, statement or notice"), required=False)
    kept_files = {"file": "order_evidence"}

    def told(self, data: dict[str, Any]) -> list[tuple[Any, str, str]]:
        """The day, what proves it, and the file to open."""
        rows: list[tuple[Any, str, str]] = []
        if day := parse_date(str(data.get("executed_on", ""))):
            rows.append((_("Paid on"), display.date_text(day), ""))
        if data.get("evidence") in EvidenceKind.values:
            rows.append((_("Seen by"), str(EvidenceKind(data["evidence"]).label), ""))
        if data.get("reference"):
            rows.append((_("Reference"), isolate(data["reference"]), ""))
        for file in Document.objects.filter(pk=data.get("file") or 0).visible_to(self.actor):
            rows.append((_("Document"), isolate(file.name), reverse("documents:download", args=[file.uid])))
        return rows


class ExecuteForm(OutcomeForm):
    """When it was paid, and what says so."""

    executed_on = DayField(label=_("Paid on"))
    field_order = ["executed_on", "evidence", "reference", "file"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = (EvidenceKind.STATEMENT, EvidenceKind.RECEIPT, EvidenceKind.OPERATOR)
        choose_from(self, "evidence", [(kind.value, kind.label) for kind in kinds])


class FailForm(OutcomeForm):
    """What says that it was not paid; a signed receipt never does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("Statement, message or notice")
        choose_from(
            self,
            "evidence",
            [
                (kind.value, kind.label)
                for kind in (EvidenceKind.BANK_NOTICE, EvidenceKind.OPERATOR, EvidenceKind.STATEMENT)
            ],
        )


class ReturnForm(FilingForm):
    """How much came back, on which statement line."""

    returned_minor = MoneyFormField(label=_("Amount that came back"))
    returned_on = DayField(label=_("Came back on"))
    reference = forms.CharField(label=_("Reference of the statement line"), max_length=80)
    file = paper_field(_("Statement"), required=False)
    kept_files = {"file": "order_evidence"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order: Any = self.record
        count_in(self, order.currency, "returned_minor")
        self.fields["returned_minor"].initial = order.net_minor

    def to_data(self) -> dict[str, Any]:
        """A return is always seen on a statement."""
        return {**super().to_data(), "evidence": EvidenceKind.STATEMENT.value}


class AcknowledgeForm(FilingForm):
    """I have received it."""

    received = forms.BooleanField(label=_("The money was received"))
    file = paper_field(_("Photo of the signed receipt"), required=False)
    kept_files = {"file": "receipt"}


class NotReceivedForm(forms.Form):
    """I have not received it."""

    note = forms.CharField(
        label=_("What happened?"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
