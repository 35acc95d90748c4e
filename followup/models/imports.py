"""Tables of visits from other tools: the table until it is taken in (sealed), the meaning of its columns,
kept, and what became of every row.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.vault import SealedField
from followup.querysets import OfStaffQuerySet


class WaitingTable(models.Model):
    """A table that was handed in and waits until somebody has said what its columns mean; then it is gone."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    table = SealedField(_("rows"))
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField(_("handed in on"))

    class Meta:
        verbose_name = _("table of visits waiting for import")
        verbose_name_plural = _("tables of visits waiting for import")
        ordering = ["-handed_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class VisitMapping(models.Model):
    """What the columns of one kind of table mean in a programme; asked once, kept for the next file."""

    programme = models.ForeignKey("programmes.Programme", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    saved_at = models.DateTimeField(_("saved on"))

    class Meta:
        verbose_name = _("meaning of columns")
        constraints = [
            models.UniqueConstraint(fields=["programme", "digest"], name="followup_mapping_once"),
        ]

    def __str__(self) -> str:
        return self.digest[:8]


class VisitImport(models.Model):
    """One table that was taken in. rows: number, identifier, what became of it and why; no answers."""

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(_("taken in on"))
    new = models.PositiveIntegerField(_("new"), default=0)
    known = models.PositiveIntegerField(_("known already"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    rows = models.JSONField(default=list)
    left_out = models.JSONField(default=list)

    objects = OfStaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of visits")
        verbose_name_plural = _("imports of visits")
        ordering = ["-taken_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
