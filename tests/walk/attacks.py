"""Attacks on money that could move: by somebody who signed before, or under a hold. All must be refused.

Who signed is read from the trail, not from what the records say about it.
"""

from typing import Any

from disbursements import holds
from tests.walk.moves import Move, lawful
from tests.walk.stage import Stage
from workflow.declare import Arrow
from workflow.machines import machine_of_kind
from workflow.models import Event

TRANCHE, ORDER = "disbursements.tranche", "disbursements.paymentorder"
STOPPED = {TRANCHE: ("approve", "order"), ORDER: ("approve", "release", "export")}
"""What a hold stops."""
SIGNED = {TRANCHE: ("approve", "order"), ORDER: ("submit", "approve", "release", "execute")}
"""What nobody does who did one of the others."""
AGAIN = {TRANCHE: ("return",), ORDER: ("revise",)}
"""After which all of them are done again."""


def by_one_who_signed(stage: Stage, record: Any, arrow: Arrow) -> Move | None:
    """Somebody who may, but who had a hand in the same payment before."""
    found = somewhere(stage, SIGNED)
    if found is None:
        return None
    record, arrow = found
    before = signers(record)
    if record.kind == ORDER and arrow.verb == "submit":
        before |= signers(record.tranche)
    again = [one for one in stage.side_of(record).cast.may(record, arrow.verb) if one.pk in before]
    move = lawful(stage, record, arrow) if again else None
    if move is None:
        return None
    return Move(move.record, move.verb, stage.rng.choice(again), move.data, "signed before")


def under_a_hold(stage: Stage, record: Any, arrow: Arrow) -> Move | None:
    """What could be done, had not somebody just stopped the money of the grant."""
    found = somewhere(stage, STOPPED)
    move = lawful(stage, *found) if found is not None else None
    if move is None or move.refusal is not None:
        return None
    tranche = move.record if move.record.kind == TRANCHE else move.record.tranche
    holds.place(tranche.grant, reason="Wait", actor=stage.member("supervisor"), at=stage.now())
    return Move(move.record, move.verb, move.actor, move.data, "held")


def somewhere(stage: Stage, verbs: dict[str, tuple[str, ...]]) -> tuple[Any, Arrow] | None:
    """One of the records at which one of some verbs leaves, with its arrow."""
    places = []
    for kind, wanted in verbs.items():
        arrows = [arrow for arrow in machine_of_kind(kind).arrows if arrow.verb in wanted]
        sources = {source for arrow in arrows for source in arrow.sources}
        for record in stage.records(kind, *sorted(sources)):
            places += [(record, arrow) for arrow in arrows if record.state in arrow.sources]
    return stage.one_of(places)


def signers(record: Any) -> set[int]:
    """Who signed in the present round, as the trail says."""
    signed: set[int] = set()
    verbs = {*SIGNED[record.kind], "verify"} - ({"order"} if record.kind == TRANCHE else set())
    events = Event.objects.filter(kind=record.kind, object_id=str(record.pk)).order_by("pk")
    for verb, actor in events.values_list("verb", "actor"):
        if verb in AGAIN[record.kind]:
            signed.clear()
        elif verb in verbs and actor is not None:
            signed.add(actor)
    return signed
