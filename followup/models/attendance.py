"""Attendance lists ticked on phones: one report a list, kept as it came, and every tick with its maker.

A tick is never lost to another one: both stay in `AttendanceTick`; a place on the list on which two people
differ is `disputed` until somebody saves the list with both before their eyes.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from followup.models.support import SessionAttendance, SupportSession


class ReportStatus(models.TextChoices):
    """What became of a list that a phone sent."""

    APPLIED = "applied", _("Counted")
    WAITING = "waiting", _("Put aside until somebody decides")
    SET_ASIDE = "set_aside", _("Not counted")


class ReportFlag(models.TextChoices):
    """Why a list waits."""

    NONE = "", ""
    CLOSED = "closed", _("The session was closed or cancelled before this list arrived.")
    REVOKED = "revoked", _("The sender no longer keeps lists in this programme.")


class AttendanceReport(models.Model):
    """One attendance list as a device sent it.

    ticks: [{"row", "present", "seen", "at"}], `seen` being what the device showed before the tick. more:
    references typed on the device; unknown: those of them that nobody in the programme has.
    """

    uid = models.UUIDField(_("identifier"), unique=True, editable=False)
    session = models.ForeignKey(SupportSession, on_delete=models.PROTECT, related_name="phone_lists")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(_("digest"), max_length=64)
    clock_offset = models.IntegerField(_("seconds that the device was slow"), default=0)
    received_at = models.DateTimeField(_("received on"))
    ticks = models.JSONField(default=list, blank=True)
    more = models.JSONField(default=list, blank=True)
    unknown = models.JSONField(default=list, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=ReportStatus.choices)
    flag = models.CharField(_("remark"), max_length=12, choices=ReportFlag.choices, blank=True)
    rescued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("attendance list from a phone")
        verbose_name_plural = _("attendance lists from phones")
        ordering = ["received_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ReportStatus.values), name="followup_attendance_report_status"
            ),
            models.CheckConstraint(
                condition=Exact(Length("sha256"), 64), name="followup_attendance_report_sha256"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def stream(self) -> str:
        return self.session.stream

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has still to decide."""
        return self.status == ReportStatus.WAITING


class AttendanceTick(models.Model):
    """One tick: who noted whom as present or absent, and when by the corrected clock. Never changed."""

    attendance = models.ForeignKey(SessionAttendance, on_delete=models.CASCADE, related_name="ticks")
    present = models.BooleanField(_("present"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("ticked on"))
    report = models.ForeignKey(
        AttendanceReport, on_delete=models.PROTECT, null=True, blank=True, related_name="applied"
    )

    class Meta:
        verbose_name = _("tick")
        verbose_name_plural = _("ticks")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.attendance_id} {self.present}"
