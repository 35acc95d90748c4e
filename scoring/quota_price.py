"""What the reserved places cost, and whether they can be kept at all: an integer programme, as a check alone.

It maximises the sum of marks of a given number of funded files under the envelope and the reserved quotas,
with HiGHS through `scipy.optimize`. Its relaxation settles nearly all files at once (at most as many as
there are conditions stay divided), and whole numbers are sought among the few whose loss is within the gap:
the core of Balas and Zemel, "An Algorithm for Large Zero-One Knapsack Problems", Operations Research 28
(1980). It never picks anybody: free to choose, it passes over well-marked files that ask for much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from scoring.reserved import File

SECONDS = 1.0
GAP = 1e-9
CORE = 200
"""How many undecided files the first integer programme looks at."""

SOLVED, INFEASIBLE = 0, 2


@dataclass(frozen=True)
class Best:
    """The most that can be reached. worth: sum of marks in ten-thousandths of a point, None: impossible.

    proven: nothing better exists, or, without worth, nothing at all; otherwise time ran out.
    """

    worth: int | None
    funded: frozenset[int]
    proven: bool


@dataclass(frozen=True)
class Price:
    """What reserved places cost in marks, with the same places and the same money.

    free: the most without any quota, kept: with all. by_reserve: what would be gained without this one alone.
    None where it is not possible, or was not found in time.
    """

    free: Best
    kept: Best
    by_reserve: Mapping[int, int | None]

    @property
    def feasible(self) -> bool | None:
        """Whether all reserved places can be kept; None when that was not found out in time."""
        if self.kept.worth is not None:
            return True
        return False if self.kept.proven else None

    @property
    def whole(self) -> int | None:
        """The price of all reserves together, in ten-thousandths of a point."""
        return _less(self.free, self.kept)


def best(
    files: Sequence[File],
    *,
    places: int,
    envelope: int | None,
    needed: Mapping[int, int],
    seconds: float = SECONDS,
) -> Best:
    """Return the greatest sum of marks of exactly `places` files.

    envelope: minor units, None without limit. needed: by reserve, how many of the funded must count for it.
    seconds: of computing, at most.
    """
    if places > len(files):
        return Best(None, frozenset(), True)
    if not files:
        return Best(0, frozenset(), True)
    rows = _rows(files, places, envelope, needed)
    worth = np.array([one.worth for one in files], dtype=np.float64) / max(1, *(one.worth for one in files))
    # Looking for simplifications first takes ten times as long as solving so few conditions does.
    loose = linprog(-worth, bounds=(0, 1), method="highs-ds", options={"presolve": False}, **rows.split())
    if loose.status == INFEASIBLE:
        return Best(None, frozenset(), True)
    if loose.x is None:
        return Best(None, frozenset(), False)
    # What a file would lose the whole if it changed sides; no better answer changes one that loses more than
    # the best answer known is below the bound.
    losses = np.abs(loose.lower.marginals) + np.abs(loose.upper.marginals)
    order = np.argsort(losses, kind="stable")
    sides = np.round(loose.x)
    size, chosen, proven = min(CORE, len(files)), None, False
    while True:
        core = order[:size]
        found = _solve(-worth, sides, core, rows, seconds)
        if found.x is not None:
            answer = sides.copy()
            answer[core] = np.round(found.x)
            chosen = [one for one, taken in zip(files, answer, strict=True) if taken]
            below = -loose.fun - float(worth @ answer)
            enough = int(np.searchsorted(losses[order], below + GAP))
        else:
            enough = len(files)
        solved = found.status in (SOLVED, INFEASIBLE)
        if not solved or enough <= size:
            proven = solved
            break
        size = min(max(enough, 2 * size), len(files))
    if chosen is None or not rows.hold(chosen):
        return Best(None, frozenset(), proven and chosen is None)
    return Best(sum(one.worth for one in chosen), frozenset(one.key for one in chosen), proven)


@dataclass(frozen=True)
class _Rows:
    """The conditions on a choice: so many places, the money, the quotas; also as rows of a matrix."""

    matrix: np.ndarray
    low: np.ndarray
    high: np.ndarray
    places: int
    envelope: int | None
    needed: Mapping[int, int]

    def split(self) -> dict[str, Any]:
        """As `linprog` wants them: equalities apart from what has one bound."""
        one_sided = self.low != self.high
        upper = np.isfinite(self.high) & one_sided
        lower = np.isfinite(self.low) & one_sided
        return {
            "A_eq": self.matrix[~one_sided],
            "b_eq": self.low[~one_sided],
            "A_ub": np.vstack([self.matrix[upper], -self.matrix[lower]]),
            "b_ub": np.concatenate([self.high[upper], -self.low[lower]]),
        }

    def hold(self, chosen: Sequence[File]) -> bool:
        """Check an answer in whole numbers: the solver's are rounded."""
        return (
            len(chosen) == self.places
            and (self.envelope is None or sum(one.amount for one in chosen) <= self.envelope)
            and all(sum(key in one.lists for one in chosen) >= need for key, need in self.needed.items())
        )


def _rows(files: Sequence[File], places: int, envelope: int | None, needed: Mapping[int, int]) -> _Rows:
    rows: list[tuple[list[float], float, float]] = [([1.0] * len(files), places, places)]
    for key, need in needed.items():
        rows.append(([float(key in one.lists) for one in files], need, np.inf))
    dearest = sum(sorted((one.amount for one in files), reverse=True)[:places])
    if envelope is not None and dearest > envelope:
        unit = gcd(*(one.amount for one in files)) or 1
        rows.append(([float(one.amount // unit) for one in files], -np.inf, envelope // unit))
    return _Rows(
        np.array([row for row, _low, _high in rows]),
        np.array([low for _row, low, _high in rows], dtype=np.float64),
        np.array([high for _row, _low, high in rows], dtype=np.float64),
        places,
        envelope,
        needed,
    )


def _solve(costs: np.ndarray, sides: np.ndarray, core: np.ndarray, rows: _Rows, seconds: float) -> Any:
    """Choose among the files of the core, all others on the side where the relaxation has them."""
    others = sides.copy()
    others[core] = 0
    settled = rows.matrix @ others
    return milp(
        costs[core],
        integrality=np.ones(len(core)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows.matrix[:, core], rows.low - settled, rows.high - settled),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )


def price(
    files: Sequence[File],
    *,
    places: int,
    envelope: int | None,
    needed: Mapping[int, int],
    seconds: float = SECONDS,
) -> Price:
    """Return what the reserves cost, all and each; arguments as of `best`, seconds of each answer."""
    asked = {key: need for key, need in needed.items() if need}

    def most(wanted: Mapping[int, int]) -> Best:
        return best(files, places=places, envelope=envelope, needed=wanted, seconds=seconds)

    free = most({})
    funded = [one for one in files if one.key in free.funded]
    if free.worth is not None and _rows(files, places, envelope, asked).hold(funded):
        return Price(free, free, dict.fromkeys(needed, 0))
    kept = most(asked)
    by_reserve: dict[int, int | None] = {}
    for key in needed:
        others = {other: need for other, need in asked.items() if other != key}
        if key not in asked:
            by_reserve[key] = _less(kept, kept)
        elif not others:
            by_reserve[key] = _less(free, kept)
        else:
            by_reserve[key] = _less(most(others), kept)
    return Price(free, kept, by_reserve)


def _less(free: Best, kept: Best) -> int | None:
    if free.worth is None or kept.worth is None:
        return None
    return max(free.worth - kept.worth, 0)
