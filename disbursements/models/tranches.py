"""Instalments of a grant, from planned to justified.

What one waits for are rows (`models/tranche_records.py`); a hold is a row too, not a state
(`models/holds.py`).
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements.guards import tranches as guards
from disbursements.models.grants import Grant
from disbursements.models.holds import Hold, HoldState
from disbursements.models.plans import PaymentMode
from disbursements.models.tranche_states import UNORDERED, TrancheState
from disbursements.querysets import TrancheQuerySet
from programmes.money import Money
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.addresses import address_of
from workflow.display import money_text
from workflow.states import BLOCKED, DOING, DONE, NEUTRAL, REFUSED, WAITING


def approve_sentence(tranche: "Tranche") -> str:
    """Say what approving does, with the amount."""
    return (
        gettext("Instalment %(number)s of %(grant)s, %(amount)s, may then be ordered.") % tranche.in_words()
    )


def order_sentence(tranche: "Tranche") -> str:
    """Say what ordering does, with the amount."""
    return gettext("A payment order over %(amount)s is drafted for instalment %(number)s of %(grant)s.") % (
        tranche.in_words()
    )


def cancel_sentence(tranche: "Tranche") -> str:
    """Say what cancelling does, with the amount."""
    return gettext("Instalment %(number)s, %(amount)s, is taken out of grant %(grant)s.") % tranche.in_words()


class Tranche(StateModel):
    """One instalment. Amount in minor units of the grant's currency; null where no value is stated."""

    MAIN_PATH = (
        "planned",
        "due",
        "evidence_submitted",
        "verified",
        "approved",
        "ordered",
        "paid",
        "justified",
    )
    MEANINGS = {
        "planned": NEUTRAL,
        "due": WAITING,
        "evidence_submitted": WAITING,
        "returned": BLOCKED,
        "verified": DOING,
        "approved": DOING,
        "ordered": DOING,
        "paid": DONE,
        "justified": DONE,
        "cancelled": REFUSED,
    }

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="tranches")
    number = models.PositiveSmallIntegerField(_("number"))
    share_percent = models.DecimalField(_("share in %"), max_digits=5, decimal_places=2)
    amount_minor = models.BigIntegerField(_("amount"), null=True, blank=True)
    offset_minor = models.BigIntegerField(_("kept back for what is owed"), default=0)
    payment_mode = models.CharField(_("paid as"), max_length=10, choices=PaymentMode.choices)
    needs_receipts = models.BooleanField(_("must be justified with receipts"), default=True)
    supplier = models.ForeignKey(
        "disbursements.Supplier",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tranches",
        verbose_name=_("supplier"),
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    state = StateField(default=TrancheState.PLANNED, choices=TrancheState.choices)

    objects = TrancheQuerySet.as_manager()

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["grant_id", "number"]
        constraints = [
            known_states("disbursements_tranche", TrancheState),
            models.UniqueConstraint(fields=["grant", "number"], name="disbursements_tranche_number"),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gt=0),
                name="disbursements_tranche_amount_positive",
            ),
            models.CheckConstraint(
                condition=Q(offset_minor=0) | Q(offset_minor__gt=0, amount_minor__gt=F("offset_minor")),
                name="disbursements_tranche_offset_leaves_something",
            ),
            models.CheckConstraint(
                condition=Q(payment_mode__in=PaymentMode.values), name="disbursements_tranche_known_mode"
            ),
            models.CheckConstraint(
                condition=~Q(verified_by=F("approved_by")),
                name="disbursements_tranche_verifier_is_not_approver",
            ),
            models.CheckConstraint(
                condition=~Q(ordered_by=F("verified_by")),
                name="disbursements_tranche_preparer_is_not_verifier",
            ),
            models.CheckConstraint(
                condition=~Q(ordered_by=F("approved_by")),
                name="disbursements_tranche_preparer_is_not_approver",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[TrancheState.ORDERED, TrancheState.PAID, TrancheState.JUSTIFIED])
                | Q(verified_by__isnull=False, approved_by__isnull=False, ordered_by__isnull=False),
                name="disbursements_tranche_ordered_by_three",
            ),
        ]
        indexes = [models.Index(fields=["state", "state_since"], name="disbursements_tranche_waiting")]

    def __str__(self) -> str:
        return f"{self.grant.reference} / {self.number}"

    @property
    def programme_id(self) -> int:
        """The programme of the grant."""
        return self.grant.programme_id

    @property
    def stream(self) -> str:
        """The case's stream."""
        return self.grant.stream

    @property
    def amount(self) -> Money | None:
        """The amount, None where no value is stated."""
        return None if self.amount_minor is None else Money(self.amount_minor, self.grant.currency)

    @property
    def kept_back_sum(self) -> Money:
        """What is kept back from it, because the beneficiary owes it."""
        return Money(self.offset_minor, self.grant.currency)

    @property
    def is_live(self) -> bool:
        """Whether it counts towards the grant."""
        return self.state != TrancheState.CANCELLED

    @property
    def is_amendable(self) -> bool:
        """Whether its amount may still change."""
        return self.state in UNORDERED

    @property
    def is_in_kind(self) -> bool:
        """Whether goods reach the beneficiary, bought or handed over by the programme."""
        return self.payment_mode in (PaymentMode.KIT, PaymentMode.IN_KIND)

    @property
    def needs_supplier(self) -> bool:
        """Whether a supplier is paid."""
        return self.payment_mode == PaymentMode.SUPPLIER

    def get_absolute_url(self) -> str:
        """The instalment's page."""
        return address_of("disbursements:tranche", self.pk)

    def in_words(self) -> dict[str, Any]:
        """What sentences about this instalment name."""
        return {
            "number": self.number,
            "grant": self.grant.reference,
            "amount": money_text(self.amount) if self.amount is not None else gettext("equipment"),
        }

    def payee_destination(self) -> Any:
        """Return the verified account of whoever is paid, None while there is none."""
        supplier = self.paid_supplier()
        owner: Any = self.grant if self.payment_mode == PaymentMode.CASH else supplier
        return owner.destinations.verified().first() if owner is not None else None

    def paid_supplier(self) -> Any:
        """Return the supplier who is paid, None when the beneficiary is or nobody is chosen yet."""
        if self.payment_mode == PaymentMode.KIT:
            procurement = self.procurements.live().first()
            return procurement.supplier if procurement else None
        return self.supplier if self.needs_supplier else None

    def live_order(self) -> Any:
        """Return the order that stands for this instalment, None when there is none."""
        return self.orders.live().first()

    def live_procurement(self) -> Any:
        """Return the purchase that stands for this instalment, None when there is none."""
        return self.procurements.live().first()

    def open_holds(self) -> Any:
        """Return the holds on this instalment and on its grant that nobody released."""
        return Hold.objects.filter(Q(tranche=self) | Q(grant=self.grant_id), state=HoldState.PLACED)

    def keep_back(self, minor: int) -> None:
        """Pay so much less of it, because the beneficiary owes it; inside the transition of the claim."""
        self.offset_minor += minor
        self.save(update_fields=["offset_minor"])

    def change_amount(self, amount_minor: int) -> None:
        """Give it another amount, as part of an amendment; its shares follow."""
        from disbursements.shares import share_out

        self.amount_minor = amount_minor
        self.save(update_fields=["amount_minor"])
        share_out([self])

    @transition(
        source="planned",
        target="due",
        label=_("Make due"),
        done=_("Instalment due"),
        guards=[
            guards.grant_is_active,
            guards.dated_conditions_are_met,
            guards.previous_tranche_is_paid,
        ],
    )
    def fall_due(self, firing: Firing) -> None:
        """It is this instalment's turn."""

    @transition(
        source=("due", "returned"),
        target="evidence_submitted",
        label=_("Hand in the papers"),
        done=_("Papers handed in"),
        guards=[guards.required_documents_are_present],
        style="primary",
    )
    def submit_evidence(self, firing: Firing) -> None:
        """The papers asked for are there, or none are asked for."""

    @transition(
        source=("evidence_submitted", "verified"),
        target="returned",
        label=_("Send back"),
        done=_("Instalment sent back"),
        reason=True,
    )
    def return_(self, firing: Firing) -> None:
        """Something is missing or wrong; the verification starts again."""
        self.verified_by = None

    @transition(
        source="evidence_submitted",
        target="verified",
        label=_("Verify the instalment"),
        done=_("Instalment verified"),
        guards=[
            guards.every_condition_is_met,
            guards.no_file_or_invoice_was_used_elsewhere,
            guards.no_justification_is_overdue,
        ],
        style="primary",
    )
    def verify(self, firing: Firing) -> None:
        """Everything that the instalment waited for was seen."""
        self.verified_by_id = firing.actor.pk

    @transition(
        source="verified",
        target="approved",
        label=_("Approve the instalment"),
        done=_("Instalment approved"),
        guards=[
            guards.approver_is_not_the_verifier,
            guards.grant_is_active,
            guards.no_hold_is_open,
            guards.books_are_open,
            guards.every_condition_is_met,
        ],
        confirm=approve_sentence,
        style="primary",
    )
    def approve(self, firing: Firing) -> None:
        """It may be ordered."""
        self.approved_by_id = firing.actor.pk

    @transition(
        source="approved",
        target="ordered",
        label=_("Prepare the payment"),
        done=_("Payment prepared"),
        guards=[
            guards.grant_is_active,
            guards.no_order_is_live,
            guards.no_hold_is_open,
            guards.preparer_did_not_verify_or_approve,
            guards.goods_are_handed_over_and_invoiced,
        ],
        confirm=order_sentence,
        style="primary",
    )
    def order(self, firing: Firing) -> None:
        """Draft the payment order; where no value is stated the hand-over itself was the payment."""
        self.ordered_by_id = firing.actor.pk
        if self.amount_minor is not None:
            self.orders.draft_for(self, firing)

    @transition(
        source="ordered",
        target="paid",
        label=_("Mark as paid"),
        done=_("Instalment paid"),
        guards=[guards.its_order_is_executed],
    )
    def pay(self, firing: Firing) -> None:
        """Its order was executed, or the goods were handed over."""
        order = self.live_order()
        self.paid_on = order.executed_on if order else self.live_procurement().handed_over_on

    @transition(
        source=("ordered", "paid"),
        target="approved",
        label=_("Reopen the instalment"),
        done=_("Instalment reopened"),
        guards=[guards.its_order_came_to_nothing],
    )
    def reopen(self, firing: Firing) -> None:
        """Its order was cancelled, failed or came back: another one may be prepared."""
        self.paid_on = None
        self.ordered_by = None

    @transition(
        source="paid",
        target="justified",
        label=_("Mark as justified"),
        done=_("Instalment justified"),
        guards=[guards.justification_is_accepted_or_none_required],
        style="primary",
    )
    def justify(self, firing: Firing) -> None:
        """What was paid is accounted for."""

    @transition(
        source=UNORDERED,
        target="cancelled",
        label=_("Cancel the instalment"),
        done=_("Instalment cancelled"),
        guards=[
            guards.grant_is_under_way,
            guards.no_purchase_is_on_its_way,
            guards.nothing_was_kept_back_from_it,
        ],
        confirm=cancel_sentence,
        style="danger",
    )
    def cancel(self, firing: Firing) -> None:
        """Take it out of the grant, which is amended in the same transaction (`bookings`, `reactions`)."""
