"""The application and its machine."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from applications import answers, guards
from applications.models.case import case_address
from applications.querysets import ApplicationQuerySet
from programmes.models.calls import Composition
from programmes.money import amount_property
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.states import BLOCKED, DOING, DONE, NEUTRAL, REFUSED, WAITING

if TYPE_CHECKING:
    from applications.models.assistance import Assistance
    from applications.models.forms import AnswerSet
    from applications.models.screening import PieceRequest

WITHDRAWABLE = (
    "draft",
    "submitted",
    "incomplete",
    "eligible",
    "in_review",
    "shortlisted",
    "plan_requested",
    "plan_submitted",
    "in_final_review",
    "waitlisted",
)


def stream_of_the_call(application: "Application", data: dict[str, Any]) -> list[str]:
    """The stream of the call: sending waits for its closing, and for others who send the same persons."""
    return [application.call.stream]


class ApplicationState(models.TextChoices):
    """States of an application; nothing ends in a waiting one."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    INCOMPLETE = "incomplete", _("Incomplete")
    ELIGIBLE = "eligible", _("Eligible")
    INELIGIBLE = "ineligible", _("Ineligible")
    IN_REVIEW = "in_review", _("In review")
    SHORTLISTED = "shortlisted", _("Short-listed")
    NOT_RETAINED = "not_retained", _("Not retained")
    PLAN_REQUESTED = "plan_requested", _("Plan requested")
    PLAN_SUBMITTED = "plan_submitted", _("Plan submitted")
    IN_FINAL_REVIEW = "in_final_review", _("In final review")
    AWARDED = "awarded", _("Awarded")
    WAITLISTED = "waitlisted", _("On the waiting list")
    REJECTED = "rejected", _("Rejected")
    DECLINED = "declined", _("Declined by the applicant")
    LAPSED = "lapsed", _("Lapsed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISQUALIFIED = "disqualified", _("Disqualified")


class Application(StateModel):
    """One application to one call, by a person, a group or an institution."""

    MAIN_PATH = ("draft", "submitted", "eligible", "in_review", "awarded")
    READ_WITH = ("case", "call__programme", "track", "applicant")
    MEANINGS: ClassVar = {
        "draft": NEUTRAL,
        "submitted": WAITING,
        "incomplete": BLOCKED,
        "eligible": DOING,
        "ineligible": REFUSED,
        "in_review": DOING,
        "shortlisted": DOING,
        "not_retained": REFUSED,
        "plan_requested": WAITING,
        "plan_submitted": WAITING,
        "in_final_review": DOING,
        "awarded": DONE,
        "waitlisted": WAITING,
        "rejected": REFUSED,
        "declined": REFUSED,
        "lapsed": REFUSED,
        "withdrawn": REFUSED,
        "disqualified": REFUSED,
    }

    case = models.OneToOneField("applications.Case", on_delete=models.PROTECT, related_name="application")
    call = models.ForeignKey("programmes.Call", on_delete=models.PROTECT, related_name="applications")
    track = models.ForeignKey("programmes.Track", on_delete=models.PROTECT, related_name="applications")
    session = models.ForeignKey(
        "programmes.SelectionSession",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
    )
    applicant = models.ForeignKey(
        "applications.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="applications"
    )
    organisation_name = models.CharField(_("organisation"), max_length=200, blank=True)
    organisation_registration = models.CharField(
        _("registration number of the organisation"), max_length=80, blank=True
    )
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    sector = models.CharField(_("sector"), max_length=60, blank=True)
    requested_minor = models.BigIntegerField(_("amount asked for"), null=True, blank=True)
    requested = amount_property("requested_minor")
    awarded_minor = models.BigIntegerField(_("amount awarded"), null=True, blank=True)
    awarded = amount_property("awarded_minor")
    language = models.CharField(_("language"), max_length=2, default="fr")
    submitted_at = models.DateTimeField(_("submitted on"), null=True, blank=True)
    plan_due_at = models.DateTimeField(_("plan due on"), null=True, blank=True)
    waiting_rank = models.PositiveIntegerField(_("place on the waiting list"), null=True, blank=True)
    state = StateField(_("state"), default=ApplicationState.DRAFT, choices=ApplicationState.choices)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            known_states("applications_application", ApplicationState),
            models.UniqueConstraint(
                fields=["call", "applicant"],
                condition=Q(applicant__isnull=False) & ~Q(state__in=["withdrawn"]),
                name="application_one_per_person_and_call",
            ),
            models.CheckConstraint(
                condition=Q(requested_minor__isnull=True) | Q(requested_minor__gte=0),
                name="application_requested_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(awarded_minor__isnull=True) | Q(awarded_minor__gte=0),
                name="application_awarded_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["call", "state", "submitted_at"], name="application_by_call"),
            models.Index(fields=["session", "state"], name="application_by_session"),
            # the order of every list: its first page is read from here without sorting
            models.Index(
                F("submitted_at").desc(), "id", condition=~Q(state="draft"), name="application_by_sending"
            ),
        ]

    def __str__(self) -> str:
        return self.case.number

    def get_absolute_url(self) -> str:
        """The page of its case."""
        return case_address(self.case.number)

    @property
    def stream(self) -> str:
        """The stream of its case."""
        return self.case.stream

    @property
    def programme_id(self) -> int:
        """The programme of its call."""
        return self.call.programme_id

    @property
    def currency(self) -> str:
        """The currency of its call."""
        return self.call.currency

    @property
    def organisation_is_asked(self) -> bool:
        """Whether an institution or a cooperative applies, which has a name."""
        return self.track.composition in (Composition.COOPERATIVE, Composition.INSTITUTION)

    @property
    def is_group(self) -> bool:
        """Whether several persons apply together."""
        return self.track.composition in (Composition.PAIR, Composition.GROUP, Composition.COOPERATIVE)

    @property
    def assistance(self) -> "Assistance | None":
        """The help under which it is written now; None when the applicant writes, or nobody."""
        return self.assistances.filter(ended_at__isnull=True).select_related("helper").first()

    def is_assisted_by(self, user: Any) -> bool:
        """Whether a user writes it for the person; never beside a person who has an account."""
        if user.pk is None or (self.applicant is not None and self.applicant.user_id is not None):
            return False
        return self.assistances.filter(helper=user.pk, ended_at__isnull=True).exists()

    def answers_at(self, stage: str) -> "AnswerSet | None":
        """The newest answers of a stage, sent or not; None when nothing was begun."""
        return self._answers(stage).first()

    def sent_answers(self, stage: str) -> "AnswerSet | None":
        """The newest answers of a stage that were sent: what staff read."""
        return self._answers(stage).filter(frozen_at__isnull=False).first()

    def all_sent_answers(self) -> "list[AnswerSet]":
        """The newest answers of every stage that were sent, idea before plan: one query."""
        from applications.models.forms import newest_of_each_stage

        rows = self.answer_sets.filter(frozen_at__isnull=False).select_related("form_version")
        return newest_of_each_stage(rows)

    def _answers(self, stage: str) -> "models.QuerySet[AnswerSet]":
        rows = self.answer_sets.filter(form_version__stage=stage).select_related("form_version")
        return rows.order_by("-form_version__version", "-number")

    @property
    def open_answers(self) -> "AnswerSet | None":
        """The answers that are being written now, None when nothing is."""
        stage = {"draft": "idea", "incomplete": "idea", "plan_requested": "plan"}.get(self.state)
        found = self.answers_at(stage) if stage else None
        return found if found is not None and found.frozen_at is None else None

    def begin_answers(self, stage: str) -> "AnswerSet":
        """Return the open answers of a stage, begun on the newest form if nothing was; raises LookupError."""
        from applications.models.forms import AnswerSet, current_form

        found = self.answers_at(stage)
        if found is not None:
            return found
        form_version = current_form(self.call, stage)
        if form_version is None:
            raise LookupError(stage)
        return AnswerSet.objects.get_or_create(
            application=self, form_version=form_version, frozen_at__isnull=True, defaults={"number": 1}
        )[0]

    @property
    def open_request(self) -> "PieceRequest | None":
        """The request for a missing piece that waits for an answer."""
        return self.piece_requests.filter(answered_at__isnull=True).first()

    def _send(self, stage: str, at: datetime) -> None:
        """Freeze the answers of a stage and take over what lists show."""
        given = self.answers_at(stage)
        if given is None:
            return
        given.freeze(at)
        said = answers.summary(given.form, given.answers)
        self.title = said.title or self.title
        self.sector = said.sector or self.sector
        self.requested_minor = self.requested_minor if said.requested is None else said.requested

    @transition(
        source="draft",
        target="submitted",
        label=_("Send the application"),
        done=_("Sent"),
        guards=[
            guards.call_is_open_or_draft_was_begun_before_closing,
            guards.applicant_is_described,
            guards.form_is_complete,
            guards.answers_are_those_that_were_read,
            guards.what_an_agent_wrote_was_read_back,
            guards.consent_is_given,
            guards.members_fit_the_track,
            guards.every_member_agreed,
            guards.shares_make_the_whole,
            guards.group_is_composed_as_asked,
            guards.one_per_person_and_call,
            guards.requested_amount_is_within_ceiling,
            guards.a_session_reads_it,
        ],
        facts=("answers",),
        locks=stream_of_the_call,
        style="primary",
    )
    def submit(self, firing: Firing) -> None:
        """The answers are frozen; the session that reads it is the next one to cut off."""
        self._send("idea", firing.at)
        self.submitted_at = firing.at
        self.session = self.session or self.call.session_for(firing.at)

    @transition(
        source="submitted",
        target="incomplete",
        label=_("Ask for a missing piece"),
        done=_("Missing piece asked for"),
        form="applications.forms.RequestPieceForm",
        guards=[guards.questions_and_due_date_are_named],
        facts=("questions", "due_at"),
    )
    def request_piece(self, firing: Firing) -> None:
        """Open the named questions until the date, in a copy of what was sent."""
        self.piece_requests.create(
            questions=firing.data["questions"],
            message=firing.data.get("message", ""),
            due_at=datetime.fromisoformat(firing.data["due_at"]),
            asked_by_id=firing.actor.pk,
            asked_at=firing.at,
        )
        sent = self.sent_answers("idea")
        if sent is not None:
            sent.reopened(firing.at)

    @transition(
        source="incomplete",
        target="submitted",
        label=_("Send what was asked for"),
        done=_("Missing piece received"),
        guards=[
            guards.asked_questions_are_answered,
            guards.answers_are_those_that_were_read,
            guards.what_an_agent_wrote_was_read_back,
        ],
        facts=("answers",),
        style="primary",
    )
    def answer(self, firing: Firing) -> None:
        """Close the request and freeze the answers again."""
        self.piece_requests.filter(answered_at__isnull=True).update(answered_at=firing.at)
        self._send("idea", firing.at)

    @transition(
        source="submitted",
        target="eligible",
        label=_("Declare eligible"),
        done=_("Eligible"),
        form="applications.forms.EligibleForm",
        guards=[guards.every_blocking_rule_is_met_or_waived, guards.no_flag_is_open],
        style="primary",
    )
    def mark_eligible(self, firing: Firing) -> None:
        """Screening is through."""

    @transition(
        source=("submitted", "incomplete"),
        target="ineligible",
        label=_("Declare ineligible"),
        done=_("Ineligible"),
        form="applications.forms.IneligibleForm",
        guards=[
            guards.a_rule_is_named,
            guards.by_system_only_after_the_due_date,
            guards.the_panel_agrees,
        ],
        facts=("rule",),
        style="danger",
    )
    def mark_ineligible(self, firing: Firing) -> None:
        """A rule is not met, or what was asked for never came."""

    @transition(
        source="eligible",
        target="in_review",
        label=_("Hand to the jury"),
        done=_("Handed to the jury"),
        guards=[guards.session_is_in_scoring],
    )
    def start_review(self, firing: Firing) -> None:
        """The jury reads it."""

    @transition(
        source="in_review",
        target="shortlisted",
        label=_("Short-list"),
        done=_("Short-listed"),
        guards=[guards.decided_in_a_batch],
        facts=("decision",),
    )
    def shortlist(self, firing: Firing) -> None:
        """Retained for the next round."""

    @transition(
        source="in_review",
        target="not_retained",
        label=_("Do not retain"),
        done=_("Not retained"),
        guards=[guards.decided_in_a_batch],
        facts=("decision",),
    )
    def not_retain(self, firing: Firing) -> None:
        """Not retained for the next round."""

    @transition(
        source="shortlisted",
        target="plan_requested",
        label=_("Ask for the plan"),
        done=_("Plan asked for"),
        form="applications.forms.PlanDueForm",
        guards=[guards.plan_form_is_ready, guards.a_due_date_is_given],
        facts=("due_at",),
        style="primary",
    )
    def request_plan(self, firing: Firing) -> None:
        """The plan form opens until the date."""
        self.plan_due_at = parse_datetime(firing.data["due_at"])

    @transition(
        source="plan_requested",
        target="plan_submitted",
        label=_("Send the plan"),
        done=_("Plan submitted"),
        guards=[
            guards.plan_form_is_complete,
            guards.answers_are_those_that_were_read,
            guards.what_an_agent_wrote_was_read_back,
            guards.plan_is_in_time,
            guards.requested_amount_is_within_ceiling,
        ],
        facts=("answers",),
        style="primary",
    )
    def submit_plan(self, firing: Firing) -> None:
        """The plan's answers are frozen."""
        self._send("plan", firing.at)

    @transition(
        source=("shortlisted", "plan_submitted"),
        target="in_final_review",
        label=_("Start the final review"),
        done=_("In final review"),
        guards=[guards.session_is_in_scoring],
    )
    def start_final_review(self, firing: Firing) -> None:
        """The last round reads it."""

    @transition(
        source="waitlisted",
        target="awarded",
        label=_("Award a freed place"),
        done=_("Awarded"),
        guards=[guards.a_place_was_freed, guards.awarded_amount_is_within_ceiling],
        facts=("amount", "decision"),
    )
    @transition(
        source=("in_review", "in_final_review"),
        target="awarded",
        label=_("Award"),
        done=_("Awarded"),
        guards=[guards.decided_in_a_batch, guards.awarded_amount_is_within_ceiling],
        facts=("amount", "decision"),
    )
    def award(self, firing: Firing) -> None:
        """Note the amount; the grant follows."""
        self.awarded_minor = firing.data.get("amount")

    @transition(
        source=("in_review", "in_final_review"),
        target="waitlisted",
        label=_("Put on the waiting list"),
        done=_("Put on the waiting list"),
        guards=[guards.decided_in_a_batch],
        facts=("rank", "decision"),
    )
    def waitlist(self, firing: Firing) -> None:
        """Note the place on the list."""
        self.waiting_rank = firing.data.get("rank")

    @transition(
        source=("in_review", "in_final_review"),
        target="rejected",
        label=_("Reject"),
        done=_("Rejected"),
        guards=[guards.decided_in_a_batch],
        facts=("decision",),
    )
    def reject(self, firing: Firing) -> None:
        """Not funded; the letter says why and how to appeal."""

    @transition(
        source="waitlisted",
        target="lapsed",
        label=_("Let lapse"),
        done=_("Lapsed"),
        guards=[guards.waiting_list_has_expired],
    )
    @transition(
        source="plan_requested",
        target="lapsed",
        label=_("Let lapse"),
        done=_("Lapsed"),
        guards=[guards.due_date_has_passed],
    )
    def lapse(self, firing: Firing) -> None:
        """Time has run out."""

    @transition(
        source="awarded",
        target="declined",
        label=_("Decline the award"),
        done=_("Declined by the applicant"),
        confirm=guards.what_declining_does,
        style="danger",
    )
    def decline(self, firing: Firing) -> None:
        """The place is free for the next on the waiting list."""

    @transition(
        source=WITHDRAWABLE,
        target="withdrawn",
        label=_("Withdraw the application"),
        done=_("Withdrawn"),
        confirm=guards.what_withdrawing_does,
        style="danger",
    )
    def withdraw(self, firing: Firing) -> None:
        """The applicant withdraws it."""

    @transition(
        source=(*WITHDRAWABLE[1:], "awarded"),
        target="disqualified",
        label=_("Disqualify"),
        done=_("Disqualified"),
        reason=True,
        second_person=True,
        confirm=guards.what_disqualifying_does,
        style="danger",
    )
    def disqualify(self, firing: Firing) -> None:
        """Two persons exclude it."""

    @transition(
        source=("not_retained", "rejected"),
        target="in_review",
        label=_("Reinstate"),
        done=_("Reinstated after appeal"),
        facts=("appeal",),
        guards=[guards.an_appeal_was_upheld],
    )
    @transition(
        source="ineligible",
        target="eligible",
        label=_("Reinstate"),
        done=_("Reinstated after appeal"),
        facts=("appeal",),
        guards=[guards.an_appeal_was_upheld],
    )
    def reinstate(self, firing: Firing) -> None:
        """An appeal was upheld."""
