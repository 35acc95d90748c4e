"""What waits for somebody, arranged by urgency for the start page: pure functions on the inbox's rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from workflow import display
from workflow.inbox import Row, Waiting
from workflow.states import BLOCKED, WAITING

OLD = timedelta(days=365 * 50)


class Task(NamedTuple):
    """One line of the start page."""

    url: str
    what: str
    meta: str
    age: str
    late: bool
    due: str


@dataclass
class Group:
    """Tasks of one urgency."""

    label: str
    meaning: str
    tasks: list[Task] = field(default_factory=list)


@dataclass(frozen=True)
class More:
    """What a queue holds beyond the lines shown, and where all of it is."""

    label: Any
    count: int
    url: str


class Desk(NamedTuple):
    """The start page's tasks. total counts the lines that are not shown too."""

    groups: list[Group]
    more: list[More]
    total: int
    late: int


def arrange(waiting: Iterable[Waiting], now: datetime) -> Desk:
    """Sort what waits into late, today and later, the most urgent first."""
    queues = list(waiting)
    late, today, later = (
        Group(_("Late"), BLOCKED),
        Group(_("Today"), WAITING),
        Group(_("This week and after"), ""),
    )
    rows = [(row, str(queue.queue.ask)) for queue in queues for row in queue.rows]
    for row, ask in sorted(rows, key=lambda asked: _urgency(asked[0], now)):
        group = late if _is_late(row, now) else today if _is_today(row, now) else later
        group.tasks.append(_task(row, ask, now))
    more = [
        More(queue.queue.label, queue.count - len(queue.rows), queue.queue.list_url())
        for queue in queues
        if queue.count > len(queue.rows) and queue.queue.list_url is not None
    ]
    return Desk(
        groups=[group for group in (late, today, later) if group.tasks],
        more=more,
        total=sum(queue.count for queue in queues),
        late=len(late.tasks),
    )


def _urgency(row: Row, now: datetime) -> tuple[datetime, datetime]:
    return row.due or now + OLD, row.since or now


def _is_late(row: Row, now: datetime) -> bool:
    return row.due is not None and row.due < now and not _is_today(row, now)


def _is_today(row: Row, now: datetime) -> bool:
    return row.due is not None and timezone.localdate(row.due) == timezone.localdate(now)


def _task(row: Row, ask: str, now: datetime) -> Task:
    days = display.days_between(row.since, now) if row.since else None
    due = ""
    if row.due is not None:
        on_the_day = _is_today(row, now)
        due = _("today") if on_the_day else _("due %(date)s") % {"date": display.date_text(row.due)}
    return Task(
        url=row.url,
        what=ask or row.title,
        meta=" · ".join(part for part in (row.title, row.detail) if part) if ask else row.detail,
        age="" if days is None else display.age_text(max(days, 0)),
        late=_is_late(row, now),
        due=due,
    )
