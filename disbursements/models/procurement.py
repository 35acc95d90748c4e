"""Goods bought for a beneficiary: quotations, purchase order, delivery, hand-over, invoice.

Order, delivery and invoice must say the same before the supplier is paid; where no value is stated the
hand-over ends the purchase.
"""

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.vault import SealedField
from disbursements.guards import procurement as guards
from disbursements.guards.inputs import own_files
from disbursements.models import sentences
from disbursements.models.payees import Supplier
from disbursements.models.tranches import Tranche
from disbursements.querysets import ProcurementChildQuerySet, ProcurementQuerySet
from programmes.money import Money
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.states import DOING, DONE, NEUTRAL, REFUSED, WAITING


class ProcurementState(models.TextChoices):
    """Where a purchase stands."""

    QUOTING = "quoting", _("Quotations")
    SUPPLIER_CHOSEN = "supplier_chosen", _("Supplier chosen")
    ORDERED = "ordered", _("Ordered")
    DELIVERED = "delivered", _("Delivered")
    HANDED_OVER = "handed_over", _("Handed over")
    MATCHED = "matched", _("Invoice matched")
    CANCELLED = "cancelled", _("Cancelled")


class AcceptanceMethod(models.TextChoices):
    """How the beneficiary accepted the goods."""

    SIGNATURE = "signature", _("Signature")
    THUMBPRINT = "thumbprint", _("Thumbprint, with two witnesses")


class Procurement(StateModel):
    """One purchase for one instalment. Total in minor units of the grant's currency, null without value."""

    MAIN_PATH = ("quoting", "supplier_chosen", "ordered", "delivered", "handed_over", "matched")
    MEANINGS = {
        "quoting": NEUTRAL,
        "supplier_chosen": WAITING,
        "ordered": DOING,
        "delivered": DOING,
        "handed_over": DONE,
        "matched": DONE,
        "cancelled": REFUSED,
    }

    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="procurements")
    attempt = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(_("number"), max_length=50, unique=True)
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, null=True, blank=True, related_name="procurements"
    )
    total_minor = models.BigIntegerField(_("total"), null=True, blank=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ordered_on = models.DateField(_("ordered on"), null=True, blank=True)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    delivery_reference = models.CharField(_("delivery note of the supplier"), max_length=60, blank=True)
    handed_over_on = models.DateField(_("handed over on"), null=True, blank=True)
    acceptance_method = models.CharField(
        _("accepted by"), max_length=10, choices=AcceptanceMethod.choices, blank=True
    )
    acceptance_file = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    photo = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    archive_reference = models.CharField(_("reference in the archive"), max_length=80, blank=True)
    witness_1 = SealedField(_("first witness"), blank=True, default="")
    witness_2 = SealedField(_("second witness"), blank=True, default="")
    witnessed = models.BooleanField(default=False)
    invoice_number = models.CharField(_("invoice number"), max_length=60, blank=True)
    invoice_key = models.CharField(max_length=190, blank=True, db_index=True)
    invoice_minor = models.BigIntegerField(_("invoice total"), null=True, blank=True)
    invoice_file = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = StateField(default=ProcurementState.QUOTING, choices=ProcurementState.choices)

    objects = ProcurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        ordering = ["number"]
        constraints = [
            known_states("disbursements_procurement", ProcurementState),
            models.UniqueConstraint(fields=["tranche", "attempt"], name="disbursements_procurement_attempt"),
            models.UniqueConstraint(
                fields=["tranche"],
                condition=~Q(state=ProcurementState.CANCELLED),
                name="disbursements_procurement_one_live_per_tranche",
            ),
            models.CheckConstraint(
                condition=Q(total_minor__isnull=True) | Q(total_minor__gt=0),
                name="disbursements_procurement_total_positive",
            ),
            models.CheckConstraint(
                condition=~Q(ordered_by=F("chosen_by")), name="disbursements_procurement_two_persons"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ProcurementState.HANDED_OVER, ProcurementState.MATCHED])
                | (Q(handed_over_on__isnull=False) & ~Q(acceptance_method="")),
                name="disbursements_procurement_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(acceptance_method=AcceptanceMethod.THUMBPRINT) | Q(witnessed=True),
                name="disbursements_procurement_thumbprint_witnessed",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProcurementState.MATCHED)
                | (Q(invoice_minor=F("total_minor")) & ~Q(invoice_number="")),
                name="disbursements_procurement_invoice_matches",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def programme_id(self) -> int:
        """The programme of the grant."""
        return self.tranche.programme_id

    @property
    def stream(self) -> str:
        """The case's stream."""
        return self.tranche.stream

    @property
    def total(self) -> Money | None:
        """The total, None where no value is stated."""
        return None if self.total_minor is None else Money(self.total_minor, self.tranche.grant.currency)

    def get_absolute_url(self) -> str:
        """The purchase's page."""
        return reverse("disbursements:procurement", args=[self.pk])

    @transition(
        source="quoting",
        target="supplier_chosen",
        label=_("Choose the supplier"),
        done=_("Supplier chosen"),
        guards=[guards.items_are_listed, guards.three_quotes_or_reason, guards.quote_is_the_instalment],
        form="disbursements.forms.procurement.ChooseForm",
        facts=("quote",),
        style="primary",
    )
    def choose_supplier(self, firing: Firing) -> None:
        """Take one of the quotations."""
        quote = self.quotes.get(pk=firing.data["quote"])
        self.supplier = quote.supplier
        self.total_minor = quote.amount_minor
        self.chosen_by_id = firing.actor.pk

    @transition(
        source="supplier_chosen",
        target="ordered",
        label=_("Order the goods"),
        done=_("Goods ordered"),
        guards=[
            guards.orderer_did_not_choose,
            guards.instalment_is_approved,
            guards.no_hold_is_open,
            guards.purchase_order_is_stored,
        ],
        form="disbursements.forms.procurement.OrderForm",
        facts=("paper",),
        style="primary",
        confirm=sentences.order_goods,
    )
    def order(self, firing: Firing) -> None:
        """The purchase order goes to the supplier."""
        self.ordered_by_id, self.ordered_on = firing.actor.pk, self.tranche.grant.programme.day_of(firing.at)

    @transition(
        source="ordered",
        target="delivered",
        label=_("Record the delivery"),
        done=_("Goods delivered"),
        guards=[guards.delivery_is_described],
        form="disbursements.forms.procurement.DeliverForm",
        facts=("delivered_on", "reference", "quantities"),
        style="primary",
    )
    def deliver(self, firing: Firing) -> None:
        """Count what came, line by line."""
        self.delivered_on = date.fromisoformat(firing.data["delivered_on"])
        self.delivery_reference = firing.data.get("reference", "")
        for line in self.lines.all():
            line.delivered = int(firing.data["quantities"][str(line.pk)])
            line.save(update_fields=["delivered"])

    @transition(
        source="delivered",
        target="handed_over",
        label=_("Record the hand-over"),
        done=_("Goods handed over"),
        guards=[guards.acceptance_is_recorded, own_files("file", "photo")],
        form="disbursements.forms.procurement.HandOverForm",
        facts=("handed_over_on", "method", "file", "photo"),
        style="primary",
    )
    def hand_over(self, firing: Firing) -> None:
        """The beneficiary accepts the goods: signature or thumbprint with two witnesses, and a photo."""
        data = firing.data
        self.handed_over_on = date.fromisoformat(data["handed_over_on"])
        self.acceptance_method = data["method"]
        self.acceptance_file_id, self.photo_id = data.get("file"), data.get("photo")
        self.witness_1, self.witness_2 = data.get("witness_1", ""), data.get("witness_2", "")
        self.witnessed = bool(self.witness_1 and self.witness_2)

    @transition(
        source="handed_over",
        target="matched",
        label=_("Match the invoice"),
        done=_("Invoice matched"),
        guards=[guards.order_delivery_and_invoice_agree, guards.invoice_is_new, own_files("file")],
        form="disbursements.forms.procurement.MatchForm",
        facts=("invoice_number", "invoice_minor", "file"),
        style="primary",
    )
    def match_invoice(self, firing: Firing) -> None:
        """The supplier asks for what was ordered and delivered."""
        from disbursements.duplicates import invoice_key

        assert self.supplier is not None  # noqa: S101  chosen long before
        self.invoice_number = firing.data["invoice_number"]
        self.invoice_key = invoice_key(self.supplier.name, self.invoice_number)
        self.invoice_minor = firing.data["invoice_minor"]
        self.invoice_file_id = firing.data.get("file")

    @transition(
        source=("quoting", "supplier_chosen", "ordered"),
        target="cancelled",
        label=_("Cancel the purchase"),
        done=_("Purchase cancelled"),
        reason=True,
        style="danger",
        confirm=sentences.cancel_purchase,
    )
    def cancel(self, firing: Firing) -> None:
        """Nothing will be bought."""


class ProcurementLine(models.Model):
    """One kind of goods: how many were ordered, how many came."""

    procurement = models.ForeignKey(Procurement, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField(_("number"))
    label = models.CharField(_("goods"), max_length=200)
    quantity = models.PositiveIntegerField(_("quantity"))
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    delivered = models.PositiveIntegerField(_("delivered"), null=True, blank=True)

    objects = ProcurementChildQuerySet.as_manager()

    class Meta:
        ordering = ["procurement_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["procurement", "number"], name="disbursements_procurement_line_number"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="disbursements_procurement_line_quantity"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def programme_id(self) -> int:
        """The programme of the grant."""
        return self.procurement.programme_id


class Quote(models.Model):
    """What one supplier asks for the whole; null where no value is stated."""

    procurement = models.ForeignKey(Procurement, on_delete=models.CASCADE, related_name="quotes")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="quotes")
    amount_minor = models.BigIntegerField(_("amount"), null=True, blank=True)
    quoted_on = models.DateField(_("dated"), null=True, blank=True)
    file = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ProcurementChildQuerySet.as_manager()

    class Meta:
        ordering = ["procurement_id", "amount_minor", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["procurement", "supplier"], name="disbursements_quote_one_per_supplier"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gt=0),
                name="disbursements_quote_amount_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procurement_id}: {self.supplier_id}"

    @property
    def amount(self) -> Any:
        """The amount, None where no value is stated."""
        if self.amount_minor is None:
            return None
        return Money(self.amount_minor, self.procurement.tranche.grant.currency)
