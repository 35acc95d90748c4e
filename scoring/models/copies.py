"""The masked copy that jurors read: its own table and its own files, never the dossier with fields hidden.

What is masked and how a copy is made is in `scoring/redaction.py` and `scoring/redacted_copies.py`.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes import predicates


class RedactedCopyQuerySet(models.QuerySet["RedactedCopy"]):
    """Masked copies."""

    def visible_to(self, user: Any) -> Self:
        """For a juror those of opened files; all of them for who runs the jury."""
        staff = predicates.programme_ids(user, "jury_secretary", "jury_chair", "auditor")
        own = Q(
            application__jury_assignments__engagement__user=user.pk,
            application__jury_assignments__state__in=["opened", "done"],
        )
        found = self.filter(Q(application__call__programme__in=staff) | own if user.pk else Q(pk=None))
        return self.filter(pk__in=found.values("pk"))


class RedactedCopy(models.Model):
    """One version of what jurors read of an application: all forms that it had filled in by then.

    title and content hold masked pieces (`redaction.Piece`); content is a list of parts, each
    {"title": {language: text}, "answers": [{"label": {...}, "kind": ..., "pieces" or "rows" or ...}]}.
    """

    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="redacted_copies",
        verbose_name=_("application"),
    )
    version = models.PositiveSmallIntegerField(_("version"))
    title = models.JSONField(_("title"))
    content = models.JSONField(_("content"))
    language = models.CharField(_("language"), max_length=8, blank=True)
    withheld = models.PositiveSmallIntegerField(_("files withheld"), default=0)
    made_at = models.DateTimeField(_("made on"))
    files_made_at = models.DateTimeField(_("files copied on"), null=True, blank=True)

    objects = RedactedCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("masked copy")
        verbose_name_plural = _("masked copies")
        ordering = ["application", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["application", "version"], name="redacted_copy_version_once"),
            models.CheckConstraint(condition=Q(version__gt=0), name="redacted_copy_version_positive"),
        ]
        indexes = [
            models.Index(
                fields=["made_at"],
                name="redacted_copy_without_files",
                condition=Q(files_made_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} / {self.version}"
