"""Money to be paid back: what is claimed of one payment, and how the claim came to an end.

A claim is never edited: receipts that are accepted later lower it; repayments, offsets and write-offs are
rows that stay. How claims are opened and lowered is in `disbursements/claims.py`, what is booked in
`disbursements/recovering.py`.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements.guards import recovery as guards
from disbursements.guards.inputs import own_files
from disbursements.guards.recovery import books_are_open
from disbursements.models.grants import Grant
from disbursements.models.justification import Justification
from disbursements.models.payees import SecondChannel
from disbursements.models.recovery_records import RecoveryPart
from disbursements.models.recovery_states import TO_COLLECT, MoveKind, RecoveryCause, RecoveryState
from disbursements.models.signing import person
from disbursements.models.tranches import Tranche
from disbursements.querysets import RecoveryQuerySet
from programmes.money import Money, amount_property
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.display import money_text
from workflow.states import BLOCKED, DOING, DONE, NEUTRAL, REFUSED, WAITING


def settled_part(field: str) -> Any:
    """The sum of what ended parts of a claim, as an expression on its columns."""
    return F("lowered_minor") + F("repaid_minor") + F("offset_minor") + F(field)


def notify_sentence(recovery: "Recovery") -> str:
    """Say what telling the beneficiary does."""
    return gettext("Case %(case)s is asked to pay back %(amount)s of grant %(grant)s.") % recovery.in_words()


def write_off_sentence(recovery: "Recovery") -> str:
    """Say what writing off does."""
    return gettext("%(amount)s are given up: nobody will ask case %(case)s for them again.") % (
        recovery.in_words()
    )


def line_stream(recovery: "Recovery", data: dict[str, Any]) -> list[str]:
    """The stream of the movement by which money came back."""
    line = guards.line_of(recovery, data)
    return [line.stream] if line is not None else []


class Recovery(StateModel):
    """A claim over one payment of a grant. Amounts in minor units of the grant's currency.

    lowered: by receipts accepted after all. from_justified: what had been accepted before it was found wrong.
    """

    MAIN_PATH = ("opened", "notified", "scheduled", "partly_repaid", "repaid", "closed")
    MEANINGS = {
        "opened": NEUTRAL,
        "notified": WAITING,
        "contested": BLOCKED,
        "scheduled": WAITING,
        "partly_repaid": DOING,
        "repaid": DONE,
        "written_off": REFUSED,
        "closed": DONE,
        "cancelled": REFUSED,
    }
    READ_WITH = ("grant__case", "grant__programme")

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="recoveries")
    tranche = models.ForeignKey(
        Tranche, on_delete=models.PROTECT, null=True, blank=True, related_name="recoveries"
    )
    justification = models.ForeignKey(
        Justification, on_delete=models.PROTECT, null=True, blank=True, related_name="recoveries"
    )
    number = models.CharField(_("number"), max_length=50, unique=True)
    cause = models.CharField(_("cause"), max_length=12, choices=RecoveryCause.choices)
    reason = models.TextField(_("reason"), max_length=4000, blank=True)
    claimed_minor = models.BigIntegerField(_("claimed"))
    from_justified_minor = models.BigIntegerField(default=0)
    lowered_minor = models.BigIntegerField(_("receipts accepted since"), default=0)
    repaid_minor = models.BigIntegerField(_("paid back"), default=0)
    offset_minor = models.BigIntegerField(_("kept back from instalments"), default=0)
    written_off_minor = models.BigIntegerField(_("written off"), default=0)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(_("opened on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_by = models.CharField(_("told by"), max_length=10, choices=SecondChannel.choices, blank=True)
    due_on = models.DateField(_("to be paid back by"), null=True, blank=True)
    state = StateField(default=RecoveryState.OPENED, choices=RecoveryState.choices)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("recovery")
        verbose_name_plural = _("recoveries")
        ordering = ["number"]
        constraints = [
            known_states("disbursements_recovery", RecoveryState),
            models.CheckConstraint(
                condition=Q(
                    claimed_minor__gt=0,
                    from_justified_minor__gte=0,
                    lowered_minor__gte=0,
                    repaid_minor__gte=0,
                    offset_minor__gte=0,
                    written_off_minor__gte=0,
                ),
                name="disbursements_recovery_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(claimed_minor__gte=settled_part("written_off_minor")),
                name="disbursements_recovery_within_the_claim",
            ),
            models.CheckConstraint(
                condition=Q(cause__in=RecoveryCause.values), name="disbursements_recovery_known_cause"
            ),
            models.CheckConstraint(
                condition=~Q(cause=RecoveryCause.BY_HAND) | (Q(opened_by__isnull=False) & ~Q(reason="")),
                name="disbursements_recovery_by_hand_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("opened_by")), name="disbursements_recovery_decider_did_not_open"
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[
                        RecoveryState.REPAID,
                        RecoveryState.WRITTEN_OFF,
                        RecoveryState.CLOSED,
                        RecoveryState.CANCELLED,
                    ]
                )
                | Q(claimed_minor=settled_part("written_off_minor")),
                name="disbursements_recovery_ended_when_settled",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="disbursements_recovery_list")]

    claimed = amount_property("claimed_minor")
    lowered = amount_property("lowered_minor")
    repaid = amount_property("repaid_minor")
    offset_sum = amount_property("offset_minor")
    written_off = amount_property("written_off_minor")

    def __str__(self) -> str:
        return self.number

    @property
    def programme_id(self) -> int:
        """The programme of the grant."""
        return self.grant.programme_id

    @property
    def stream(self) -> str:
        """The case's stream."""
        return self.grant.stream

    @property
    def currency(self) -> str:
        """The grant's currency."""
        return self.grant.currency

    @property
    def settled_minor(self) -> int:
        """What was paid back, kept back or written off."""
        return self.repaid_minor + self.offset_minor + self.written_off_minor

    @property
    def outstanding_minor(self) -> int:
        """What is still owed."""
        return self.claimed_minor - self.lowered_minor - self.settled_minor

    @property
    def outstanding(self) -> Money:
        """What is still owed."""
        return Money(self.outstanding_minor, self.currency)

    @property
    def amount(self) -> Money:
        """What is still owed, for lists of work."""
        return self.outstanding

    def get_absolute_url(self) -> str:
        """The claim's page."""
        return reverse("disbursements:recovery", args=[self.pk])

    def in_words(self) -> dict[str, Any]:
        """What sentences about this claim name."""
        return {
            "number": self.number,
            "case": self.grant.case.number,
            "grant": self.grant.reference,
            "amount": money_text(self.outstanding),
        }

    def settle(self, kind: str, minor: int, firing: Firing, **proof: Any) -> None:
        """Keep a part of the claim as ended, inside a transition."""
        column = {
            MoveKind.REPAID: "repaid_minor",
            MoveKind.OFFSET: "offset_minor",
            MoveKind.WRITTEN_OFF: "written_off_minor",
        }[MoveKind(kind)]
        setattr(self, column, getattr(self, column) + minor)
        self.moves.create(
            number=self.moves.count() + 1,
            kind=kind,
            amount_minor=minor,
            made_by_id=person(firing),
            made_at=firing.at,
            **proof,
        )

    def target_after(self) -> str:
        """Paid back once nothing is owed, else partly."""
        return RecoveryState.PARTLY_REPAID if self.outstanding_minor else RecoveryState.REPAID

    @transition(
        source="opened",
        target="notified",
        label=_("Tell the beneficiary"),
        done=_("Beneficiary told"),
        guards=[guards.something_is_owed, guards.told_on_a_channel],
        form="disbursements.forms.recovery.NotifyForm",
        facts=("told_by", "due_on"),
        confirm=notify_sentence,
        style="primary",
    )
    def notify(self, firing: Firing) -> None:
        """The beneficiary knows what is owed, why, and until when."""
        self.told_by = firing.data["told_by"]
        self.due_on = date.fromisoformat(firing.data["due_on"])

    @transition(
        source="notified",
        target="contested",
        label=_("I do not agree"),
        done=_("Claim contested"),
        reason=True,
        form="disbursements.forms.recovery.ContestForm",
    )
    def contest(self, firing: Firing) -> None:
        """The beneficiary says in words why the money is not owed."""

    @transition(
        source="contested",
        target=("notified", "cancelled"),
        label=_("Decide on the objection"),
        done=_("Objection decided"),
        guards=[guards.decider_did_not_open, guards.decision_is_given, books_are_open],
        form="disbursements.forms.recovery.DecideForm",
        facts=("decision",),
        reason=True,
        style="primary",
    )
    def decide(self, firing: Firing) -> str:
        """The claim stands, or is dropped; by another person than who opened it."""
        self.decided_by_id = firing.actor.pk
        if firing.data["decision"] == "stands":
            return RecoveryState.NOTIFIED
        firing.data["dropped_minor"] = self.outstanding_minor
        self.lowered_minor += self.outstanding_minor
        return RecoveryState.CANCELLED

    @transition(
        source="notified",
        target="scheduled",
        label=_("Agree on instalments"),
        done=_("Repayment agreed"),
        guards=[guards.something_is_owed, guards.schedule_is_possible],
        form="disbursements.forms.recovery.ScheduleForm",
        facts=("count", "first_on", "every"),
    )
    def schedule(self, firing: Firing) -> None:
        """What is owed is paid back in parts, on days that both know."""
        from disbursements.claims import planned_parts

        parts = planned_parts(
            self.outstanding_minor,
            firing.data["count"],
            date.fromisoformat(firing.data["first_on"]),
            firing.data["every"],
        )
        RecoveryPart.objects.bulk_create(
            [
                RecoveryPart(recovery=self, number=number, due_on=due_on, amount_minor=amount)
                for number, (due_on, amount) in enumerate(parts, start=1)
            ]
        )
        self.due_on = parts[-1][0]

    @transition(
        source=TO_COLLECT,
        target=("partly_repaid", "repaid"),
        label=_("Record a repayment"),
        done=_("Repayment recorded"),
        guards=[
            guards.something_is_owed,
            guards.repayment_is_proved,
            guards.repayment_is_new,
            guards.not_more_than_is_owed,
            books_are_open,
            own_files("file"),
        ],
        form="disbursements.forms.recovery.RepayForm",
        facts=("line", "amount", "paid_on", "reference", "file"),
        locks=line_stream,
        style="primary",
    )
    def repay(self, firing: Firing) -> str:
        """Money came in: on an account of the programme, or at the cash box against a receipt."""
        line, given = guards.line_of(self, firing.data), firing.data
        if line is not None:
            self.settle(MoveKind.REPAID, line.amount_minor, firing, bank_line=line, moved_on=line.booked_on)
        else:
            self.settle(
                MoveKind.REPAID,
                given["amount"],
                firing,
                moved_on=date.fromisoformat(given["paid_on"]),
                reference=given["reference"],
                receipt_key=guards.receipt_key(self, given["reference"]),
                file_id=given.get("file"),
            )
        return self.target_after()

    @transition(
        source=TO_COLLECT,
        target=("partly_repaid", "repaid"),
        label=_("Keep it back from an instalment"),
        done=_("Kept back from an instalment"),
        guards=[
            guards.something_is_owed,
            guards.a_later_instalment_waits,
            guards.offset_leaves_something_to_pay,
            books_are_open,
        ],
        form="disbursements.forms.recovery.OffsetForm",
        facts=("tranche", "amount"),
    )
    def offset(self, firing: Firing) -> str:
        """A later instalment is paid less what is owed; the beneficiary accounts for all of it."""
        tranche = Tranche.objects.select_for_update().get(pk=firing.data["tranche"], grant=self.grant_id)
        tranche.keep_back(firing.data["amount"])
        self.settle(
            MoveKind.OFFSET,
            firing.data["amount"],
            firing,
            tranche=tranche,
            moved_on=self.grant.programme.day_of(firing.at),
        )
        return self.target_after()

    @transition(
        source=TO_COLLECT,
        target="written_off",
        label=_("Write it off"),
        done=_("Written off"),
        guards=[guards.something_is_owed, guards.within_the_ceiling, books_are_open],
        reason=True,
        second_person=True,
        confirm=write_off_sentence,
        style="danger",
    )
    def write_off(self, firing: Firing) -> None:
        """Two persons give up what is left, within the ceiling of the programme."""
        self.settle(
            MoveKind.WRITTEN_OFF,
            self.outstanding_minor,
            firing,
            moved_on=self.grant.programme.day_of(firing.at),
        )

    @transition(
        source=("repaid", "written_off"),
        target="closed",
        label=_("Close the recovery"),
        done=_("Recovery closed"),
        guards=[guards.books_agree],
        style="primary",
    )
    def close(self, firing: Firing) -> None:
        """An approver saw how the claim ended."""

    @transition(
        source=(
            RecoveryState.OPENED,
            RecoveryState.NOTIFIED,
            RecoveryState.CONTESTED,
            RecoveryState.SCHEDULED,
        ),
        target="cancelled",
        label=_("End it: nothing is owed"),
        done=_("Nothing owed any more"),
        guards=[guards.nothing_is_owed],
    )
    @transition(
        source="partly_repaid",
        target="repaid",
        label=_("End it: nothing is owed"),
        done=_("Nothing owed any more"),
        guards=[guards.nothing_is_owed],
    )
    def lapse(self, firing: Firing) -> None:
        """Receipts were accepted for all of it, or the payment came back."""
