"""The walk: step after step, half of them lawful and half forged, with everything looked at after each."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.walk import (  # noqa: F401  they register themselves
    attacks,
    moves,
    registry,
    ways_of_batches,
    ways_of_calls,
    ways_of_cash,
    ways_of_donors,
    ways_of_files,
    ways_of_grants,
    ways_of_juries,
    ways_of_orders,
    ways_of_recovery,
    ways_of_visits,
)
from tests.walk.faults import Broken, Fault, Promise
from tests.walk.moves import Move
from tests.walk.setting import set_the_stage
from tests.walk.stage import Stage
from tests.walk.stock import STOCK, Builder, Stock
from tests.walk.watch import Watch, print_of_the_database
from workflow import Refused
from workflow.declare import Arrow
from workflow.machines import machine_of_kind, machines

TRIES = 200
MOST_BUILT = 12
BUILDS = 0.3
PATIENCE = 3
"""How often an arrow is tried in vain before new records are built for it, and twice that until it waits."""
EAGER = 0.5
"""How often a lawful step goes an arrow that was never walked, when one leaves from somewhere."""
NEVER = 4.0
"""How much more an arrow is wanted that was never walked."""
FORGETS = 0.9
"""How fast the walk forgets that an arrow was tried in vain."""
FORGERIES = (
    moves.by_a_stranger,
    moves.from_another_state,
    moves.with_something_missing,
    moves.with_a_forged_id,
    attacks.by_one_who_signed,
    attacks.under_a_hold,
)
MODULES = {
    "disbursements": (
        ways_of_grants.__name__,
        ways_of_orders.__name__,
        ways_of_batches.__name__,
        ways_of_recovery.__name__,
        ways_of_cash.__name__,
        ways_of_donors.__name__,
    ),
    "scoring": (ways_of_juries.__name__,),
}
"""Where the births of a package are."""
Edge = tuple[str, str, str, str]
Place = tuple[tuple[str, str, str], Arrow, float]
"""An arrow that leaves from where something stands, as (kind, source, verb); and how much it is wanted."""


@cache
def every_edge() -> frozenset[Edge]:
    """Every declared arrow, as (kind, source, verb, target)."""
    return frozenset(
        (machine.kind, str(row["source"]), row["verb"], str(row["target"]))
        for machine in machines()
        for row in machine.rows()
        if machine.kind != "testmachine.lantern"
    )


@dataclass
class Walk:
    """One walk from a seed: the same seed walks the same way.

    stocked: whether records are led into every state, so that all arrows are walked. within: the package
    whose machines are walked, with what is born and kept in stock for them; all of them without one.
    """

    seed: int
    stocked: bool = True
    within: str = ""
    stage: Stage = field(init=False)
    watch: Watch = field(default_factory=Watch)
    made: Counter[str] = field(default_factory=Counter)
    vain: dict[tuple[str, str, str], float] = field(default_factory=lambda: defaultdict(float))
    built: Counter[Stock] = field(default_factory=Counter)
    last: Move | None = None
    _places: tuple[Any, dict[tuple[str, str], list[str]], list[Place]] | None = None

    def __post_init__(self) -> None:
        self.stage = Stage(self.seed)
        set_the_stage(self.stage)
        self.watch.begin()

    @property
    def rng(self) -> random.Random:
        """What decides."""
        return self.stage.rng

    @property
    def wanted_births(self) -> list[registry.Birth]:
        """What may be born on this walk."""
        return [one for one in registry.BIRTHS if not self.within or one.__module__ in MODULES[self.within]]

    def go(self, steps: int) -> None:
        """Make so many steps; raises `Broken` at the first promise that does not hold."""
        while (made := sum(self.made.values())) < steps:
            if self.made["lawful"] <= made // 2:
                self.lawful_step()
            else:
                self.forged_step()
        self.watch.money_moved = True
        if faults := self.watch.look():
            raise Broken(f"{self.where()}, in the end", faults)

    # --- steps -------------------------------------------------------------------------------------

    def lawful_step(self) -> None:
        """Make one move that may be made; moves that guards refuse on the way must change nothing."""
        for _try in range(TRIES):
            self.births()
            record, arrow = self.choice(eager=self.rng.random() < EAGER)
            move = moves.lawful(self.stage, record, arrow) if record is not None else None
            if move is None:
                continue
            if move.refusal is not None:
                if self.rng.random() < 0.1:
                    self.make(move)
                continue
            self.make(move)
            self.last = move
            self.vain[record.kind, record.state, arrow.verb] = 0
            for place in self.vain:
                self.vain[place] *= FORGETS
            return
        raise Broken(self.where(), [Fault(Promise.LAWFUL, f"no lawful move was found in {TRIES} tries")])

    def forged_step(self) -> None:
        """Make one move that must be refused."""
        if self.last is not None and self.rng.random() < 0.2:
            self.again(self.last)
            self.last = None
            return
        for _try in range(TRIES):
            record, arrow = self.choice()
            forge = self.rng.choice(FORGERIES)
            move = forge(self.stage, record, arrow) if record is not None else None
            if move is not None:
                self.make(move)
                return
        raise Broken(self.where(), [Fault(Promise.REFUSED, f"no forged move was found in {TRIES} tries")])

    def again(self, move: Move) -> None:
        """Repeat a move that was made: with its key, with its key and other data, or on a stale instance."""
        kind = self.rng.choice([moves.repeated, moves.contradicted])
        self.make(kind(move))

    def births(self) -> None:
        """Let something new come into being, now and then, and keep every state in stock."""
        self.stage.side = self.rng.choice(self.stage.sides[:2])
        if self.rng.random() < 0.5:
            birth = self.rng.choice(self.wanted_births)
            if self.is_running:
                birth(self.stage)
        short = self.short() if self.stocked and self.is_running and self.rng.random() < BUILDS else []
        if faults := self.watch.look_at_the_trail():
            raise Broken(f"{self.where()}, beside the walk", faults)
        if short:
            wanted = self.rng.choice(short)
            self.built[wanted] += 1
            self.build(wanted.builder)

    @property
    def is_running(self) -> bool:
        """Whether the programme at hand is not closed: nothing new begins in one that is."""
        key = ("programmes.programme", str(self.stage.side.world.programme.pk))
        return self.watch.states.get(key) != "closed"

    def build(self, builder: Builder) -> None:
        """Let a builder lead records somewhere; each of its moves must succeed, and break nothing."""
        faults = []
        try:
            builder(self.stage)
        except (Refused, AssertionError) as error:
            faults.append(Fault(Promise.LAWFUL, f"{type(error).__name__}: {error}"))
        except Exception as error:
            faults.append(Fault(Promise.NO_CRASH, f"ended in {type(error).__name__}: {error}"))
        faults += self.watch.look()
        if faults:
            raise Broken(f"{self.where()}: {builder.__name__}", faults)

    def where(self) -> str:
        """Which walk, and how far it went."""
        return f"seed {self.seed}, step {sum(self.made.values())}"

    def short(self) -> list[Stock]:
        """What is missing, because an arrow could be walked from there that never was."""
        left = self.left
        own: dict[tuple[str, str], float] = defaultdict(float)
        for kind, state, verb in left:
            if (kind, verb) not in registry.FOLLOWS:
                own[kind, state] = max(own[kind, state], self.vain[kind, state, verb])
        standing = Counter((kind, state) for (kind, _pk), state in self.watch.states.items())
        return [
            one
            for one in (*STOCK, *ways_of_recovery.STOCK, *ways_of_cash.STOCK, *ways_of_donors.STOCK)
            if self.built[one] < MOST_BUILT
            and one.kind.startswith(self.within)
            and (
                not left.isdisjoint(one.leads_to)
                or (
                    (one.kind, one.state) in own
                    and (standing[one.kind, one.state] < one.wanted or own[one.kind, one.state] > PATIENCE)
                )
            )
        ]

    @property
    def left(self) -> set[tuple[str, str, str]]:
        """The arrows of which some target was never reached, as (kind, source, verb)."""
        return {edge[:3] for edge in every_edge() - self.watch.arrows.keys()}

    def make(self, move: Move) -> None:
        """Make a move and look at everything."""
        nothing = move.refusal is not None or move.answer is not None
        before = print_of_the_database() if nothing else None
        fault = move.make(self.stage)
        if fault is not None:
            raise Broken(f"{self.where()}: {move}", [fault, *self.watch.look()])
        self.made[move.sort] += 1
        events = sum(self.watch.arrows.values())
        faults = self.watch.look() if before is None else self.watch.look_at_the_trail()
        grown = sum(self.watch.arrows.values()) - events
        if before is not None:
            after = print_of_the_database()
            faults += [
                Fault(Promise.UNTOUCHED, f"{name} has {after[name]} rows, not {rows}")
                for name, rows in before.items()
                if rows != after[name]
            ]
        elif not grown:
            faults.append(Fault(Promise.TRAIL, "nothing was written into the trail"))
        if faults:
            raise Broken(f"{self.where()}: after {move}", faults)

    # --- choice ------------------------------------------------------------------------------------

    def choice(self, *, eager: bool = False) -> tuple[Any, Any]:
        """Choose an arrow and a record that stands at its source.

        Arrows that were seldom walked come first; what was tried in vain waits a while. eager: only those
        that were never walked, if there are any.
        """
        standing, places = self.places()
        if not places:
            return None, None
        if eager:
            left = {place for place in self.left if self.vain[place] <= 2 * PATIENCE}
            places = [one for one in places if one[0] in left] or places
        weights = [wanted / (1 + self.vain[place]) for place, _arrow, wanted in places]
        (kind, state, _verb), arrow, _wanted = self.rng.choices(places, weights)[0]
        self.vain[kind, state, arrow.verb] += 1
        pks = standing[kind, state]
        pk = pks[-1] if eager and self.rng.random() < EAGER else self.rng.choice(pks)
        record = machine_of_kind(kind).model._default_manager.filter(pk=pk).first()
        if record is None:
            return None, arrow
        self.stage.side = self.stage.side_of(record)
        return record, arrow

    def places(self) -> tuple[dict[tuple[str, str], list[str]], list[Place]]:
        """Return what stands where, and the arrows that leave from there with how much each is wanted.

        They are counted anew once the watch has seen an event or a new record.
        """
        seen = (self.watch.last_event, len(self.watch.states))
        if self._places is None or self._places[0] != seen:
            standing: dict[tuple[str, str], list[str]] = {}
            for (kind, pk), state in self.watch.states.items():
                standing.setdefault((kind, state), []).append(pk)
            places = [
                ((kind, state, arrow.verb), arrow, self.wanted(kind, state, arrow))
                for kind, state in sorted(standing)
                for arrow in machine_of_kind(kind).leaving(state)
                if kind.startswith(self.within) and (kind, arrow.verb) not in registry.FOLLOWS
            ]
            self._places = seen, standing, places
        return self._places[1:]

    def wanted(self, kind: str, state: str, arrow: Arrow) -> float:
        """How much an arrow is wanted from a state, were it never tried in vain."""
        walked = sum(self.watch.arrows.get((kind, state, arrow.verb, target), 0) for target in arrow.targets)
        return NEVER if not walked else 1 / (1 + walked) ** 1.5


_REGISTERED = (ways_of_calls, ways_of_files, ways_of_grants, ways_of_juries)
