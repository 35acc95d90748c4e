"""What the walk knows about machines: how each arrow gets its inputs, and how new records come into being.

`@way(kind, verb)` names the function `(stage, record) -> data` that prepares what an arrow needs and returns
its data; an arrow without one needs none. A way returns None when the arrow cannot be walked here at all.
`@birth` names a function `(stage) -> bool` that brings a new record into being, if one is wanted.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Way = Callable[[Any, Any], "dict[str, Any] | None"]
Birth = Callable[[Any], bool]

WAYS: dict[tuple[str, str], Way] = {}
BIRTHS: list[Birth] = []
FOLLOWS: set[tuple[str, str]] = set()
"""Arrows that nobody fires alone: they follow from another move."""


@dataclass(frozen=True)
class Needs:
    """What data of an arrow hold. optional: keys that may be left out without being refused."""

    optional: frozenset[str] = frozenset()


NEEDS: dict[tuple[str, str], Needs] = {}


def way(kind: str, *verbs: str, optional: Iterable[str] = ()) -> Callable[[Way], Way]:
    """Register how an arrow gets its inputs."""

    def keep(function: Way) -> Way:
        for verb in verbs:
            WAYS[kind, verb] = function
            NEEDS[kind, verb] = Needs(frozenset(optional))
        return function

    return keep


def birth(function: Birth) -> Birth:
    """Register how records come into being."""
    BIRTHS.append(function)
    return function


def follows(kind: str, *verbs: str) -> None:
    """Say that some arrows only follow from others, so that the walk does not try them by themselves."""
    FOLLOWS.update((kind, verb) for verb in verbs)
