"""What happens before and beside the grant: cohorts, support sessions, attendance, outcomes of people.

Of psychosocial sessions only attendance is stored, never what was said.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from followup import support_guards as guards
from followup.querysets import (
    CohortQuerySet,
    EnrolmentQuerySet,
    OutcomeQuerySet,
    SupportSessionQuerySet,
)
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.states import DOING, DONE, NEUTRAL, REFUSED


class SupportKind(models.TextChoices):
    """What a session or a cohort is for."""

    AWARENESS = "awareness", _("Awareness session")
    TRAINING = "training", _("Training")
    STRENGTHENING = "strengthening", _("Strengthening of a business")
    COACHING = "coaching", _("Coaching")
    PSYCHOSOCIAL = "psychosocial", _("Psychosocial support")
    CAPACITY = "capacity", _("Capacity building of an organisation")


class Cohort(models.Model):
    """People who follow the same sessions; completion asks a share of attendance."""

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="cohorts")
    code = models.CharField(_("code"), max_length=30)
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=SupportKind.choices)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    completion_percent = models.PositiveSmallIntegerField(
        _("attendance needed, in percent"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="followup_cohort_code"),
            models.CheckConstraint(
                condition=Q(completion_percent__gte=1, completion_percent__lte=100),
                name="followup_cohort_percent",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("followup:cohort", args=[self.pk])


class EnrolmentState(models.TextChoices):
    """States of an enrolment."""

    ENROLLED = "enrolled", _("Enrolled")
    COMPLETED = "completed", _("Completed")
    DROPPED_OUT = "dropped_out", _("Dropped out")


class Enrolment(StateModel):
    """A person's place in a cohort; the same person may be in several."""

    MAIN_PATH = ("enrolled", "completed")
    MEANINGS = {"enrolled": DOING, "completed": DONE, "dropped_out": REFUSED}

    case = models.ForeignKey("applications.Case", on_delete=models.PROTECT, related_name="enrolments")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey("applications.Person", on_delete=models.PROTECT, related_name="enrolments")
    site = models.ForeignKey(
        "programmes.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments"
    )
    enrolled_on = models.DateField(_("enrolled on"))
    partnership = models.ForeignKey(
        "programmes.Partnership", on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments"
    )
    idea_submitted_on = models.DateField(_("idea handed in on"), null=True, blank=True)
    certificate_on = models.DateField(_("certificate given on"), null=True, blank=True)
    state = StateField(default=EnrolmentState.ENROLLED, choices=EnrolmentState.choices)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            known_states("followup_enrolment", EnrolmentState),
            models.UniqueConstraint(fields=["cohort", "person"], name="followup_enrolled_once"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort.code} {self.case.number}"

    @property
    def stream(self) -> str:
        return self.case.stream

    @property
    def programme_id(self) -> int:
        return self.cohort.programme_id

    def get_absolute_url(self) -> str:
        return reverse("applications:case", args=[self.case.number])

    @transition(
        source="enrolled",
        target="completed",
        label=_("Note as completed"),
        done=_("Completed"),
        guards=[guards.attendance_rule_of_the_cohort_is_met],
    )
    def complete(self, firing: Firing) -> None:
        """The attendance rule is met."""
        self.certificate_on = self.cohort.programme.day_of(firing.at)

    @transition(
        source="enrolled",
        target="dropped_out",
        label=_("Note as dropped out"),
        done=_("Dropped out"),
        reason=True,
    )
    def drop_out(self, firing: Firing) -> None:
        """The person left before the end."""


class SupportSessionState(models.TextChoices):
    """States of a support session."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Took place")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class SupportSession(StateModel):
    """An awareness session, a training day, a coaching or a capacity-building session."""

    MAIN_PATH = ("planned", "held", "closed")
    MEANINGS = {"planned": NEUTRAL, "held": DOING, "closed": DONE, "cancelled": REFUSED}

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="support_sessions"
    )
    cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    purpose = models.CharField(_("kind"), max_length=20, choices=SupportKind.choices)
    title = models.CharField(_("title"), max_length=200)
    site = models.ForeignKey(
        "programmes.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="support_sessions"
    )
    held_on = models.DateField(_("date"))
    hours = models.PositiveSmallIntegerField(_("hours"), default=3)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = StateField(default=SupportSessionState.PLANNED, choices=SupportSessionState.choices)

    objects = SupportSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("support session")
        verbose_name_plural = _("support sessions")
        constraints = [
            known_states("followup_supportsession", SupportSessionState),
            models.CheckConstraint(condition=Q(purpose__in=SupportKind.values), name="followup_session_kind"),
        ]
        indexes = [models.Index(fields=["programme", "held_on"], name="followup_session_day")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("followup:support_session", args=[self.pk])

    @transition(
        source="planned",
        target="held",
        label=_("Note as held"),
        done=_("Session held"),
        guards=[guards.attendance_is_recorded],
        style="primary",
    )
    def hold(self, firing: Firing) -> None:
        """It took place; the attendance list is there."""

    @transition(
        source="held",
        target="closed",
        label=_("Close the session"),
        done=_("Closed"),
        guards=[guards.attendance_is_complete],
        style="primary",
    )
    def close(self, firing: Firing) -> None:
        """Everybody on the list was marked present or absent."""

    @transition(
        source="planned",
        target="cancelled",
        label=_("Cancel the session"),
        done=_("Cancelled"),
        reason=True,
        style="danger",
    )
    def cancel(self, firing: Firing) -> None:
        """It will not take place."""


class SessionAttendance(models.Model):
    """One person on the attendance list; present is unknown until it is marked.

    disputed: two people ticked it differently without knowing of each other (`followup/attendance_sync.py`).
    """

    session = models.ForeignKey(SupportSession, on_delete=models.CASCADE, related_name="attendance")
    person = models.ForeignKey("applications.Person", on_delete=models.PROTECT, related_name="attendance")
    present = models.BooleanField(_("present"), null=True, blank=True)
    disputed = models.BooleanField(_("ticked in two ways"), default=False)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="followup_attends_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.person_id}"


class OrganisationAttendance(models.Model):
    """A partner organisation strengthened by a capacity-building session."""

    session = models.ForeignKey(SupportSession, on_delete=models.CASCADE, related_name="organisations")
    organisation = models.ForeignKey(
        "programmes.Organisation", on_delete=models.PROTECT, related_name="strengthened_in"
    )

    class Meta:
        verbose_name = _("organisation at a session")
        verbose_name_plural = _("organisations at sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "organisation"], name="followup_organisation_attends_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.organisation_id}"


class PersonOutcome(models.Model):
    """What became of a person without a grant."""

    class Outcome(models.TextChoices):
        EMPLOYED = "employed", _("Found work")
        SELF_EMPLOYED = "self_employed", _("Self-employed")
        IN_TRAINING = "in_training", _("In training")
        NONE = "none", _("Neither")
        LOST = "lost", _("Lost from sight")

    case = models.ForeignKey("applications.Case", on_delete=models.PROTECT, related_name="outcomes")
    person = models.ForeignKey("applications.Person", on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices)
    seen_on = models.DateField(_("seen on"))
    source = models.CharField(_("source"), max_length=200)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome of a person")
        verbose_name_plural = _("outcomes of persons")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "case", "seen_on", "outcome"], name="followup_outcome_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.outcome}"
