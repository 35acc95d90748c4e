"""What is kept beside a payment order: signatures, the instruction, proofs, what the payee says.

Signatures and instructions never change. The order and its arrows are in `models/orders.py`.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disbursements.models.order_states import EvidenceKind, EvidenceUse
from disbursements.models.signing import SignatureStep
from disbursements.querysets import OrderChildQuerySet
from workflow.append_only import append_only


@append_only(unique=[("id",), ("order", "round", "user")])
class OrderSignature(models.Model):
    """One person's signature in one round of an order; nobody signs twice in a round."""

    order = models.ForeignKey(
        "disbursements.PaymentOrder", on_delete=models.PROTECT, related_name="signatures"
    )
    round = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=10, choices=SignatureStep.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    objects = OrderChildQuerySet.as_manager()

    class Meta:
        ordering = ["order_id", "round", "signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "round", "user"], name="disbursements_signature_once_per_round"
            ),
            models.CheckConstraint(
                condition=Q(step__in=SignatureStep.values), name="disbursements_signature_known_step"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.step} {self.round}"


@append_only(unique=[("id",), ("order",)])
class Instruction(models.Model):
    """What was issued for an order, once: the paper or file with its digest, the amount, the account."""

    order = models.OneToOneField(
        "disbursements.PaymentOrder", on_delete=models.PROTECT, related_name="instruction"
    )
    paper = models.ForeignKey(
        "documents.Paper", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sha256 = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    objects = OrderChildQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.order_id)


class OrderEvidence(models.Model):
    """What somebody saw before recording an outcome."""

    order = models.ForeignKey("disbursements.PaymentOrder", on_delete=models.PROTECT, related_name="evidence")
    use = models.CharField(max_length=10, choices=EvidenceUse.choices)
    kind = models.CharField(max_length=12, choices=EvidenceKind.choices)
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    file = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount_minor = models.BigIntegerField(null=True, blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    said_at = models.DateTimeField()

    objects = OrderChildQuerySet.as_manager()

    class Meta:
        ordering = ["order_id", "said_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(reference=""),
                name="disbursements_order_evidence_is_there",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.use}"


class Confirmation(models.Model):
    """What the payee says: "I have received it" or "I have not"."""

    order = models.ForeignKey(
        "disbursements.PaymentOrder", on_delete=models.PROTECT, related_name="confirmations"
    )
    received = models.BooleanField()
    note = models.CharField(_("note"), max_length=500, blank=True)
    file = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    objects = OrderChildQuerySet.as_manager()

    class Meta:
        ordering = ["order_id", "said_at"]

    def __str__(self) -> str:
        return f"{self.order_id} {self.received}"
