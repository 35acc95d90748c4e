"""How often one may try: pure counting.

An attempt is spent before anything is looked at, so that many at once count as many; a right answer gives it
back.
"""

from datetime import datetime, timedelta
from typing import NamedTuple


class Limit(NamedTuple):
    """failures: within the window; then locked, each time for longer. Locks are forgotten after `forget`."""

    failures: int
    window: timedelta
    locks: tuple[timedelta, ...]
    forget: timedelta = timedelta(days=7)


class Count(NamedTuple):
    """What was tried since a moment, how often that led to a lock, and until when one holds."""

    since: datetime
    failures: int = 0
    strikes: int = 0
    locked_until: datetime | None = None

    def locked_at(self, now: datetime) -> datetime | None:
        """Return until when it is locked, None when it is not."""
        return self.locked_until if self.locked_until is not None and now < self.locked_until else None


MINUTES, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
OF_A_CASE = Limit(5, DAY, (MINUTES, HOUR, DAY))
OF_AN_ADDRESS = Limit(20, HOUR, (HOUR, HOUR, DAY))


def spend(count: Count, limit: Limit, now: datetime) -> Count:
    """Return the count with one more attempt; the one that reaches the limit locks what comes after it."""
    count = _forgotten(count, limit, now)
    failures = count.failures + 1
    if failures < limit.failures:
        return count._replace(failures=failures)
    lock = limit.locks[min(count.strikes, len(limit.locks) - 1)]
    return Count(since=now, failures=0, strikes=count.strikes + 1, locked_until=now + lock)


def _forgotten(count: Count, limit: Limit, now: datetime) -> Count:
    if count.locked_until is not None and now >= count.locked_until + limit.forget:
        count = count._replace(strikes=0, locked_until=None)
    return count._replace(failures=0, since=now) if now - count.since > limit.window else count


def give_back(spent: Count, before: Count) -> Count:
    """Return the count after a right answer from an address: the attempt does not count, others do.

    spent: as it stands now; before: as it stood before this attempt.
    """
    if spent.strikes > before.strikes:
        return spent._replace(
            failures=before.failures, strikes=before.strikes, locked_until=before.locked_until
        )
    return spent._replace(failures=max(0, spent.failures - 1))
