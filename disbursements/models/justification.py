"""How a payment is accounted for: lines with receipts, each accepted or not, with the reason."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from disbursements.guards import justification as guards
from disbursements.models import sentences
from disbursements.models.grants import BudgetLine
from disbursements.models.tranches import Tranche
from disbursements.querysets import JustificationChildQuerySet, JustificationQuerySet
from programmes.money import Money
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.states import BLOCKED, DOING, DONE, REFUSED, WAITING


class JustificationState(models.TextChoices):
    """Where the accounting for one payment stands."""

    EXPECTED = "expected", _("Expected")
    SUBMITTED = "submitted", _("Handed in")
    UNDER_REVIEW = "under_review", _("Under review")
    ACCEPTED = "accepted", _("Accepted")
    PARTLY_ACCEPTED = "partly_accepted", _("Partly accepted")
    REFUSED = "refused", _("Refused")


OPEN_FOR_LINES = (
    JustificationState.EXPECTED,
    JustificationState.PARTLY_ACCEPTED,
    JustificationState.REFUSED,
)


class LineDecision(models.TextChoices):
    """What was decided about one line."""

    PENDING = "pending", _("To decide")
    ACCEPTED = "accepted", _("Accepted")
    INELIGIBLE = "ineligible", _("Not accepted")


class Justification(StateModel):
    """The accounting for one paid instalment: of what was paid, so much justified, so much owed back."""

    MAIN_PATH = ("expected", "submitted", "under_review", "accepted")
    MEANINGS = {
        "expected": WAITING,
        "submitted": WAITING,
        "under_review": DOING,
        "accepted": DONE,
        "partly_accepted": BLOCKED,
        "refused": REFUSED,
    }

    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="justifications")
    order = models.OneToOneField(
        "disbursements.PaymentOrder", on_delete=models.PROTECT, related_name="justification"
    )
    paid_minor = models.BigIntegerField(_("paid"))
    justified_minor = models.BigIntegerField(_("justified"), default=0)
    receivable_minor = models.BigIntegerField(_("to be recovered"), default=0)
    recovered_minor = models.BigIntegerField(_("recovered"), default=0)
    due_on = models.DateField(_("due on"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = StateField(default=JustificationState.EXPECTED, choices=JustificationState.choices)

    objects = JustificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("justification")
        verbose_name_plural = _("justifications")
        ordering = ["due_on", "id"]
        constraints = [
            known_states("disbursements_justification", JustificationState),
            models.CheckConstraint(
                condition=Q(paid_minor__gt=0), name="disbursements_justification_paid_positive"
            ),
            models.CheckConstraint(
                condition=Q(justified_minor__gte=0, receivable_minor__gte=0, recovered_minor__gte=0)
                & Q(paid_minor__gte=F("justified_minor") + F("receivable_minor") + F("recovered_minor")),
                name="disbursements_justification_within_paid",
            ),
            models.CheckConstraint(
                condition=~Q(reviewed_by=F("submitted_by")),
                name="disbursements_justification_reviewer_did_not_collect",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="disbursements_justif_due")]

    def __str__(self) -> str:
        return str(self.tranche)

    @property
    def programme_id(self) -> int:
        """The programme of the grant."""
        return self.tranche.programme_id

    @property
    def stream(self) -> str:
        """The case's stream."""
        return self.tranche.stream

    @property
    def currency(self) -> str:
        """The grant's currency."""
        return self.tranche.grant.currency

    @property
    def paid(self) -> Money:
        """What was paid and is to be accounted for."""
        return Money(self.paid_minor, self.currency)

    def accepted_minor(self) -> int:
        """Return the sum of the accepted lines."""
        accepted = self.lines.filter(decision=LineDecision.ACCEPTED)
        return int(accepted.aggregate(total=Sum("amount_minor"))["total"] or 0)

    def justified_percent(self) -> int:
        """Return how much of what was paid and not recovered is justified, in whole percent rounded down."""
        kept = self.paid_minor - self.recovered_minor
        return self.justified_minor * 100 // kept if kept else 100

    @property
    def is_settled(self) -> bool:
        """Whether all of it is accounted for or was recovered."""
        return self.justified_minor + self.recovered_minor == self.paid_minor

    def get_absolute_url(self) -> str:
        """The justification's page."""
        return reverse("disbursements:justification", args=[self.pk])

    @transition(
        source=("expected", "partly_accepted", "refused"),
        target="submitted",
        label=_("Hand in the receipts"),
        done=_("Receipts handed in"),
        guards=[guards.payment_stands, guards.lines_have_files],
        style="primary",
    )
    def submit(self, firing: Firing) -> None:
        """The lines so far go to the verifier."""
        self.submitted_by_id = firing.actor.pk
        self.reviewed_by = None

    @transition(
        source="submitted",
        target="under_review",
        label=_("Start the review"),
        done=_("Review started"),
        guards=[guards.payment_stands, guards.reviewer_is_not_the_collector],
        style="primary",
    )
    def review(self, firing: Firing) -> None:
        """Somebody who did not collect them looks at the receipts."""
        self.reviewed_by_id = firing.actor.pk

    @transition(
        source="under_review",
        target="accepted",
        label=_("Accept the receipts"),
        done=_("Receipts accepted"),
        guards=[
            guards.payment_stands,
            guards.reviewer_is_not_the_collector,
            guards.every_line_is_accepted,
            guards.no_accepted_line_was_used_before,
            guards.lines_cover_what_was_paid,
        ],
        style="primary",
    )
    def accept(self, firing: Firing) -> None:
        """All that was paid is accounted for."""

    @transition(
        source="under_review",
        target="partly_accepted",
        label=_("Accept in part"),
        done=_("Receipts accepted in part"),
        guards=[
            guards.payment_stands,
            guards.reviewer_is_not_the_collector,
            guards.every_line_is_decided,
            guards.refused_lines_have_a_reason,
            guards.some_line_is_accepted,
            guards.no_accepted_line_was_used_before,
        ],
    )
    def accept_partly(self, firing: Firing) -> None:
        """Accept some lines; the rest is still owed, and more lines may follow."""

    @transition(
        source="under_review",
        target="refused",
        label=_("Refuse the receipts"),
        done=_("Receipts refused"),
        guards=[guards.payment_stands, guards.reviewer_is_not_the_collector, guards.no_line_is_accepted],
        reason=True,
        style="danger",
        confirm=sentences.refuse_receipts,
    )
    def refuse(self, firing: Firing) -> None:
        """None of the lines of this review is accepted."""
        lines = self.lines.filter(decision=LineDecision.PENDING)
        lines.update(
            decision=LineDecision.INELIGIBLE, reason=firing.reason[:500], decided_by_id=firing.actor.pk
        )


class JustificationLine(models.Model):
    """One expense: what for, how much, by which receipt, and what was decided about it.

    booked: whether the journal knows the decision; from then on the line does not change.
    """

    justification = models.ForeignKey(Justification, on_delete=models.PROTECT, related_name="lines")
    budget_line = models.ForeignKey(
        BudgetLine, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    label = models.CharField(_("what for"), max_length=200)
    amount_minor = models.BigIntegerField(_("amount"))
    spent_on = models.DateField(_("spent on"), null=True, blank=True)
    supplier_name = models.CharField(_("shop or supplier"), max_length=120, blank=True)
    invoice_number = models.CharField(_("number on the receipt"), max_length=60, blank=True)
    invoice_key = models.CharField(max_length=190, blank=True, db_index=True)
    file = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    archive_reference = models.CharField(_("reference in the archive"), max_length=80, blank=True)
    decision = models.CharField(
        _("decision"), max_length=10, choices=LineDecision.choices, default=LineDecision.PENDING
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    booked = models.BooleanField(default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField()

    objects = JustificationChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["justification_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="disbursements_justification_line_positive"
            ),
            models.CheckConstraint(
                condition=Q(decision__in=LineDecision.values),
                name="disbursements_justification_line_known_decision",
            ),
            models.CheckConstraint(
                condition=~Q(decision=LineDecision.INELIGIBLE) | ~Q(reason=""),
                name="disbursements_justification_line_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(booked=False) | ~Q(decision=LineDecision.PENDING),
                name="disbursements_justification_line_booked_when_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def programme_id(self) -> int:
        """The programme of the grant."""
        return self.justification.programme_id

    @property
    def amount(self) -> Any:
        """The amount."""
        return Money(self.amount_minor, self.justification.currency)
