"""Instalments of a grant, what each one waits for, and the holds that stop money.

A condition is a row that the package that knows about it marks as met (`disbursements/conditions.py`); a
hold is a row too, not a state (`disbursements/holds.py`).
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements.guards import tranches as guards
from disbursements.models.grants import Grant
from disbursements.models.plans import ConditionKind, PaymentMode
from disbursements.querysets import (
    HoldQuerySet,
    TrancheChildQuerySet,
    TrancheQuerySet,
    TrancheShareQuerySet,
)
from programmes.money import Money
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.display import money_text
from workflow.states import BLOCKED, DOING, DONE, NEUTRAL, REFUSED, WAITING


class TrancheState(models.TextChoices):
    """Where an instalment stands."""

    PLANNED = "planned", _("Planned")
    DUE = "due", _("Due")
    EVIDENCE_SUBMITTED = "evidence_submitted", _("Papers received")
    RETURNED = "returned", _("Sent back")
    VERIFIED = "verified", _("Verified")
    APPROVED = "approved", _("Approved")
    ORDERED = "ordered", _("Ordered")
    PAID = "paid", _("Paid")
    JUSTIFIED = "justified", _("Justified")
    CANCELLED = "cancelled", _("Cancelled")


UNORDERED = (
    TrancheState.PLANNED,
    TrancheState.DUE,
    TrancheState.EVIDENCE_SUBMITTED,
    TrancheState.RETURNED,
    TrancheState.VERIFIED,
    TrancheState.APPROVED,
)
"""States in which no money was asked for yet."""


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
        ordering = ["grant", "number"]
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
        return reverse("disbursements:tranche", args=[self.pk])

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


class TrancheShare(models.Model):
    """How much of an instalment is whose money: parts of the call's funding shares, by largest remainder."""

    tranche = models.ForeignKey(Tranche, on_delete=models.CASCADE, related_name="shares")
    contribution = models.ForeignKey(
        "programmes.Contribution", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount_minor = models.BigIntegerField()

    objects = TrancheShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tranche", "contribution"], name="disbursements_part_once"),
            models.UniqueConstraint(
                fields=["tranche"],
                condition=Q(contribution__isnull=True),
                name="disbursements_part_one_pool",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="disbursements_part_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.tranche_id}: {self.amount_minor}"

    @property
    def amount(self) -> Money:
        """The part."""
        return Money(self.amount_minor, self.tranche.grant.currency)


class Condition(models.Model):
    """One thing an instalment waits for: what, since when it is missing, or when and by which record met.

    parameter: visit code, percentage, kind of document or ISO date, by kind; empty where there is none.
    """

    tranche = models.ForeignKey(Tranche, on_delete=models.CASCADE, related_name="conditions")
    kind = models.CharField(_("condition"), max_length=24, choices=ConditionKind.choices)
    parameter = models.CharField(_("parameter"), max_length=40, blank=True)
    missing_since = models.DateTimeField(_("missing since"))
    met_at = models.DateTimeField(_("met on"), null=True, blank=True)
    met_kind = models.CharField(max_length=60, blank=True)
    met_id = models.CharField(max_length=40, blank=True)

    objects = TrancheChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["tranche", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tranche", "kind", "parameter"], name="disbursements_condition_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ConditionKind.values), name="disbursements_condition_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True, met_kind="", met_id="")
                | (Q(met_at__isnull=False) & ~Q(met_kind="") & ~Q(met_id="")),
                name="disbursements_condition_met_by_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.parameter}".strip()

    @property
    def programme_id(self) -> int:
        """The programme of the grant."""
        return self.tranche.programme_id

    @property
    def is_met(self) -> bool:
        """Whether it stands in the way no more."""
        return self.met_at is not None


class HoldState(models.TextChoices):
    """Whether a hold stops money."""

    PLACED = "placed", _("Held")
    RELEASED = "released", _("Released")


class Hold(StateModel):
    """Money of an instalment or of a whole grant is stopped, by a red visit or by a person, with a reason.

    cleared_*: a later validated visit, marked by the package that knows visits. asked_*: somebody asked in
    writing for a release without one; then another person may release.
    """

    MAIN_PATH = ("placed", "released")
    MEANINGS = {"placed": BLOCKED, "released": DONE}

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, null=True, blank=True, related_name="holds")
    tranche = models.ForeignKey(
        Tranche, on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    reason = models.TextField(_("reason"), max_length=4000)
    link_kind = models.CharField(max_length=60, blank=True)
    link_id = models.CharField(max_length=40, blank=True)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    placed_at = models.DateTimeField(_("placed on"))
    cleared_kind = models.CharField(max_length=60, blank=True)
    cleared_id = models.CharField(max_length=40, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_reason = models.TextField(_("why it may be released"), max_length=4000, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = StateField(default=HoldState.PLACED, choices=HoldState.choices)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["-placed_at", "-id"]
        constraints = [
            known_states("disbursements_hold", HoldState),
            models.CheckConstraint(
                condition=Q(grant__isnull=False, tranche__isnull=True)
                | Q(grant__isnull=True, tranche__isnull=False),
                name="disbursements_hold_on_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(released_by=F("placed_by")), name="disbursements_hold_not_released_by_placer"
            ),
            models.CheckConstraint(
                condition=~Q(released_by=F("asked_by")), name="disbursements_hold_not_released_by_asker"
            ),
            models.CheckConstraint(
                condition=~Q(state=HoldState.RELEASED)
                | Q(cleared_at__isnull=False)
                | Q(asked_by__isnull=False),
                name="disbursements_hold_released_for_a_cause",
            ),
        ]

    def __str__(self) -> str:
        return str(self.target)

    @property
    def target(self) -> "Grant | Tranche":
        """What is held."""
        held = self.grant or self.tranche
        assert held is not None  # noqa: S101  the database says so
        return held

    @property
    def programme_id(self) -> int:
        """The programme of what is held."""
        return self.target.programme_id

    @property
    def stream(self) -> str:
        """The case's stream."""
        return self.target.stream

    def get_absolute_url(self) -> str:
        """The page of what is held."""
        return self.target.get_absolute_url()

    @transition(
        source="placed",
        target="released",
        label=_("Release the hold"),
        done=_("Hold released"),
        guards=[guards.releaser_is_not_the_placer, guards.visit_validated_since_or_asked_by_another_person],
        style="primary",
    )
    def release(self, firing: Firing) -> None:
        """Money may move again."""
        self.released_by_id = firing.actor.pk


class Evidence(models.Model):
    """A paper handed in for an instalment: quotation, invoice, photo; its file lies in `documents`.

    sha256 is the digest of the file as it came, invoice_key the supplier and number folded for comparison: a
    file or an invoice that was used in another grant blocks the verification.
    """

    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(_("kind of document"), max_length=40)
    file = models.OneToOneField("documents.Document", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, db_index=True)
    supplier_name = models.CharField(_("shop or supplier"), max_length=120, blank=True)
    invoice_number = models.CharField(_("invoice or quotation number"), max_length=60, blank=True)
    invoice_key = models.CharField(max_length=190, blank=True, db_index=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField()

    objects = TrancheChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper of an instalment")
        ordering = ["tranche", "added_at"]

    def __str__(self) -> str:
        return f"{self.tranche_id} {self.kind}"
