"""The chance of a file to be among the funded: draws from what the crossed model leaves open.

Given the variances, the mean and the severities are drawn together from their normal posterior and every
worth given them, which is exact and needs no chain. In each draw the best `places` files are funded, after
exchanges for reserved places as on the merit list; the chance is the part of the draws in which a file was.
A bootstrap over three marks is not a substitute: it says 0.99 where the truth is 0.80.

Chance comes from PCG64 under the seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.advice.crossed import Reals, Solution, Table
from scoring.exchanges import Draft, Lists

DRAWS = 1000
DRAWS_WITH_RESERVES = 250
"""Each of these is a selection of its own, which takes longer; a chance is then known to 3 points."""
BATCH_CELLS = 4_000_000
GREY = (0.2, 0.8)
"""Between these chances a file stands in the grey zone around the line."""


@dataclass(frozen=True)
class Reserved:
    """Places kept for lists. lists: of every item. needed: by reserve, how many of the funded must count."""

    lists: Sequence[Lists]
    needed: Mapping[int, int]


def chance_funded(
    table: Table,
    solution: Solution,
    places: int,
    *,
    seed: int,
    draws: int | None = None,
    reserved: Reserved | None = None,
) -> Reals:
    """Return for every item the chance to be funded with so many places; items without marks have none.

    reserved: places kept for some; without it the best are funded. seed: the same table, solution and
    seed give the same chances.
    """
    draws = draws or (DRAWS if reserved is None else DRAWS_WITH_RESERVES)
    marked = table.marks_per_item > 0
    if places >= int(marked.sum()):
        return marked.astype(np.float64)
    if places <= 0:
        return np.zeros(table.items)
    source = np.random.Generator(np.random.PCG64(seed))
    spread = solution.spread
    by_item = spread.ratios[0]
    diagonal = table.marks_per_item + by_item
    width = spread.rest / np.sqrt(diagonal) if spread.item else np.zeros(table.items)
    sums = np.bincount(table.item, weights=table.mark, minlength=table.items)
    centre = np.concatenate([[solution.mean], solution.severity])
    root = _root(solution.covariance)
    times = np.zeros(table.items)
    batch = max(1, min(draws, BATCH_CELLS // max(table.items, 1)))
    done = 0
    while done < draws:
        now = min(batch, draws - done)
        common = centre[:, None] + root @ source.standard_normal((len(centre), now))
        mean, severity = common[0], common[1:]
        worth = (sums[:, None] - table.marks_per_item[:, None] * mean - table.met @ severity) / diagonal[
            :, None
        ]
        marks = mean + worth + width[:, None] * source.standard_normal((table.items, now))
        marks[~marked] = -np.inf
        best = np.argpartition(-marks, places - 1, axis=0)[:places]
        if reserved is not None:
            best = _with_reserves(marks, best, np.flatnonzero(marked), reserved)
        times += np.bincount(best.ravel(), minlength=table.items)
        done += now
    return times / draws


def _with_reserves(
    marks: Reals, best: NDArray[np.intp], marked: NDArray[np.intp], reserved: Reserved
) -> NDArray[np.intp]:
    """Exchange, in the draws (columns) whose best items leave a reserve short, until it is filled.

    marks: items x draws. best: places x draws, items. marked: items in the running.
    """
    combinations = sorted(set(reserved.lists), key=sorted)
    group = np.array([combinations.index(lists) for lists in reserved.lists])
    counts = np.stack([(group[best] == place).sum(axis=0) for place in range(len(combinations))])
    short = np.zeros(best.shape[1], dtype=bool)
    for key, need in reserved.needed.items():
        short |= counts[[key in lists for lists in combinations]].sum(axis=0) < need
    chosen = best.copy()
    for draw in np.flatnonzero(short):
        order = marked[np.argsort(-marks[marked, draw], kind="stable")]
        places = {lists: np.flatnonzero(group[order] == at).tolist() for at, lists in enumerate(combinations)}
        draft = Draft(places, dict(zip(combinations, counts[:, draw].tolist(), strict=True)), reserved.needed)
        draft.exchange()
        chosen[:, draw] = np.concatenate(
            [order[places[lists][:number]] for lists, number in draft.taken.items()]
        )
    return chosen


def _root(covariance: Reals) -> Reals:
    """Return a square root of a covariance matrix, also of one that is only just not negative."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.clip(values, 0.0, None)))
