"""How many files of each class each juror gets: a transport problem, solved exactly.

Files that are alike (same preferences, same need) form a class; a class-level plan says how many of its files
each juror takes. Its constraint matrix is that of a network, so the optimum of the linear programme is whole
numbers. Solved by HiGHS through `scipy.optimize.linprog` (Huangfu, Hall: Parallelizing the dual revised
simplex method, 2018).

Loads come first: a juror's n-th file costs 2n - 1, so that the sum of squared loads is the least possible
(Harvey, Ladner, Lovasz, Tamir: Semi-matchings for bipartite graphs and load balancing, 2006), and a unit of
that outweighs every preference that a chain of moves could win. Then come preferences, then chance.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Weights = NDArray[np.float64]
EXACT = 60
"""A juror who may take so many files or fewer is levelled file by file at once."""
COARSE = 8
"""Else first in steps of an eighth of the mean load, then file by file around the load that this gave."""
GROWTH = 4
"""Above twice the mean a step is a quarter of the load that it begins at."""


@dataclass(frozen=True)
class Plan:
    """counts[class, juror]: files that the juror takes. gained: the preferences that this plan satisfies."""

    counts: Counts
    gained: float


def plan(
    needs: Counts, room: Counts, preference: Weights, chance: Weights, loads: Counts, most: Counts
) -> Plan | None:
    """Return the best plan, None when the jurors have no room for everything.

    needs: marks that each class needs. room[class, juror]: most files of a class that a juror may take.
    preference[class, juror]: what a file of the class is worth in the juror's hands. chance: the same shape,
    small enough to break ties only. loads: files that each juror has already. most: his limit, with those.
    """
    classes, jurors = room.shape
    if not needs.sum():
        return Plan(np.zeros(room.shape, dtype=np.int64), 0.0)
    left = np.minimum(np.maximum(most - loads, 0), room.sum(axis=0))
    if left.sum() < needs.sum():
        return None
    row, column = np.nonzero(room)
    outweighs = jurors * max(float(preference.max(initial=0.0)), 1.0) + 1
    worth = (preference + chance)[row, column]
    mean = (int(needs.sum()) + int(loads.sum())) / jurors
    step = max(int(mean) // COARSE, 1)
    exact = int(left.max()) <= EXACT
    around, reach = (loads + left // 2, EXACT) if exact else (np.full(jurors, int(mean)), 0)
    counts = np.zeros(room.shape, dtype=np.int64)
    for last in (True,) if exact else (False, True):
        owner, width, price = _tiers(loads, left, around, reach, step, mean)
        solved = _solve(
            np.concatenate([-worth, outweighs * price]),
            row,
            classes + column,
            classes + owner,
            np.append(needs, np.zeros(jurors)),
            np.concatenate([room[row, column], width]).astype(float),
        )
        if solved is None:
            return None
        counts[row, column] = np.rint(solved[: len(row)]).astype(np.int64)
        if not last:
            around, reach = loads + counts.sum(axis=0), step + 1
    return Plan(counts, float((counts * preference).sum()))


def _solve(
    cost: Weights, from_class: Counts, into: Counts, out_of: Counts, total: Weights, upper: Weights
) -> Weights | None:
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix

    arcs, tiers = len(from_class), len(out_of)
    values = np.concatenate([np.ones(2 * arcs), -np.ones(tiers)])
    rows = np.concatenate([from_class, into, out_of])
    columns = np.concatenate([np.arange(arcs), np.arange(arcs), arcs + np.arange(tiers)])
    matrix = csr_matrix((values, (rows, columns)), shape=(len(total), arcs + tiers))
    bounds = np.column_stack([np.zeros(arcs + tiers), upper])
    answer = linprog(cost, A_eq=matrix, b_eq=total, bounds=bounds, method="highs-ds")
    return np.asarray(answer.x) if answer.status == 0 else None


def _tiers(
    loads: Counts, left: Counts, around: Counts, reach: int, step: int, mean: float
) -> tuple[Counts, Counts, Weights]:
    """Cut the room of each juror into tiers of growing price: (juror, width, price of a file) of each.

    Tiers are one file wide within `reach` of `around`, else `step` files, and wider far above the mean. The
    price of the n-th file of a juror is 2n - 1; over a wider tier it is the mean of those in it. Prices count
    from the cheapest one, which changes no order and keeps the numbers small.
    """
    owners: list[Counts] = []
    starts: list[Counts] = []
    ends: list[Counts] = []
    for juror, (load, room) in enumerate(zip(loads.tolist(), left.tolist(), strict=True)):
        cuts = _cuts(load, load + room, int(around[juror]), reach, step, int(2 * mean) + 2)
        owners.append(np.full(len(cuts) - 1, juror, dtype=np.int64))
        starts.append(cuts[:-1])
        ends.append(cuts[1:])
    owner, start, end = np.concatenate(owners), np.concatenate(starts), np.concatenate(ends)
    price = (start + end).astype(float)
    return owner, end - start, price - price.min(initial=0.0)


def _cuts(first: int, last: int, around: int, reach: int, step: int, far: int) -> Counts:
    low, high = max(first, around - reach), min(last, around + reach)
    cuts = {first, last, *range(low, high + 1), *range(first, min(last, far), step)}
    place = max(first, far)
    while place < last:
        cuts.add(place)
        place += max(place // GROWTH, 1)
    return np.array(sorted(cuts), dtype=np.int64)
