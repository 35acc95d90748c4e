"""The order of the files: raw weighted mean first, then the announced tie-break chain.

Pure. Equal scores are told apart by the criteria in the order announced in the call, then by the part of
highest marks, then by a lot that anybody can draw again from the published seed. Files that failed a gate, a
threshold or the pass mark, and files without marks, are listed after the others and have no rank.

Nothing cleverer decides here: adjusted means and chances are advice beside this order.
"""

import hashlib
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple

ZERO = Fraction(0)
BY_CRITERION, BY_TOP_MARKS, BY_LOT = "criterion", "top_marks", "lot"


class Entry(NamedTuple):
    """One file to be ordered.

    key: its case number. criteria: mean points of the tie-break criteria in the announced order.
    """

    key: str
    score: Fraction | None
    criteria: tuple[Fraction, ...] = ()
    top: Fraction = Fraction(0)
    ranked: bool = True


class Place(NamedTuple):
    """Where a file stands: rank from 1, None for a file out of the running.

    decided_by: how it was told apart from files of the same score: "" (no other file has this score),
    "criterion:N" (N-th announced criterion, from 1), "top_marks" or "lot".
    """

    key: str
    rank: int | None
    decided_by: str = ""


def lot(seed: str, key: str) -> str:
    """Return the number that a file draws: SHA-256 of seed, a bar and its case number; lowest comes first."""
    return hashlib.sha256(f"{seed}|{key}".encode()).hexdigest()


def order(entries: Iterable[Entry], *, seed: str) -> list[Place]:
    """Return all files in order, best first; the same entries and seed give the same list in any order."""
    listed = list(entries)
    marked = [entry for entry in listed if entry.score is not None]
    keyed = sorted((_sort_keys([entry for entry in marked if entry.ranked], seed)), key=_key_first)
    places = []
    for position, (key, name) in enumerate(keyed):
        neighbours = [keyed[near][0] for near in (position - 1, position + 1) if 0 <= near < len(keyed)]
        places.append(Place(name, position + 1, _decided_by(key, neighbours)))
    out = sorted(_sort_keys([entry for entry in marked if not entry.ranked], seed), key=_key_first)
    unmarked = sorted(entry.key for entry in listed if entry.score is None)
    return [*places, *(Place(name, None) for _key, name in out), *(Place(name, None) for name in unmarked)]


SortKey = tuple[int, tuple[int, ...], int, str]


def _sort_keys(entries: Sequence[Entry], seed: str) -> list[tuple[SortKey, str]]:
    """Whole numbers instead of fractions: compared a hundred thousand times in a large call."""
    unit = lcm(
        *{
            value.denominator
            for entry in entries
            for value in (entry.score or ZERO, entry.top, *entry.criteria)
        }
    )

    def negative(value: Fraction | None) -> int:
        if value is None:
            return 0
        numerator, denominator = value.as_integer_ratio()
        return -numerator * (unit // denominator)

    return [
        (
            (
                negative(entry.score),
                tuple(negative(points) for points in entry.criteria),
                negative(entry.top),
                lot(seed, entry.key),
            ),
            entry.key,
        )
        for entry in entries
    ]


def _key_first(pair: tuple[SortKey, str]) -> SortKey:
    return pair[0]


def _decided_by(key: SortKey, neighbours: Sequence[SortKey]) -> str:
    depths = [_depth(key, other) for other in neighbours if other[0] == key[0]]
    if not depths:
        return ""
    depth = max(depths)
    if depth < len(key[1]):
        return f"{BY_CRITERION}:{depth + 1}"
    return BY_TOP_MARKS if depth == len(key[1]) else BY_LOT


def _depth(one: SortKey, other: SortKey) -> int:
    chain = [*zip(one[1], other[1], strict=True), (one[2], other[2])]
    return next((depth for depth, (left, right) in enumerate(chain) if left != right), len(chain))
