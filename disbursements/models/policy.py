"""What a programme decides once about its payments: thresholds of signatures, waiting times, quotations.

Policy is data where an agency will want it different. That four persons sign, and that no row refuses, is
not policy: it is in the constraints of `models/order_columns.py`.
"""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disbursements.querysets import ProgrammeOwnedQuerySet
from programmes.money import amount_property


class PaymentPolicy(models.Model):
    """Waiting times and limits of one programme; a programme without a row has the defaults."""

    programme = models.OneToOneField(
        "programmes.Programme", on_delete=models.PROTECT, related_name="payment_policy"
    )
    cooling_hours = models.PositiveSmallIntegerField(_("hours before a new account may be paid"), default=168)
    answer_days = models.PositiveSmallIntegerField(_("days for the bank to answer"), default=5)
    justification_days = models.PositiveSmallIntegerField(_("days to justify a payment"), default=60)
    grace_days = models.PositiveSmallIntegerField(
        _("days after which overdue receipts are claimed back"), default=30
    )
    recovery_days = models.PositiveSmallIntegerField(_("days to pay money back"), default=30)
    offer_days = models.PositiveSmallIntegerField(_("days to sign an agreement"), default=30)
    quotes_above_minor = models.BigIntegerField(_("three quotations above"), null=True, blank=True)

    objects = ProgrammeOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment rules")
        verbose_name_plural = _("payment rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(quotes_above_minor__isnull=True) | Q(quotes_above_minor__gte=0),
                name="disbursements_policy_quotes_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return str(self.programme)

    @property
    def cooling(self) -> timedelta:
        """How old an account must be before it may be paid."""
        return timedelta(hours=self.cooling_hours)

    @property
    def answer_time(self) -> timedelta:
        """How long the bank may take to answer."""
        return timedelta(days=self.answer_days)


class ApprovalThreshold(models.Model):
    """From which amount on how many approvals and release signatures an order needs."""

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="approval_thresholds"
    )
    currency = models.CharField(_("currency"), max_length=3)
    from_minor = models.BigIntegerField(_("from amount"))
    approvals = models.PositiveSmallIntegerField(_("approvals"), default=1)
    releases = models.PositiveSmallIntegerField(_("release signatures"), default=1)

    objects = ProgrammeOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature threshold")
        verbose_name_plural = _("signature thresholds")
        ordering = ["currency", "from_minor"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "currency", "from_minor"], name="disbursements_threshold_once"
            ),
            models.CheckConstraint(
                condition=Q(from_minor__gte=0), name="disbursements_threshold_from_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(approvals__gte=1, releases__gte=1),
                name="disbursements_threshold_at_least_one_of_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.from_minor}"

    amount = amount_property("from_minor")


class WriteOffCeiling(models.Model):
    """Up to which sum of one grant two persons may write off; without a row nothing is written off."""

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="write_off_ceilings"
    )
    currency = models.CharField(_("currency"), max_length=3)
    up_to_minor = models.BigIntegerField(_("write-off, up to"))

    objects = ProgrammeOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("write-off ceiling")
        verbose_name_plural = _("write-off ceilings")
        ordering = ["currency"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "currency"], name="disbursements_ceiling_once"),
            models.CheckConstraint(condition=Q(up_to_minor__gt=0), name="disbursements_ceiling_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.up_to_minor}"

    amount = amount_property("up_to_minor")


def ceiling_for(programme_id: int, currency: str) -> WriteOffCeiling | None:
    """Return how much of a grant may be written off in a currency, None when nobody said."""
    return WriteOffCeiling.objects.filter(programme_id=programme_id, currency=currency).first()


def policy_of(programme_id: int) -> PaymentPolicy:
    """Return a programme's payment rules, the defaults (unsaved) where none are stored."""
    found = PaymentPolicy.objects.filter(programme_id=programme_id).first()
    return found or PaymentPolicy(programme_id=programme_id)


def threshold_for(programme_id: int, currency: str, amount_minor: int) -> ApprovalThreshold | None:
    """Return the row with the highest amount not above this one, None when there is no such row."""
    rows = ApprovalThreshold.objects.filter(
        programme_id=programme_id, currency=currency, from_minor__lte=amount_minor
    )
    return rows.order_by("-from_minor").first()
