"""Deliberations: the sitting in which a jury decides, who was there, who left the room for which file."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programmes import predicates
from programmes.models import SelectionSession
from scoring import guards
from workflow import StateField, StateModel, known_states, transition
from workflow.declare import Firing
from workflow.states import DOING, DONE, REFUSED, WAITING

SEES_DELIBERATIONS = ("jury_secretary", "jury_chair", "manager", "auditor")


class DeliberationState(models.TextChoices):
    SCHEDULED = "scheduled", _("Scheduled")
    IN_SESSION = "in_session", _("In session")
    MINUTED = "minuted", _("Minuted")
    SIGNED = "signed", _("Minutes signed")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


HELD = (DeliberationState.MINUTED, DeliberationState.SIGNED, DeliberationState.CLOSED)
"""What was decided in them is written."""


class DeliberationQuerySet(models.QuerySet["Deliberation"]):
    """Deliberations."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose jury one runs, manages or audits."""
        return self.filter(session__call__programme__in=predicates.programme_ids(user, *SEES_DELIBERATIONS))


class DeliberationManager(models.Manager.from_queryset(DeliberationQuerySet)):  # type: ignore[misc]  # run time
    """Reads a deliberation with its session and batch."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("session__call__programme", "batch")


class Deliberation(StateModel):
    """One sitting on one batch of decisions."""

    MAIN_PATH = ("scheduled", "in_session", "minuted", "signed", "closed")
    MEANINGS: ClassVar = {
        "scheduled": WAITING,
        "in_session": DOING,
        "minuted": DOING,
        "signed": DONE,
        "closed": DONE,
        "cancelled": REFUSED,
    }

    session = models.ForeignKey(
        SelectionSession,
        on_delete=models.PROTECT,
        related_name="deliberations",
        verbose_name=_("selection session"),
    )
    batch = models.ForeignKey(
        "scoring.DecisionBatch",
        on_delete=models.PROTECT,
        related_name="deliberations",
        verbose_name=_("decisions"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    sits_at = models.DateTimeField(_("sits on"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    quorum = models.PositiveSmallIntegerField(_("quorum"), help_text=_("Voting members who must be there."))
    started_at = models.DateTimeField(_("began"), null=True, blank=True)
    minuted_at = models.DateTimeField(_("ended"), null=True, blank=True)
    signed_at = models.DateTimeField(_("minutes signed on"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    remarks = models.TextField(_("remarks for the minutes"), blank=True)
    state = StateField(_("state"), default=DeliberationState.SCHEDULED, choices=DeliberationState.choices)

    objects = DeliberationManager()

    class Meta:
        verbose_name = _("deliberation")
        verbose_name_plural = _("deliberations")
        ordering = ["session_id", "number"]
        base_manager_name = "objects"
        constraints = [
            known_states("scoring_deliberation", DeliberationState),
            models.UniqueConstraint(fields=["session", "number"], name="deliberation_number_once"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(state="in_session"), name="deliberation_one_in_session"
            ),
            models.CheckConstraint(condition=Q(quorum__gt=0), name="deliberation_quorum_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.number}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("scoring:deliberation", args=[self.pk])

    @property
    def programme_id(self) -> int:
        """The programme of its session."""
        return self.session.call.programme_id

    @transition(
        source="scheduled",
        target="in_session",
        label=_("Open the sitting"),
        done=_("Sitting opened"),
        guards=[guards.session_is_in_deliberation, guards.quorum_is_present],
        style="primary",
    )
    def start(self, firing: Firing) -> None:
        self.started_at = firing.at

    @transition(
        source="in_session",
        target="minuted",
        label=_("End the sitting"),
        done=_("Minutes written"),
        guards=[
            guards.ranking_follows_revised_marks,
            guards.every_file_is_decided,
            guards.every_file_has_its_quorum,
            guards.every_exception_has_a_reason,
        ],
        style="primary",
    )
    def minute(self, firing: Firing) -> None:
        self.minuted_at = firing.at

    @transition(
        source="minuted",
        target="signed",
        label=_("Sign the minutes"),
        done=_("Minutes signed"),
        confirm=guards.signing_sentence,
        style="primary",
    )
    def sign(self, firing: Firing) -> None:
        self.signed_at = firing.at
        self.signed_by_id = firing.actor.pk

    @transition(
        source="signed",
        target="closed",
        label=_("Close"),
        done=_("Closed, minutes stored"),
        guards=[guards.minutes_are_stored],
    )
    def close(self, firing: Firing) -> None:
        pass

    @transition(
        source="scheduled",
        target="cancelled",
        label=_("Cancel"),
        done=_("Cancelled"),
        reason=True,
        style="danger",
    )
    def cancel(self, firing: Firing) -> None:
        pass


class Part(models.TextChoices):
    """What somebody does in a sitting; only chair and members vote."""

    CHAIR = "chair", _("chair")
    MEMBER = "member", _("member")
    SECRETARY = "secretary", _("secretary, without vote")
    OBSERVER = "observer", _("observer, without vote")


VOTING = (Part.CHAIR, Part.MEMBER)


class Attendance(models.Model):
    """One person expected at a sitting, a user or a guest by name."""

    deliberation = models.ForeignKey(
        Deliberation, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("deliberation")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    guest = models.CharField(_("name of a guest"), max_length=200, blank=True)
    function = models.CharField(_("function"), max_length=200, blank=True)
    part = models.CharField(_("part"), max_length=10, choices=Part, default=Part.MEMBER)
    present = models.BooleanField(_("present"), default=False)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["deliberation_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["deliberation", "user"],
                name="attendance_once",
                violation_error_message=_("This person is on the list already."),
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, guest="") | (Q(user__isnull=True) & ~Q(guest="")),
                name="attendance_of_one",
            ),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="attendance_part_known"),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(part=Part.OBSERVER), name="attendance_guests_observe"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user) if self.user else self.guest

    @property
    def votes(self) -> bool:
        """Whether this part has a vote."""
        return self.part in VOTING


class StepAside(models.Model):
    """A member who was out of the room while one file was decided."""

    attendance = models.ForeignKey(
        Attendance, on_delete=models.CASCADE, related_name="steps_aside", verbose_name=_("member")
    )
    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="steps_aside",
        verbose_name=_("application"),
    )
    declared = models.BooleanField(_("known before the sitting"), default=False)

    class Meta:
        verbose_name = _("step aside")
        verbose_name_plural = _("steps aside")
        ordering = ["attendance_id", "application"]
        constraints = [models.UniqueConstraint(fields=["attendance", "application"], name="step_aside_once")]

    def __str__(self) -> str:
        return f"{self.attendance_id} x {self.application_id}"
