"""When a visit is due: pure functions from an anchor date, an offset and the country's weekend."""

import calendar
from datetime import date, timedelta
from typing import NamedTuple

MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6
WEEKENDS = {"LY": frozenset({FRIDAY, SATURDAY})}
USUAL_WEEKEND = frozenset({SATURDAY, SUNDAY})


class Offset(NamedTuple):
    """How long after the anchor a visit falls due: whole months and days, either may be 0."""

    months: int = 0
    days: int = 0


def add_months(day: date, months: int) -> date:
    """Return the same day of the month so many months later, clamped to the month's end."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def off_the_weekend(day: date, country: str) -> date:
    """Return the day itself, or the first working day after the country's weekend.

    country: ISO 3166 code of two letters; Libya rests on Friday and Saturday, the others on Saturday and
    Sunday.
    """
    weekend = WEEKENDS.get(country, USUAL_WEEKEND)
    while day.weekday() in weekend:
        day += timedelta(days=1)
    return day


def due_date(anchor: date, offset: Offset, country: str) -> date:
    """Return when a visit falls due: month ends clamped, moved off the country's weekend."""
    return off_the_weekend(add_months(anchor, offset.months) + timedelta(days=offset.days), country)
