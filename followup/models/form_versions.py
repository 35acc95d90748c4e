"""Versions of the visit form: what a programme asks beyond the standard questions, and how it asks those."""

from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.form_definition import Form, read
from workflow.append_only import append_only


@append_only(unique=[("id",), ("programme", "number")], when="OLD.frozen_at IS NOT NULL")
class VisitFormVersion(models.Model):
    """One version of a programme's visit form; version 1 is the standard form alone and has no row.

    definition: sections of own questions as in `applications/form_definition.py`, and under "standard" what
    becomes of the standard ones (`followup/form_versions.py`). A draft can be changed until it is published.
    findings: what became of each row of the XLSForm that it was read from, file_name its name.
    """

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="visit_form_versions"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    definition = models.JSONField(_("questions"), default=dict, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made on"))
    frozen_at = models.DateTimeField(_("published on"), null=True, blank=True)
    findings = models.JSONField(_("not carried over"), default=list, blank=True)
    file_name = models.CharField(_("file"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("version of the visit form")
        verbose_name_plural = _("versions of the visit form")
        ordering = ["programme_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="followup_form_version_once"),
            models.CheckConstraint(condition=Q(number__gte=2), name="followup_form_version_after_first"),
            models.UniqueConstraint(
                fields=["programme"],
                condition=Q(frozen_at__isnull=True),
                name="followup_form_version_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}/{self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.frozen_at is None

    @cached_property
    def form(self) -> Form:
        """The own questions, read."""
        return read(self.definition)
