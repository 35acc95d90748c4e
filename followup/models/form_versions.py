"""What a programme adds to the visit form; versions are kept for ever, because visits answer one of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class VisitFormVersion(models.Model):
    """One version of a programme's own questions, after those of the standard form (version 1).

    added: questions as `followup.form_versions.read` takes them. A change is a new version, never an edit.
    """

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="visit_form_versions"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    added = models.JSONField(default=list, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made on"))

    class Meta:
        verbose_name = _("version of the visit form")
        verbose_name_plural = _("versions of the visit form")
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="followup_form_version_once"),
            models.CheckConstraint(condition=Q(number__gte=2), name="followup_form_version_after_first"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}/{self.number}"
