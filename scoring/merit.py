"""The merit order against the decisions: which of them depart from it, and what merit alone would decide.

Pure, on plain rows. The invariant of every selection: nobody unfunded stands above a funded one without a
recorded reason.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

CHOSEN = frozenset({"award", "shortlist"})
LEFT_OUT = frozenset({"waitlist", "reject", "not_retain", "postpone"})


class Line(NamedTuple):
    """One decided file: its rank (None: out of the running), its outcome and whether a reason is recorded.

    reserved: a quota is recorded whose reserved place it has.
    """

    key: int
    rank: int | None
    outcome: str
    has_reason: bool = False
    reserved: bool = False


def exceptions(lines: Iterable[Line]) -> set[int]:
    """Return the keys of decisions that depart from the merit order.

    That is: a file left out although one with a later rank, or without rank, was chosen; and a file without
    rank that was chosen. On a waiting list nothing was chosen yet, so its order is no departure. Who has a
    reserved place passes over nobody: the quota is the recorded reason.
    """
    listed = list(lines)
    chosen = [line for line in listed if line.outcome in CHOSEN and not (line.reserved and line.rank)]
    unranked = {line.key for line in chosen if line.rank is None}
    last = max((line.rank for line in chosen if line.rank is not None), default=0)
    passed_over = {
        line.key
        for line in listed
        if line.outcome in LEFT_OUT and line.rank is not None and (unranked or line.rank < last)
    }
    return unranked | passed_over


def unexplained(lines: Iterable[Line]) -> set[int]:
    """Return the keys of departures from the merit order that carry no reason."""
    listed = list(lines)
    silent = {line.key for line in listed if not line.has_reason}
    return exceptions(listed) & silent


class Candidate(NamedTuple):
    """One file that could be chosen: its key, rank and the least it asks for."""

    key: int
    rank: int | None
    amount: int


class Proposal(NamedTuple):
    """What merit alone decides: who is chosen, who waits, in order."""

    chosen: tuple[int, ...]
    waiting: tuple[int, ...]
    spent: int


def by_merit(
    candidates: Sequence[Candidate], *, places: int | None, envelope: int | None, waiting: int = 0
) -> Proposal:
    """Choose in the order of ranks until places or money run out; nobody is passed over.

    The first file that no longer fits ends the choice, even when a later and cheaper one would fit. The next
    `waiting` files go to the waiting list.
    """
    ranked = sorted((one for one in candidates if one.rank is not None), key=lambda one: one.rank or 0)
    chosen: list[int] = []
    spent = 0
    for one in ranked:
        full = places is not None and len(chosen) >= places
        if full or (envelope is not None and spent + one.amount > envelope):
            break
        chosen.append(one.key)
        spent += one.amount
    rest = [one.key for one in ranked[len(chosen) :]]
    return Proposal(tuple(chosen), tuple(rest[:waiting]), spent)
