"""What must hold after every step of the walk, read from the database alone.

The checks repeat in plain queries what the product promises with constraints, guards and `verify`; they share
no code with it, so that a fault of the product is not a fault of its watch.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection

from tests.walk.faults import Broken, Fault, Promise
from tests.walk.watch_books import Books
from tests.walk.watch_decisions import Decisions
from tests.walk.watch_money import Hands, money_holds
from tests.walk.written import WRITES
from workflow import chain
from workflow.machines import Machine, machine_of_kind, machines
from workflow.models import Event, Refusal, StreamHead

MONEY = ("disbursements.", "programmes.", "applications.application")


@dataclass
class Watch:
    """Looks at the database after every step; remembers what it saw last."""

    last_event: int = 0
    states: dict[tuple[str, str], str] = field(default_factory=dict)
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    rows_seen: set[tuple[str, str, str]] = field(default_factory=set)
    standing: dict[tuple[str, str], str] = field(default_factory=dict)
    moved: dict[tuple[str, str], None] = field(default_factory=dict)
    heads_seen: set[tuple[str, int, str]] = field(default_factory=set)
    arrows: dict[tuple[str, str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    books: Books = field(default_factory=Books)
    hands: Hands = field(default_factory=Hands)
    decisions: Decisions = field(default_factory=Decisions)
    money_moved: bool = True
    looked_at: int = -1

    def begin(self) -> None:
        """Take what is there as given: the stage was set before the first step."""
        if faults := self.look():
            raise Broken("before the first step", faults)
        self.arrows.clear()

    def look(self) -> list[Fault]:
        """Return everything that does not hold now; money is counted again once it may have moved."""
        faults = self.look_at_the_trail()
        if self.money_moved:
            self.money_moved = False
            faults += [*self.books.look(), *money_holds()]
        return faults

    def look_at_the_trail(self) -> list[Fault]:
        """Return what does not hold between states and events; nothing, where nothing was written since."""
        if self.looked_at == WRITES.count:
            return []
        self.looked_at = WRITES.count
        return [*self._events(), *self._states()]

    # --- trail -------------------------------------------------------------------------------------

    def _events(self) -> list[Fault]:
        faults = []
        streams = set()
        for event in Event.objects.filter(pk__gt=self.last_event).order_by("pk"):
            self.last_event = event.pk
            seq, before = self.heads.get(event.stream, (0, ""))
            if event.seq != seq + 1 or event.prev_hash != before:
                faults.append(Fault(Promise.CHAIN, f"{event.stream}#{event.seq} does not follow #{seq}"))
            values = {name: getattr(event, name) for name in chain.FIELDS}
            if event.hash != chain.link(event.prev_hash, values):
                said = f"{event.stream}#{event.seq} has another hash than its content"
                faults.append(Fault(Promise.CHAIN, said))
            self.heads[event.stream] = (event.seq, event.hash)
            streams.add(event.stream)
            faults += self.hands.see(event, self.states)
            faults += self.decisions.see(event, self.states)
            self.money_moved |= event.kind.startswith(MONEY)
            if event.target:
                key = (event.kind, event.object_id)
                if self.states.get(key, event.source) != event.source:
                    said = f"{key} was {self.states[key]}, its event says {event.source}"
                    faults.append(Fault(Promise.TRAIL, said))
                self.states[key] = event.target
                self.moved[key] = None
                self.arrows[event.kind, event.source, event.verb, event.target] += 1
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT stream, seq, hash FROM {StreamHead._meta.db_table}")
            heads = set(cursor.fetchall())
        streams |= {stream for stream, _seq, _hash in heads ^ self.heads_seen}
        self.heads_seen = heads
        ends = {stream: (seq, digest) for stream, seq, digest in heads if stream in streams}
        for stream in sorted(streams):
            if self.heads.get(stream, (0, "")) != ends.get(stream, (0, "")):
                faults.append(Fault(Promise.CHAIN, f"{stream}: the head is not its last event"))
        return faults

    def _states(self) -> list[Fault]:
        """Compare states with events, of the rows that are not as they were and of those with new events."""
        faults = []
        with connection.cursor() as cursor:
            cursor.execute(_every_state())
            in_order = cursor.fetchall()
        rows = set(in_order)
        for kind, pk, _state in self.rows_seen - rows:
            self.standing.pop(_key(kind, pk), None)
        changed = rows - self.rows_seen
        for kind, pk, state in in_order if changed else ():
            if (kind, pk, state) in changed:
                key = _key(kind, pk)
                self.standing[key] = state
                self.moved[key] = None
        self.rows_seen = rows
        for key in filter(self.standing.__contains__, self.moved):
            known = self.states.setdefault(key, machine_of_kind(key[0]).initial)
            if self.standing[key] != known:
                said = f"{key[0]}:{key[1]} is {self.standing[key]}, without an event since {known}"
                faults.append(Fault(Promise.TRAIL, said))
        self.moved.clear()
        return faults


def _key(kind: str, pk: str) -> tuple[str, str]:
    return kind, str(machine_of_kind(kind).model._meta.pk.to_python(pk))


def _states_of(machine: Machine) -> str:
    table = connection.ops.quote_name(machine.model._meta.db_table)
    return f"SELECT '{machine.kind}', CAST(id AS TEXT), state FROM {table}"


def print_of_the_database() -> dict[str, Any]:
    """How many rows each table has: a refused step leaves all of them as they were."""
    with connection.cursor() as cursor:
        cursor.execute(_count_of_every_table())
        return dict(cursor.fetchall())


@cache
def _count_of_every_table() -> str:
    tables = [name for name in connection.introspection.table_names() if not name.startswith("django_")]
    tables.remove(Refusal._meta.db_table)
    quoted = [connection.ops.quote_name(name) for name in sorted(tables)]
    return " UNION ALL ".join(
        f"SELECT '{name}', COUNT(*) FROM {name}" for name in (part.replace("'", "") for part in quoted)
    )


@cache
def _every_state() -> str:
    return " UNION ALL ".join(_states_of(machine) for machine in machines())
