"""Forms of the agreement: offer, signature, amendment, budget."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements.forms.parts import DayField, FilingForm, WitnessFields, choose_from, paper_field
from disbursements.models import BudgetLine, Grant, SignatureMethod
from disbursements.models.policy import policy_of
from disbursements.papers.originals import AGREEMENT, valid_papers
from documents.models import Paper
from documents.papers import original
from documents.storage import digest
from programmes.money import Money, MoneyFormField
from workflow import display
from workflow.forms import ActionForm


class OfferForm(ActionForm):
    """Until when the offer is valid."""

    offer_until = DayField(label=_("Offer valid until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record: Any = self.record
        days = policy_of(record.programme_id).offer_days
        self.fields["offer_until"].initial = timezone.localdate() + timedelta(days=days)

    def clean_offer_until(self) -> Any:
        """An offer is valid for a day at least."""
        until = self.cleaned_data["offer_until"]
        if until < timezone.localdate():
            raise forms.ValidationError(_("This day is over."))
        return until


class SignForm(WitnessFields, FilingForm):
    """Which paper was signed, how, when, with the picture of the signature."""

    paper = forms.ModelChoiceField(label=_("Signed paper"), queryset=Paper.objects.none(), empty_label=None)
    signed_on = DayField(label=_("Signed on"))
    method = forms.ChoiceField(
        label=_("How it was signed"),
        choices=[choice for choice in SignatureMethod.choices if choice[0] != SignatureMethod.ARCHIVED],
        widget=forms.RadioSelect,
        initial=SignatureMethod.SCAN,
    )
    file = paper_field(_("Signature: drawing, scan or photo of the signed page"))
    kept_files = {"file": "signature"}
    field_order = ["paper", "signed_on", "method", "file", "witness_1", "witness_2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grant: Any = self.record
        self.agreement = grant.agreements.filter(version=grant.version).first()
        if self.agreement is not None:
            papers = valid_papers(self.agreement, AGREEMENT)
            choose_from(self, "paper", papers)

    def clean_paper(self) -> Any:
        """The stored bytes are still those that were issued."""
        paper = self.cleaned_data["paper"]
        copy = original(paper)
        if digest(copy.stored_as) != copy.sha256:
            raise forms.ValidationError(_("The agreement's file was changed after it was issued."))
        return paper

    def to_data(self) -> dict[str, Any]:
        """Add the version that was signed and the digest of its paper."""
        data = super().to_data()
        assert self.agreement is not None  # noqa: S101  a paper of it was chosen
        data["agreement"] = self.agreement.pk
        data["paper_sha256"] = original(self.cleaned_data["paper"]).sha256
        return data


class AmendForm(ActionForm):
    """New amounts of the instalments that are not ordered yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grant: Any = self.record
        self.tranches = [row for row in grant.tranches.live() if row.is_amendable and row.amount_minor]
        for tranche in self.tranches:
            self.fields[f"amount_{tranche.pk}"] = MoneyFormField(
                currency=grant.currency,
                label=gettext("Instalment %(number)s") % {"number": tranche.number},
                initial=tranche.amount_minor,
            )
        self.order_fields([*(f"amount_{tranche.pk}" for tranche in self.tranches), "reason"])

    def differences(self, data: dict[str, Any]) -> list[tuple[str, str, str]]:
        """Each instalment that would change, and the grant, before and after."""
        grant: Any = self.record
        amounts = data.get("amounts", {})
        found, total = [], 0
        for row in grant.tranches.live():
            after = int(amounts.get(str(row.pk), row.amount_minor or 0))
            total += after
            if after != row.amount_minor:
                words = gettext("Instalment %(number)s") % {"number": row.number}
                found.append((words, _money_words(row.amount_minor, grant), _money_words(after, grant)))
        if total != grant.amount_minor:
            before, after_all = _money_words(grant.amount_minor, grant), _money_words(total, grant)
            found.append((gettext("Grant"), before, after_all))
        return found

    def to_data(self) -> dict[str, Any]:
        """Return the amounts by instalment, and the reason."""
        amounts = {str(row.pk): self.cleaned_data[f"amount_{row.pk}"] for row in self.tranches}
        return {"amounts": amounts, "reason": self.cleaned_data["reason"]}


def _money_words(minor: int | None, grant: Grant) -> str:
    return "–" if minor is None else display.money_text(Money(minor, grant.currency))


class BudgetForm(forms.Form):
    """The budget of a draft grant: up to twelve lines that add up to the grant."""

    LINES = 12

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grant = grant
        lines = list(grant.budget_lines.all())
        for number in range(1, min(self.LINES, len(lines) + 4) + 1):
            line = lines[number - 1] if number <= len(lines) else None
            self.fields[f"label_{number}"] = forms.CharField(
                label=gettext("Line %(number)s") % {"number": number},
                required=number == 1,
                max_length=200,
                initial=line.label if line else "",
            )
            if grant.amount_minor is not None:
                self.fields[f"amount_{number}"] = MoneyFormField(
                    currency=grant.currency,
                    label=gettext("Amount of line %(number)s") % {"number": number},
                    required=number == 1,
                    initial=line.amount_minor if line else None,
                )

    def clean(self) -> dict[str, Any]:
        """Every line has its amount, and they add up."""
        cleaned = super().clean() or {}
        self.lines = []
        numbers = [name.removeprefix("label_") for name in self.fields if name.startswith("label_")]
        for number in numbers:
            label, amount = cleaned.get(f"label_{number}", ""), cleaned.get(f"amount_{number}")
            if self.grant.amount_minor is not None and bool(label) != bool(amount):
                self.add_error(f"label_{number}", _("A line has both words and an amount."))
            elif label:
                self.lines.append((label, amount))
        total = sum(amount or 0 for label, amount in self.lines)
        if self.grant.amount_minor is not None and not self.errors and total != self.grant.amount_minor:
            raise forms.ValidationError(
                _("The lines add up to %(total)s, the grant is %(grant)s.")
                % {
                    "total": display.money_text(Money(total, self.grant.currency)),
                    "grant": display.money_text(Money(self.grant.amount_minor, self.grant.currency)),
                }
            )
        return cleaned

    def save(self) -> None:
        """Replace the lines."""
        self.grant.budget_lines.all().delete()
        BudgetLine.objects.bulk_create(
            [
                BudgetLine(grant=self.grant, number=number, label=label, amount_minor=amount)
                for number, (label, amount) in enumerate(self.lines, start=1)
            ]
        )
