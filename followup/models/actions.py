"""Action points: what a visit agreed should be done, by whom and until when; who says so, and who checked."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from followup import action_guards as guards
from followup.querysets import ActionPointQuerySet
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.states import DOING, DONE, REFUSED, WAITING


class ActionState(models.TextChoices):
    """States of an action point."""

    OPEN = "open", _("Open")
    CLAIMED = "claimed", _("Said to be done")
    VERIFIED = "verified", _("Checked")
    DROPPED = "dropped", _("Dropped")


class ResponsibleParty(models.TextChoices):
    """Who is to do it."""

    BENEFICIARY = "beneficiary", _("The beneficiary")
    COACH = "coach", _("The coach")


class ActionPoint(StateModel):
    """One thing to do until a day. Overdue ones give points of risk."""

    MAIN_PATH = ("open", "claimed", "verified")
    MEANINGS = {"open": DOING, "claimed": WAITING, "verified": DONE, "dropped": REFUSED}
    READ_WITH = ("case", "enterprise")

    case = models.ForeignKey("applications.Case", on_delete=models.PROTECT, related_name="action_points")
    enterprise = models.ForeignKey(
        "followup.Enterprise", on_delete=models.PROTECT, related_name="action_points"
    )
    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="action_points"
    )
    visit = models.ForeignKey(
        "followup.Visit", on_delete=models.PROTECT, null=True, blank=True, related_name="action_points"
    )
    what = models.CharField(_("what is to be done"), max_length=300)
    responsible = models.CharField(
        _("who does it"),
        max_length=12,
        choices=ResponsibleParty.choices,
        default=ResponsibleParty.BENEFICIARY,
    )
    agreed_on = models.DateField(_("agreed on"))
    due_on = models.DateField(_("until"))
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_at = models.DateTimeField(_("said to be done on"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seen_in = models.ForeignKey(
        "followup.Visit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proof = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = StateField(default=ActionState.OPEN, choices=ActionState.choices)

    objects = ActionPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("action point")
        verbose_name_plural = _("action points")
        ordering = ["due_on", "pk"]
        constraints = [
            known_states("followup_actionpoint", ActionState),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(seen_in__isnull=False) | Q(proof__isnull=False),
                name="followup_action_verified_by_something",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("agreed_on")), name="followup_action_due_after_agreed"
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "state", "due_on"], name="followup_action_due"),
            models.Index(fields=["coach", "state", "due_on"], name="followup_action_coach"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def stream(self) -> str:
        return self.case.stream

    def get_absolute_url(self) -> str:
        return reverse("followup:action", args=[self.pk])

    def is_overdue(self, today: date) -> bool:
        """Whether nobody said until its day that it was done."""
        return self.state == ActionState.OPEN and self.due_on < today

    @transition(
        source="open",
        target="claimed",
        label=_("It is done"),
        done=_("Said to be done"),
        style="primary",
    )
    def claim(self, firing: Firing) -> None:
        """Somebody says that it was done; it counts as overdue no more, and waits for a check."""
        self.claimed_by_id = firing.actor.pk
        self.claimed_at = firing.at

    @transition(
        source="claimed",
        target="verified",
        label=_("Note as checked"),
        done=_("Checked"),
        form="followup.forms_actions.VerifyActionForm",
        guards=[guards.seen_in_a_later_visit_or_proved],
        facts=("visit", "file"),
        style="primary",
    )
    def verify(self, firing: Firing) -> None:
        """A later visit saw it, or a photo or paper proves it."""
        self.verified_by_id = firing.actor.pk
        self.seen_in_id = firing.data.get("visit")
        self.proof_id = firing.data.get("file")

    @transition(
        source="claimed",
        target="open",
        label=_("It is not done yet"),
        done=_("Open again"),
        reason=True,
    )
    def reopen(self, firing: Firing) -> None:
        """What was said does not hold; the reason says what is missing."""
        self.claimed_by = None
        self.claimed_at = None

    @transition(
        source=("open", "claimed"),
        target="dropped",
        label=_("Drop"),
        done=_("Dropped"),
        reason=True,
        style="danger",
    )
    def drop(self, firing: Firing) -> None:
        """It no longer makes sense."""
