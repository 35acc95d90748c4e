"""What a week or a month holds: pure functions that lay dated things out on days."""

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from followup.calendar import FRIDAY, WEEKENDS


@dataclass
class Day:
    """One day with what stands on it. inside: of the month that is shown."""

    day: date
    inside: bool = True
    items: list[Any] = field(default_factory=list)


def first_weekday(country: str) -> int:
    """Return the day on which a week begins: Saturday or Sunday where Friday is the rest day, else Monday."""
    weekend = WEEKENDS.get(country)
    return 6 if weekend is not None and FRIDAY in weekend else 0


def week_of(day: date, first: int) -> list[date]:
    """Return the seven days of the week of a day; first: the weekday on which weeks begin."""
    start = day - timedelta(days=(day.weekday() - first) % 7)
    return [start + timedelta(days=number) for number in range(7)]


def month_of(day: date, first: int) -> list[list[date]]:
    """Return the whole weeks that hold a month."""
    return calendar.Calendar(first).monthdatescalendar(day.year, day.month)


def lay_out(
    weeks: Iterable[Iterable[date]], items: Iterable[Any], day_of: Callable[[Any], date], month: int | None
) -> list[list[Day]]:
    """Put each thing on its day. month: days of other months are marked as outside, None marks none."""
    rows = [[Day(day, month is None or day.month == month) for day in week] for week in weeks]
    by_day = {one.day: one for row in rows for one in row}
    for item in items:
        if (found := by_day.get(day_of(item))) is not None:
            found.items.append(item)
    return rows
