"""The risk of an enterprise, explained by its parts: a pure function on plain data.

Points add up to at most 100; green under 30, orange under 60, red from 60. Some facts make it red by
themselves, and some place a hold. A protection concern gives no points: it goes to its own role.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

ORANGE_FROM, RED_FROM, MOST = 30, 60, 100


class Level(StrEnum):
    """The three levels."""

    GREEN = "green"
    ORANGE = "orange"
    RED = "red"


class Situation(NamedTuple):
    """What is known of an enterprise when it is rated.

    statuses: business status of the validated visits, oldest first. profits: profit of those visits in
    minor units, None where unknown. months_since_start: months since the first payment, None before it.
    off_budget_percent: share of the money received that was spent off budget, 0-100. missed: visits missed
    in a row. unreachable: attempts in a row without reaching anybody. overdue_actions: overdue action points.
    """

    statuses: Sequence[str] = ()
    profits: Sequence[int | None] = ()
    months_since_start: int | None = None
    off_budget_percent: float = 0
    asset_gone: bool = False
    missed: int = 0
    unreachable: int = 0
    group_dispute: bool = False
    overdue_actions: int = 0


class Part(NamedTuple):
    """One reason for points. code: stored; sentence: shown."""

    code: str
    points: int
    red: bool = False
    hold: bool = False


class Rating(NamedTuple):
    """The result, with the parts that explain it."""

    points: int
    level: Level
    hold: bool
    parts: list[Part]


SENTENCES = {
    "closed": _("Closed or sold within twelve months."),
    "suspended": _("The activity is suspended."),
    "off_budget": _("More than a tenth of the money was spent off budget."),
    "far_off_budget": _("More than a quarter of the money was spent off budget."),
    "asset_gone": _("An asset is gone without approval."),
    "no_profit": _("No profit in two visits running."),
    "profit_halved": _("The profit has halved since the visit before."),
    "missed": _("A visit was missed."),
    "missed_twice": _("Two visits running were missed."),
    "unreachable": _("Nobody could be reached three times running."),
    "group_dispute": _("The group is in dispute."),
    "overdue_actions": _("Agreed actions are overdue."),
}


def rate(situation: Situation) -> Rating:
    """Return the rating of a situation, with its parts in the order of their weight."""
    parts = [
        *_status_parts(situation),
        *_money_parts(situation),
        *_contact_parts(situation),
    ]
    parts.sort(key=lambda part: (-part.red, -part.points))
    points = min(MOST, sum(part.points for part in parts))
    if any(part.red for part in parts):
        points = max(points, RED_FROM)
    return Rating(
        points=points,
        level=level_of(points),
        hold=any(part.hold for part in parts) or points >= RED_FROM,
        parts=parts,
    )


def level_of(points: int) -> Level:
    """Return the level that a number of points means."""
    if points >= RED_FROM:
        return Level.RED
    return Level.ORANGE if points >= ORANGE_FROM else Level.GREEN


def _status_parts(situation: Situation) -> list[Part]:
    status = situation.statuses[-1] if situation.statuses else ""
    started = situation.months_since_start
    if status in {"closed", "sold"} and (started is None or started < 12):
        return [Part("closed", RED_FROM, red=True)]
    return [Part("suspended", 35)] if status == "suspended" else []


def _money_parts(situation: Situation) -> list[Part]:
    parts = []
    if situation.off_budget_percent > 25:
        parts.append(Part("far_off_budget", RED_FROM, red=True, hold=True))
    elif situation.off_budget_percent > 10:
        parts.append(Part("off_budget", 30))
    if situation.asset_gone:
        parts.append(Part("asset_gone", 40, hold=True))
    known = [profit for profit in situation.profits if profit is not None]
    if len(known) >= 2 and known[-1] <= 0 and known[-2] <= 0:
        parts.append(Part("no_profit", 25))
    elif len(known) >= 2 and known[-2] > 0 and known[-1] * 2 <= known[-2]:
        parts.append(Part("profit_halved", 20))
    return parts


def _contact_parts(situation: Situation) -> list[Part]:
    parts = []
    if situation.missed >= 2:
        parts.append(Part("missed_twice", 35))
    elif situation.missed == 1:
        parts.append(Part("missed", 15))
    if situation.unreachable >= 3:
        parts.append(Part("unreachable", 40, hold=True))
    if situation.group_dispute:
        parts.append(Part("group_dispute", 20))
    if situation.overdue_actions:
        parts.append(Part("overdue_actions", min(30, 10 * situation.overdue_actions)))
    return parts
