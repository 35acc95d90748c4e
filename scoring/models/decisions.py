"""Decisions: one row a file, pending until the batch is announced, then applied all in one transaction.

What a decision does to an application is in `scoring/reactions.py`; which decisions depart from the merit
order is in `scoring/merit.py`.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programmes import predicates
from programmes.models import SelectionSession
from programmes.money import amount_property
from scoring import guards
from scoring.models.grids import Stage
from scoring.models.quotas import Quota
from scoring.models.rankings import RankingSnapshot
from workflow import StateField, StateModel, known_states, transition
from workflow.declare import Firing
from workflow.states import DOING, DONE, NEUTRAL, WAITING

SEES_DECISIONS = ("jury_secretary", "jury_chair", "manager", "auditor")


class BatchState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    ANNOUNCED = "announced", _("Announced")


class BatchQuerySet(models.QuerySet["DecisionBatch"]):
    """Batches of decisions: nobody outside sees them before they are announced."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose jury one runs, manages or audits."""
        return self.filter(session__call__programme__in=predicates.programme_ids(user, *SEES_DECISIONS))


class BatchManager(models.Manager.from_queryset(BatchQuerySet)):  # type: ignore[misc]  # run time
    """Reads a batch with its session and call."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("session__call__programme")


def case_streams(batch: "DecisionBatch", data: dict[str, Any]) -> Iterable[str]:
    """The streams of all cases that announcing the batch writes to."""
    from scoring.reactions import streams_of_batch

    return streams_of_batch(batch)


class DecisionBatch(StateModel):
    """Decisions of one stage that are announced together.

    line: how far the places went and what the quotas did, as `scoring/line_words.py` says it.
    """

    MAIN_PATH = ("draft", "submitted", "confirmed", "announced")
    MEANINGS: ClassVar = {"draft": NEUTRAL, "submitted": WAITING, "confirmed": DOING, "announced": DONE}

    session = models.ForeignKey(
        SelectionSession,
        on_delete=models.PROTECT,
        related_name="batches",
        verbose_name=_("selection session"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    shortlisting = models.BooleanField(
        _("short-listing"), default=False, help_text=_("Chooses who goes on to the final selection.")
    )
    snapshot = models.ForeignKey(
        RankingSnapshot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="batches",
        verbose_name=_("ranking"),
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(_("submitted on"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True)
    announced_at = models.DateTimeField(_("announced on"), null=True, blank=True)
    letters = models.OneToOneField(
        "workflow.NoticeBatch",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decision_batch",
        verbose_name=_("letters"),
    )
    line = models.JSONField(_("funding line"), default=dict, blank=True, editable=False)
    state = StateField(_("state"), default=BatchState.DRAFT, choices=BatchState.choices)

    objects = BatchManager()

    class Meta:
        verbose_name = _("decision batch")
        verbose_name_plural = _("decision batches")
        ordering = ["session_id", "number"]
        base_manager_name = "objects"
        constraints = [
            known_states("scoring_batch", BatchState),
            models.UniqueConstraint(fields=["session", "number"], name="batch_number_once"),
            models.UniqueConstraint(
                fields=["session", "stage"], condition=~Q(state="announced"), name="batch_one_open_a_stage"
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="batch_stage_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "announced"])
                | Q(confirmed_by__isnull=True)
                | ~Q(confirmed_by=models.F("submitted_by")),
                name="batch_confirmed_by_another_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.number}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("scoring:batch", args=[self.pk])

    @property
    def programme_id(self) -> int:
        """The programme of its session."""
        return self.session.call.programme_id

    @property
    def currency(self) -> str:
        """The currency of its call."""
        return self.session.call.currency

    @transition(
        source="draft",
        target="submitted",
        label=_("Submit the decisions"),
        done=_("Submitted"),
        guards=[
            guards.every_decision_is_made,
            guards.awards_fit_the_envelope,
            guards.every_exception_has_a_reason,
            guards.awards_were_deliberated,
        ],
        style="primary",
    )
    def submit(self, firing: Firing) -> None:
        self.submitted_by_id = firing.actor.pk
        self.submitted_at = firing.at

    @transition(
        source="submitted",
        target="draft",
        label=_("Return"),
        done=_("Returned"),
        reason=True,
    )
    def return_(self, firing: Firing) -> None:
        pass

    @transition(
        source="submitted",
        target="confirmed",
        label=_("Confirm the decisions"),
        done=_("Confirmed"),
        guards=[guards.confirmer_is_another_person, guards.confirmer_has_no_conflict],
        confirm=guards.confirming_sentence,
        style="primary",
    )
    def confirm(self, firing: Firing) -> None:
        self.confirmed_by_id = firing.actor.pk
        self.confirmed_at = firing.at

    @transition(
        source="confirmed",
        target="announced",
        label=_("Announce the decisions"),
        done=_("Announced"),
        guards=[guards.letters_are_drafted, guards.minutes_of_batch_are_signed],
        confirm=guards.announcing_sentence,
        locks=case_streams,
        style="primary",
    )
    def announce(self, firing: Firing) -> None:
        self.announced_at = firing.at


class Outcome(models.TextChoices):
    AWARD = "award", _("Funded")
    WAITLIST = "waitlist", _("Waiting list")
    REJECT = "reject", _("Not funded")
    SHORTLIST = "shortlist", _("Short-listed")
    NOT_RETAIN = "not_retain", _("Not retained")
    POSTPONE = "postpone", _("Postponed")


MEANING_OF_OUTCOME = {
    "": NEUTRAL,
    "award": DONE,
    "shortlist": DONE,
    "waitlist": WAITING,
    "reject": "refused",
    "not_retain": "refused",
    "postpone": NEUTRAL,
}


class Decision(models.Model):
    """What was decided on one application.

    rank and score are those of the batch's ranking. place: turn on the waiting list, from 1. conditions:
    what the award depends on. reason: why it departs from the merit order, or why it was refused.
    reserved_for: the quota whose reserved place it has, before a file of a better rank or an earlier turn.
    """

    batch = models.ForeignKey(
        DecisionBatch, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("batch")
    )
    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="decisions",
        verbose_name=_("application"),
    )
    position = models.PositiveIntegerField(_("line"))
    rank = models.PositiveIntegerField(_("rank"), null=True, blank=True)
    score = models.DecimalField(_("mark"), max_digits=11, decimal_places=4, null=True, blank=True)
    failures = models.JSONField(_("not met"), default=list, blank=True)
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome, blank=True)
    amount_minor = models.BigIntegerField(_("amount"), null=True, blank=True)
    amount = amount_property("amount_minor")
    place = models.PositiveIntegerField(_("turn on the waiting list"), null=True, blank=True)
    conditions = models.TextField(_("conditions"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    reserved_for = models.ForeignKey(
        Quota,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("place reserved for"),
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["batch_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "application"], name="decision_once_a_batch"),
            models.UniqueConstraint(fields=["batch", "position"], name="decision_position_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=[*Outcome.values, ""]), name="decision_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gte=0),
                name="decision_amount_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["award", "waitlist"]) | Q(amount_minor__isnull=True),
                name="decision_amount_of_an_award",
            ),
            models.CheckConstraint(
                condition=Q(outcome="waitlist") | Q(place__isnull=True), name="decision_place_on_waiting_list"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["award", "waitlist"]) | Q(reserved_for__isnull=True),
                name="decision_reserved_place_of_an_award",
            ),
        ]
        indexes = [
            models.Index(fields=["application", "outcome"], name="decision_by_application"),
            # all that adding up a batch asks for
            models.Index(
                fields=["batch", "outcome", "rank", "reserved_for", "amount_minor"], name="decision_added_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.outcome}"

    @property
    def currency(self) -> str:
        """The currency of its call."""
        return self.batch.currency

    @property
    def meaning(self) -> str:
        """What the outcome means to a reader, for the badge."""
        return MEANING_OF_OUTCOME[self.outcome]
