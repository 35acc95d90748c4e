"""What a payment order is: its columns, what the database refuses about them, how sentences name it.

What happens to an order is in `models/orders.py`, what is kept beside it in `models/order_records.py`.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements.models.order_states import OVER, OrderState
from disbursements.models.payees import Channel, Destination, Supplier
from disbursements.models.tranches import Tranche
from programmes.money import Money
from workflow import StateModel, known_states
from workflow.addresses import address_of
from workflow.display import money_text


class OrderColumns(StateModel):
    """The columns of an order. All amounts in minor units of `currency`; gross is the instalment's amount."""

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="payment_orders"
    )
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="orders")
    attempt = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(_("number"), max_length=50, unique=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    currency = models.CharField(_("currency"), max_length=3)
    gross_minor = models.BigIntegerField(_("gross"))
    withholding_minor = models.BigIntegerField(_("tax withheld"), default=0)
    fee_minor = models.BigIntegerField(_("fee"), default=0)
    offset_minor = models.BigIntegerField(_("kept back for what is owed"), default=0)
    net_minor = models.BigIntegerField(_("net to pay"))

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    destination = models.ForeignKey(
        Destination, on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, blank=True)
    frozen_fingerprint = models.CharField(max_length=64, blank=True)
    frozen_masked = models.CharField(max_length=40, blank=True)
    frozen_institution = models.CharField(max_length=120, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    approvals_needed = models.PositiveSmallIntegerField(null=True, blank=True)
    releases_needed = models.PositiveSmallIntegerField(null=True, blank=True)
    threshold_minor = models.BigIntegerField(null=True, blank=True)
    round = models.PositiveSmallIntegerField(default=1)

    tranche_verifier = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    tranche_approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reconciled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer_due_on = models.DateField(_("answer expected by"), null=True, blank=True)
    executed_on = models.DateField(_("executed on"), null=True, blank=True)

    class Meta:
        abstract = True
        verbose_name = _("payment order")
        verbose_name_plural = _("payment orders")
        ordering = ["number"]
        constraints = [
            known_states("disbursements_order", OrderState),
            models.UniqueConstraint(fields=["tranche", "attempt"], name="disbursements_order_attempt"),
            models.UniqueConstraint(
                fields=["tranche"],
                condition=~Q(state__in=OVER),
                name="disbursements_order_one_live_per_tranche",
            ),
            models.CheckConstraint(
                condition=Q(
                    gross_minor=F("net_minor") + F("withholding_minor") + F("fee_minor") + F("offset_minor")
                ),
                name="disbursements_order_gross_is_net_withholding_fee",
            ),
            models.CheckConstraint(
                condition=Q(net_minor__gt=0, withholding_minor__gte=0, fee_minor__gte=0, offset_minor__gte=0),
                name="disbursements_order_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(prepared_by=F("tranche_verifier")) & ~Q(prepared_by=F("tranche_approver")),
                name="disbursements_order_preparer_is_a_third_person",
            ),
            *[
                models.CheckConstraint(
                    condition=~Q(**{f"{one}_by": F(f"{other}_by")}),
                    name=f"disbursements_order_{one}_not_{other}",
                )
                for one, other in (
                    ("prepared", "approved"),
                    ("prepared", "released"),
                    ("prepared", "reconciled"),
                    ("approved", "released"),
                    ("approved", "reconciled"),
                    ("released", "reconciled"),
                )
            ],
            models.CheckConstraint(
                condition=~Q(state__in=[OrderState.EXECUTED, OrderState.RECEIPTED, OrderState.RETURNED])
                | Q(
                    approved_by__isnull=False,
                    released_by__isnull=False,
                    reconciled_by__isnull=False,
                    executed_on__isnull=False,
                ),
                name="disbursements_order_executed_by_four",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[OrderState.DRAFT, OrderState.CANCELLED])
                | (
                    Q(destination__isnull=False, approvals_needed__gte=1, releases_needed__gte=1)
                    & ~Q(frozen_fingerprint="")
                ),
                name="disbursements_order_frozen_when_submitted",
            ),
        ]
        indexes = [models.Index(fields=["programme", "state"], name="disbursements_order_list")]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        """The case's stream."""
        return self.tranche.stream

    @property
    def amount(self) -> Money:
        """The gross amount."""
        return Money(self.gross_minor, self.currency)

    @property
    def net(self) -> Money:
        """What reaches the payee."""
        return Money(self.net_minor, self.currency)

    @property
    def instruction_is_out(self) -> bool:
        """Whether the bank or the cashier was told."""
        before = (OrderState.DRAFT, OrderState.SUBMITTED, OrderState.APPROVED, OrderState.RELEASED)
        return self.state not in (*before, OrderState.REJECTED, OrderState.CANCELLED)

    def get_absolute_url(self) -> str:
        """The order's page."""
        return address_of("disbursements:order", self.pk)

    @staticmethod
    def number_for(tranche: Tranche, attempt: int) -> str:
        """Return the number of an instalment's n-th order: the case, the instalment, which attempt."""
        again = f"-{attempt}" if attempt > 1 else ""
        return f"{tranche.grant.reference}-T{tranche.number}{again}"

    def in_words(self) -> dict[str, Any]:
        """What sentences about this order name: never the holder of an account."""
        return {
            "number": self.number,
            "amount": money_text(self.net),
            "tranche": str(self.tranche),
            "payee": self.supplier.name if self.supplier else gettext("the beneficiary"),
            "account": self.frozen_masked,
        }
