"""What must hold in the books, read from postings and balances alone, and against the records."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet, Sum

from disbursements.models import Account, Grant, PaymentOrder, Posting, Recovery
from programmes.models import Call
from tests.walk.asked import rows_of
from tests.walk.faults import Fault, Promise

STANDING = ("executed", "receipted")
IN_FLIGHT = ("released", "exported", "in_doubt")
RUNNING = ("offered", "signed", "active", "suspended", "completed", "terminated", "closed")
CASH = ("bank", "cash_box", "wallet")
KEPT = ("call_available", "grant_committed", "grant_in_flight", "grant_disbursed")
ORDER = "disbursements.paymentorder"
Rows = QuerySet[Any, Any]


@dataclass
class Books:
    """The postings seen so far: balances by account, and what left the bank by order."""

    last: int = 0
    balances: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    entries: set[tuple[str, int]] = field(default_factory=set)
    left_the_bank: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    in_flight: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def look(self) -> list[Fault]:
        """Return everything that does not hold now."""
        accounts = rows_of(_every_account)
        faults = [*self._read({row.id: row for row in accounts}), *self._balances(accounts)]
        net = {(row.kind, row.owner_id): row.debit_minor - row.credit_minor for row in accounts}
        return [
            *faults,
            *overdrafts(accounts),
            *self._orders(),
            *grants_are_booked(net),
            *envelopes_are_booked(net),
            *claims_are_booked(net),
        ]

    def _read(self, accounts: dict[int, Any]) -> list[Fault]:
        faults = []
        for row in Posting.objects.filter(pk__gt=self.last).order_by("pk"):
            self.last = row.pk
            if (row.entry, row.line) in self.entries:
                faults.append(Fault(Promise.BOOKED_ONCE, f"{row.entry}#{row.line} is booked twice"))
            self.entries.add((row.entry, row.line))
            if row.amount_minor <= 0 or row.debit_id == row.credit_id:
                faults.append(Fault(Promise.BALANCED, f"{row.entry}#{row.line} moves nothing"))
            posted = row.phase in ("posted", "settled")
            if posted:
                self.balances[row.debit_id] += row.amount_minor
                self.balances[row.credit_id] -= row.amount_minor
            if row.kind != ORDER:
                continue
            order = int(row.object_id)
            if row.phase == "pending":
                self.in_flight[order] += row.amount_minor
            elif row.phase in ("settled", "voided"):
                self.in_flight[order] -= row.amount_minor
            if posted:
                sides = (accounts[row.credit_id].kind in CASH) - (accounts[row.debit_id].kind in CASH)
                self.left_the_bank[order] += sides * row.amount_minor
        return faults

    def _balances(self, accounts: list[Any]) -> list[Fault]:
        faults = []
        totals: dict[str, int] = defaultdict(int)
        for account in accounts:
            balance = account.debit_minor - account.credit_minor
            totals[account.currency] += balance
            if balance != self.balances[account.id]:
                said = f"account {account.id} ({account.kind}) says {balance}, its postings otherwise"
                faults.append(Fault(Promise.BALANCED, said))
        return faults + [
            Fault(Promise.BALANCED, f"the balances in {currency} sum to {total}")
            for currency, total in totals.items()
            if total
        ]

    def _orders(self) -> list[Fault]:
        """What an order holds and what left the bank for it is what its state says."""
        faults = []
        for order in rows_of(_every_order):
            held = order.gross_minor if order.state in IN_FLIGHT else 0
            if order.state == "returned":
                paid = order.net_minor - order.came_back + order.fee_minor
            else:
                paid = order.gross_minor - order.offset_minor if order.state in STANDING else 0
            found = self.in_flight.get(order.id, 0), self.left_the_bank.get(order.id, 0)
            if found != (held, paid):
                said = f"order {order.number} is {order.state}: {held} held and {paid} paid, in the books"
                faults.append(Fault(Promise.BOOKED, f"{said} {found[0]} and {found[1]}"))
        return faults


def overdrafts(accounts: list[Any]) -> list[Fault]:
    """No account that may not be overdrawn gives more than it took."""
    return [
        Fault(Promise.NO_OVERDRAFT, f"account {row.id} ({row.kind}) of {row.owner_id} is overdrawn")
        for row in accounts
        if row.kind in KEPT and row.debit_minor < row.credit_minor + row.credit_pending_minor
    ]


def grants_are_booked(net: dict[tuple[str, int], int]) -> list[Fault]:
    """A grant that was offered holds its amount less what was paid; another one holds nothing."""
    faults = []
    for grant in rows_of(_every_grant):
        given = grant.paid or 0
        holds = (grant.amount_minor or 0) - given if grant.state in RUNNING else 0
        found = net.get(("grant_committed", grant.id), 0), net.get(("grant_disbursed", grant.id), 0)
        if found != (holds, given):
            said = f"grant {grant.id} is {grant.state}: {holds} committed and {given} paid, in the books"
            faults.append(Fault(Promise.BOOKED, f"{said} {found[0]} and {found[1]}"))
    return faults


def envelopes_are_booked(net: dict[tuple[str, int], int]) -> list[Fault]:
    """What a call promised is not more than its envelope, and the rest is what the books have left."""
    faults = []
    for call in rows_of(_every_call):
        spent, envelope = call.promised or 0, call.envelope_minor or 0
        if spent > envelope:
            faults.append(Fault(Promise.ENVELOPE, f"call {call.code} promised {spent} of {envelope}"))
        left = net.get(("call_available", call.id))
        if left is not None and left != envelope - spent:
            said = f"call {call.code} has {left} left in the books, {envelope - spent} in its grants"
            faults.append(Fault(Promise.BOOKED, said))
    return faults


def claims_are_booked(net: dict[tuple[str, int], int]) -> list[Fault]:
    """What is open of a grant's claims is what its account of money to be recovered holds."""
    faults: list[Fault] = []
    left: dict[int, int] = defaultdict(int)
    for claim in rows_of(_every_claim):
        ended = claim.repaid_minor + claim.offset_minor + claim.written_off_minor + claim.lowered_minor
        if ended > claim.claimed_minor:
            faults.append(Fault(Promise.BOOKED, f"claim {claim.number}: {ended} of {claim.claimed_minor}"))
        left[claim.grant_id] += claim.claimed_minor - ended
    for kind, grant in net:
        if kind == "grant_receivable" and net[kind, grant] != left[grant]:
            said = f"grant {grant}: {left[grant]} claimed, {net[kind, grant]} in the books"
            faults.append(Fault(Promise.BOOKED, said))
    return faults


# Questions


def _every_account() -> Rows:
    return Account.objects.order_by("pk").values_list(
        "id",
        "kind",
        "owner_id",
        "currency",
        "debit_minor",
        "credit_minor",
        "credit_pending_minor",
    )


def _every_order() -> Rows:
    kept = Sum("evidence__amount_minor", filter=Q(evidence__use="returned"))
    return (
        PaymentOrder.objects.order_by("pk")
        .annotate(came_back=kept)
        .values_list(
            "id",
            "number",
            "state",
            "gross_minor",
            "net_minor",
            "fee_minor",
            "offset_minor",
            "came_back",
        )
    )


def _every_grant() -> Rows:
    paid = Sum("tranches__orders__gross_minor", filter=Q(tranches__orders__state__in=STANDING))
    return Grant.objects.order_by("pk").annotate(paid=paid).values_list("id", "state", "amount_minor", "paid")


def _every_call() -> Rows:
    promised = Sum("tracks__grants__amount_minor", filter=Q(tracks__grants__state__in=RUNNING))
    calls = Call.objects.order_by("pk").annotate(promised=promised)
    return calls.values_list("id", "code", "envelope_minor", "promised")


def _every_claim() -> Rows:
    return Recovery.objects.order_by("pk").values_list(
        "number",
        "grant_id",
        "claimed_minor",
        "repaid_minor",
        "offset_minor",
        "written_off_minor",
        "lowered_minor",
    )
