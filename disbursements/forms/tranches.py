"""Forms beside the machine of instalments: papers, conditions seen by a person, holds."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from disbursements.forms.parts import choose_from, paper_field
from disbursements.models import Tranche
from disbursements.wording import DOCUMENT_WORDS, document_word


class EvidenceForm(forms.Form):
    """One paper of an instalment, with the supplier's number where it is a quotation or an invoice."""

    kind = forms.ChoiceField(label=_("Kind of document"))
    file = paper_field(_("Photo or PDF"))
    supplier_name = forms.CharField(label=_("Shop or supplier"), max_length=120, required=False)
    invoice_number = forms.CharField(
        label=_("Number on the quotation or invoice"), max_length=60, required=False
    )

    def __init__(self, *args: Any, tranche: Tranche, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = tranche.conditions.filter(kind="documents").order_by("met_at", "pk")
        asked = [row.parameter for row in rows]
        others = [kind for kind in DOCUMENT_WORDS if kind not in asked]
        offered = [(kind, document_word(kind)) for kind in [*asked, *others]]
        choose_from(self, "kind", offered)


class ConfirmForm(forms.Form):
    """What a person saw, with a paper where there is one."""

    note = forms.CharField(
        label=_("What was seen"), max_length=500, min_length=8, widget=forms.Textarea(attrs={"rows": 3})
    )
    file = paper_field(_("Photo or PDF"))


class HoldForm(forms.Form):
    """Why money is stopped."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=8,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Case numbers, no names."),
    )
