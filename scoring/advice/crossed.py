"""The crossed model of marks: a file's worth, plus a juror's severity, plus what neither explains.

    y = mean + worth[item] + severity[juror] + rest

with worth, severity and rest independent normal variables. Their variances are those of restricted maximum
likelihood (Patterson, Thompson: Recovery of inter-block information when block sizes are unequal, 1971); the
worths are the best linear unbiased predictions of Henderson's mixed-model equations (Searle, Casella,
McCulloch: Variance Components, 1992, chapters 6 and 7). Items are eliminated first, which leaves one system
of the size of the jury: 10,000 items and 300 jurors take a second or two, not an hour.

Only numpy and scipy; no chance is used here (posterior draws are in `chance.py`).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Reals = NDArray[np.float64]
Whole = NDArray[np.int64]

MOST_CELLS = 8_000_000
"""Up to so many numbers (64 MB) what jurors have in common is kept as dense matrices, which is quicker."""

SMALLEST_RATIO, LARGEST_RATIO = 1e-6, 1e8
"""Bounds of (rest variance / component variance): a component of no variance at all ends at the upper one."""


@dataclass(frozen=True)
class Table:
    """Marks in long form: one entry for each item and juror who met.

    item, juror: indexes from 0. mark: higher is better. items, jurors: how many there are of each.
    """

    item: Whole
    juror: Whole
    mark: Reals
    items: int
    jurors: int

    def __post_init__(self) -> None:
        if not len(self.item) == len(self.juror) == len(self.mark):
            raise ValueError("item, juror and mark have different lengths")
        if len(np.unique(self.item * max(self.jurors, 1) + self.juror)) != len(self.item):
            raise ValueError("a juror marked an item twice")

    @cached_property
    def met(self) -> csr_array:
        """items x jurors, 1 where they met."""
        ones = np.ones(len(self.item))
        return csr_array((ones, (self.item, self.juror)), shape=(self.items, self.jurors))

    @cached_property
    def marks_per_item(self) -> Reals:
        """How many jurors marked each item."""
        return np.bincount(self.item, minlength=self.items).astype(np.float64)

    @cached_property
    def marks_per_juror(self) -> Reals:
        """How many items each juror marked."""
        return np.bincount(self.juror, minlength=self.jurors).astype(np.float64)

    @cached_property
    def item_means(self) -> Reals:
        """Raw mean of each item; not a number without marks."""
        sums = np.bincount(self.item, weights=self.mark, minlength=self.items)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(sums / self.marks_per_item)

    @cached_property
    def components(self) -> int:
        """Into how many parts items and jurors fall that no mark links; items without marks do not count."""
        links = csr_array(
            (np.ones(len(self.item)), (self.item, self.items + self.juror)),
            shape=(self.items + self.jurors,) * 2,
        )
        _count, labels = connected_components(links, directed=False)
        used = np.concatenate([self.item, self.items + self.juror])
        return len(np.unique(labels[used]))


@dataclass(frozen=True)
class Spread:
    """Standard deviations of the three parts of a mark, in units of the mark."""

    item: float
    juror: float
    rest: float

    @property
    def ratios(self) -> tuple[float, float]:
        """Rest variance over item variance and over juror variance, within the bounds of the search."""
        rest = max(self.rest**2, np.finfo(np.float64).tiny)

        def ratio(part: float) -> float:
            return float(np.clip(rest / part**2 if part else LARGEST_RATIO, SMALLEST_RATIO, LARGEST_RATIO))

        return ratio(self.item), ratio(self.juror)


@dataclass(frozen=True)
class Solution:
    """What the model says. worth, severity: as deviations from `mean`, worth for every item.

    adjusted: mean + worth, the mark that an average juror would have given, drawn towards the mean where
    there are few marks. covariance: of (mean, severities), (jurors + 1) square, in units of the squared mark.
    """

    spread: Spread
    mean: float
    worth: Reals
    severity: Reals
    covariance: Reals

    @property
    def adjusted(self) -> Reals:
        """The mark of each item under an average juror."""
        return self.mean + self.worth


def fit(table: Table) -> Solution:
    """Estimate the variances by restricted maximum likelihood and predict worths and severities.

    Raises ValueError for fewer than three marks, one item or one juror: there is nothing to tell apart.
    """
    if len(table.mark) < 3 or table.items < 2 or table.jurors < 2:
        raise ValueError("too few marks to tell items from jurors")
    centre, scale = float(table.mark.mean()), float(table.mark.std()) or 1.0
    system = _System(table, (table.mark - centre) / scale)
    bounds = [(np.log(SMALLEST_RATIO), np.log(LARGEST_RATIO))] * 2
    # The likelihood of two ratios can have a flat shoulder: three starts, the best end counts.
    ends = [
        minimize(lambda logs: system.deviance(*np.exp(logs)), np.log(start), method="L-BFGS-B", bounds=bounds)
        for start in ((1.0, 4.0), (0.3, 0.3), (4.0, 100.0))
    ]
    best = min(ends, key=lambda end: float(end.fun))
    by_item, by_juror = (float(ratio) for ratio in np.exp(best.x))
    return _scaled(system.solve(by_item, by_juror), centre, scale)


def predict(table: Table, spread: Spread) -> Solution:
    """Predict worths and severities under variances that are given."""
    centre, scale = float(table.mark.mean()), float(table.mark.std()) or 1.0
    return _scaled(_System(table, (table.mark - centre) / scale).solve(*spread.ratios), centre, scale)


def least_squares(table: Table) -> Reals:
    """Return the worth of each item when jurors' severities are taken as fixed and nothing is shrunk.

    Severities sum to zero. Items without marks are not a number.
    """
    counts = table.marks_per_item
    inverse = np.divide(1.0, counts, out=np.zeros_like(counts), where=counts > 0)
    met = table.met
    weighted = met.multiply(inverse[:, None]).tocsr()
    left = np.diag(table.marks_per_juror) - (met.T @ weighted).toarray()
    item_sums = np.bincount(table.item, weights=table.mark, minlength=table.items)
    right = np.bincount(table.juror, weights=table.mark, minlength=table.jurors) - met.T @ (
        inverse * item_sums
    )
    severity = np.linalg.lstsq(left, right, rcond=None)[0]
    severity -= severity.mean()
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((item_sums - met @ severity) / counts)


class _System:
    """Henderson's equations with the items eliminated: unknowns are the mean and the severities.

    Items with the same number of marks weigh the same, so their share of the equations is summed once and
    only weighted for each pair of ratios that the search tries.
    """

    def __init__(self, table: Table, marks: Reals) -> None:
        self.items, self.jurors, self.count = table.items, table.jurors, len(marks)
        self.met, self.per_item, self.per_juror = table.met, table.marks_per_item, table.marks_per_juror
        self.item_sums = np.bincount(table.item, weights=marks, minlength=table.items)
        self.juror_sums = np.bincount(table.juror, weights=marks, minlength=table.jurors)
        self.squares, self.total = float(marks @ marks), float(marks.sum())
        self.classes = np.unique(self.per_item)
        members = [self.per_item == size for size in self.classes]
        self.size = np.array([own.sum() for own in members], dtype=np.float64)
        self.sums = np.array([self.item_sums[own].sum() for own in members])
        self.sums_squared = np.array([(self.item_sums[own] ** 2).sum() for own in members])
        parts = [self.met[own] for own in members]
        self.shared = [(part.T @ part).tocsr() for part in parts]
        if len(parts) * self.jurors**2 <= MOST_CELLS:
            self.stacked: Reals | None = np.array([part.toarray() for part in self.shared])
        else:
            self.stacked = None
        self.meetings = np.array([part.sum(axis=0) for part in parts])
        self.meeting_sums = np.array(
            [part.T @ self.item_sums[own] for part, own in zip(parts, members, strict=True)]
        )

    def reduced(self, by_item: float, by_juror: float) -> tuple[Reals, Reals]:
        """Return the left and the right side that remain once the items are eliminated."""
        weight = 1.0 / (self.classes + by_item)
        weighted = weight * self.classes
        left = np.empty((self.jurors + 1, self.jurors + 1))
        left[0, 0] = self.count - (self.size * self.classes * weighted).sum()
        left[0, 1:] = left[1:, 0] = self.per_juror - weighted @ self.meetings
        left[1:, 1:] = np.diag(self.per_juror + by_juror) - self._shared(weight)
        right = np.empty(self.jurors + 1)
        right[0] = self.total - weighted @ self.sums
        right[1:] = self.juror_sums - weight @ self.meeting_sums
        return left, right

    def deviance(self, by_item: float, by_juror: float) -> float:
        """Return minus twice the restricted log-likelihood, the rest variance profiled out, up to a constant.

        Searle, Casella, McCulloch, section 6.6: log determinants of the coefficients and of the variances of
        the effects, and the residual sum of squares.
        """
        left, right = self.reduced(by_item, by_juror)
        factor = cho_factor(left, lower=True)
        free = self.count - 1
        variance = self._residual(by_item, right @ cho_solve(factor, right)) / free
        determinants = self.size @ np.log(self.classes + by_item) + 2 * np.log(np.diag(factor[0])).sum()
        effects = -self.items * np.log(by_item) - self.jurors * np.log(by_juror)
        return float(free * np.log(variance) + determinants + effects)

    def solve(self, by_item: float, by_juror: float) -> Solution:
        """Return the predictions under two ratios of variances."""
        left, right = self.reduced(by_item, by_juror)
        factor = cho_factor(left, lower=True)
        solution = cho_solve(factor, right)
        mean, severity = float(solution[0]), solution[1:]
        worth = (self.item_sums - self.per_item * mean - self.met @ severity) / (self.per_item + by_item)
        variance = self._residual(by_item, right @ solution) / (self.count - 1)
        return Solution(
            spread=Spread(
                item=_deviation(variance, by_item),
                juror=_deviation(variance, by_juror),
                rest=float(np.sqrt(variance)),
            ),
            mean=mean,
            worth=worth,
            severity=severity,
            covariance=variance * cho_solve(factor, np.eye(self.jurors + 1)),
        )

    def _shared(self, weight: Reals) -> Reals:
        """How much two jurors have in common, items of each class weighted: jurors square."""
        if self.stacked is not None:
            return np.asarray(np.tensordot(weight, self.stacked, axes=1))
        return np.asarray(sum(one * part for one, part in zip(weight, self.shared, strict=True)).toarray())

    def _residual(self, by_item: float, explained: float) -> float:
        """Sum of squares that neither items nor jurors nor the mean explain; never quite zero."""
        of_items = (self.sums_squared / (self.classes + by_item)).sum()
        return float(max(self.squares - of_items - explained, np.finfo(np.float64).tiny))


def _deviation(variance: float, ratio: float) -> float:
    """Standard deviation of a component; one at the upper bound of the search has none."""
    return 0.0 if ratio >= LARGEST_RATIO / 10 else float(np.sqrt(variance / ratio))


def _scaled(solution: Solution, centre: float, scale: float) -> Solution:
    """Bring a solution in standard units back to the units of the marks."""
    spread = solution.spread
    return Solution(
        spread=Spread(spread.item * scale, spread.juror * scale, spread.rest * scale),
        mean=centre + scale * solution.mean,
        worth=scale * solution.worth,
        severity=scale * solution.severity,
        covariance=scale**2 * solution.covariance,
    )
