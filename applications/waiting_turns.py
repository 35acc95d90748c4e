"""Whose turn it is on the waiting list of a session: the first one, unless an upper package knows better.

Quotas of a call are known above this package; it registers here how they change the order.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from programmes.models import SelectionSession

Chooser = Callable[["SelectionSession"], int | None]
_choosers: list[Chooser] = []


def register(chooser: Chooser) -> None:
    """Let an upper package say who is next: `session -> application key`, None to keep to the order."""
    if chooser not in _choosers:
        _choosers.append(chooser)


def next_of(session: "SelectionSession") -> int | None:
    """Return the key of the application whose turn it is, None when nobody waits."""
    for chooser in _choosers:
        found = chooser(session)
        if found is not None:
            return found
    waiting = session.applications.filter(state="waitlisted").order_by("waiting_rank", "pk")
    return waiting.values_list("pk", flat=True).first()
