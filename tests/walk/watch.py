"""What must hold after every step of the walk, read from the database alone.

The checks repeat in plain queries what the product promises with constraints, guards and `verify`; they share
no code with it, so that a fault of the product is not a fault of its watch.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, Sum

from disbursements.models import Account, Grant, Hold, OrderSignature, PaymentOrder, Posting, Tranche
from programmes.models import Call
from workflow import chain
from workflow.machines import Machine, machine_of_kind, machines
from workflow.models import Event, Refusal, StreamHead

Broken = list[str]
RUNNING = ("offered", "signed", "active", "suspended", "completed", "terminated", "closed")
STANDING = ("executed", "receipted")
IN_FLIGHT = ("released", "exported", "in_doubt")
FOUR = 4


@dataclass
class Watch:
    """Looks at the database after every step; remembers what it saw last."""

    last_event: int = 0
    last_posting: int = 0
    states: dict[tuple[str, str], str] = field(default_factory=dict)
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    balances: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    entries: set[tuple[str, int]] = field(default_factory=set)
    arrows: dict[tuple[str, str, str, str], int] = field(default_factory=lambda: defaultdict(int))

    def begin(self) -> None:
        """Take what is there as given: the stage was set before the first step."""
        self.look()
        self.arrows.clear()

    def look(self) -> Broken:
        """Return everything that does not hold now, in words."""
        return [
            *self.look_at_the_trail(),
            *self._journal(),
            *accounts_hold(),
            *instalments_hold(),
            *payments_hold(),
            *envelopes_hold(),
        ]

    def look_at_the_trail(self) -> Broken:
        """Return what does not hold between states and events."""
        return [*self._events(), *self._states()]

    # --- trail -------------------------------------------------------------------------------------

    def _events(self) -> Broken:
        broken = []
        for event in Event.objects.filter(pk__gt=self.last_event).order_by("pk"):
            self.last_event = event.pk
            seq, before = self.heads.get(event.stream, (0, ""))
            if event.seq != seq + 1 or event.prev_hash != before:
                broken.append(f"{event.stream}#{event.seq} does not follow #{seq}")
            values = {name: getattr(event, name) for name in chain.FIELDS}
            if event.hash != chain.link(event.prev_hash, values):
                broken.append(f"{event.stream}#{event.seq} has another hash than its content")
            self.heads[event.stream] = (event.seq, event.hash)
            if event.target:
                key = (event.kind, event.object_id)
                if self.states.get(key, event.source) != event.source:
                    broken.append(f"{key} was {self.states[key]}, its event says {event.source}")
                self.states[key] = event.target
                self.arrows[event.kind, event.source, event.verb, event.target] += 1
        for stream, seq, digest in StreamHead.objects.values_list("stream", "seq", "hash"):
            if self.heads.get(stream, (0, "")) != (seq, digest):
                broken.append(f"{stream}: the head is not its last event")
        return broken

    def _states(self) -> Broken:
        broken = []
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(_states_of(machine) for machine in machines()))
            rows = cursor.fetchall()
        for kind, pk, state in rows:
            machine = machine_of_kind(kind)
            key = (kind, str(machine.model._meta.pk.to_python(pk)))
            known = self.states.setdefault(key, machine.initial)
            if state != known:
                broken.append(f"{kind}:{pk} is {state}, without an event since {known}")
        return broken

    # --- journal -----------------------------------------------------------------------------------

    def _journal(self) -> Broken:
        broken = []
        for row in Posting.objects.filter(pk__gt=self.last_posting).select_related("resolves").order_by("pk"):
            self.last_posting = row.pk
            if (row.entry, row.line) in self.entries:
                broken.append(f"{row.entry}#{row.line} is booked twice")
            self.entries.add((row.entry, row.line))
            if row.amount_minor <= 0 or row.debit_id == row.credit_id:
                broken.append(f"{row.entry}#{row.line} moves nothing")
            if row.phase in ("posted", "settled"):
                self.balances[row.debit_id] += row.amount_minor
                self.balances[row.credit_id] -= row.amount_minor
        totals: dict[str, int] = defaultdict(int)
        for account in Account.objects.all():
            balance = account.debit_minor - account.credit_minor
            totals[account.currency] += balance
            if balance != self.balances[account.pk]:
                broken.append(f"account {account.pk} ({account.kind}) says {balance}, its postings otherwise")
        return broken + [
            f"the balances in {currency} sum to {total}" for currency, total in totals.items() if total
        ]


def _states_of(machine: Machine) -> str:
    table = connection.ops.quote_name(machine.model._meta.db_table)
    return f"SELECT '{machine.kind}', CAST(id AS TEXT), state FROM {table}"


def accounts_hold() -> Broken:
    """No account that may not be overdrawn gives more than it took."""
    return [
        f"account {row.pk} ({row.kind}) of {row.owner_id} is overdrawn"
        for row in Account.objects.filter(
            kind__in=["call_available", "grant_committed", "grant_in_flight", "grant_disbursed"]
        )
        if row.debit_minor < row.credit_minor + row.credit_pending_minor
    ]


def instalments_hold() -> Broken:
    """Live instalments make the grant; what is paid and on its way is not more than the grant."""
    broken = []
    live = Q(tranches__state="cancelled", _negated=True)
    rows = Grant.objects.filter(amount_minor__isnull=False).annotate(
        sum=Sum("tranches__amount_minor", filter=live)
    )
    for grant in rows:
        over = grant.state in ("terminated", "closed", "cancelled", "declined", "expired")
        if (grant.sum or 0) != grant.amount_minor and not (over and grant.sum is None):
            broken.append(
                f"grant {grant.pk}: instalments make {grant.sum}, the grant is {grant.amount_minor}"
            )
    moving = Q(state__in=(*STANDING, *IN_FLIGHT))
    orders = PaymentOrder.objects.filter(moving).values("tranche__grant", "tranche__grant__amount_minor")
    for row in orders.annotate(sum=Sum("gross_minor")).order_by():
        if row["sum"] > row["tranche__grant__amount_minor"]:
            broken.append(f"grant {row['tranche__grant']}: {row['sum']} paid and on its way is too much")
    return broken


def payments_hold() -> Broken:
    """One standing order an instalment, over its amount, by four persons; three others on the instalment."""
    broken = []
    gone = ("cancelled", "failed", "returned")
    for tranche in (
        Tranche.objects.annotate(live=Count("orders", filter=~Q(orders__state__in=gone)))
        .filter(live__gt=1)
        .values_list("pk", flat=True)
    ):
        broken.append(f"instalment {tranche} has two live orders")
    signatures: dict[int, list[int]] = defaultdict(list)
    for order, user in OrderSignature.objects.filter(
        order__state__in=STANDING, round=F("order__round")
    ).values_list("order", "user"):
        signatures[order].append(user)
    for order in PaymentOrder.objects.filter(state__in=STANDING).select_related("tranche"):
        if order.gross_minor != order.tranche.amount_minor:
            broken.append(f"order {order.number} pays another amount than its instalment")
        signed = signatures[order.pk]
        steps = {order.prepared_by_id, order.approved_by_id, order.released_by_id, order.reconciled_by_id}
        if len(set(signed)) < FOUR or len(set(signed)) != len(signed) or len(steps) < FOUR:
            broken.append(f"order {order.number} was signed by {sorted(signed)}, done by {steps}")
        if order.gross_minor != order.net_minor + order.withholding_minor + order.fee_minor:
            broken.append(f"order {order.number}: the gross is not the sum of its parts")
    paid_twice = (
        Posting.objects.filter(kind="disbursements.paymentorder", verb="execute", phase="settled")
        .values("object_id")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
    )
    broken += [f"order {row['object_id']} is executed twice in the books" for row in paid_twice]
    paid = Tranche.objects.filter(state__in=["paid", "justified"], amount_minor__isnull=False)
    standing = Count("orders", filter=Q(orders__state__in=STANDING))
    for tranche in paid.annotate(standing=standing).exclude(standing=1):
        broken.append(f"instalment {tranche.pk} is paid by {tranche.standing} orders")
    same = Q(verified_by=F("approved_by")) | Q(ordered_by=F("verified_by")) | Q(ordered_by=F("approved_by"))
    for tranche in Tranche.objects.filter(same).values_list("pk", flat=True):
        broken.append(f"instalment {tranche}: one person verified, approved or ordered it together")
    for hold in Hold.objects.filter(state="released", released_by=F("placed_by")).values_list(
        "pk", flat=True
    ):
        broken.append(f"hold {hold} was released by who placed it")
    return broken


def envelopes_hold() -> Broken:
    """What a call committed is not more than its envelope."""
    promised = Sum("tracks__grants__amount_minor", filter=Q(tracks__grants__state__in=RUNNING))
    return [
        f"call {call.code} promised {call.promised} of {call.envelope_minor}"
        for call in Call.objects.annotate(promised=promised)
        if (call.promised or 0) > (call.envelope_minor or 0)
    ]


def print_of_the_database() -> dict[str, Any]:
    """How many rows each table has: a refused step leaves all of them as they were."""
    tables = [name for name in connection.introspection.table_names() if not name.startswith("django_")]
    tables.remove(Refusal._meta.db_table)
    quoted = [connection.ops.quote_name(name) for name in sorted(tables)]
    with connection.cursor() as cursor:
        parts = (
            f"SELECT '{name}', COUNT(*) FROM {name}" for name in (part.replace("'", "") for part in quoted)
        )
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())
