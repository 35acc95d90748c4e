"""What each transition books in the journal: the flows of money, one function a transition.

Budget side: offer = call available -> grant committed; release holds committed -> in flight; execute settles
it and moves in flight -> disbursed. Cash side: execute = bank -> advance; accepted receipts = advance ->
justified; refused = advance -> receivable. A return reverses both sides. Everything is booked inside the
transaction of the transition; an overdraft refuses it.
"""

from collections.abc import Sequence
from typing import Any

from disbursements.journal import AccountKey, Entry, Line, held, moved, settled, undone, voided, write
from disbursements.models import (
    AccountKind,
    Channel,
    FundingShare,
    Grant,
    Posting,
)
from disbursements.shares import fix_weights, parts
from workflow import Firing, on


def call_available(call_id: int) -> AccountKey:
    """What is left of a call's envelope."""
    return AccountKey(AccountKind.CALL_AVAILABLE, call_id)


def of_grant(kind: AccountKind, grant_id: int) -> AccountKey:
    """One of the accounts of a grant."""
    return AccountKey(kind, grant_id)


def cash_account(programme_id: int, channel: str) -> AccountKey:
    """Where money leaves the programme, by the channel of the order."""
    kind = {Channel.CASH: AccountKind.CASH_BOX, Channel.MOBILE: AccountKind.WALLET}.get(
        Channel(channel), AccountKind.BANK
    )
    return AccountKey(kind, programme_id)


def envelope_lines(
    programme_id: int, call_id: int, amount: int, weights: Sequence[FundingShare]
) -> list[Line]:
    """From the donors' contributions, or from their unnamed pool, to what the call can give."""
    target = call_available(call_id)
    lines = []
    for share, part in parts(amount, weights):
        if share.contribution_id is None:
            source = AccountKey(AccountKind.FUNDING_POOL, programme_id)
        else:
            source = AccountKey(AccountKind.FUNDING, share.contribution_id)
        if part:
            lines.append(moved(source, target, part))
    return lines


def offer_lines(call_id: int, grant_id: int, amount: int) -> list[Line]:
    """From the envelope to the grant."""
    return [moved(call_available(call_id), of_grant(AccountKind.GRANT_COMMITTED, grant_id), amount)]


def give_back_lines(call_id: int, grant_id: int, amount: int) -> list[Line]:
    """From the grant back to the envelope."""
    return [moved(of_grant(AccountKind.GRANT_COMMITTED, grant_id), call_available(call_id), amount)]


def release_lines(grant_id: int, amount: int) -> list[Line]:
    """Hold the amount: it cannot be given twice."""
    committed = of_grant(AccountKind.GRANT_COMMITTED, grant_id)
    return [held(committed, of_grant(AccountKind.GRANT_IN_FLIGHT, grant_id), amount)]


def disbursed_line(grant_id: int, amount: int) -> Line:
    """The order was executed: what was in flight is disbursed."""
    in_flight = of_grant(AccountKind.GRANT_IN_FLIGHT, grant_id)
    return moved(in_flight, of_grant(AccountKind.GRANT_DISBURSED, grant_id), amount)


def cash_lines(
    *,
    programme_id: int,
    grant_id: int,
    channel: str,
    net: int,
    withholding: int,
    fee: int,
    payable_supplier_id: int | None,
) -> list[Line]:
    """What leaves the programme: the net to the payee, tax set aside, the fee.

    payable_supplier_id: the supplier whose matched invoice the whole settles; else the net is an advance that
    the beneficiary accounts for.
    """
    bank = cash_account(programme_id, channel)
    if payable_supplier_id is not None:
        owed = AccountKey(AccountKind.SUPPLIER_PAYABLE, payable_supplier_id)
        return [moved(bank, owed, net + withholding + fee)]
    lines = [moved(bank, of_grant(AccountKind.GRANT_ADVANCE, grant_id), net)]
    if withholding:
        lines.append(moved(bank, AccountKey(AccountKind.WITHHOLDING, programme_id), withholding))
    if fee:
        lines.append(moved(bank, AccountKey(AccountKind.FEES, programme_id), fee))
    return lines


def owed_line(grant_id: int, supplier_id: int, amount: int) -> Line:
    """Goods are invoiced: the supplier is owed, and their value is with the beneficiary."""
    owed = AccountKey(AccountKind.SUPPLIER_PAYABLE, supplier_id)
    return moved(owed, of_grant(AccountKind.GRANT_ADVANCE, grant_id), amount)


def justified_lines(grant_id: int, from_advance: int, from_receivable: int, owed_back: int) -> list[Line]:
    """Accepted receipts justify the advance, then what was owed back; refused ones become owed back."""
    advance = of_grant(AccountKind.GRANT_ADVANCE, grant_id)
    justified = of_grant(AccountKind.GRANT_JUSTIFIED, grant_id)
    receivable = of_grant(AccountKind.GRANT_RECEIVABLE, grant_id)
    moves = ((advance, justified, from_advance), (receivable, justified, from_receivable))
    lines = [moved(source, target, amount) for source, target, amount in moves if amount]
    return lines + ([moved(advance, receivable, owed_back)] if owed_back else [])


# --- the call's envelope ---------------------------------------------------------------------------


@on("programmes.Call", "publish")
def open_envelope(firing: Firing) -> None:
    """Fix whose money the call spends, and let it spend its envelope."""
    call = firing.record
    weights = fix_weights(call)
    if call.envelope_minor:
        entry = Entry.of(firing, currency=call.currency)
        write(entry, envelope_lines(call.programme_id, call.pk, call.envelope_minor, weights))


# --- the grant -------------------------------------------------------------------------------------


def committed_by_offer(grant: Grant) -> Posting:
    """The row that took the grant's amount from the envelope."""
    return Posting.objects.select_related("debit", "credit").get(
        kind=grant.kind, object_id=str(grant.pk), verb="offer"
    )


@on("disbursements.Grant", "offer")
def take_from_envelope(firing: Firing) -> None:
    """Take the room; the account of the envelope cannot go below zero."""
    grant = firing.record
    if grant.amount_minor:
        entry = Entry.of(firing, currency=grant.currency)
        write(entry, offer_lines(grant.track.call_id, grant.pk, grant.amount_minor))


@on("disbursements.Grant", "decline")
@on("disbursements.Grant", "expire")
@on("disbursements.Grant", "cancel")
def give_back_to_envelope(firing: Firing) -> None:
    """An offer that came to nothing is reversed; a draft took nothing."""
    grant = firing.record
    if grant.amount_minor and firing.source == "offered":
        write(Entry.of(firing, currency=grant.currency), [undone(committed_by_offer(grant))])


@on("disbursements.Grant", "amend")
def book_amendment(firing: Firing) -> None:
    """Take more from the envelope, or give back what the new version leaves out."""
    grant = firing.record
    before = grant.agreements.get(version=grant.version - 1).terms["amount_minor"]
    change = grant.amount_minor - before
    if change:
        call_id = grant.track.call_id
        lines = (
            offer_lines(call_id, grant.pk, change)
            if change > 0
            else give_back_lines(call_id, grant.pk, -change)
        )
        write(Entry.of(firing, currency=grant.currency, number=grant.version), lines)


@on("disbursements.Tranche", "cancel")
def give_back_instalment(firing: Firing) -> None:
    """What an instalment leaves over goes back to the envelope."""
    tranche = firing.record
    if tranche.amount_minor:
        entry = Entry.of(firing, currency=tranche.grant.currency)
        write(entry, give_back_lines(tranche.grant.track.call_id, tranche.grant_id, tranche.amount_minor))


def is_claimed_back(grant: Grant) -> bool:
    """Whether what was paid to a grant and is not justified was claimed back when it was terminated."""
    return grant.state in ("terminated", "closed")


# --- the order -------------------------------------------------------------------------------------


def held_by_release(order: Any) -> Posting:
    """The pending row of an order's release."""
    return Posting.objects.select_related("debit", "credit").get(
        kind="disbursements.paymentorder", object_id=str(order.pk), verb="release", phase="pending"
    )


@on("disbursements.PaymentOrder", "release")
def hold_for_order(firing: Firing) -> None:
    """With the last signature the amount is taken from the grant."""
    order = firing.record
    if order.state == "released":
        entry = Entry.of(firing, currency=order.currency, number=order.round)
        write(entry, release_lines(order.tranche.grant_id, order.gross_minor))


@on("disbursements.PaymentOrder", "fail")
@on("disbursements.PaymentOrder", "cancel")
def give_up_order(firing: Firing) -> None:
    """An order that never executes voids its pending row."""
    order = firing.record
    if firing.source in ("released", "exported", "in_doubt"):
        write(Entry.of(firing, currency=order.currency), [voided(held_by_release(order))])


@on("disbursements.PaymentOrder", "execute")
def pay_order(firing: Firing) -> None:
    """Both sides at once."""
    order = firing.record
    grant_id = order.tranche.grant_id
    lines = [
        settled(held_by_release(order)),
        disbursed_line(grant_id, order.gross_minor),
        *cash_lines(
            programme_id=order.programme_id,
            grant_id=grant_id,
            channel=order.channel,
            net=order.net_minor,
            withholding=order.withholding_minor,
            fee=order.fee_minor,
            payable_supplier_id=order.supplier_id if order.tranche.payment_mode == "kit" else None,
        ),
    ]
    write(Entry.of(firing, currency=order.currency), lines)


# --- goods ------------------------------------------------------------------------------------------


@on("disbursements.Procurement", "match_invoice")
def owe_supplier(firing: Firing) -> None:
    """Goods are there and invoiced: the supplier is owed, the beneficiary holds their value."""
    purchase = firing.record
    grant = purchase.tranche.grant
    line = owed_line(grant.pk, purchase.supplier_id, purchase.total_minor)
    write(Entry.of(firing, currency=grant.currency), [line])
