"""What follows from what: awards draft grants, signatures meet conditions, executed orders pay instalments.

Consequences are fired as the system, in the same transaction; a consequence whose guards say no yet is left
to a later change or to `tick`.
"""

from datetime import timedelta
from typing import Any

from disbursements import conditions, recovering  # noqa: F401  what is booked comes before what follows
from disbursements.drafting import draft_grant
from disbursements.models import (
    Condition,
    ConditionKind,
    Destination,
    Grant,
    Justification,
    Procurement,
    Tranche,
    TrancheState,
)
from disbursements.models.policy import policy_of
from disbursements.models.tranche_states import UNORDERED
from workflow import Firing, System, on
from workflow.actions import can

REACTION = System("reaction")


def follow(firing: Firing, record: Any, verb: str, data: dict[str, Any] | None = None) -> bool:
    """Fire a consequence when nothing stands in its way; tell whether it was fired."""
    if not can(record, verb, REACTION):
        return False
    firing.then(record, verb, data)
    return True


# --- from the application --------------------------------------------------------------------------


@on("applications.Application", "award")
def draft_grant_of_award(firing: Firing) -> None:
    """An award drafts the grant, where the track gives one."""
    application = firing.record
    if application.track.payment != "none":
        draft_grant(application, at=firing.at)


@on("applications.Application", "decline")
@on("applications.Application", "disqualify")
def end_grant_of_application(firing: Firing) -> None:
    """An applicant who declines, or is disqualified, gets no grant."""
    for grant in Grant.objects.filter(application=firing.record, state__in=["draft", "offered"]):
        reason = {"reason": firing.reason or str(firing.verb)}
        if firing.verb == "decline" and grant.state == "offered":
            firing.then(grant, "decline")
        else:
            firing.then(grant, "cancel", reason)


# --- agreement and accounts ------------------------------------------------------------------------


@on("disbursements.Grant", "sign")
def agreement_is_signed(firing: Firing) -> None:
    """The instalments that waited for the agreement wait no more."""
    grant = firing.record
    conditions.mark_met(grant, ConditionKind.AGREEMENT_SIGNED, by_record=grant, at=firing.at)


@on("disbursements.Destination", "verify")
def account_is_verified(firing: Firing) -> None:
    """The instalments that are paid there wait no more."""
    mark_verified(firing.record, firing.at)


def mark_verified(destination: Destination, at: Any) -> None:
    """Mark the condition "account verified" of every unpaid instalment that a destination is for."""
    unpaid = Tranche.objects.filter(state__in=UNORDERED)
    if destination.supplier_id is not None:
        mine = unpaid.filter(supplier=destination.supplier_id, payment_mode="supplier")
        buying = Procurement.objects.live().filter(supplier=destination.supplier_id)
        mine |= unpaid.filter(procurements__in=buying, payment_mode="kit")
    else:
        mine = unpaid.filter(grant=destination.grant_id, payment_mode="cash")
    rows = Condition.objects.filter(
        tranche__in=mine.values("pk"), kind=ConditionKind.DESTINATION_VERIFIED, met_at__isnull=True
    )
    rows.update(met_at=at, met_kind=destination.kind, met_id=str(destination.pk))


@on("disbursements.Procurement", "choose_supplier")
def supplier_may_be_known(firing: Firing) -> None:
    """A supplier whose account was verified before needs no second verification."""
    known = firing.record.supplier.destinations.verified().first()
    if known is not None:
        mark_verified(known, firing.at)


@on("disbursements.Destination", "retire")
def account_is_retired(firing: Firing) -> None:
    """What waited for an account waits again."""
    destination = firing.record
    rows = Condition.objects.filter(
        kind=ConditionKind.DESTINATION_VERIFIED, met_kind=destination.kind, met_id=str(destination.pk)
    )
    open_rows = rows.filter(tranche__state__in=UNORDERED)
    open_rows.update(met_at=None, met_kind="", met_id="", missing_since=firing.at)


@on("disbursements.Grant", "activate")
@on("disbursements.Grant", "resume")
def next_instalment_may_fall_due(firing: Firing) -> None:
    """The first instalment that is not paid may be due now."""
    fall_due_next(firing, firing.record)


def fall_due_next(firing: Firing, grant: Grant) -> None:
    """Make the next planned instalment due when its dates and the one before allow it."""
    planned = grant.tranches.filter(state=TrancheState.PLANNED).order_by("number").first()
    if planned is not None:
        follow(firing, planned, "fall_due")


@on("disbursements.Grant", "terminate")
def cancel_what_is_unpaid(firing: Firing) -> None:
    """Instalments that were not ordered are cancelled with the grant."""
    grant = firing.record
    for tranche in grant.tranches.filter(state__in=UNORDERED).order_by("number"):
        firing.then(tranche, "cancel")
    grant.refresh_from_db()


# --- instalments -----------------------------------------------------------------------------------


@on("disbursements.Tranche", "fall_due")
def papers_none_asked_for(firing: Firing) -> None:
    """Where no paper is asked for, the instalment goes on to the verifier at once."""
    follow(firing, firing.record, "submit_evidence")


@on("disbursements.Tranche", "order")
def handed_over_is_paid(firing: Firing) -> None:
    """Without a stated value the hand-over was the payment."""
    if firing.record.amount_minor is None:
        firing.then(firing.record, "pay")


@on("disbursements.Tranche", "pay")
def account_for_it(firing: Firing) -> None:
    """Receipts are expected, and the next instalment may fall due."""
    tranche = firing.record
    order = tranche.live_order()
    if tranche.needs_receipts and order is not None:
        due = tranche.paid_on + timedelta(days=policy_of(tranche.programme_id).justification_days)
        Justification.objects.create(
            tranche=tranche,
            order=order,
            paid_minor=order.net_minor + order.offset_minor,
            due_on=due,
            state_since=firing.at,
        )
    fall_due_next(firing, tranche.grant)


@on("disbursements.Tranche", "cancel")
def amend_grant(firing: Firing) -> None:
    """The grant is smaller by the instalment: a new version of its agreement."""
    tranche = firing.record
    grant = Grant.objects.select_for_update().get(pk=tranche.grant_id)
    grant.rewrite(firing)
    grant.save(update_fields=["amount_minor", "version"])
    fall_due_next(firing, grant)


# --- orders ----------------------------------------------------------------------------------------


@on("disbursements.PaymentOrder", "execute")
def order_pays_instalment(firing: Firing) -> None:
    """An executed order pays its instalment."""
    firing.then(firing.record.tranche, "pay")


@on("disbursements.PaymentOrder", "cancel")
@on("disbursements.PaymentOrder", "fail")
@on("disbursements.PaymentOrder", "return")
def order_came_to_nothing(firing: Firing) -> None:
    """The instalment may be ordered again."""
    tranche = firing.record.tranche
    if tranche.state in ("ordered", "paid"):
        firing.then(tranche, "reopen")
        if tranche.grant.state == "terminated":
            firing.then(tranche, "cancel")


# --- receipts --------------------------------------------------------------------------------------


@on("disbursements.Justification", "accept")
@on("disbursements.Justification", "accept_partly")
def receipts_are_accepted(firing: Firing) -> None:
    """The next instalment may wait for them no more (the journal was booked just before)."""
    justification = firing.record
    conditions.mark_justified(
        justification.tranche,
        justification.justified_percent(),
        firing.verb == "accept",
        by_record=justification,
        at=firing.at,
    )
