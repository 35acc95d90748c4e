"""How far the marks of a round are: what is left, at which pace, and which juror is to be chased. Pure.

The counts come from the database in `scoring/board.py`; who was written to is in `scoring/reminders.py`.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

WEEK = 7
"""Days over which a pace is measured."""

DONE, ON_TIME, BEHIND, NOT_BEGUN, LATE, UNDATED = "done", "on_time", "behind", "not_begun", "late", "undated"
TO_CHASE = (LATE, NOT_BEGUN, BEHIND)
"""Jurors who stand so are chased, the first ones before the others."""

DAYS_BEFORE = (7, 3, 1)
"""A reminder is due when so many days are left."""
LATE_EVERY, LATE_TIMES = 3, 5
"""Once marks are late: on the first day, then every so many days, so many times at most."""


class Load(NamedTuple):
    """The files of one juror, or of a whole round, in numbers. recent: handed in in the last `WEEK` days."""

    to_open: int = 0
    opened: int = 0
    handed_in: int = 0
    aside: int = 0
    recent: int = 0

    @property
    def left(self) -> int:
        """Sheets still to hand in."""
        return self.to_open + self.opened

    @property
    def files(self) -> int:
        """Sheets that are asked for altogether."""
        return self.left + self.handed_in


class Span(NamedTuple):
    """The days of a round. given: when jurors got their files; due: of the deadline, None for none."""

    given: date
    today: date
    due: date | None = None

    @property
    def days_left(self) -> int | None:
        """Days until the deadline, negative when it is over, None where there is none."""
        return None if self.due is None else (self.due - self.today).days

    @property
    def measured(self) -> int:
        """Days over which the pace is measured: the last week, or all days since the files were given."""
        return min(max((self.today - self.given).days + 1, 1), WEEK)


def total(loads: Iterable[Load]) -> Load:
    """Return the loads of several jurors added up."""
    found = list(loads)
    names = ("to_open", "opened", "handed_in", "aside", "recent")
    return Load(**{name: sum(getattr(one, name) for one in found) for name in names})


def pace(load: Load, span: Span) -> float:
    """Return how many sheets a day were handed in lately."""
    return load.recent / span.measured


def pace_needed(load: Load, span: Span) -> float | None:
    """Return how many sheets a day are needed to end in time, None without a deadline or after it."""
    left = span.days_left
    return None if left is None or left < 0 else load.left / (left + 1)


def ends_on(load: Load, span: Span) -> date | None:
    """Return the day on which the last sheet comes in at the present pace, None when nothing moves."""
    if not load.left:
        return None
    speed = pace(load, span)
    return span.today + timedelta(days=ceil(load.left / speed)) if speed else None


def outlook(load: Load, span: Span) -> str:
    """Return how a juror stands: one of the words above.

    "not begun" is said once a third of the time is over, or in the last week; "behind" where the present pace
    ends after the deadline.
    """
    if not load.left:
        return DONE
    days = span.days_left
    if days is None:
        return UNDATED
    if days < 0:
        return LATE
    if not load.handed_in and not load.opened:
        whole = days + (span.today - span.given).days
        return NOT_BEGUN if days <= WEEK or 3 * days <= 2 * whole else ON_TIME
    end = ends_on(load, span)
    if end is None:
        return BEHIND if span.measured >= WEEK or days <= WEEK else ON_TIME
    return BEHIND if (end - span.today).days > days else ON_TIME


def severity(load: Load, span: Span) -> tuple[int, int]:
    """Return what jurors are sorted by, those to be chased first, then those with most left to do."""
    word = outlook(load, span)
    return (TO_CHASE.index(word) if word in TO_CHASE else len(TO_CHASE), -load.left)


def stage(days_left: int) -> str:
    """Return which reminder is due so many days before the deadline (negative: after it), "" for none.

    A stage lasts until the next one begins, so that a missed day loses no reminder.
    """
    if days_left < 0:
        turn = (-days_left - 1) // LATE_EVERY
        return f"late-{turn + 1}" if turn < LATE_TIMES else ""
    passed = [days for days in DAYS_BEFORE if days_left <= days]
    return f"before-{min(passed)}" if passed else ""
