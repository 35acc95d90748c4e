"""What is booked when money is accounted for, claimed back, and comes back: one function a transition.

Refused receipts and a termination move what was paid from the advance to what is owed, and open or lower
claims (`disbursements/claims.py`). A repayment moves it from there to bank or cash box, an offset to the
advance of the instalment that it is kept back from, a write-off to its own account.
"""

from datetime import timedelta
from functools import partial
from typing import Any

from disbursements import claims, conditions
from disbursements.bookings import cash_account, is_claimed_back, justified_lines, of_grant
from disbursements.journal import AccountKey, Entry, balance, moved, undone, write
from disbursements.models import (
    AccountKind,
    Channel,
    Justification,
    LineDecision,
    Posting,
    Recovery,
    RecoveryCause,
    Tranche,
)
from disbursements.models.policy import policy_of
from disbursements.models.tranche_states import UNORDERED
from disbursements.receipts import decide
from workflow import Firing, on

# --- receipts --------------------------------------------------------------------------------------


@on("disbursements.Justification", "accept")
@on("disbursements.Justification", "accept_partly")
@on("disbursements.Justification", "refuse")
def book_decisions(firing: Firing) -> None:
    """Book the lines decided in this review, once each; refused ones are claimed back."""
    justification = firing.record
    lines = list(justification.lines.filter(booked=False).exclude(decision=LineDecision.PENDING))
    sums = {
        decision: sum(line.amount_minor for line in lines if line.decision == decision)
        for decision in (LineDecision.ACCEPTED, LineDecision.INELIGIBLE)
    }
    moves = decide(
        justification.paid_minor - justification.recovered_minor,
        justification.justified_minor,
        justification.receivable_minor,
        sums[LineDecision.ACCEPTED],
        sums[LineDecision.INELIGIBLE],
    )
    justification.justified_minor += moves.justified_from_advance + moves.justified_from_receivable
    justification.receivable_minor += moves.owed_back - moves.justified_from_receivable
    justification.save(update_fields=["justified_minor", "receivable_minor"])
    justification.lines.filter(pk__in=[line.pk for line in lines]).update(booked=True)
    tranche = justification.tranche
    booked = justified_lines(
        tranche.grant_id, moves.justified_from_advance, moves.justified_from_receivable, moves.owed_back
    )
    if booked and firing.event is not None:
        write(Entry.of(firing, currency=justification.currency, number=firing.event.seq), booked)
    claims.lower(firing, tranche, moves.justified_from_receivable)
    if moves.owed_back:
        claims.claim(
            tranche.grant,
            moves.owed_back,
            RecoveryCause.REFUSED,
            at=firing.at,
            tranche=tranche,
            justification=justification,
            by=firing.actor,
        )


@on("disbursements.Tranche", "justify")
def justify_without_receipts(firing: Firing) -> None:
    """Kits have their acceptance record: what was paid counts as justified."""
    tranche = firing.record
    if tranche.needs_receipts or not tranche.amount_minor:
        return
    amount = paid_without_receipts(tranche) - claims.recovered(tranche)
    entry = Entry.of(firing, currency=tranche.grant.currency)
    from_receivable = amount if is_claimed_back(tranche.grant) else 0
    lines = justified_lines(tranche.grant_id, amount - from_receivable, from_receivable, 0)
    if lines:
        write(entry, lines)
    claims.lower(firing, tranche, from_receivable)


def paid_without_receipts(tranche: Tranche) -> int:
    """Return what the beneficiary holds of an instalment that needs no receipts."""
    if tranche.payment_mode == "kit":
        return int(tranche.amount_minor or 0)
    order = tranche.live_order()
    return int(order.net_minor + order.offset_minor)


# --- the end of a grant, a payment that came back --------------------------------------------------


@on("disbursements.Grant", "terminate")
def claim_what_is_not_justified(firing: Firing) -> None:
    """What was paid and not accounted for is owed back; receipts may still lower it."""
    grant = firing.record
    left = balance(of_grant(AccountKind.GRANT_ADVANCE, grant.pk), grant.currency)
    if not left:
        return
    write(
        Entry.of(firing, currency=grant.currency, number=grant.version),
        justified_lines(grant.pk, 0, 0, left),
    )
    owed = partial(claims.claim, grant, cause=RecoveryCause.TERMINATED, at=firing.at, by=firing.actor)
    for row in _standing(grant):
        minor = claims.open_minor(row)
        if minor > 0:
            row.receivable_minor += minor
            row.save(update_fields=["receivable_minor"])
            owed(minor, tranche=row.tranche, justification=row)
            left -= minor
    bare = grant.tranches.filter(state="paid", needs_receipts=False, amount_minor__isnull=False)
    for tranche in bare.order_by("number"):
        minor = min(left, paid_without_receipts(tranche))
        if minor:
            owed(minor, tranche=tranche)
            left -= minor
    for tranche in grant.tranches.filter(state__in=UNORDERED, offset_minor__gt=0).order_by("number"):
        owed(tranche.offset_minor, tranche=tranche)
        left -= tranche.offset_minor
    if left > 0:
        owed(left)


def _standing(grant: Any) -> list[Justification]:
    rows = Justification.objects.filter(tranche__grant=grant).of_standing_payments()
    return list(rows.select_for_update(of=("self",)).select_related("tranche").order_by("tranche__number"))


@on("disbursements.PaymentOrder", "return")
def take_back_order(firing: Firing) -> None:
    """Reverse what was executed; what did not come back, and the fee already paid, are fees."""
    order = firing.record
    tranche, grant = order.tranche, order.tranche.grant
    rows = Posting.objects.select_related("debit", "credit").filter(
        kind=order.kind, object_id=str(order.pk), verb="execute"
    )
    lines = [undone(row) for row in rows.order_by("-line") if row.debit.kind != AccountKind.FEES]
    claimed = _claimed_of(order)
    if claimed:
        owed = of_grant(AccountKind.GRANT_RECEIVABLE, grant.pk)
        lines.append(moved(owed, of_grant(AccountKind.GRANT_ADVANCE, grant.pk), claimed))
    kept = order.net_minor - firing.data["returned_minor"]
    if tranche.payment_mode == "kit":  # the fee stood in the line that paid the supplier
        kept += order.fee_minor
    if kept:
        bank = cash_account(order.programme_id, order.channel)
        lines.append(moved(bank, AccountKey(AccountKind.FEES, order.programme_id), kept))
    write(Entry.of(firing, currency=order.currency), lines)
    claims.lower(firing, tranche, claimed)
    Justification.objects.filter(order=order).update(receivable_minor=0)


def _claimed_of(order: Any) -> int:
    """Return what of a payment that came back had been claimed: it is an advance again, and then reversed."""
    row = Justification.objects.filter(order=order).first()
    if row is not None:
        return int(row.receivable_minor)
    if is_claimed_back(order.tranche.grant) and order.tranche.payment_mode != "kit":
        return int(order.net_minor)
    return 0


# --- the claim -------------------------------------------------------------------------------------


def receivable(recovery: Recovery) -> AccountKey:
    """What the beneficiary owes."""
    return of_grant(AccountKind.GRANT_RECEIVABLE, recovery.grant_id)


def book(firing: Firing, target: AccountKey, minor: int, number: object = "") -> None:
    """Move an amount out of what is owed."""
    recovery = firing.record
    entry = Entry.of(firing, currency=recovery.currency, number=number)
    write(entry, [moved(receivable(recovery), target, minor)])


def settled(recovery: Recovery, minor: int, at: Any) -> None:
    """The accounting for the payment knows what was recovered; what waited for it may wait no more."""
    if recovery.justification_id is None:
        return
    row = (
        Justification.objects.select_for_update(of=("self",))
        .select_related("tranche__grant")
        .get(pk=recovery.justification_id)
    )
    row.receivable_minor -= minor
    row.recovered_minor += minor
    row.save(update_fields=["receivable_minor", "recovered_minor"])
    conditions.mark_justified(row.tranche, row.justified_percent(), row.is_settled, by_record=recovery, at=at)


@on("disbursements.Recovery", "repay")
def book_repayment(firing: Firing) -> None:
    """Receivable -> bank, wallet or cash box; the movement of the statement is explained by it."""
    recovery = firing.record
    move = recovery.moves.select_related("bank_line__account").order_by("-number")[0]
    line = move.bank_line
    channel = line.account.channel if line is not None else Channel.CASH
    book(firing, cash_account(recovery.programme_id, channel), move.amount_minor, move.number)
    settled(recovery, move.amount_minor, firing.at)
    if line is not None:
        firing.then(line, "receive")


@on("disbursements.Recovery", "offset")
def book_offset(firing: Firing) -> None:
    """Receivable -> advance: the beneficiary accounts for the whole of the later instalment."""
    recovery = firing.record
    move = recovery.moves.order_by("-number")[0]
    advance = of_grant(AccountKind.GRANT_ADVANCE, recovery.grant_id)
    book(firing, advance, move.amount_minor, move.number)
    settled(recovery, move.amount_minor, firing.at)


@on("disbursements.Recovery", "write_off")
def book_write_off(firing: Firing) -> None:
    """Receivable -> written off."""
    recovery = firing.record
    book(firing, AccountKey(AccountKind.WRITE_OFF, recovery.programme_id), recovery.written_off_minor)
    settled(recovery, recovery.written_off_minor, firing.at)


@on("disbursements.Recovery", "decide")
def book_dropped_claim(firing: Firing) -> None:
    """A dropped claim goes back where it came from; a new day is set for receipts that are still to come."""
    recovery = firing.record
    minor = firing.data.get("dropped_minor")
    if not minor:
        return
    accepted = minor if is_claimed_back(recovery.grant) or recovery.justification_id is None else 0
    accepted = accepted or min(minor, recovery.from_justified_minor)
    parts = ((AccountKind.GRANT_JUSTIFIED, accepted), (AccountKind.GRANT_ADVANCE, minor - accepted))
    lines = [
        moved(receivable(recovery), of_grant(kind, recovery.grant_id), part) for kind, part in parts if part
    ]
    write(Entry.of(firing, currency=recovery.currency), lines)
    row = recovery.justification
    if row is not None:
        row.receivable_minor -= minor
        row.justified_minor += accepted
        if minor > accepted:
            days = policy_of(recovery.programme_id).justification_days
            row.due_on = recovery.grant.programme.day_of(firing.at) + timedelta(days=days)
        row.save(update_fields=["receivable_minor", "justified_minor", "due_on"])
