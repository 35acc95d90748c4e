"""Imports of applications: the table (sealed until it is through), its mapping, the source of each row."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.vault import SealedField


class ImportMapping(models.Model):
    """Which column of a table means what, kept for a call under a name."""

    call = models.ForeignKey("programmes.Call", on_delete=models.CASCADE, related_name="import_mappings")
    name = models.CharField(_("name"), max_length=60)
    columns = models.JSONField(_("columns"))
    options = models.JSONField(_("options"), default=dict, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mapping of an import")
        verbose_name_plural = _("mappings of imports")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["call", "name"], name="import_mapping_name_once")]

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """One table that was handed in. What it says about persons is sealed, and gone once it is imported."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey("programmes.Call", on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(_("digest"), max_length=64)
    headings = models.JSONField(_("columns"))
    row_count = models.PositiveIntegerField(_("rows"))
    columns = models.JSONField(_("what columns mean"), default=dict, blank=True)
    options = models.JSONField(_("options"), default=dict, blank=True)
    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    table = SealedField(_("rows"), blank=True, default="")
    report = SealedField(_("what was found"), blank=True, default="")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("handed in on"))
    checked_at = models.DateTimeField(null=True, blank=True)
    imported_at = models.DateTimeField(_("imported on"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of applications")
        verbose_name_plural = _("imports of applications")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(imported_at__isnull=True) | Q(table=""), name="import_keeps_no_rows_afterwards"
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("applications:import", args=[self.call.programme.code, self.call.code, self.uid])

    @property
    def programme_id(self) -> int:
        """The programme of its call."""
        return self.call.programme_id


class ImportedRow(models.Model):
    """Where an application came from: a row of each person of it, the applicant's first.

    The same row of the same call is never imported twice.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="imported")
    call = models.ForeignKey("programmes.Call", on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="imported"
    )
    row = models.PositiveIntegerField(_("row"))
    fingerprint = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [models.UniqueConstraint(fields=["call", "fingerprint"], name="row_imported_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.row}"
