"""The jury of a session: who was invited and accepted, who may not read what, and who marks which file."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programmes import predicates
from programmes.localised import columns
from programmes.models import SelectionSession, Site
from scoring import guards
from scoring.models.copies import RedactedCopy
from scoring.models.grids import Stage
from scoring.models.rounds import Round
from workflow import StateField, StateModel, known_states, transition
from workflow.addresses import address_of
from workflow.declare import Firing
from workflow.states import BLOCKED, DOING, DONE, NEUTRAL, REFUSED, WAITING

SEES_JURIES = ("jury_secretary", "jury_chair", "manager", "auditor")


class EngagementState(models.TextChoices):
    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", _("Ended")


class EngagementQuerySet(models.QuerySet["JurorEngagement"]):
    """Engagements of jurors."""

    def visible_to(self, user: Any) -> Self:
        """One's own, and those of programmes whose jury one runs, manages or audits."""
        run = Q(session__call__programme__in=predicates.programme_ids(user, *SEES_JURIES))
        return self.filter(run | Q(user=user.pk)) if user.pk else self.none()

    def to_answer(self, user: Any) -> Self:
        """Invitations that a person has not answered, with what names them."""
        rows = self.filter(user=user.pk, state="invited").select_related(None)
        named = ("session__call__programme__code", *columns("session__call__title"))
        return rows.select_related("session__call__programme").only("invited_at", "respond_by", *named)


class EngagementManager(models.Manager.from_queryset(EngagementQuerySet)):  # type: ignore[misc]  # run time
    """Reads an engagement with its session and its person."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("session__call__programme", "user")


class JurorEngagement(StateModel):
    """One person's part in the jury of one session, with the signed declaration of impartiality.

    declaration keeps the words that were signed. sites are the juror's own: their files go to others.
    """

    MAIN_PATH = ("invited", "accepted", "ended")
    MEANINGS: ClassVar = {
        "invited": WAITING,
        "accepted": DOING,
        "declined": REFUSED,
        "expired": REFUSED,
        "suspended": BLOCKED,
        "ended": DONE,
    }

    session = models.ForeignKey(
        SelectionSession,
        on_delete=models.PROTECT,
        related_name="engagements",
        verbose_name=_("selection session"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="jury_engagements",
        verbose_name=_("juror"),
    )
    languages = models.JSONField(_("reads"), default=list)
    sites = models.ManyToManyField(Site, blank=True, related_name="+", verbose_name=_("own sites"))
    sectors = models.JSONField(_("knows the sectors"), default=list, blank=True)
    visits = models.BooleanField(
        _("marks site visits only"),
        default=False,
        help_text=_("A field agent who goes to the sites: draws for other rounds leave this person out."),
    )
    max_files = models.PositiveSmallIntegerField(_("files at most"), null=True, blank=True)
    respond_by = models.DateField(_("answer by"), null=True, blank=True)
    invited_at = models.DateTimeField(_("invited on"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    declaration = models.TextField(_("declaration"), blank=True)
    declaration_signed_at = models.DateTimeField(_("declaration signed on"), null=True, blank=True)
    state = StateField(_("state"), default=EngagementState.INVITED, choices=EngagementState.choices)

    objects = EngagementManager()

    class Meta:
        verbose_name = _("juror")
        verbose_name_plural = _("jurors")
        ordering = ["session_id", "pk"]
        base_manager_name = "objects"
        constraints = [
            known_states("scoring_engagement", EngagementState),
            models.UniqueConstraint(
                fields=["session", "user"],
                name="engagement_once_a_session",
                violation_error_message=_("This person was invited to this jury already."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "suspended", "ended"])
                | Q(declaration_signed_at__isnull=False),
                name="engagement_accepted_with_declaration",
            ),
        ]
        indexes = [models.Index(fields=["user", "state"], name="engagement_by_person")]

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        """Where the juror answers and works."""
        return reverse("scoring:desk")

    @property
    def programme_id(self) -> int:
        """The programme of its session."""
        return self.session.call.programme_id

    @transition(
        source="invited",
        target="accepted",
        label=_("Sign the declaration and take part"),
        done=_("Accepted, declaration signed"),
        guards=[guards.declaration_is_signed],
        form="scoring.forms.DeclarationForm",
        style="primary",
    )
    def accept(self, firing: Firing) -> None:
        self.declaration = str(firing.data.get("declaration", ""))
        self.declaration_signed_at = firing.at

    @transition(source="invited", target="declined", label=_("Decline"), done=_("Declined"))
    def decline(self, firing: Firing) -> None:
        pass

    @transition(
        source="invited",
        target="expired",
        label=_("Let the invitation expire"),
        done=_("Invitation expired"),
        guards=[guards.answer_is_overdue],
    )
    def expire(self, firing: Firing) -> None:
        pass

    @transition(
        source="accepted",
        target="suspended",
        label=_("Suspend"),
        done=_("Suspended"),
        reason=True,
        style="danger",
    )
    def suspend(self, firing: Firing) -> None:
        pass

    @transition(source="suspended", target="accepted", label=_("Resume"), done=_("Resumed"))
    def resume(self, firing: Firing) -> None:
        pass

    @transition(source=("accepted", "suspended"), target="ended", label=_("End"), done=_("Ended"))
    def end(self, firing: Firing) -> None:
        pass


class DeclaredConflict(models.Model):
    """A juror and a file that must never meet, said before any draw; lifted rows stay."""

    engagement = models.ForeignKey(
        JurorEngagement, on_delete=models.PROTECT, related_name="conflicts", verbose_name=_("juror")
    )
    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="jury_conflicts",
        verbose_name=_("application"),
    )
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(_("declared on"))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(_("lifted on"), null=True, blank=True)

    class Meta:
        verbose_name = _("declared conflict")
        verbose_name_plural = _("declared conflicts")
        ordering = ["declared_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "application"],
                condition=Q(lifted_at__isnull=True),
                name="declared_conflict_once",
                violation_error_message=_("This conflict is declared already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id} x {self.application_id}"


class Draw(models.Model):
    """One draw of jurors: the seed and what it was made from, so that anybody can draw again."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="draws", verbose_name=_("round"))
    seed = models.BigIntegerField(_("seed"))
    jurors_a_file = models.PositiveSmallIntegerField(_("jurors a file"))
    files = models.PositiveIntegerField(_("files"))
    jurors = models.PositiveIntegerField(_("jurors"))
    conflicts = models.PositiveIntegerField(_("pairs kept apart"))
    linked = models.PositiveIntegerField(_("drawn by chance alone"), default=0)
    matched = models.PositiveIntegerField(_("jurors who know the sector"), default=0)
    best_matched = models.PositiveIntegerField(_("the most that any draw could have"), default=0)
    made_at = models.DateTimeField(_("drawn on"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ["round_id", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(seed__gte=0), name="draw_seed_not_negative")]

    def __str__(self) -> str:
        return str(self.seed)


class AssignmentState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ASSIGNED = "assigned", _("To open")
    OPENED = "opened", _("Being marked")
    DONE = "done", _("Handed in")
    RECUSED = "recused", _("Stepped aside")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISCARDED = "discarded", _("Discarded")


LIVE = (AssignmentState.ASSIGNED, AssignmentState.OPENED, AssignmentState.DONE)
"""An assignment in these states is a juror that the file has."""
APART = (AssignmentState.RECUSED, AssignmentState.DECLINED)
"""A pair in these states never meets again, unless it is restored."""
DRAWN_IN = {
    Stage.REVIEW: ("eligible", "in_review"),
    Stage.FINAL: ("shortlisted", "plan_submitted", "in_final_review"),
}
"""Files in these states get jurors in a round of the stage."""


class AssignmentQuerySet(models.QuerySet["JuryAssignment"]):
    """Assignments of files to jurors."""

    def visible_to(self, user: Any) -> Self:
        """One's own once confirmed, and those of programmes whose jury one runs or audits."""
        if not user.pk:
            return self.none()
        run = predicates.programme_ids(user, "jury_secretary", "jury_chair", "auditor")
        own = Q(engagement__user=user.pk) & ~Q(state__in=["proposed", "discarded"])
        return self.filter(Q(round__session__call__programme__in=run) | own)

    def live(self) -> Self:
        """Those that give a file a juror."""
        return self.filter(state__in=LIVE)


class AssignmentManager(models.Manager.from_queryset(AssignmentQuerySet)):  # type: ignore[misc]  # run time
    """Reads an assignment with what its rules and its stream ask for."""

    def get_queryset(self) -> Any:
        return (
            super().get_queryset().select_related("round__session__call", "engagement", "application__case")
        )


class JuryAssignment(StateModel):
    """One file in one juror's hands in one round."""

    RELATIONS_STAND = True
    MAIN_PATH = ("proposed", "assigned", "opened", "done")
    MEANINGS: ClassVar = {
        "proposed": NEUTRAL,
        "assigned": WAITING,
        "opened": DOING,
        "done": DONE,
        "recused": BLOCKED,
        "declined": BLOCKED,
        "withdrawn": REFUSED,
        "discarded": REFUSED,
    }

    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("round")
    )
    engagement = models.ForeignKey(
        JurorEngagement, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("juror")
    )
    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="jury_assignments",
        verbose_name=_("application"),
    )
    draw = models.ForeignKey(
        Draw, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    opened_at = models.DateTimeField(_("opened on"), null=True, blank=True)
    copy = models.ForeignKey(
        RedactedCopy, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    state = StateField(_("state"), default=AssignmentState.PROPOSED, choices=AssignmentState.choices)

    objects = AssignmentManager()

    class Meta:
        verbose_name = _("jury assignment")
        verbose_name_plural = _("jury assignments")
        ordering = ["round_id", "application", "pk"]
        base_manager_name = "objects"
        constraints = [
            known_states("scoring_assignment", AssignmentState),
            models.UniqueConstraint(
                fields=["round", "engagement", "application"],
                condition=~Q(state__in=["discarded", "withdrawn"]),
                name="assignment_pair_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["opened", "done"]) | Q(opened_at__isnull=False),
                name="assignment_opened_with_date",
            ),
        ]
        indexes = [
            models.Index(fields=["engagement", "state"], name="assignment_by_juror"),
            models.Index(fields=["round", "state"], name="assignment_by_round"),
            # the board counts over all of a round: these three are all that it reads
            models.Index(fields=["round", "engagement", "state"], name="assignment_of_round_by_juror"),
            models.Index(fields=["round", "application", "state"], name="assignment_of_round_by_file"),
            models.Index(
                fields=["round", "engagement", "state_since"],
                condition=Q(state="done"),
                name="assignment_done_lately",
            ),
            models.Index(fields=["application", "round", "state"], name="assignment_by_file"),
        ]

    def __str__(self) -> str:
        return self.application.case.number

    def get_absolute_url(self) -> str:
        """The juror's page of this file."""
        return address_of("scoring:file", self.pk)

    @property
    def programme_id(self) -> int:
        """The programme of its round."""
        return self.round.programme_id

    @property
    def stream(self) -> str:
        """The case of its file."""
        return self.application.case.stream

    @property
    def juror_id(self) -> int:
        """The user who marks."""
        return self.engagement.user_id

    @transition(source="proposed", target="assigned", label=_("Confirm"), done=_("Assigned"), style="primary")
    def confirm(self, firing: Firing) -> None:
        pass

    @transition(source="proposed", target="discarded", label=_("Discard"), done=_("Discarded"))
    def discard(self, firing: Firing) -> None:
        pass

    @transition(
        source="assigned",
        target="opened",
        label=_("Open the file"),
        done=_("Opened, no conflict declared"),
        guards=[
            guards.opened_by_its_juror_or_from_paper,
            guards.declares_no_conflict,
            guards.juror_takes_part,
            guards.session_is_scoring,
            guards.round_is_open,
            guards.copy_is_ready,
        ],
        form="scoring.forms.NoConflictForm",
        facts=("no_conflict", "on_paper"),
        style="primary",
    )
    def open(self, firing: Firing) -> None:
        from scoring.models.sheets import Scoresheet

        # A grid that is amended at this moment waits, or this waits for it: a sheet has one version.
        Round._base_manager.select_for_update(of=("self",)).filter(pk=self.round_id).values("pk").first()
        self.opened_at = firing.at
        self.copy = RedactedCopy.objects.filter(application=self.application_id).latest("version")
        if not self.copy.is_confirmed:  # a round that does not hide names: the guard asks for it elsewhere
            from scoring import redacted_copies

            redacted_copies.take_as_proposed(self.copy, at=firing.at)
        Scoresheet.objects.create(assignment=self)

    @transition(
        source=("assigned", "opened"),
        target="recused",
        label=_("Record a conflict"),
        done=_("Stepped aside"),
        reason=True,
    )
    def recuse(self, firing: Firing) -> None:
        pass

    @transition(
        source=("assigned", "opened"),
        target="declined",
        label=_("Decline this file"),
        done=_("Declined"),
        reason=True,
    )
    def decline(self, firing: Firing) -> None:
        pass

    @transition(
        source=("assigned", "opened"),
        target="withdrawn",
        label=_("Withdraw"),
        done=_("Withdrawn"),
        reason=True,
        style="danger",
    )
    def withdraw(self, firing: Firing) -> None:
        pass

    @transition(
        source=("recused", "declined"),
        target="assigned",
        label=_("Restore"),
        done=_("Restored"),
        reason=True,
    )
    def restore(self, firing: Firing) -> None:
        self.opened_at, self.copy = None, None

    @transition(
        source="opened",
        target="done",
        label=_("Finish"),
        done=_("Handed in"),
        guards=[guards.scoresheet_is_submitted],
    )
    def finish(self, firing: Firing) -> None:
        pass
