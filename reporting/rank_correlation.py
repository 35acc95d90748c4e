"""Whether one number goes up where another does: rank correlation with its interval, and quarters. Pure.

Ranks, because marks and profits are far from a bell: Spearman's rho, equal values sharing their mean rank.
"""

from collections.abc import Sequence
from math import atanh, sqrt, tanh
from statistics import median
from typing import NamedTuple

FEWEST = 20
"""With fewer pairs nothing is told: the interval would hold almost everything."""
FEWEST_IN_A_GROUP = 5
QUARTERS = 4
NORMAL_95 = 1.959964


class Correlation(NamedTuple):
    """rho from -1 to 1, with the bounds of its 95 % interval and the number of pairs."""

    rho: float
    low: float
    high: float
    pairs: int

    @property
    def is_told_apart_from_none(self) -> bool:
        """Whether the interval leaves out "no relation at all"."""
        return self.low > 0 or self.high < 0


class Group(NamedTuple):
    """The pairs of one quarter by the first number. middle: median or mean of the second, None if too few."""

    lowest: float
    highest: float
    pairs: int
    middle: float | None


def ranks(values: Sequence[float]) -> list[float]:
    """Return ranks from 1, equal values sharing the mean of their places."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in order[start : end + 1]:
            found[place] = (start + end) / 2 + 1
        start = end + 1
    return found


def spearman(pairs: Sequence[tuple[float, float]]) -> Correlation | None:
    """Return the rank correlation of pairs with its 95 % interval, None where it cannot be told.

    That is: with fewer than `FEWEST` pairs, or when one side never varies. The interval is Fisher's, with the
    standard error sqrt((1 + rho**2 / 2) / (n - 3)) of Bonett and Wright (2000), Psychometrika 65, 23-28.
    """
    if len(pairs) < FEWEST:
        return None
    first, second = ranks([pair[0] for pair in pairs]), ranks([pair[1] for pair in pairs])
    mean = (len(pairs) + 1) / 2
    spread = sqrt(sum((one - mean) ** 2 for one in first) * sum((one - mean) ** 2 for one in second))
    if not spread:
        return None
    rho = sum((one - mean) * (two - mean) for one, two in zip(first, second, strict=True)) / spread
    rho = max(-0.999999, min(0.999999, rho))
    error = NORMAL_95 * sqrt((1 + rho**2 / 2) / (len(pairs) - 3))
    return Correlation(rho, tanh(atanh(rho) - error), tanh(atanh(rho) + error), len(pairs))


def quarters(pairs: Sequence[tuple[float, float]], *, mean: bool = False) -> list[Group]:
    """Return the quarters of pairs by the first number, lowest first; equal numbers stay together.

    mean: the second number is averaged, as shares are; otherwise its median is taken.
    """
    placed: dict[int, list[tuple[float, float]]] = {}
    for place, pair in zip(ranks([pair[0] for pair in pairs]), pairs, strict=True):
        quarter = min(int((place - 0.5) * QUARTERS / len(pairs)), QUARTERS - 1)
        placed.setdefault(quarter, []).append(pair)
    found = []
    for quarter in sorted(placed):
        firsts = [pair[0] for pair in placed[quarter]]
        seconds = [pair[1] for pair in placed[quarter]]
        middle = sum(seconds) / len(seconds) if mean else float(median(seconds))
        told = len(seconds) >= FEWEST_IN_A_GROUP
        found.append(Group(min(firsts), max(firsts), len(seconds), middle if told else None))
    return found
