"""What is kept beside a claim: the parts agreed on, and how parts of it came to an end, with their proof.

The claim and its arrows are in `models/recovery.py`.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disbursements.models.recovery_states import MoveKind
from disbursements.querysets import RecoveryChildQuerySet
from programmes.money import Money
from workflow.append_only import append_only


class RecoveryPart(models.Model):
    """One agreed part of a repayment: how much, until when."""

    recovery = models.ForeignKey("disbursements.Recovery", on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField(_("number"))
    due_on = models.DateField(_("due on"))
    amount_minor = models.BigIntegerField(_("amount"))

    objects = RecoveryChildQuerySet.as_manager()

    class Meta:
        ordering = ["recovery_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["recovery", "number"], name="disbursements_recovery_part_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="disbursements_recovery_part_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recovery_id} / {self.number}"

    @property
    def amount(self) -> Money:
        """The part."""
        return Money(self.amount_minor, self.recovery.currency)


@append_only(
    unique=[("id",), ("recovery", "number"), ("bank_line",), ("receipt_key",), ("recovery", "tranche")]
)
class RecoveryMove(models.Model):
    """How one part of a claim ended, with its proof; never changed.

    receipt_key: programme and number of a cash receipt, so that one receipt counts once.
    """

    recovery = models.ForeignKey("disbursements.Recovery", on_delete=models.PROTECT, related_name="moves")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=MoveKind.choices)
    amount_minor = models.BigIntegerField(_("amount"))
    moved_on = models.DateField(_("on"))
    bank_line = models.OneToOneField(
        "disbursements.BankLine",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recovery_move",
    )
    reference = models.CharField(_("number of the receipt"), max_length=60, blank=True)
    receipt_key = models.CharField(max_length=100, null=True, blank=True, unique=True)
    file = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    tranche = models.ForeignKey(
        "disbursements.Tranche", on_delete=models.PROTECT, null=True, blank=True, related_name="kept_back"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = RecoveryChildQuerySet.as_manager()

    class Meta:
        ordering = ["recovery_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["recovery", "number"], name="disbursements_recovery_move_once"),
            models.UniqueConstraint(
                fields=["recovery", "tranche"], name="disbursements_recovery_one_offset_per_tranche"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="disbursements_recovery_move_positive"
            ),
            models.CheckConstraint(
                condition=Q(kind=MoveKind.REPAID, bank_line__isnull=False, receipt_key__isnull=True)
                | Q(kind=MoveKind.REPAID, bank_line__isnull=True, receipt_key__isnull=False)
                | Q(kind=MoveKind.OFFSET, tranche__isnull=False, bank_line__isnull=True)
                | Q(kind=MoveKind.WRITTEN_OFF, tranche__isnull=True, bank_line__isnull=True),
                name="disbursements_recovery_move_is_proved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recovery_id} #{self.number}"

    @property
    def amount(self) -> Money:
        """The part."""
        return Money(self.amount_minor, self.recovery.currency)
