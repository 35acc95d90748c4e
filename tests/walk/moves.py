"""Moves of the walk: one attempt at one arrow, lawful or forged, and whether the product did as it should."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.walk import registry
from tests.walk.cast import SYSTEM, owner_of
from tests.walk.faults import Fault, Promise
from tests.walk.forging import forged, without_one
from tests.walk.stage import Stage
from workflow import Refused, clock, fire
from workflow.actors import Actor, System
from workflow.declare import Arrow
from workflow.door import Conflict, NotAllowed, new_key
from workflow.guards import objections
from workflow.machines import machine_of
from workflow.models import Event
from workflow.second_person import open_proposal, propose, withdraw

Data = dict[str, Any]


@dataclass
class Move:
    """One attempt: who does what to which record with which data, and what must come of it.

    refusal: how it must be refused, None when it must succeed. answer: the event that must be the answer once
    more. event: what came of it.
    """

    record: Any
    verb: str
    actor: Actor
    data: Data
    sort: str
    key: str = field(default_factory=new_key)
    refusal: type[Refused] | None = Refused
    answer: int | None = None
    event: int | None = None

    def __str__(self) -> str:
        who = self.actor if isinstance(self.actor, System) else getattr(self.actor, "full_name", self.actor)
        return (
            f"{self.sort}: {self.verb} {self.record.kind}:{self.record.pk} ({self.record.state})"
            f" by {who} with {self.data}"
        )

    def make(self, stage: Stage) -> Fault | None:
        """Make the move; return what the product did wrong, None when it did right."""
        try:
            outcome = fire(
                self.record, self.verb, actor=self.actor, key=self.key, data=self.data, at=stage.now()
            )
        except Refused as refused:
            return self._fault_of(refused)
        except Exception as error:
            return Fault(Promise.NO_CRASH, f"ended in {type(error).__name__}: {error}")
        if self.answer is not None:
            if outcome.replayed and outcome.event.pk == self.answer:
                return None
            return Fault(Promise.SAME_ANSWER, f"was answered with {outcome.event}, not with {self.answer}")
        if self.refusal is not None:
            return Fault(Promise.REFUSED, "was let through")
        self.event = outcome.event.pk
        return None

    def _fault_of(self, refused: Refused) -> Fault | None:
        kind = type(refused)
        if self.answer is not None:
            if isinstance(refused, NotAllowed):
                return None
            return Fault(Promise.SAME_ANSWER, f"the same key was refused: {refused}")
        if self.refusal is None:
            return Fault(Promise.LAWFUL, f"refused although nothing stood in the way: {refused}")
        if not isinstance(refused, self.refusal):
            said = f"refused as {kind.__name__}, not as {self.refusal.__name__}: {refused}"
            return Fault(Promise.SAME_ANSWER if self.refusal is Conflict else Promise.REFUSED, said)
        if not any(refused.sentences):
            return Fault(Promise.REFUSED, "refused without a sentence")
        return None


def reason_of(arrow: Arrow, data: Data) -> Data:
    """Add the reason that an arrow asks for."""
    return {**data, "reason": data.get("reason", "For a good reason")} if arrow.reason else data


def inputs(stage: Stage, record: Any, arrow: Arrow) -> Data | None:
    """Prepare what an arrow needs; None when it cannot be walked on this record."""
    way = registry.WAYS.get((record.kind, arrow.verb))
    data = {} if way is None else way(stage, record)
    return None if data is None else reason_of(arrow, data)


def why_not(stage: Stage, move: Move, arrow: Arrow) -> list[str]:
    """Return what the guards say to a move at the moment of the stage."""
    fresh = type(move.record)._base_manager.get(pk=move.record.pk)
    with clock.at(stage.clock):
        return objections(fresh, arrow, move.actor, move.data)


def lawful(stage: Stage, record: Any, arrow: Arrow) -> Move | None:
    """A move that may be made: by somebody who may, with all inputs; None when nobody can make it.

    When the guards say no, the move is one that must be refused.
    """
    who = stage.side_of(record).cast.may(record, arrow.verb)
    data = inputs(stage, record, arrow) if who else None
    if data is None:
        return None
    record = type(record)._default_manager.get(pk=record.pk)
    if record.state not in arrow.sources:
        return None
    move = Move(record, arrow.verb, actor_of(stage, record, who), data, "lawful", refusal=None)
    if why_not(stage, move, arrow):
        move.sort, move.refusal = "guarded", Refused
        return move
    if arrow.second_person and not proposed_by_another(stage, move, who):
        return None
    return move


def actor_of(stage: Stage, record: Any, who: list[Actor]) -> Actor:
    """One of those who may: often somebody who had a hand in the case before, to try who must not again."""
    if len(who) > 1 and stage.chance(0.4):
        acted = Event.objects.filter(stream=record.stream, actor__isnull=False).order_by()
        hands = set(acted.values_list("actor", flat=True).distinct())
        who = [one for one in who if one.pk in hands] or who
    return stage.rng.choice(who)


def proposed_by_another(stage: Stage, move: Move, who: list[Actor]) -> bool:
    """Let another person propose what the actor then confirms; tell whether somebody could."""
    others = [one for one in who if one.pk not in (None, move.actor.pk)]
    if not others or move.actor.pk is None:
        return False
    with clock.at(stage.clock):
        if (waiting := open_proposal(move.record, move.verb)) is not None:
            withdraw(waiting, move.record, actor=System("walk"))
        try:
            propose(move.record, move.verb, actor=stage.rng.choice(others), data=move.data)
        except Refused:
            return False
    return True


# Moves that must be refused


def by_a_stranger(stage: Stage, record: Any, arrow: Arrow) -> Move | None:
    """Somebody who may not: another role, another programme, an applicant, the system."""
    allowed = {one.pk for one in stage.side_of(record).cast.may(record, arrow.verb)}
    people: list[Any] = [user for side in stage.sides for user in side.cast.users]
    people += [SYSTEM, owner_of(record)]
    strangers = [one for one in people if one is not None and one.pk not in allowed]
    if not strangers:
        return None
    data = reason_of(arrow, {})
    return Move(record, arrow.verb, stage.rng.choice(strangers), data, "stranger", refusal=NotAllowed)


def from_another_state(stage: Stage, record: Any, arrow: Arrow) -> Move | None:
    """A verb of the machine that does not lead from here."""
    machine = machine_of(type(record))  # type: ignore[arg-type]
    here = {one.verb for one in machine.leaving(record.state)}
    elsewhere = sorted({one.verb for one in machine.arrows} - here)
    verb = stage.one_of(elsewhere)
    if verb is None:
        return None
    who = stage.side_of(record).cast.may(record, verb)
    if not who:
        return None
    return Move(record, verb, stage.rng.choice(who), {"reason": "Because"}, "wrong state")


def with_something_missing(stage: Stage, record: Any, arrow: Arrow) -> Move | None:
    """One of the inputs is left out, empty or nonsense."""
    return _spoilt(stage, record, arrow, "missing input", without_one)


def with_a_forged_id(stage: Stage, record: Any, arrow: Arrow) -> Move | None:
    """One of the ids is that of a record of somebody else."""
    return _spoilt(stage, record, arrow, "forged id", forged)


def _spoilt(
    stage: Stage,
    record: Any,
    arrow: Arrow,
    sort: str,
    spoil: Callable[[Stage, Any, Arrow, Data], Data | None],
) -> Move | None:
    move = lawful(stage, record, arrow)
    if move is None or not move.data:
        return None
    spoilt = spoil(stage, record, arrow, move.data)
    if spoilt is None:
        return None
    spoilt_move = Move(move.record, move.verb, move.actor, spoilt, sort)
    if arrow.second_person:  # where the data can be proposed at all, the confirmation must be refused
        proposed_by_another(stage, spoilt_move, stage.side_of(record).cast.may(record, move.verb))
    return spoilt_move


def repeated(move: Move) -> Move:
    """The same key and data once more: nothing happens, the answer is the first one."""
    return Move(move.record, move.verb, move.actor, move.data, "repeated", key=move.key, answer=move.event)


def contradicted(move: Move) -> Move:
    """The same key with other data."""
    data = {**move.data, "reason": "Another one", "more": 1}
    return Move(move.record, move.verb, move.actor, data, "contradicted", key=move.key, refusal=Conflict)


def stale(move: Move, old: Any) -> Move | None:
    """The same on an instance from before, with a fresh key."""
    machine = machine_of(type(old))  # type: ignore[arg-type]
    now = type(old)._base_manager.get(pk=old.pk)
    if machine.arrow(move.verb, now.state) is not None:
        return None
    return Move(old, move.verb, move.actor, move.data, "stale")
