"""How far jurors agree: intraclass correlations and Krippendorff's alpha.

Sources: Shrout, Fleiss: Intraclass correlations: uses in assessing rater reliability (1979), forms (2,1) and
(2,k), from the variance components of `crossed.py` so that files may have different numbers of marks;
Krippendorff: Content Analysis (2004), chapter 11, interval metric.
"""

from collections.abc import Sequence

import numpy as np

from scoring.advice.crossed import Reals, Spread, Table


def icc_single(spread: Spread) -> float | None:
    """Return the part of the variance of one mark that is the file's own; None where marks do not vary."""
    whole = spread.item**2 + spread.juror**2 + spread.rest**2
    return spread.item**2 / whole if whole else None


def icc_mean(spread: Spread, marks: float) -> float | None:
    """Return the same for the mean of `marks` marks by different jurors."""
    noise = (spread.juror**2 + spread.rest**2) / marks
    whole = spread.item**2 + noise
    return spread.item**2 / whole if whole else None


def marks_a_file(table: Table) -> float:
    """Return the harmonic mean of the marks per file, over files that have one."""
    counts = table.marks_per_item[table.marks_per_item > 0]
    return float(len(counts) / (1.0 / counts).sum())


def alpha(table: Table) -> float | None:
    """Return Krippendorff's alpha on the interval scale.

    1 is agreement, 0 what chance would give. Files with a single mark do not count; None when no file has
    two marks or all marks are equal.
    """
    pairable = table.marks_per_item[table.item] >= 2
    item, mark = table.item[pairable], table.mark[pairable]
    count = len(mark)
    if count < 2:
        return None
    mark = mark - mark.mean()
    sizes = np.bincount(item, minlength=table.items).astype(np.float64)
    sums = np.bincount(item, weights=mark, minlength=table.items)
    squares = np.bincount(item, weights=mark**2, minlength=table.items)
    used = sizes >= 2
    within = 2 * (sizes[used] * squares[used] - sums[used] ** 2)
    observed = (within / (sizes[used] - 1)).sum() / count
    expected = 2 * (count * float(mark @ mark) - mark.sum() ** 2) / (count * (count - 1))
    return None if expected <= 0 else float(1 - observed / expected)


def rank_correlation(one: Sequence[float] | Reals, other: Sequence[float] | Reals) -> float:
    """Return Spearman's rank correlation over the entries where both are numbers; 0 where it is undefined."""
    first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    both = np.isfinite(first) & np.isfinite(second)
    if both.sum() < 2:
        return 0.0
    # Equal up to rounding errors of the two solvers counts as equal.
    ranks = [_ranks(np.round(values[both], 9)) for values in (first, second)]
    spreads = [float(values.std()) for values in ranks]
    if not all(spreads):
        return 0.0
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(values: Reals) -> Reals:
    """Ranks from 1; equal values share the mean of theirs."""
    _distinct, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[place])
