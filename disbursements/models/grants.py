"""The grant: an agreement over an amount (or over equipment without a stated value) with one awarded case.

Its money is in the journal, its instalments in `models/tranches.py`; what each transition books is in
`disbursements/bookings.py`, what follows from it in `disbursements/reactions.py`.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements.guards import grants as guards
from disbursements.guards.inputs import own_files
from disbursements.models import sentences
from disbursements.querysets import GrantChildQuerySet, GrantQuerySet
from disbursements.terms import digest, terms_of
from programmes.money import Money, split
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.addresses import address_of
from workflow.display import money_text
from workflow.states import BLOCKED, DOING, DONE, NEUTRAL, REFUSED, WAITING


class GrantState(models.TextChoices):
    """Where an agreement stands."""

    DRAFT = "draft", _("Draft")
    OFFERED = "offered", _("Offered")
    SIGNED = "signed", _("Signed")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    COMPLETED = "completed", _("Completed")
    TERMINATED = "terminated", _("Terminated")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")


DEAD = (GrantState.DECLINED, GrantState.EXPIRED, GrantState.CANCELLED)
"""States in which a grant never came to be: its application may get another one."""
OVER = (*DEAD, GrantState.CLOSED)
"""States from which nothing more will happen."""


def grant_address(key: int) -> str:
    """Return the address of a grant's page."""
    return address_of("disbursements:grant", key)


def offer_sentence(grant: "Grant") -> str:
    """Say what offering does, with the amount."""
    if grant.amount is None:
        return gettext("The agreement over equipment is offered to case %(case)s.") % {
            "case": grant.case.number
        }
    return gettext("%(amount)s are taken from the envelope of the call and offered to case %(case)s.") % {
        "amount": money_text(grant.amount),
        "case": grant.case.number,
    }


class Grant(StateModel):
    """One agreement. Amount in minor units; null where equipment is given without a stated value."""

    MAIN_PATH = ("draft", "offered", "signed", "active", "completed", "closed")
    MEANINGS = {
        "draft": NEUTRAL,
        "offered": WAITING,
        "signed": WAITING,
        "active": DOING,
        "suspended": BLOCKED,
        "completed": DONE,
        "terminated": REFUSED,
        "closed": DONE,
        "declined": REFUSED,
        "expired": REFUSED,
        "cancelled": REFUSED,
    }

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="grants")
    case = models.ForeignKey("applications.Case", on_delete=models.PROTECT, related_name="grants")
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="grants"
    )
    track = models.ForeignKey("programmes.Track", on_delete=models.PROTECT, related_name="grants")
    reference = models.CharField(_("reference"), max_length=40, unique=True)
    currency = models.CharField(_("currency"), max_length=3)
    amount_minor = models.BigIntegerField(_("amount"), null=True, blank=True)
    version = models.PositiveSmallIntegerField(_("version of the agreement"), default=1)
    offer_until = models.DateField(_("offer valid until"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    state = StateField(default=GrantState.DRAFT, choices=GrantState.choices)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["reference"]
        constraints = [
            known_states("disbursements_grant", GrantState),
            models.UniqueConstraint(
                fields=["application"],
                condition=~Q(state__in=DEAD),
                name="disbursements_grant_one_live_per_application",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gte=0),
                name="disbursements_grant_amount_not_negative",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="disbursements_grant_version_from_one"),
        ]
        indexes = [models.Index(fields=["programme", "state"], name="disbursements_grant_list")]

    def __str__(self) -> str:
        return self.reference

    @property
    def stream(self) -> str:
        """The case's stream."""
        return self.case.stream

    @property
    def amount(self) -> Money | None:
        """The amount, None where no value is stated."""
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)

    @property
    def in_kind(self) -> bool:
        """Whether equipment is given without a stated value."""
        return self.amount_minor is None

    def open_orders(self) -> Any:
        """Return the orders of this grant that are neither paid nor came to nothing."""
        from disbursements.models.orders import PaymentOrder

        return PaymentOrder.objects.filter(tranche__grant=self).unfinished()

    def get_absolute_url(self) -> str:
        """The grant's page."""
        return grant_address(self.pk)

    @transition(
        source="draft",
        target="offered",
        label=_("Offer the grant"),
        done=_("Grant offered"),
        guards=[
            guards.tranches_sum_to_the_grant,
            guards.budget_lines_sum_to_the_grant,
            guards.room_in_the_envelope,
            guards.offer_date_is_given,
            guards.offer_is_not_over_before_it_begins,
        ],
        form="disbursements.forms.grants.OfferForm",
        facts=("offer_until",),
        confirm=offer_sentence,
        style="primary",
    )
    def offer(self, firing: Firing) -> None:
        """Offer the agreement until a date: what it says is written down with its digest."""
        self.offer_until = date.fromisoformat(firing.data["offer_until"])
        self.write_agreement(firing)

    @transition(
        source="offered",
        target="signed",
        label=_("Record the signature"),
        done=_("Agreement signed"),
        guards=[guards.agreement_is_unchanged, guards.signature_is_complete, own_files("file")],
        form="disbursements.forms.grants.SignForm",
        facts=("agreement", "paper", "paper_sha256", "method", "file", "signed_on"),
        style="primary",
    )
    def sign(self, firing: Firing) -> None:
        """Keep on the agreement how and when it was signed, with the digest of what was signed."""
        self.signed_on = date.fromisoformat(firing.data["signed_on"])
        agreement = self.agreements.get(pk=firing.data["agreement"])
        agreement.record_signature(firing)

    @transition(
        source="offered",
        target="declined",
        label=_("Decline the grant"),
        done=_("Grant declined"),
        style="danger",
        confirm=sentences.decline_grant,
    )
    def decline(self, firing: Firing) -> None:
        """The offer is not taken; its amount goes back to the envelope."""

    @transition(
        source="offered",
        target="expired",
        label=_("Let the offer expire"),
        done=_("Offer expired"),
        guards=[guards.offer_date_has_passed],
    )
    def expire(self, firing: Firing) -> None:
        """Nobody signed in time; the amount goes back to the envelope."""

    @transition(
        source="signed",
        target="active",
        label=_("Activate the grant"),
        done=_("Grant activated"),
        guards=[guards.destination_verified_by_another_person_or_in_kind],
        style="primary",
    )
    def activate(self, firing: Firing) -> None:
        """Payments may begin."""

    @transition(
        source="active",
        target="active",
        label=_("Amend the agreement"),
        done=_("Agreement amended"),
        guards=[guards.new_amounts_are_possible, guards.room_in_the_envelope_for_more],
        form="disbursements.forms.grants.AmendForm",
        facts=("amounts",),
        reason=True,
        second_person=True,
    )
    def amend(self, firing: Firing) -> None:
        """Change the amounts of instalments that are not ordered yet: a new version of the agreement."""
        amounts = {int(pk): int(minor) for pk, minor in firing.data["amounts"].items()}
        for tranche in self.tranches.filter(pk__in=amounts):
            tranche.change_amount(amounts[tranche.pk])
        self.rewrite(firing)

    @transition(
        source="active",
        target="suspended",
        label=_("Suspend the grant"),
        done=_("Grant suspended"),
        reason=True,
        style="danger",
        confirm=sentences.suspend_grant,
    )
    def suspend(self, firing: Firing) -> None:
        """Nothing is approved, ordered, released or exported until the grant is resumed."""

    @transition(
        source="suspended",
        target="active",
        label=_("Resume the grant"),
        done=_("Grant resumed"),
        reason=True,
        style="primary",
    )
    def resume(self, firing: Firing) -> None:
        """Payments may go on."""

    @transition(
        source="active",
        target="completed",
        label=_("Complete the grant"),
        done=_("Grant completed"),
        guards=[guards.every_tranche_justified_or_cancelled],
        style="primary",
    )
    def complete(self, firing: Firing) -> None:
        """Everything was paid and justified, or cancelled."""

    @transition(
        source=("active", "suspended"),
        target="terminated",
        label=_("Terminate the grant"),
        done=_("Grant terminated"),
        guards=[guards.no_payment_on_its_way, guards.no_goods_on_their_way],
        reason=True,
        second_person=True,
        style="danger",
        confirm=sentences.terminate_grant,
    )
    def terminate(self, firing: Firing) -> None:
        """End early: unpaid instalments are cancelled, what is not justified becomes due back."""

    @transition(
        source=("completed", "terminated"),
        target="closed",
        label=_("Close the grant"),
        done=_("Grant closed"),
        guards=[guards.nothing_left_to_justify_or_recover],
        style="primary",
        confirm=sentences.close_grant,
    )
    def close(self, firing: Firing) -> None:
        """Nothing is owed either way."""

    @transition(
        source=("draft", "offered"),
        target="cancelled",
        label=_("Cancel the grant"),
        done=_("Grant cancelled"),
        reason=True,
        style="danger",
        confirm=sentences.cancel_grant,
    )
    def cancel(self, firing: Firing) -> None:
        """Take the agreement back before it is signed."""

    def rewrite(self, firing: Firing) -> None:
        """Make a new version of the agreement from the present instalments, inside a transition."""
        before = self.amount_minor
        amounts = self.tranches.live().values_list("amount_minor", flat=True)
        self.amount_minor = None if before is None else sum(amounts)
        self.version += 1
        self.rescale_budget()
        self.write_agreement(firing)

    def rescale_budget(self) -> None:
        """Fit the budget lines to the amount, in proportion; lines that would be nothing are left out."""
        lines = list(self.budget_lines.all())
        weights = [line.amount_minor or 0 for line in lines]
        if self.amount_minor is None or not sum(weights):
            return
        for line, amount in zip(lines, split(self.amount_minor, weights), strict=True):
            line.amount_minor = amount
            if amount:
                line.save(update_fields=["amount_minor"])
            else:
                line.delete()

    def write_agreement(self, firing: Firing) -> None:
        """Write down what the present version of the agreement says, inside a transition."""
        terms = terms_of(self)
        self.agreements.create(
            version=self.version, terms=terms, terms_sha256=digest(terms), made_at=firing.at
        )


class BudgetLine(models.Model):
    """What the grant is for, as agreed: one line of the budget annexed to the agreement."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="budget_lines")
    number = models.PositiveSmallIntegerField(_("number"))
    label = models.CharField(_("item"), max_length=200)
    amount_minor = models.BigIntegerField(_("amount"), null=True, blank=True)

    objects = GrantChildQuerySet.as_manager()

    class Meta:
        ordering = ["grant_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "number"], name="disbursements_budget_line_number"),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gt=0),
                name="disbursements_budget_line_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def amount(self) -> Money | None:
        """The amount, None where no value is stated."""
        return None if self.amount_minor is None else Money(self.amount_minor, self.grant.currency)
