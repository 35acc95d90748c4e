"""Forms of recoveries: claiming, telling, contesting, deciding, agreeing on parts, money that comes in."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements.claims import most_by_hand
from disbursements.forms.parts import DayField, FilingForm, count_in, paper_field
from disbursements.guards.recovery import MOST_PARTS, later_instalments
from disbursements.models import BankLine, Grant, SecondChannel, Tranche
from disbursements.models.policy import policy_of
from documents.bidi import isolate, ltr
from programmes.money import Money, MoneyFormField
from workflow import display
from workflow.forms import ActionForm


class ClaimForm(forms.Form):
    """Which payment, how much of it, and why."""

    tranche = forms.ModelChoiceField(
        label=_("Payment"), queryset=Tranche.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    amount = MoneyFormField(label=_("Amount to be paid back"))
    reason = forms.CharField(
        label=_("Reason"),
        min_length=8,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The beneficiary will read it. Case numbers, no names."),
    )

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = {
            row.pk: most_by_hand(row)
            for row in grant.tranches.filter(state__in=["paid", "justified"], amount_minor__isnull=False)
        }
        field: Any = self.fields["tranche"]
        field.queryset = grant.tranches.filter(pk__in=[pk for pk, most in self.most.items() if most > 0])
        field.label_from_instance = lambda row: (
            gettext("Instalment %(number)s: at most %(most)s")
            % {
                "number": row.number,
                "most": ltr(display.money_text(Money(self.most[row.pk], grant.currency))),
            }
        )
        count_in(self, grant.currency, "amount")


class NotifyForm(ActionForm):
    """How the beneficiary was told, and until when the money is to come."""

    told_by = forms.ChoiceField(
        label=_("Told by"), choices=SecondChannel.choices, widget=forms.RadioSelect, initial="phone"
    )
    due_on = DayField(label=_("To be paid back by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record: Any = self.record
        days = policy_of(record.programme_id).recovery_days
        self.fields["due_on"].initial = timezone.localdate() + timedelta(days=days)


class ContestForm(ActionForm):
    """In the beneficiary's own words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why do you not owe this money?")
        self.fields["reason"].help_text = _("Say it as you would to your coach. The programme will answer.")


class DecideForm(ActionForm):
    """The claim stands, or is dropped."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("stands", _("The claim stands")), ("dropped", _("The claim is dropped"))],
        widget=forms.RadioSelect,
    )
    field_order = ["decision", "reason"]


class ScheduleForm(ActionForm):
    """How many parts, from when, how often."""

    count = forms.IntegerField(label=_("In how many parts"), min_value=2, max_value=MOST_PARTS, initial=3)
    first_on = DayField(label=_("First part due on"))
    every = forms.ChoiceField(
        label=_("Then every"),
        choices=[("month", _("month")), ("week", _("week"))],
        initial="month",
        widget=forms.RadioSelect,
    )


class RepayForm(FilingForm):
    """A movement of a statement, or cash with the number of its receipt."""

    line = forms.ModelChoiceField(
        label=_("Movement of a statement"),
        queryset=BankLine.objects.none(),
        required=False,
        blank=True,  # else buttons to choose from have no way back to none
        empty_label=_("None: cash at the box"),
        widget=forms.RadioSelect,
    )
    amount = MoneyFormField(label=_("Cash received"), required=False)
    reference = forms.CharField(label=_("Number of the cash receipt"), max_length=60, required=False)
    paid_on = DayField(label=_("Received on"), required=False)
    file = paper_field(_("Photo of the signed receipt"), required=False)
    kept_files = {"file": "repayment"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recovery: Any = self.record
        count_in(self, recovery.currency, "amount")
        field: Any = self.fields["line"]
        field.queryset = incoming(recovery.programme_id, recovery.currency, recovery.outstanding_minor)
        field.label_from_instance = line_words
        if not field.queryset.exists():
            field.widget = forms.HiddenInput()

    def to_data(self) -> dict[str, Any]:
        """A movement says everything itself; cash says amount, day and receipt."""
        data = super().to_data()
        if data.get("line") is not None:
            return {"line": data["line"]}
        return data


def incoming(programme_id: int, currency: str, most: int) -> Any:
    """Return the movements by which money came in that nobody explained, up to an amount."""
    rows = BankLine.objects.filter(
        programme=programme_id, currency=currency, state="open", amount_minor__gt=0, amount_minor__lte=most
    )
    return rows.select_related("account").order_by("-booked_on", "-pk")


def line_words(line: BankLine) -> str:
    """Say a movement in one line, without the name of who paid."""
    said = [
        ltr(display.date_text(line.booked_on)),
        ltr(display.money_text(line.amount)),
        isolate(line.account.name),
        isolate(line.reference),
    ]
    return " · ".join(said)


class OffsetForm(ActionForm):
    """From which instalment, and how much."""

    tranche = forms.ModelChoiceField(
        label=_("Instalment"), queryset=Tranche.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    amount = MoneyFormField(label=_("Kept back"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recovery: Any = self.record
        found = later_instalments(recovery)
        field: Any = self.fields["tranche"]
        field.queryset = recovery.grant.tranches.filter(pk__in=[row.pk for row in found])
        field.label_from_instance = lambda row: (
            gettext("Instalment %(number)s, %(amount)s")
            % {
                "number": row.number,
                "amount": ltr(display.money_text(row.amount)),
            }
        )
        count_in(self, recovery.currency, "amount")
        most = [min(recovery.outstanding_minor, row.amount_minor - row.offset_minor - 1) for row in found]
        self.fields["amount"].initial = max(most, default=None)
