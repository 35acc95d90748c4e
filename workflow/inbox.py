"""What waits for somebody: each package registers queues, the start page of every role shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet


class Row(NamedTuple):
    """One thing that waits."""

    title: str
    detail: str
    url: str
    since: datetime | None = None
    due: datetime | None = None


class Queue(NamedTuple):
    """What waits for a person.

    waiting: `user -> queryset`, oldest first, already limited to what this user must do (`.none()` when the
    role is not theirs, which costs no query). row: `record -> Row`. list_url: where all of them are.
    ask: what to do with each, in the imperative; it leads the line on a start page. Without it the rows'
    titles say that themselves.
    """

    key: str
    label: Any
    waiting: Callable[[Any], QuerySet[Any]]
    row: Callable[[Any], Row]
    list_url: Callable[[], str] | None = None
    order: int = 100
    ask: Any = ""


@dataclass(frozen=True)
class Waiting:
    """A queue as one person sees it now."""

    queue: Queue
    count: int
    rows: list[Row]


_queues: dict[str, Queue] = {}


def register(queue: Queue) -> None:
    """Add a queue to the start pages."""
    _queues[queue.key] = queue


def inbox(user: Any, *, rows: int = 5) -> list[Waiting]:
    """Return the queues in which something waits for this user, each with its first rows."""
    result = []
    for queue in sorted(_queues.values(), key=lambda queue: (queue.order, queue.key)):
        found = queue.waiting(user)
        if found.query.is_empty():  # writing its SQL, only to learn that, would be most of a start page
            continue
        first = list(found[: rows + 1])
        if first:
            count = len(first) if len(first) <= rows else found.count()
            result.append(Waiting(queue, count, [queue.row(record) for record in first[:rows]]))
    return result
