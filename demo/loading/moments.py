"""When things happened: moments in office hours, spread by a seed, in a sensible order."""

import random
from datetime import UTC, date, datetime, time, timedelta

Moment = datetime


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of a day, in UTC."""
    return datetime.combine(day, time(hour, minute), tzinfo=UTC)


def after(moment: datetime, days: int, *, hour: int | None = None, minutes: int = 0) -> datetime:
    """Return the moment so many days later, at an hour if one is given."""
    later = moment + timedelta(days=days, minutes=minutes)
    return later if hour is None else later.replace(hour=hour, minute=later.minute)


class Dice(random.Random):
    """A seeded source of chance for one part of the demo."""

    def __init__(self, seed: str) -> None:
        super().__init__(f"jalon {seed}")  # invented data, nothing secret hangs on it
