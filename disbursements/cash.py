"""Cash in hand at work: opening a list, signing for money, recording every payment when it is counted."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _

from disbursements.bookings import cash_account
from disbursements.guards.cash import order_is_on_no_cash_list
from disbursements.journal import Entry, moved, write
from disbursements.models import (
    BatchLine,
    CashAdvance,
    CashLine,
    CashMethod,
    Channel,
    PayingAccount,
    PaymentOrder,
)
from documents.models import Document
from workflow import Firing, Refused, on, register_guard

MOST_LINES = 100
ORDER = ("order__tranche__grant__case", "order__tranche__grant__programme", "order__destination")
_moving: ContextVar[int | None] = ContextVar("cash_advance_that_moves_its_orders", default=None)


def is_moving(advance_id: int) -> bool:
    """Whether an advance is just recording its own orders, so that they do not refuse."""
    return _moving.get() == advance_id


@contextmanager
def moving(advance: CashAdvance) -> Iterator[None]:
    """Let an advance record its own orders inside the block."""
    token = _moving.set(advance.pk)
    try:
        yield
    finally:
        _moving.reset(token)


# --- the list --------------------------------------------------------------------------------------


def open_list(
    account: PayingAccount, cashier: Any, *, place: str, pays_on: date, actor: Any, at: datetime
) -> CashAdvance:
    """Open an empty list. Numbers count up without gaps per programme. Raises `Refused` for oneself."""
    if cashier.pk == actor.pk:
        raise Refused([_("You make the list; another person must carry the money.")])
    with transaction.atomic():
        rows = PayingAccount.objects.select_for_update().filter(programme=account.programme_id)
        rows.order_by("pk").first()
        count = CashAdvance.objects.filter(programme=account.programme_id).count()
        return CashAdvance.objects.create(
            programme_id=account.programme_id,
            number=f"{account.programme.code[:28]}-C{count + 1:04}",
            account=account,
            currency=account.currency,
            cashier=cashier,
            place=place,
            pays_on=pays_on,
            opened_by=actor,
            opened_at=at,
            state_since=at,
        )


def candidates(advance: CashAdvance) -> Any:
    """The issued orders to be paid in cash that are on no other list."""
    listed = CashLine.objects.filter(order=OuterRef("pk"), is_live=True)
    batched = BatchLine.objects.filter(order=OuterRef("pk"), is_live=True)
    rows = PaymentOrder.objects.filter(
        programme=advance.programme_id, currency=advance.currency, channel=Channel.CASH, state="exported"
    )
    return rows.exclude(Exists(listed)).exclude(Exists(batched)).order_by("number")


def add(advance: CashAdvance, orders: Sequence[int]) -> int:
    """Put orders, by id, on an open list; return how many.

    Raises `Refused` when the list is not open, is too long, or an order may not be on it.
    """
    with transaction.atomic():
        row = _open_row(advance)
        chosen = list(candidates(row).filter(pk__in=orders))
        if len(chosen) != len(set(orders)):
            raise Refused([_("An order was changed meanwhile and cannot join any more. Look again.")])
        if row.lines.count() + len(chosen) > MOST_LINES:
            raise Refused([_("One list takes %(count)s persons at most.") % {"count": MOST_LINES}])
        last = row.lines.aggregate(last=Max("position"))["last"] or 0
        CashLine.objects.bulk_create(
            [
                CashLine(advance=row, order=order, position=place, net_minor=order.net_minor)
                for place, order in enumerate(chosen, start=last + 1)
            ]
        )
    return len(chosen)


def remove(advance: CashAdvance, orders: Sequence[int]) -> int:
    """Take orders, by id, off an open list; return how many. Raises `Refused` when it is not open."""
    with transaction.atomic():
        row = _open_row(advance)
        found = row.lines.filter(order__in=orders)
        count = found.count()
        found.delete()
    return count


def _open_row(advance: CashAdvance) -> CashAdvance:
    row = CashAdvance.objects.select_for_update(of=("self",)).get(pk=advance.pk)
    if row.state != "open":
        raise Refused([_("This list is not open any more.")])
    return row


# --- signing ---------------------------------------------------------------------------------------


class Signed(NamedTuple):
    """How one person signed for the money. witness: for a thumbprint."""

    method: str
    witness: str = ""


def sign(
    advance: CashAdvance, signed: Mapping[int, Signed], sheet: Document, *, actor: Any, at: datetime
) -> int:
    """Keep for some lines, by id, that the money was given and signed for, on one photographed sheet.

    Pressed twice it adds nothing: a line that is signed stays as it is. Return how many were signed now.
    Raises `Refused` for anybody but the cashier, while the cashier has no money, for a thumbprint without a
    witness, and for lines of another list.
    """
    if actor.pk != advance.cashier_id:
        raise Refused([_("Only the cashier of this list records what was paid.")])
    with transaction.atomic():
        row = CashAdvance.objects.select_for_update(of=("self",)).get(pk=advance.pk)
        if row.state != "in_hand":
            raise Refused([_("The money of this list is not in the cashier's hand.")])
        lines = {line.pk: line for line in row.live_lines()}
        if not set(signed) <= set(lines):
            raise Refused([_("This person is not on the list.")])
        fresh = 0
        for pk, how in signed.items():
            line = lines[pk]
            if line.paid_at is not None:
                continue
            if how.method not in CashMethod.values:
                raise Refused([_("Say how it was signed for.")])
            if how.method == CashMethod.THUMBPRINT and not how.witness.strip():
                raise Refused([_("A thumbprint needs a witness.")])
            line.paid_at, line.method, line.file = at, how.method, sheet
            line.witness = how.witness.strip()
            line.witnessed = bool(line.witness)
            line.recorded_by = actor
            line.save()
            fresh += 1
    return fresh


# --- what follows ----------------------------------------------------------------------------------


def act_of(line: CashLine) -> tuple[str, dict[str, Any]]:
    """Return what counting makes of an order, and its proof: paid when it was signed for, else not paid."""
    reference = f"{line.advance.number}/{line.position}"
    if line.paid_at is None:
        return "fail", {"evidence": "cash_count", "reference": reference}
    day = line.paid_at.astimezone(line.advance.programme.zone).date()
    return "execute", {"evidence": "receipt", "reference": reference, "executed_on": day.isoformat()}


@on("disbursements.CashAdvance", "hand_out")
def book_advance(firing: Firing) -> None:
    """The account -> the cash box."""
    advance = firing.record
    source = cash_account(advance.programme_id, advance.account.channel)
    target = cash_account(advance.programme_id, Channel.CASH)
    entry = Entry.of(firing, currency=advance.currency)
    write(entry, [moved(source, target, advance.advanced_minor)])


@on("disbursements.CashAdvance", "count")
def record_payments(firing: Firing) -> None:
    """Each person's payment as the reconciler's own act, and the remainder back to the account."""
    advance = firing.record
    with moving(advance):
        for line in advance.live_lines().select_related(*ORDER):
            line.advance = advance
            verb, proof = act_of(line)
            firing.then(line.order, verb, proof, by=firing.actor)
    advance.lines.filter(paid_at__isnull=True).update(is_live=False)
    if advance.returned_minor:
        source = cash_account(advance.programme_id, Channel.CASH)
        target = cash_account(advance.programme_id, advance.account.channel)
        entry = Entry.of(firing, currency=advance.currency)
        write(entry, [moved(source, target, advance.returned_minor)])


def register() -> None:
    """What is on a list is recorded by counting, not one by one."""
    for verb in ("execute", "fail", "doubt"):
        register_guard("disbursements.PaymentOrder", verb, order_is_on_no_cash_list)
