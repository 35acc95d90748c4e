"""The masked copy that jurors read: its own table and its own files, never the dossier with fields hidden.

A copy is prepared with proposals, decided place by place, and readable once it is confirmed; until then it
holds no word of the application. What is proposed and how a copy is made is in `scoring/redaction.py` and
`scoring/redacted_copies.py`.
"""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programmes import predicates


class RedactedCopyQuerySet(models.QuerySet["RedactedCopy"]):
    """Masked copies."""

    def visible_to(self, user: Any) -> Self:
        """For a juror the confirmed ones that were opened; all of them for who runs the jury."""
        staff = predicates.programme_ids(user, "jury_secretary", "jury_chair", "auditor")
        own = Q(
            confirmed_at__isnull=False,
            assignments__engagement__user=user.pk,
            assignments__state__in=["opened", "done"],
        )
        found = self.filter(Q(application__call__programme__in=staff) | own if user.pk else Q(pk=None))
        return self.filter(pk__in=found.values("pk"))

    def newest(self) -> Self:
        """The last version of each application's copy."""
        later = RedactedCopy.objects.filter(
            application=OuterRef("application"), version__gt=OuterRef("version")
        )
        return self.filter(~Exists(later))

    def confirmed(self) -> Self:
        """Those that jurors may read."""
        return self.filter(confirmed_at__isnull=False)


class RedactedCopy(models.Model):
    """One version of what jurors read of an application: all forms that it had filled in by then.

    title and content hold masked pieces (`redaction.Piece`); content is a list of parts, each
    {"title": {language: text}, "answers": [{"label": {...}, "kind": ..., "pieces" or "rows" or ...}]}. Both
    are empty until the copy is confirmed. texts: a digest of each text that it is made from, by its key.
    """

    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="redacted_copies",
        verbose_name=_("application"),
    )
    version = models.PositiveSmallIntegerField(_("version"))
    texts = models.JSONField(_("made from"), default=dict, editable=False)
    title = models.JSONField(_("title"), default=list)
    content = models.JSONField(_("content"), default=list)
    language = models.CharField(_("language"), max_length=8, blank=True)
    withheld = models.PositiveSmallIntegerField(_("files withheld"), default=0)
    made_at = models.DateTimeField(_("made on"))
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    files_made_at = models.DateTimeField(_("files copied on"), null=True, blank=True)

    objects = RedactedCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("masked copy")
        verbose_name_plural = _("masked copies")
        ordering = ["application", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["application", "version"], name="redacted_copy_version_once"),
            models.CheckConstraint(condition=Q(version__gt=0), name="redacted_copy_version_positive"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False)
                | Q(confirmed_by__isnull=True, files_made_at__isnull=True, title=[], content=[]),
                name="redacted_copy_empty_until_confirmed",
            ),
        ]
        indexes = [
            # all that counting newest copies asks for; then the two lists of a session in their order
            models.Index(fields=["application", "version", "confirmed_at"], name="redacted_copy_counted"),
            models.Index(
                fields=["made_at", "id", "application", "version"],
                name="redacted_copy_waiting",
                condition=Q(confirmed_at__isnull=True),
            ),
            models.Index(
                fields=["-confirmed_at", "id", "application", "version"],
                name="redacted_copy_confirmed",
                condition=Q(confirmed_at__isnull=False),
            ),
            models.Index(
                fields=["made_at"],
                name="redacted_copy_without_files",
                condition=Q(files_made_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} / {self.version}"

    def get_absolute_url(self) -> str:
        """Where what it hides is decided."""
        return reverse("scoring:copy", args=[self.pk])

    @property
    def programme_id(self) -> int:
        """The programme of its application."""
        return self.application.call.programme_id

    @property
    def is_confirmed(self) -> bool:
        """Whether jurors may read it."""
        return self.confirmed_at is not None


class CopySpan(models.Model):
    """One place in one text of a copy that may give somebody away, and what a person decided about it.

    text is the key of the text (`copy_texts`), start and end count its characters: the words themselves are
    not stored. decided_by is empty where a round that shows names took the copy as it was proposed.
    """

    class Kind(models.TextChoices):
        NAME = "name", _("name")
        NUMBER = "number", _("number")
        PLACE = "place", _("address")
        EMAIL = "email", _("e-mail")
        OTHER = "other", _("by hand")

    class Verdict(models.TextChoices):
        HIDE = "hide", _("hide")
        SHOW = "show", _("show")

    copy = models.ForeignKey(
        RedactedCopy, on_delete=models.CASCADE, related_name="spans", verbose_name=_("masked copy")
    )
    text = models.CharField(_("text"), max_length=200)
    start = models.PositiveIntegerField(_("from"))
    end = models.PositiveIntegerField(_("to"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    by_hand = models.BooleanField(_("added by hand"), default=False)
    verdict = models.CharField(_("decision"), max_length=8, choices=Verdict, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)

    class Meta:
        verbose_name = _("place to hide")
        verbose_name_plural = _("places to hide")
        ordering = ["copy_id", "text", "start"]
        constraints = [
            models.UniqueConstraint(fields=["copy", "text", "start", "end"], name="copy_span_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="copy_span_not_empty"),
            models.CheckConstraint(
                condition=Q(kind__in=["name", "number", "place", "email", "other"]),
                name="copy_span_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(verdict__in=["hide", "show"], decided_at__isnull=False),
                name="copy_span_decided_with_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.start}-{self.end}"


class CopiedFile(models.Model):
    """One file of the application that jurors should see, and what a person decided about it.

    boxes: by page (from "1") those that a person looked at, each [left, top, width, height] in thousandths of
    the page (`scoring/blackening.py`).
    """

    class Verdict(models.TextChoices):
        TRAVEL = "travel", _("goes to the jury")
        REPLACE = "replace", _("replaced by blackened pictures")
        WITHHOLD = "withhold", _("held back")

    copy = models.ForeignKey(
        RedactedCopy, on_delete=models.CASCADE, related_name="files", verbose_name=_("masked copy")
    )
    document = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )
    verdict = models.CharField(_("decision"), max_length=8, choices=Verdict, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    boxes = models.JSONField(_("black boxes"), default=dict, editable=False)

    class Meta:
        verbose_name = _("file of a copy")
        verbose_name_plural = _("files of a copy")
        ordering = ["copy_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["copy", "document"], name="copied_file_once"),
            models.CheckConstraint(
                condition=Q(verdict="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(verdict__in=["travel", "replace", "withhold"], decided_at__isnull=False),
                name="copied_file_decided_with_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.copy_id}: {self.document_id}"
