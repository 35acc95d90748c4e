"""What one change asks the database once, and what it does once at its end, however many arrows it has.

Both live as long as the running `fire`, its consequences included, or as all changes of `together`; outside
of one nothing is kept and nothing is put off.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

Work = Callable[[list[Any]], object]


@dataclass
class _Change:
    together: dict[type, list[Any]] = field(default_factory=dict)
    answers: dict[Hashable, Any] = field(default_factory=dict)
    put_off: list[tuple[Work, Any]] = field(default_factory=list)


_running: ContextVar[_Change | None] = ContextVar("workflow_running_change", default=None)


def ask(question: Hashable, read: Callable[[], Any]) -> Any:
    """Return the answer to a question, read at most once in the running change.

    Only for what no consequence of the same change can alter.
    """
    running = _running.get()
    if running is None:
        return read()
    if question not in running.answers:
        running.answers[question] = read()
    return running.answers[question]


def ask_of(record: Any, question: Hashable, read: Callable[[Collection[Any]], Mapping[Any, Any]]) -> Any:
    """Return what `read` finds for a record's key among the keys it is given, None for nothing.

    Records that change together are asked about together, at the first of them; any other by itself, each
    time. Only for what nobody adds or alters without the lock of the record's row, and no change of one
    alters for another. (A row that refers to the record is not added without it: PostgreSQL takes that lock.)
    """
    running = _running.get()
    keys = running.together.get(type(record), []) if running is not None else []
    if record.pk not in keys:
        return read([record.pk]).get(record.pk)
    return ask((type(record), question), lambda: read(keys)).get(record.pk)


def at_the_end(work: Work, item: Any) -> None:
    """Let `work` be done once at the end of the running change, with all items that were given for it.

    It is done in the transaction of the change. Only for what no consequence of the same change reads, and
    what adds no event.
    """
    running = _running.get()
    if running is None:
        work([item])
    else:
        running.put_off.append((work, item))


def finish() -> None:
    """Do what was put off; the door calls it inside the transaction of the outermost change."""
    running = _running.get()
    items: dict[Work, list[Any]] = {}
    for work, item in running.put_off if running is not None else ():
        items.setdefault(work, []).append(item)
    for work, given in items.items():
        work(given)


def put_off_so_far() -> int:
    """How many items wait for the end of the running change."""
    running = _running.get()
    return len(running.put_off) if running is not None else 0


def forget_since(count: int) -> None:
    """Forget what was put off after the first `count` items: the arrow that gave it was undone."""
    running = _running.get()
    if running is not None:
        del running.put_off[count:]


@contextmanager
def change(records: Iterable[Any] = ()) -> Iterator[None]:
    """Keep answers and what is put off inside the block; the door opens it for the outermost `fire`.

    records: those that will change together.
    """
    token = _running.set(_Change(_keys(records))) if _running.get() is None else None
    try:
        yield
    finally:
        if token is not None:
            _running.reset(token)


def _keys(records: Iterable[Any]) -> dict[type, list[Any]]:
    keys: dict[type, list[Any]] = {}
    for record in records:
        keys.setdefault(type(record), []).append(record.pk)
    return keys
