"""Visits: the machine that moves money. Guards stand in `followup/visit_guards.py`."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from disbursements.wording import visit_word
from followup import visit_guards as guards
from followup.querysets import VisitQuerySet
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.states import BLOCKED, DOING, DONE, NEUTRAL, REFUSED, WAITING


class VisitState(models.TextChoices):
    """States of a visit."""

    PLANNED = "planned", _("Planned")
    CONFIRMED = "confirmed", _("Confirmed")
    IN_PROGRESS = "in_progress", _("In progress")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    VALIDATED = "validated", _("Validated")
    MISSED = "missed", _("Missed")
    RESCHEDULED = "rescheduled", _("Rescheduled")
    CANCELLED = "cancelled", _("Cancelled")


class Visit(StateModel):
    """One visit to one enterprise, planned or not."""

    MAIN_PATH = ("planned", "confirmed", "in_progress", "submitted", "validated")
    MEANINGS = {
        "planned": NEUTRAL,
        "confirmed": WAITING,
        "in_progress": DOING,
        "submitted": WAITING,
        "returned": BLOCKED,
        "validated": DONE,
        "missed": BLOCKED,
        "rescheduled": REFUSED,
        "cancelled": REFUSED,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("applications.Case", on_delete=models.PROTECT, related_name="visits")
    enterprise = models.ForeignKey("followup.Enterprise", on_delete=models.PROTECT, related_name="visits")
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="visits")
    plan_row = models.ForeignKey(
        "followup.VisitPlanRow", on_delete=models.PROTECT, null=True, blank=True, related_name="visits"
    )
    code = models.CharField(_("visit"), max_length=10)
    due_on = models.DateField(_("due on"))
    window_days = models.PositiveSmallIntegerField(_("days allowed"), default=14)
    planned_for = models.DateField(_("agreed for"), null=True, blank=True)
    contact = models.CharField(_("agreed with"), max_length=200, blank=True)
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="visits"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("typed in by"),
    )
    validator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    performed_at = models.DateTimeField(_("performed at"), null=True, blank=True)
    form_version = models.PositiveSmallIntegerField(default=1)
    answers = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    times_rescheduled = models.PositiveSmallIntegerField(default=0)
    media_waiver = models.CharField(_("why a file may be missing"), max_length=300, blank=True)
    state = StateField(default=VisitState.PLANNED, choices=VisitState.choices)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            known_states("followup_visit", VisitState),
            models.UniqueConstraint(
                fields=["enterprise", "code"],
                condition=~Q(state__in=["rescheduled", "cancelled"]) & Q(plan_row__isnull=False),
                name="followup_one_live_planned_visit",
            ),
            models.CheckConstraint(
                condition=Q(validator__isnull=True) | ~Q(validator=models.F("author")),
                name="followup_visit_validator_is_not_author",
            ),
            models.CheckConstraint(
                condition=Q(validator__isnull=True)
                | Q(typed_by__isnull=True)
                | ~Q(validator=models.F("typed_by")),
                name="followup_visit_validator_did_not_type_it",
            ),
            models.CheckConstraint(
                condition=Q(times_rescheduled__lte=3), name="followup_visit_rescheduled_at_most"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "validated"]) | Q(performed_at__isnull=False),
                name="followup_visit_performed",
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "state", "due_on"], name="followup_visit_due"),
            models.Index(fields=["coach", "state", "due_on"], name="followup_visit_coach"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.case.number}"

    @property
    def name(self) -> str:
        """What the visit is called: "Month 3"."""
        return visit_word(self.code)

    @property
    def stream(self) -> str:
        return self.case.stream

    @property
    def days_late(self) -> int:
        """Days since it was due."""
        return max(0, (timezone.localdate() - self.due_on).days)

    def get_absolute_url(self) -> str:
        return reverse("followup:visit", args=[self.pk])

    @transition(
        source=("planned", "missed"),
        target="confirmed",
        label=_("Confirm the appointment"),
        done=_("Appointment confirmed"),
        form="followup.forms.ConfirmVisitForm",
        guards=[guards.a_date_and_a_contact_are_given],
        facts=("planned_for",),
    )
    def confirm(self, firing: Firing) -> None:
        """The coach has agreed a date with somebody."""
        self.planned_for = firing.data["planned_for"]
        self.contact = firing.data["contact"]

    @transition(
        source=("planned", "confirmed", "missed"),
        target="in_progress",
        label=_("Start the visit"),
        done=_("Visit started"),
        style="primary",
    )
    def start(self, firing: Firing) -> None:
        """The coach is there."""
        self.coach_id = self.coach_id or firing.actor.pk

    @transition(
        source=("planned", "confirmed", "in_progress", "missed", "returned"),
        target="submitted",
        label=_("Submit the visit"),
        done=_("Visit submitted"),
        guards=[guards.form_is_complete, guards.the_moment_is_one],
        style="primary",
    )
    def submit(self, firing: Firing) -> None:
        """The answers stand; the author is who sends them, or the coach whose paper sheet they typed in."""
        self.author_id = guards.author_of(self, firing.actor)
        self.validator = None
        self.performed_at = guards.performed_at(self, firing.data)

    @transition(
        source="submitted",
        target="returned",
        label=_("Return to the coach"),
        done=_("Visit returned"),
        reason=True,
        guards=[guards.not_the_author],
    )
    def return_(self, firing: Firing) -> None:
        """The supervisor asks for something; the reason says what."""

    @transition(
        source="submitted",
        target="validated",
        label=_("Validate the visit"),
        done=_("Visit validated"),
        guards=[guards.not_the_author, guards.all_media_arrived_or_waived, guards.conflicts_are_closed],
        confirm=guards.what_validation_does,
        style="primary",
    )
    def validate(self, firing: Firing) -> None:
        """Another person vouches for it; reactions release or hold money."""
        self.validator_id = firing.actor.pk

    @transition(
        source=("planned", "confirmed"),
        target="missed",
        label=_("Note as missed"),
        done=_("Visit missed"),
        guards=[guards.due_date_and_window_have_passed],
    )
    def miss(self, firing: Firing) -> None:
        """Nobody went within the window."""

    @transition(
        source=("planned", "confirmed", "missed"),
        target="rescheduled",
        label=_("Reschedule"),
        done=_("Visit rescheduled"),
        form="followup.forms.RescheduleVisitForm",
        reason=True,
        guards=[guards.rescheduled_at_most_three_times, guards.a_new_date_is_given],
        facts=("due_on",),
    )
    def reschedule(self, firing: Firing) -> None:
        """The new visit is made by a reaction, once this one has left the list of live ones."""

    @transition(
        source=("planned", "confirmed", "missed"),
        target="cancelled",
        label=_("Cancel the visit"),
        done=_("Visit cancelled"),
        reason=True,
        style="danger",
    )
    def cancel(self, firing: Firing) -> None:
        """It will not take place."""

    @transition(
        source="validated",
        target="returned",
        label=_("Reopen the visit"),
        done=_("Visit reopened"),
        reason=True,
        confirm=guards.what_reopening_does,
        style="danger",
    )
    def reopen(self, firing: Firing) -> None:
        """What it vouched for no longer holds; nothing paid is reversed by itself."""
        self.validator = None


class AttemptResult(models.TextChoices):
    """What an attempt to visit met."""

    FOUND = "found", _("Found")
    ABSENT = "absent", _("Absent")
    MOVED = "moved", _("Moved away")
    REFUSED = "refused", _("Refused")
    UNSAFE = "unsafe", _("Place not safe")
    UNREACHABLE = "unreachable", _("Could not be reached")


class VisitAttempt(models.Model):
    """One attempt to make a visit."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(_("at"))
    result = models.CharField(_("result"), max_length=12, choices=AttemptResult.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    comment = models.CharField(_("comment"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.result}"
