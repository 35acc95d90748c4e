"""The instalment's page, its papers, its payee, conditions that a person confirms, holds."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements import conditions, duplicates, evidence, holds, payees, purchases
from disbursements.forms.parts import filed
from disbursements.forms.payees import ChooseSupplierForm, ReasonForm
from disbursements.forms.tranches import ConfirmForm, EvidenceForm, HoldForm
from disbursements.models import Condition, Grant, Hold, Tranche
from disbursements.models.tranche_states import UNORDERED
from disbursements.overview import tranche_lines
from disbursements.views.parts import FormPage, set_programme
from disbursements.wording import condition_sentence
from workflow import Refused, access

TRANCHE = access.visible(Tranche.objects.select_related("grant__case__site", "grant__programme"), pk="pk")
GRANT = access.visible(Grant.objects, pk="pk")
HOLD = access.visible(Hold.objects, pk="pk")
BY_HAND = ("own_contribution", "training", "cash_book_seen")


@access.rule("disbursements.view_grant", TRANCHE)
def tranche_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One instalment: where it stands, what it waits for, whom it pays, holds, papers."""
    tranche: Tranche = access.object_of(request)
    set_programme(request, tranche)
    user, grant = request.user, tranche.grant
    line = next(line for line in tranche_lines(grant, user) if line.tranche.pk == tranche.pk)
    changeable = tranche.state in UNORDERED
    found = Hold.objects.visible_to(user).filter(Q(tranche=tranche) | Q(grant=grant))
    context = {
        "tranche": tranche,
        "grant": grant,
        "line": line,
        "used_before": duplicates.all_elsewhere(tranche)
        if access.may(user, "disbursements.list_grants", tranche)
        else [],
        "papers": tranche.evidence.visible_to(user).select_related("file", "added_by"),
        "by_hand": [row for row in tranche.conditions.all() if row.kind in BY_HAND and not row.is_met],
        "holds": found.select_related("placed_by", "asked_by", "tranche", "grant"),
        "may_add_papers": changeable and access.may(user, "disbursements.add_evidence", tranche),
        "may_choose_payee": changeable
        and tranche.needs_supplier
        and access.may(user, "disbursements.choose_payee", tranche),
        "may_buy": changeable
        and tranche.is_in_kind
        and line.purchase is None
        and access.may(user, "disbursements.start_procurement", tranche),
        "may_confirm": changeable and access.may(user, "disbursements.confirm_condition", tranche),
        "may_hold": access.may(user, "disbursements.place_hold", tranche),
        "may_ask": access.may(user, "disbursements.ask_hold_release", tranche),
        "staff": access.may(user, "disbursements.list_grants", tranche),
        "reads_money": access.may(user, "disbursements.list_money", tranche),
        "shares": tranche.shares.visible_to(user).select_related("contribution__donor"),
    }
    return render(request, "disbursements/tranche.html", context)


@access.rule("disbursements.add_evidence", TRANCHE)
class AddEvidence(FormPage):
    """A paper for an instalment."""

    title = _("Add a paper")
    submit = _("Send")
    done = _("The paper was received.")

    def get_form(self, data: Any = None, files: Any = None) -> EvidenceForm:
        """The form, with the kinds that are asked for first."""
        return EvidenceForm(data, files, tranche=self.record)

    def save(self, form: EvidenceForm) -> None:
        """Store the file and add it to the papers of the instalment."""
        tranche: Tranche = self.record
        if tranche.state not in UNORDERED:
            raise Refused([gettext("The payment is ordered already.")])
        given, actor = form.cleaned_data, self.request.user
        invoice = {name: given[name] for name in ("supplier_name", "invoice_number")}
        with filed(given["file"], owner=tranche, kind=given["kind"], actor=actor) as file:
            evidence.add(tranche, given["kind"], file, actor=actor, at=self.now, **invoice)


@access.rule("disbursements.choose_payee", TRANCHE)
class ChooseSupplier(FormPage):
    """Which supplier an instalment on quotation is paid to."""

    title = _("Choose the supplier")
    done = _("The supplier was chosen.")

    def get_form(self, data: Any = None, files: Any = None) -> ChooseSupplierForm:
        """The suppliers of the programme."""
        return ChooseSupplierForm(data, tranche=self.record)

    def save(self, form: ChooseSupplierForm) -> None:
        """Choose."""
        payees.choose_supplier(self.record, form.cleaned_data["supplier"], at=self.now)


@access.rule("disbursements.start_procurement", TRANCHE)
class StartPurchase(FormPage):
    """Begin to buy the goods of an instalment."""

    form_class = forms.Form
    title = _("Start the purchase")
    submit = _("Start the purchase")
    done = _("The purchase was started: list the goods and add quotations.")

    def get_back(self) -> str:
        """To the purchase once there is one."""
        purchase = self.record.live_procurement()
        return str((purchase or self.record).get_absolute_url())

    def save(self, form: Any) -> None:
        """Start."""
        purchases.start(self.record, actor=self.request.user, at=self.now)


def _condition(request: HttpRequest, pk: int, condition: int) -> Condition:
    tranche = TRANCHE(request, pk=pk)
    found: Condition = access.get_visible(Condition.objects, request.user, pk=condition, tranche=tranche)
    return found


@access.rule("disbursements.confirm_condition", _condition)
class ConfirmCondition(FormPage):
    """Confirm by hand that a condition is met: own contribution, training, cash book."""

    form_class = ConfirmForm
    title = _("Confirm a condition")
    submit = _("Confirm")
    done = _("The condition is met.")

    def get_back(self) -> str:
        """To the instalment."""
        return str(self.record.tranche.get_absolute_url())

    def get_lead(self) -> str:
        """What is confirmed."""
        return condition_sentence(self.record.kind, self.record.parameter)

    def save(self, form: ConfirmForm) -> None:
        """Keep the proof as a paper of the instalment and mark the condition."""
        condition: Condition = self.record
        if condition.kind not in BY_HAND:
            raise Refused([gettext("This condition is not confirmed by hand.")])
        tranche, kind, actor = condition.tranche, condition.kind, self.request.user
        with filed(form.cleaned_data["file"], owner=tranche, kind=kind, actor=actor) as file:
            paper = evidence.add(tranche, kind, file, actor=actor, at=self.now)
            conditions.mark_tranche_met(tranche, kind, condition.parameter, by_record=paper, at=self.now)


class PlaceHold(FormPage):
    """Stop money, with a reason."""

    form_class = HoldForm
    title = _("Stop the money")
    submit = _("Stop the money")
    done = _("The money is held.")
    danger = True

    def get_lead(self) -> str:
        """What is stopped."""
        return gettext(
            "Nothing of %(what)s is approved, ordered, released or issued while the hold is open."
        ) % {"what": self.record}

    def save(self, form: HoldForm) -> None:
        """Place the hold."""
        holds.place(self.record, reason=form.cleaned_data["reason"], actor=self.request.user, at=self.now)


@access.rule("disbursements.place_hold", TRANCHE)
class HoldTranche(PlaceHold):
    """Stop the money of one instalment."""


@access.rule("disbursements.place_hold", GRANT)
class HoldGrant(PlaceHold):
    """Stop the money of a whole grant."""


@access.rule("disbursements.ask_hold_release", HOLD)
class AskRelease(FormPage):
    """Ask in writing for a release; another person releases."""

    form_class = ReasonForm
    title = _("Ask for the release of a hold")
    submit = _("Ask")
    done = _("Asked. An approver who neither placed the hold nor asked can now release it.")

    def save(self, form: ReasonForm) -> None:
        """Ask."""
        holds.ask_release(
            self.record, actor=self.request.user, reason=form.cleaned_data["reason"], at=self.now
        )
