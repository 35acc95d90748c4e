"""Forms of donors' instalments: planning, asking, recording what came in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from disbursements.forms.parts import DayField, FilingForm, count_in, paper_field
from disbursements.forms.recovery import line_words
from disbursements.models import BankLine
from disbursements.papers.originals import DONOR_REQUEST, valid_papers
from documents.bidi import isolate
from documents.models import Paper
from programmes.models import Contribution
from programmes.money import MoneyFormField
from workflow.forms import ActionForm
from workflow.templatetags.jalon import own_name


class PlanInstalmentForm(forms.Form):
    """How much, expected on which day."""

    amount = MoneyFormField(label=_("Amount"))
    due_on = DayField(label=_("Expected on"))

    def __init__(self, *args: Any, contribution: Contribution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        count_in(self, contribution.currency, "amount")


class RequestForm(FilingForm):
    """The printed request, or the document by which the donor is asked, signed."""

    requested_on = DayField(label=_("Asked for on"))
    reference = forms.CharField(label=_("Reference of the request"), max_length=80, required=False)
    paper = forms.ModelChoiceField(
        label=_("Printed request"),
        queryset=Paper.objects.none(),
        required=False,
        blank=True,
        empty_label=_("None: another document is added below"),
        widget=forms.RadioSelect,
    )
    file = paper_field(_("Signed request, or another document"), required=False)
    kept_files = {"file": "donor_request"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = valid_papers(self.record, DONOR_REQUEST)
        field: Any = self.fields["paper"]
        field.queryset = papers
        field.label_from_instance = lambda paper: f"{isolate(paper.reference)} · {own_name(paper.language)}"
        last = papers.last()
        field.initial = last.pk if last is not None else None
        if last is None:
            field.widget = forms.HiddenInput()
            self.fields["file"].help_text = _("The page of the instalment can print the request.")


class ReceiveForm(ActionForm):
    """The movement by which it came."""

    line = forms.ModelChoiceField(
        label=_("Movement of a statement"),
        queryset=BankLine.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instalment: Any = self.record
        rows = BankLine.objects.filter(programme=instalment.programme_id, state="open", amount_minor__gt=0)
        field: Any = self.fields["line"]
        field.queryset = rows.select_related("account").order_by("-booked_on", "-pk")
        field.label_from_instance = line_words
        if not rows.exists():
            field.help_text = _("No movement by which money came in waits to be explained.")
