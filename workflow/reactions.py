"""Subscriptions: an upper package follows a change of state of a lower one, in the same transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from workflow.declare import Firing

Reaction = Callable[[Firing], None]
Locks = Callable[[Any, dict[str, Any]], Iterable[str]]
_reactions: dict[tuple[str, str], list[Reaction]] = defaultdict(list)
_locks: dict[tuple[str, str], list[Locks]] = defaultdict(list)


def on(model_label: str, verb: str, *, locks: Locks | None = None) -> Callable[[Reaction], Reaction]:
    """Subscribe the decorated function to a verb: `@on("applications.Application", "award")`.

    locks: `(record, data) -> streams` that this reaction writes to beside the record's own; the lower
    package's arrow cannot name them. They are locked with the others, in sorted order.
    """

    def subscribe(reaction: Reaction) -> Reaction:
        key = (model_label.lower(), verb)
        if reaction not in _reactions[key]:
            _reactions[key].append(reaction)
            if locks is not None:
                _locks[key].append(locks)
        return reaction

    return subscribe


def streams_of(record: Any, verb: str, data: dict[str, Any]) -> set[str]:
    """Return the streams that the subscribers to a verb will write to."""
    return {stream for locks in _locks[(record.kind, verb)] for stream in locks(record, data)}


def react(firing: Firing) -> None:
    """Run the reactions to a change of state that has just been recorded."""
    for reaction in _reactions[(firing.record.kind, firing.verb)]:
        reaction(firing)
