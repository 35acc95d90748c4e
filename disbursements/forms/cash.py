"""Forms of cash advances: a new list, the signed sheet, counting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from disbursements.cash import Signed
from disbursements.forms.parts import DayField, count_in, currency_of
from disbursements.models import CashAdvance, CashMethod, PayingAccount
from documents.bidi import isolate
from documents.fields import UploadField
from programmes.money import MoneyFormField
from programmes.predicates import Role
from workflow.forms import ActionForm

CARRIERS = (Role.COACH, Role.FIELD_AGENT, Role.SUPERVISOR)
"""Who may carry cash: people in the field, who sign no payment."""


class CashListForm(forms.Form):
    """From which account, who carries it, where and when people are paid."""

    account = forms.ModelChoiceField(label=_("Paying account"), queryset=PayingAccount.objects.none())
    cashier = forms.ModelChoiceField(label=_("Cashier"), queryset=User.objects.none())
    place = forms.CharField(label=_("Place"), max_length=120)
    pays_on = DayField(label=_("Day of payment"))

    def __init__(self, *args: Any, programme: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts: Any = self.fields["account"]
        accounts.queryset = PayingAccount.objects.filter(programme=programme)
        cashiers: Any = self.fields["cashier"]
        carriers = programme.memberships.filter(role__in=CARRIERS, ended_at__isnull=True)
        cashiers.queryset = User.objects.filter(pk__in=carriers.values("user"), is_active=True).order_by(
            "full_name"
        )


class SheetForm(forms.Form):
    """Who was paid: ticked, with how each signed, and one photo of the signed sheet."""

    def __init__(self, *args: Any, advance: CashAdvance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(
            advance.live_lines()
            .filter(paid_at__isnull=True)
            .select_related("order__destination", "order__tranche__grant__case")
        )
        for line in self.lines:
            line.advance = advance
            case = line.order.tranche.grant.case.number
            self.fields[f"paid_{line.pk}"] = forms.BooleanField(
                label=_("%(case)s was paid") % {"case": isolate(case)}, required=False
            )
            self.fields[f"method_{line.pk}"] = forms.ChoiceField(
                label=_("Signed by"), choices=CashMethod.choices, required=False
            )
            self.fields[f"witness_{line.pk}"] = forms.CharField(
                label=_("Witness, for a thumbprint"), max_length=120, required=False
            )
        self.fields["sheet"] = UploadField(label=_("Photo of the signed sheet"), camera=True)

    def rows(self) -> list[tuple[Any, Any, Any, Any]]:
        """Each line with its three fields, for the page."""
        return [
            (line, self[f"paid_{line.pk}"], self[f"method_{line.pk}"], self[f"witness_{line.pk}"])
            for line in self.lines
        ]

    def clean(self) -> dict[str, Any]:
        """Somebody is ticked, and a thumbprint has its witness."""
        cleaned = super().clean() or {}
        ticked = [line for line in self.lines if cleaned.get(f"paid_{line.pk}")]
        if not ticked:
            raise forms.ValidationError(_("Tick who was paid."))
        for line in ticked:
            thumb = cleaned.get(f"method_{line.pk}") == CashMethod.THUMBPRINT
            if thumb and not cleaned.get(f"witness_{line.pk}", "").strip():
                self.add_error(f"witness_{line.pk}", _("A thumbprint needs a witness."))
        return cleaned

    def signed(self) -> dict[int, Signed]:
        """How each person who was paid signed."""
        given = self.cleaned_data
        return {
            line.pk: Signed(given[f"method_{line.pk}"], given[f"witness_{line.pk}"])
            for line in self.lines
            if given.get(f"paid_{line.pk}")
        }


class CountForm(ActionForm):
    """How much came back."""

    returned = MoneyFormField(label=_("Counted, came back"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        count_in(self, currency_of(self.record), "returned")
