"""Gauges: how far the quotas of a call are with what is funded. Pure, on standings and amounts."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from scoring.line_words import QuotaFact
from scoring.models import Quota
from scoring.models.quotas import Denominator, Measure
from scoring.quota_lists import OF_PERSONS, Standing
from scoring.reserved import WHOLE


class Gauge(NamedTuple):
    """How far one quota is. value, of, goal: persons, applications or minor units, or percent of them.

    shown: whether figures may be shown: of a status nothing but whether it is met. used: reserved places that
    served. missing: how many more must count for a reserved quota.
    """

    quota: Quota
    who: str
    sentence: str
    value: int
    of: int
    met: bool
    shown: bool
    used: int = 0
    missing: int = 0

    @property
    def percent(self) -> Decimal:
        """What part it is of the whole, in percent with one decimal."""
        return Decimal(WHOLE * self.value * 10 // self.of) / 10 if self.of else Decimal(0)

    @property
    def is_share(self) -> bool:
        """Whether the goal is a part, and not a number of places."""
        return self.quota.of != Denominator.PLACES

    @property
    def whole(self) -> int:
        """What a full bar stands for."""
        return (self.of if self.is_share else max(self.quota.goal, self.value)) or 1

    @property
    def mark(self) -> float | None:
        """Where on the bar the goal stands, in the unit of the value."""
        return self.whole * self.quota.goal / WHOLE if self.is_share else float(self.quota.goal)


Figures = Mapping[int, tuple[int, int]]
"""By quota: what counts for it and the whole, in its unit."""


def figures(listed: Iterable[Quota], awards: Iterable[tuple[Standing, int]]) -> Figures:
    """Add up what is funded. awards: (standing, minor units)."""
    rows, found = list(awards), {}
    for one in listed:
        key = one.pk
        if one.of == Denominator.MONEY:
            value = sum(money for standing, money in rows if key in standing.lists)
            of = sum(money for _standing, money in rows)
        elif one.of == Denominator.PERSONS:
            value = sum(_inside(one, key, standing) for standing, _money in rows)
            of = sum(standing.persons for standing, _money in rows)
        else:
            value, of = sum(key in standing.lists for standing, _money in rows), len(rows)
        found[key] = value, of
    return found


def together(some: Figures, others: Figures, sign: int = 1) -> Figures:
    """Return figures of the same quotas with others added, or taken away where sign is -1."""
    return {
        key: (value + sign * others[key][0], of + sign * others[key][1]) for key, (value, of) in some.items()
    }


def gauges(
    listed: Iterable[Quota],
    words: Mapping[int, tuple[str, str]],
    funded: Figures,
    before: Iterable[Standing],
) -> list[Gauge]:
    """Return how far quotas are. funded: figures of what is funded now; before: who was funded earlier."""
    quotas = list(listed)
    all_ = together(funded, figures(quotas, ((one, one.awarded) for one in before))) if quotas else {}
    found = []
    for one in quotas:
        value, of = all_[one.pk]
        share = one.of != Denominator.PLACES
        met = bool(of) and value * WHOLE >= one.goal * of if share else value >= one.goal
        who, sentence = words[one.pk]
        found.append(Gauge(one, who, sentence, value, of, met, shown=one.measure != Measure.STATUS))
    return found


def _inside(quota: Quota, key: int, standing: Standing) -> int:
    if quota.measure in OF_PERSONS:
        return standing.inside.get(key, 0)
    return standing.persons if key in standing.lists else 0


def facts(found: Iterable[Gauge]) -> tuple[QuotaFact, ...]:
    """Return what the reserved quotas did, for the words beside every file."""
    return tuple(
        QuotaFact(one.quota.pk, one.who, one.sentence, one.used, one.met and not one.missing)
        for one in found
        if one.quota.reserved
    )
