"""What is kept beside a batch: its orders, the signatures on its digest, the file as it was written.

The batch and its arrows are in `models/batches.py`.
"""

import base64
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.vault import SealedField
from disbursements.models.signing import SignatureStep
from disbursements.querysets import BatchChildQuerySet
from programmes.money import Money
from workflow.append_only import append_only


class BatchLine(models.Model):
    """One order in a batch. An order is in one live batch; end_to_end comes back on the statement."""

    batch = models.ForeignKey("disbursements.PaymentBatch", on_delete=models.PROTECT, related_name="lines")
    order = models.ForeignKey(
        "disbursements.PaymentOrder", on_delete=models.PROTECT, related_name="batch_lines"
    )
    position = models.PositiveIntegerField()
    end_to_end = models.CharField(max_length=35)
    uetr = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    net_minor = models.BigIntegerField()
    is_live = models.BooleanField(default=True)

    objects = BatchChildQuerySet.as_manager()

    class Meta:
        ordering = ["batch_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(is_live=True), name="disbursements_order_one_live_batch"
            ),
            models.UniqueConstraint(fields=["batch", "order"], name="disbursements_batch_order_once"),
            models.UniqueConstraint(
                fields=["batch", "end_to_end"], name="disbursements_batch_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(net_minor__gt=0), name="disbursements_batch_line_amount_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.end_to_end

    @property
    def net(self) -> Money:
        """What reaches the payee."""
        return Money(self.net_minor, self.order.currency)


@append_only(unique=[("id",), ("batch", "round", "user")])
class BatchSignature(models.Model):
    """One person's signature on the digest of a batch, once a round."""

    batch = models.ForeignKey(
        "disbursements.PaymentBatch", on_delete=models.PROTECT, related_name="signatures"
    )
    round = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=10, choices=SignatureStep.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64)

    objects = BatchChildQuerySet.as_manager()

    class Meta:
        ordering = ["batch_id", "round", "signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "round", "user"], name="disbursements_batch_signature_once_per_round"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.step} {self.round}"


@append_only(unique=[("id",), ("batch",), ("vault_key",)], erasable=["content"])
class BankFile(models.Model):
    """The file of a batch, written once: its bytes sealed in the vault (base64), their digest in the open."""

    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.OneToOneField("disbursements.PaymentBatch", on_delete=models.PROTECT, related_name="file")
    name = models.CharField(max_length=100)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = SealedField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = BatchChildQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def data(self) -> bytes:
        """The bytes, as they were written."""
        return base64.b64decode(self.content)
