"""What officers leave on a file beside its checklist: flags, who has it open, opinions of the panel."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from applications.querysets import FlagQuerySet
from workflow.append_only import append_only


class FlagKind(models.TextChoices):
    """What is doubtful."""

    IDENTITY = "identity", _("Identity in doubt")
    PAPERS = "papers", _("Papers in doubt")
    TWICE = "twice", _("Perhaps applied twice")
    CONDITION = "condition", _("A condition in doubt")
    CONFLICT = "conflict", _("Conflict of interest")
    PROTECTION = "protection", _("Protection concern")
    OTHER = "other", _("Something else")


class Flag(models.Model):
    """A doubt about a file that somebody raised; while it is open the file is not declared eligible."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="flags"
    )
    kind = models.CharField(_("what is doubtful"), max_length=12, choices=FlagKind.choices)
    reason = models.CharField(_("why"), max_length=500)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(_("raised on"))
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(_("resolved on"), null=True, blank=True)
    resolution = models.CharField(_("how it was resolved"), max_length=500, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["raised_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="flag_kind_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="flag_has_a_reason"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True, resolution="")
                | (Q(resolved_at__isnull=False, resolved_by__isnull=False) & ~Q(resolution="")),
                name="flag_resolved_by_somebody_in_words",
            ),
        ]
        indexes = [
            models.Index(
                fields=["application"], name="flag_open_of_application", condition=Q(resolved_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def programme_id(self) -> int:
        """The programme of its application."""
        return self.application.programme_id


class FileOpening(models.Model):
    """Who has a file open on the screening page; said to the next officer for a while, never a lock."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, related_name="openings"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField(_("opened at"))
    seen_at = models.DateTimeField(_("seen at"))

    class Meta:
        verbose_name = _("opening of a file")
        verbose_name_plural = _("openings of files")
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="file_opening_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.user_id}"


class ScreeningPlan(models.Model):
    """How a call wants its files screened; a call without a row lets one officer decide alone."""

    call = models.OneToOneField("programmes.Call", on_delete=models.CASCADE, related_name="screening_plan")
    members_to_refuse = models.PositiveSmallIntegerField(
        _("officers who must agree that a file is ineligible"), default=1
    )

    class Meta:
        verbose_name = _("screening of a call")
        verbose_name_plural = _("screening of calls")
        constraints = [
            models.CheckConstraint(
                condition=Q(members_to_refuse__gte=1, members_to_refuse__lte=5),
                name="screening_panel_of_one_to_five",
            )
        ]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.members_to_refuse}"


@append_only()
class PanelOpinion(models.Model):
    """What one officer of the panel says about declaring a file ineligible; the newest one of each counts.

    The reason lies in an erasable note, as with events.
    """

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="opinions"
    )
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(
        "applications.EligibilityRule", on_delete=models.PROTECT, related_name="opinions"
    )
    agrees = models.BooleanField(_("agrees that it is ineligible"))
    at = models.DateTimeField(_("given on"))
    note = models.OneToOneField("workflow.EventNote", on_delete=models.PROTECT, related_name="+")
    note_digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("opinion of the panel")
        verbose_name_plural = _("opinions of the panel")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Exact(Length("note_digest"), 64), name="opinion_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.member_id} {self.agrees}"
