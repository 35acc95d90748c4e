"""Where a record stands on its path: the data behind the strip "you are here"."""

from datetime import datetime
from typing import NamedTuple

from workflow.events import events_of
from workflow.machines import machine_of
from workflow.models import Event
from workflow.states import NEUTRAL, StateModel

BEHIND, HERE, AHEAD = "behind", "here", "ahead"


class Stake(NamedTuple):
    """One state of the path. position: behind, here or ahead; at: when it was reached, None if it was not."""

    state: str
    label: str
    position: str
    meaning: str
    at: datetime | None = None


class Strip(NamedTuple):
    """The main path, and the states off it that matter now."""

    stakes: list[Stake]
    side: list[Stake]


def strip_of(record: StateModel, *, quiet: bool = False, events: list[Event] | None = None) -> Strip:
    """Return the record's path with dates from its events: one query, none with all events of its stream.

    events: all of them, newest first, where somebody has read them.
    Of the states off the path it names those that the record was in or may go to next; with `quiet`, for
    whoever waits for the outcome, only the one that it is in.
    """
    machine = machine_of(type(record))
    labels = machine.states
    reached = _reached(record, events)
    path = list(record.MAIN_PATH) or list(labels)
    here = path.index(record.state) if record.state in path else _last_reached(path, reached)
    stakes = [
        Stake(
            state=state,
            label=labels[state],
            position=_position(index, here, off=record.state not in path),
            meaning=record.MEANINGS.get(state, NEUTRAL),
            at=reached.get(state) if index <= here else None,
        )
        for index, state in enumerate(path)
    ]
    near = {record.state}
    if not quiet:
        near.update(reached, *(arrow.targets for arrow in machine.leaving(record.state)))
    side = [
        Stake(
            state=state,
            label=label,
            position=HERE if state == record.state else AHEAD,
            meaning=record.MEANINGS.get(state, NEUTRAL),
            at=reached.get(state),
        )
        for state, label in labels.items()
        if state in near and state not in path
    ]
    return Strip(stakes, side)


def _reached(record: StateModel, events: list[Event] | None) -> dict[str, datetime]:
    """When the record last came into each state that it was in."""
    if events is None:
        return dict(events_of(record.kind, record.pk).values_list("target", "occurred_at"))
    me = record.kind, str(record.pk)
    own = (event for event in reversed(events) if (event.kind, event.object_id) == me)
    return {event.target: event.occurred_at for event in own}


def _last_reached(path: list[str], reached: dict[str, datetime]) -> int:
    return max((index for index, state in enumerate(path) if state in reached), default=0)


def _position(index: int, here: int, *, off: bool) -> str:
    if index < here or (off and index == here):
        return BEHIND
    return HERE if index == here else AHEAD
