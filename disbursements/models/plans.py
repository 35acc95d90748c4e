"""How the grants of a call will be paid: the tranche plan per track, and whose money it is.

A plan is set up on the call's page before the call is published. The rows of a grant are copied from it
when the grant is drafted (`disbursements/drafting.py`).
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disbursements.querysets import CallOwnedQuerySet


class PaymentMode(models.TextChoices):
    """What reaches the beneficiary, and from whom."""

    CASH = "cash", _("Money to the beneficiary")
    SUPPLIER = "supplier", _("Money to a supplier, on a quotation")
    KIT = "kit", _("Kit bought for the beneficiary")
    IN_KIND = "in_kind", _("Equipment handed over, no value stated")


class ConditionKind(models.TextChoices):
    """What a tranche may wait for."""

    AGREEMENT_SIGNED = "agreement_signed", _("Agreement signed")
    DESTINATION_VERIFIED = "destination_verified", _("Payee's account verified by another person")
    VISIT_VALIDATED = "visit_validated", _("Visit validated")
    PREVIOUS_JUSTIFIED = "previous_justified", _("Previous instalment justified")
    DOCUMENTS = "documents", _("Document received")
    OWN_CONTRIBUTION = "own_contribution", _("Own contribution seen")
    NOT_BEFORE = "not_before", _("Not before a date")
    TRAINING = "training", _("Training attended")
    RECEIPTS_ACCEPTED = "receipts_accepted", _("Receipts of the previous instalment accepted")
    CASH_BOOK_SEEN = "cash_book_seen", _("Cash book seen")


class TranchePlan(models.Model):
    """The instalments in which grants of one track of a call are paid."""

    call = models.ForeignKey("programmes.Call", on_delete=models.CASCADE, related_name="tranche_plans")
    track = models.OneToOneField("programmes.Track", on_delete=models.CASCADE, related_name="tranche_plan")

    objects = CallOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("instalment plan")
        verbose_name_plural = _("instalment plans")

    def __str__(self) -> str:
        return str(self.track)


class TranchePlanRow(models.Model):
    """One instalment of a plan: its share, how it is paid, what it waits for.

    conditions: list of `{"kind": ConditionKind, "parameter": str}`.
    """

    plan = models.ForeignKey(TranchePlan, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveSmallIntegerField(_("number"))
    share_percent = models.DecimalField(_("share in %"), max_digits=5, decimal_places=2)
    payment_mode = models.CharField(_("paid as"), max_length=10, choices=PaymentMode.choices)
    needs_receipts = models.BooleanField(_("must be justified with receipts"), default=True)
    conditions = models.JSONField(_("waits for"), default=list, blank=True)

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="disbursements_plan_row_number"),
            models.CheckConstraint(
                condition=Q(share_percent__gt=0, share_percent__lte=100),
                name="disbursements_plan_row_share",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="disbursements_plan_row_from_one"),
            models.CheckConstraint(
                condition=Q(payment_mode__in=PaymentMode.values), name="disbursements_plan_row_known_mode"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} / {self.number}"


class FundingShare(models.Model):
    """Whose money the call spends: one row per contribution with its weight, fixed when the call opens.

    A call without rows, or with one row without a contribution, spends one unnamed pool: how the donors
    share it is not known. A weight of zero is a true zero and stays a row.
    """

    call = models.ForeignKey("programmes.Call", on_delete=models.PROTECT, related_name="funding_shares")
    contribution = models.ForeignKey(
        "programmes.Contribution", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    weight = models.BigIntegerField(_("weight"))

    objects = CallOwnedQuerySet.as_manager()

    class Meta:
        ordering = ["call_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["call", "contribution"], name="disbursements_share_once"),
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(contribution__isnull=True),
                name="disbursements_share_one_pool",
            ),
            models.CheckConstraint(condition=Q(weight__gte=0), name="disbursements_share_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.weight}"
