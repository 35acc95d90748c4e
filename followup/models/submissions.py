"""What coaches' devices sent: one row for each visit that arrived, with its files, kept as it came.

A submission is written once, under the identifier that the device made, and is never overwritten. What became
of it stands in `status` and `flag`; the visit that carries its answers is `visit`.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from followup.querysets import SubmissionQuerySet
from workflow import display


class SubmissionStatus(models.TextChoices):
    """What became of a submission."""

    APPLIED = "applied", _("Taken into account")
    CONFLICT = "conflict", _("Second report of one visit")
    QUARANTINED = "quarantined", _("Put aside until somebody decides")
    SET_ASIDE = "set_aside", _("Not counted")


class SubmissionFlag(models.TextChoices):
    """What was unusual when it arrived."""

    NONE = "", ""
    UNPLANNED = "unplanned", _("The visit was not planned.")
    CANCELLED = "cancelled", _("The visit had been cancelled meanwhile.")
    RESCHEDULED = "rescheduled", _("The visit had been rescheduled meanwhile.")
    SECOND = "second", _("Another report of this visit had arrived before.")
    REASSIGNED = "reassigned", _("Another coach follows this enterprise now.")
    REVOKED = "revoked", _("The sender is no longer a coach of this programme.")
    REFUSED = "refused", _("The visit could not be submitted as it stands.")
    UNFINISHED = "unfinished", _("The report was not finished; it comes from a rescue file.")


OPEN = (SubmissionStatus.CONFLICT, SubmissionStatus.QUARANTINED)


class VisitSubmission(models.Model):
    """One report of a visit as a device sent it.

    uid: made by the device. planned: the visit that the coach filled in, none when it was not planned.
    visit: the visit that carries the answers; for a second report the visit that it competes for.
    device_at: the device's clock when the visit was made, started_at and ended_at when its form was opened
    and finished; clock_offset: seconds to add to that clock, as measured.
    replaced: answers that stood in the visit, unknown to the device, when this report was applied.
    """

    uid = models.UUIDField(_("identifier"), unique=True, editable=False)
    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="visit_submissions"
    )
    enterprise = models.ForeignKey(
        "followup.Enterprise", on_delete=models.PROTECT, related_name="visit_submissions"
    )
    planned = models.ForeignKey(
        "followup.Visit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    visit = models.ForeignKey(
        "followup.Visit", on_delete=models.PROTECT, null=True, blank=True, related_name="submissions"
    )
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    form_version = models.PositiveSmallIntegerField()
    base_revision = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(_("form opened on"), null=True, blank=True)
    ended_at = models.DateTimeField(_("form finished on"), null=True, blank=True)
    device_at = models.DateTimeField(_("device's clock"))
    clock_offset = models.IntegerField(_("seconds that the device was slow"), default=0)
    performed_at = models.DateTimeField(_("performed at"))
    received_at = models.DateTimeField(_("received on"))
    sha256 = models.CharField(_("digest"), max_length=64)
    answers = models.JSONField(default=dict, blank=True)
    replaced = models.JSONField(null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=SubmissionStatus.choices)
    flag = models.CharField(_("remark"), max_length=12, choices=SubmissionFlag.choices, blank=True)
    rescued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(_("decided on"), null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a visit")
        verbose_name_plural = _("reports of visits")
        ordering = ["received_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SubmissionStatus.values), name="followup_submission_known_status"
            ),
            models.CheckConstraint(
                condition=Q(visit__isnull=False) | Q(status__in=["quarantined", "set_aside"]),
                name="followup_submission_has_its_visit",
            ),
            models.CheckConstraint(
                condition=Exact(Length("sha256"), 64), name="followup_submission_sha256_length"
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "status", "received_at"], name="followup_submission_open")
        ]

    def __str__(self) -> str:
        return str(self.uid)

    def get_absolute_url(self) -> str:
        return reverse("followup:report", args=[self.uid])

    @property
    def stream(self) -> str:
        return self.enterprise.stream

    @property
    def is_open(self) -> bool:
        """Whether a manager has still to decide."""
        return self.status in OPEN


class MediaKind(models.TextChoices):
    """What a file of a visit shows."""

    PHOTO = "photo", _("Photo")
    SIGNATURE = "signature", _("Signature")
    DOCUMENT = "document", _("Document")


class VisitMedia(models.Model):
    """A photo or signature that a report announces; the file may arrive later.

    field: the question that it answers. taken_at: on the device's clock. refusal: why the bytes that came
    could not be kept.
    """

    uid = models.UUIDField(_("identifier"), unique=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(
        VisitSubmission, on_delete=models.PROTECT, null=True, blank=True, related_name="media"
    )
    visit = models.ForeignKey(
        "followup.Visit", on_delete=models.PROTECT, null=True, blank=True, related_name="media"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=MediaKind.choices)
    field = models.CharField(max_length=40, blank=True)
    media_type = models.CharField(_("type"), max_length=40, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("digest"), max_length=64, blank=True)
    document = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(_("taken on"), null=True, blank=True)
    received_at = models.DateTimeField(_("received on"), null=True, blank=True)
    refusal = models.CharField(_("why it was refused"), max_length=40, blank=True)
    consent = models.BooleanField(_("the person agreed to the photo"), default=False)
    caption = models.CharField(_("caption"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("file of a visit")
        verbose_name_plural = _("files of visits")
        ordering = ["pk"]
        indexes = [models.Index(fields=["sha256"], name="followup_media_digest")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.kind}"

    @property
    def stream(self) -> str:
        return self.submission.stream if self.submission else self.visit.stream if self.visit else ""


class DeviceContact(models.Model):
    """When the app of a coach last spoke with the server, and last sent something."""

    coach = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="device_contact"
    )
    seen_at = models.DateTimeField(_("last synchronised on"))
    sent_at = models.DateTimeField(_("last sent on"), null=True, blank=True)
    waiting = models.PositiveIntegerField(_("still on the device"), default=0)
    clock_offset = models.IntegerField(_("seconds that the device was slow"), default=0)
    app_version = models.CharField(_("version of the app"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("contact of a device")
        verbose_name_plural = _("contacts of devices")

    def __str__(self) -> str:
        return f"{self.coach_id} {self.seen_at}"

    @property
    def days_silent(self) -> int:
        """Days since it last spoke, 0 today."""
        return display.days_between(self.seen_at, timezone.now())
