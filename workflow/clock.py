"""The moment of the change that is being asked for, for guards that compare it with a date.

The door sets it to the moment of the running `fire`; outside of one it is the wall clock, because a page asks
what could be done now.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("workflow_moment", default=None)


def now() -> datetime:
    """Return the moment of the running change, else now."""
    return _moment.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now` answer `moment` inside the block."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
