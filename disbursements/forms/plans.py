"""Forms of set-up: the instalments of a track, the payment rules of a programme."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from disbursements.forms.parts import count_in
from disbursements.models import (
    ApprovalThreshold,
    ConditionKind,
    PaymentMode,
    PaymentPolicy,
    TranchePlan,
    TranchePlanRow,
    WriteOffCeiling,
)
from disbursements.wording import DOCUMENT_WORDS, document_word
from programmes.money import MoneyFormField

WITH_PARAMETER = {
    ConditionKind.VISIT_VALIDATED: "visit",
    ConditionKind.PREVIOUS_JUSTIFIED: "percent",
    ConditionKind.NOT_BEFORE: "date",
}
PLAIN = [kind for kind in ConditionKind if kind not in WITH_PARAMETER and kind is not ConditionKind.DOCUMENTS]
ROWS = 6


class PlanRowForm(forms.Form):
    """One instalment of a plan: share, how it is paid, what it waits for. Without a share it is left out."""

    share_percent = forms.DecimalField(
        label=_("Share in %"), min_value=Decimal("0.01"), max_value=100, decimal_places=2, required=False
    )
    payment_mode = forms.ChoiceField(label=_("Paid as"), choices=PaymentMode.choices)
    needs_receipts = forms.BooleanField(
        label=_("Must be justified with receipts"), required=False, initial=True
    )
    plain = forms.MultipleChoiceField(
        label=_("Waits for"),
        choices=[(kind.value, kind.label) for kind in PLAIN],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=[ConditionKind.AGREEMENT_SIGNED.value, ConditionKind.DESTINATION_VERIFIED.value],
    )
    visit = forms.CharField(
        label=_("Visit validated"), max_length=10, required=False, help_text=_("Code of the visit plan: M1.")
    )
    percent = forms.IntegerField(
        label=_("Previous instalment justified, at least %"), min_value=1, max_value=100, required=False
    )
    documents = forms.MultipleChoiceField(
        label=_("Documents received"),
        choices=[(kind, document_word(kind)) for kind in DOCUMENT_WORDS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    date = forms.DateField(
        label=_("Not before"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        documents: Any = self.fields["documents"]
        documents.choices = [(kind, document_word(kind)) for kind in DOCUMENT_WORDS]

    @property
    def is_used(self) -> bool:
        """Whether this row is part of the plan."""
        return bool(self.cleaned_data.get("share_percent"))

    def conditions(self) -> list[dict[str, str]]:
        """Return what the instalment waits for, as the plan stores it."""
        cleaned = self.cleaned_data
        found = [{"kind": kind} for kind in cleaned["plain"]]
        if cleaned["visit"]:
            found.append({"kind": "visit_validated", "parameter": cleaned["visit"]})
        if cleaned["percent"]:
            found.append({"kind": "previous_justified", "parameter": str(cleaned["percent"])})
        found += [{"kind": "documents", "parameter": kind} for kind in cleaned["documents"]]
        if cleaned["date"]:
            found.append({"kind": "not_before", "parameter": cleaned["date"].isoformat()})
        return found


def row_initial(row: TranchePlanRow) -> dict[str, Any]:
    """Return what the form of a stored row starts from."""
    by_kind: dict[str, list[str]] = {}
    for wanted in row.conditions:
        by_kind.setdefault(wanted["kind"], []).append(str(wanted.get("parameter", "")))
    first = {kind: values[0] for kind, values in by_kind.items()}
    return {
        "share_percent": row.share_percent,
        "payment_mode": row.payment_mode,
        "needs_receipts": row.needs_receipts,
        "plain": [kind.value for kind in PLAIN if kind.value in by_kind],
        "visit": first.get("visit_validated", ""),
        "percent": first.get("previous_justified") or None,
        "documents": by_kind.get("documents", []),
        "date": parse_date(first.get("not_before", "")),
    }


class BasePlanFormSet(forms.BaseFormSet):
    """The instalments of one track; their shares add up to 100 %."""

    def clean(self) -> None:
        """Refuse a plan that does not add up, or whose first instalment waits for an earlier one."""
        if any(self.errors):
            return
        used = [form for form in self.forms if form.is_used]
        total = sum((form.cleaned_data["share_percent"] for form in used), Decimal(0))
        if total != 100:
            raise forms.ValidationError(
                _("The shares add up to %(total)s %%, not to 100 %%.") % {"total": total.normalize()}
            )
        first = {wanted["kind"] for wanted in used[0].conditions()}
        if first & {ConditionKind.PREVIOUS_JUSTIFIED.value, ConditionKind.RECEIPTS_ACCEPTED.value}:
            raise forms.ValidationError(_("Nothing was paid before the first instalment."))

    def save(self, track: Any) -> TranchePlan:
        """Replace the plan of a track."""
        with transaction.atomic():
            plan, _is_new = TranchePlan.objects.get_or_create(track=track, defaults={"call": track.call})
            plan.rows.all().delete()
            used = [form for form in self.forms if form.is_used]
            TranchePlanRow.objects.bulk_create(
                [
                    TranchePlanRow(
                        plan=plan,
                        number=number,
                        share_percent=form.cleaned_data["share_percent"],
                        payment_mode=form.cleaned_data["payment_mode"],
                        needs_receipts=form.cleaned_data["needs_receipts"],
                        conditions=form.conditions(),
                    )
                    for number, form in enumerate(used, start=1)
                ]
            )
        return plan


PlanFormSet = forms.formset_factory(
    PlanRowForm, formset=BasePlanFormSet, extra=0, min_num=ROWS, max_num=ROWS, validate_max=True
)


class PolicyForm(forms.ModelForm):
    """Waiting times and limits of a programme."""

    quotes_above_minor = MoneyFormField(label=_("Three quotations above"), required=False)

    class Meta:
        model = PaymentPolicy
        fields = [
            "cooling_hours",
            "answer_days",
            "justification_days",
            "grace_days",
            "recovery_days",
            "offer_days",
            "quotes_above_minor",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        count_in(self, self.instance.programme.currency, "quotes_above_minor")


class ThresholdForm(forms.Form):
    """From an amount on: how many approvals and release signatures."""

    from_minor = MoneyFormField(label=_("From amount"))
    approvals = forms.IntegerField(label=_("Approvals"), min_value=1, max_value=5, initial=1)
    releases = forms.IntegerField(label=_("Release signatures"), min_value=1, max_value=5, initial=1)

    def __init__(self, *args: Any, programme: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        count_in(self, programme.currency, "from_minor")

    def save(self) -> ApprovalThreshold:
        """Add the row, or change the one that starts at this amount."""
        cleaned = self.cleaned_data
        row, _is_new = ApprovalThreshold.objects.update_or_create(
            programme=self.programme,
            currency=self.programme.currency,
            from_minor=cleaned["from_minor"],
            defaults={"approvals": cleaned["approvals"], "releases": cleaned["releases"]},
        )
        return row


class CeilingForm(forms.Form):
    """Up to which sum of one grant two persons may write off."""

    up_to_minor = MoneyFormField(label=_("Write-off, up to"))

    def __init__(self, *args: Any, programme: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        count_in(self, programme.currency, "up_to_minor")

    def clean_up_to_minor(self) -> int:
        """More than nothing: without a row nothing is written off."""
        minor = self.cleaned_data["up_to_minor"]
        if not minor:
            raise forms.ValidationError(_("Give an amount above zero."))
        return int(minor)

    def save(self) -> WriteOffCeiling:
        """Set the ceiling in the programme's currency."""
        row, _is_new = WriteOffCeiling.objects.update_or_create(
            programme=self.programme,
            currency=self.programme.currency,
            defaults={"up_to_minor": self.cleaned_data["up_to_minor"]},
        )
        return row
