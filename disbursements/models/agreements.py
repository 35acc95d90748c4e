"""The versions of a grant's agreement: what it says, with a digest, and how it was signed.

Names of witnesses are identity values of natural persons: they are encrypted like the vault.
"""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.vault import SealedField
from disbursements.models.grants import Grant
from disbursements.querysets import GrantChildQuerySet
from workflow import Firing
from workflow.append_only import append_only


class SignatureMethod(models.TextChoices):
    """How somebody signed."""

    DRAWN = "drawn", _("Signed on the screen")
    SCAN = "scan", _("Signed on paper, scanned")
    THUMBPRINT = "thumbprint", _("Thumbprint, with two witnesses")
    ARCHIVED = "archived", _("Signed on paper, kept in the archive")


@append_only(
    unique=[("id",), ("grant", "version")],
    when="OLD.signed_on IS NOT NULL",
    erasable=("witness_1", "witness_2"),
)
class Agreement(models.Model):
    """One version of an agreement; never changed once signed, but for witnesses' names that are erased."""

    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="agreements")
    version = models.PositiveSmallIntegerField(_("version"))
    terms = models.JSONField()
    terms_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("made on"))
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    method = models.CharField(_("how"), max_length=10, choices=SignatureMethod.choices, blank=True)
    paper = models.ForeignKey(
        "documents.Paper", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    paper_sha256 = models.CharField(max_length=64, blank=True)
    file = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    witness_1 = SealedField(_("first witness"), blank=True, default="")
    witness_2 = SealedField(_("second witness"), blank=True, default="")
    witnessed = models.BooleanField(default=False)
    archive_reference = models.CharField(_("reference in the archive"), max_length=80, blank=True)

    objects = GrantChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["grant_id", "version"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "version"], name="disbursements_agreement_version"),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True)
                | Q(
                    method__in=[SignatureMethod.DRAWN, SignatureMethod.SCAN, SignatureMethod.THUMBPRINT],
                    paper__isnull=False,
                    file__isnull=False,
                )
                | (Q(method=SignatureMethod.ARCHIVED) & ~Q(archive_reference="")),
                name="disbursements_agreement_signed_with_proof",
            ),
            models.CheckConstraint(
                condition=~Q(method=SignatureMethod.THUMBPRINT) | Q(witnessed=True),
                name="disbursements_agreement_thumbprint_witnessed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant} v{self.version}"

    def record_signature(self, firing: Firing) -> None:
        """Keep how it was signed; called by `Grant.sign`."""
        data = firing.data
        self.signed_on = date.fromisoformat(data["signed_on"])
        self.method = data["method"]
        self.paper_id, self.paper_sha256 = data["paper"], data["paper_sha256"]
        self.file_id = data["file"]
        self.witness_1, self.witness_2 = data.get("witness_1", ""), data.get("witness_2", "")
        self.witnessed = bool(self.witness_1 and self.witness_2)
        self.save()
