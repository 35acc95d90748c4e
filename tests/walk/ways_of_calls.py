"""Programmes, calls and selection sessions in the walk."""

from datetime import timedelta
from typing import Any

from tests.walk.registry import birth, way
from tests.walk.stage import Stage
from tests.worlds.programmes import prepare_call

Data = dict[str, Any]
MOST_OPEN = 3


@birth
def a_draft_call(stage: Stage) -> bool:
    """A call that nobody published yet, with two sessions."""
    if len(stage.records("programmes.call", "draft")) >= 1:
        return False
    stage.a_call(stage.rng.choice(["cash", "supplier", "kit", "none"]), sessions=2, opened=False)
    return True


@birth
def an_open_call(stage: Stage) -> bool:
    """A call that takes applications; now and then one with two rounds and a plan."""
    if len(stage.records("programmes.call", "open")) >= MOST_OPEN:
        return False
    stage.a_call(stage.rng.choice(["cash", "supplier", "kit"]))
    return True


@way("programmes.call", "publish")
def publish(stage: Stage, call: Any) -> Data:
    """Every package has given the call what it asks for."""
    prepare_call(call)
    return {}


@way("programmes.call", "open", optional=["reason"])
def open_(stage: Stage, call: Any) -> Data:
    """On its date, or before it with a reason."""
    if stage.chance(0.5) and call.opens_at:
        stage.until(call.opens_at)
    return {"reason": "The ministry asks for it"}


@way("programmes.call", "close", optional=["reason"])
def close(stage: Stage, call: Any) -> Data:
    """At its end, or before it with a reason."""
    if stage.chance(0.7) and call.deadline:
        stage.until(call.deadline)
    return {"reason": "The envelope is asked for many times over"}


@way("programmes.call", "extend")
def extend(stage: Stage, call: Any) -> Data:
    """To a later day."""
    later = max(call.closes_at, stage.clock) + timedelta(days=2)
    return {"closes_at": later.isoformat(), "reason": "Floods"}


@way("programmes.selectionsession", "start_screening")
def after_the_cut_off(stage: Stage, session: Any) -> Data:
    """Nothing can come in any more."""
    stage.until(session.deadline)
    return {}


@way("programmes.selectionsession", "close")
def after_the_appeals(stage: Stage, session: Any) -> Data:
    """Nobody can appeal any more."""
    if session.appeal_until is not None:
        stage.until(session.appeal_until)
    return {}
