"""The chance of a file to be among the funded: draws from what the crossed model leaves open.

Given the variances, the mean and the severities are drawn together from their normal posterior and every
worth given them, which is exact and needs no chain. In each draw the best `places` files are funded; the
chance is the part of the draws in which a file was. A bootstrap over three marks is not a substitute: it says
0.99 where the truth is 0.80.

Chance comes from PCG64 under the seed.
"""

import numpy as np

from scoring.advice.crossed import Reals, Solution, Table

DRAWS = 1000
BATCH_CELLS = 4_000_000
GREY = (0.2, 0.8)
"""Between these chances a file stands in the grey zone around the line."""


def chance_funded(
    table: Table,
    solution: Solution,
    places: int,
    *,
    seed: int,
    draws: int = DRAWS,
) -> Reals:
    """Return for every item the chance to be among the `places` best; items without marks have none.

    seed: the same table, solution and seed give the same chances.
    """
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
        times += np.bincount(best.ravel(), minlength=table.items)
        done += now
    return times / draws


def _root(covariance: Reals) -> Reals:
    """Return a square root of a covariance matrix, also of one that is only just not negative."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.clip(values, 0.0, None)))
