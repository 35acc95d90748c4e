"""What changes of `together` read ahead of the first of them: each row as its own change would read it.

Everything is read under the locks of all their streams. It holds for a record as long as no event was added
to its stream since: whatever changes a record adds one. Each record takes what was read for it once; a change
that finds nothing, a second one of the same record say, reads for itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from workflow.models import Intent, StreamHead
from workflow.states import StateModel


class Found(NamedTuple):
    """What was read for one record: its row, the end of its stream then, whether the verb ever had a key."""

    row: StateModel
    seq: int
    has_keys: bool


Key = tuple[type, object, str]
"""A model, a primary key, a verb."""

_found: ContextVar[dict[Key, Found] | None] = ContextVar("workflow_read_ahead", default=None)


@contextmanager
def reading(records: Iterable[StateModel], verb: str, heads: Mapping[str, StreamHead]) -> Iterator[None]:
    """Read the rows of all records as the door reads one, and which of them the verb had a key for.

    heads: the locked ends of their streams.
    """
    of_kind: dict[type[StateModel], list[StateModel]] = defaultdict(list)
    for record in records:
        if not record.get_deferred_fields():
            of_kind[type(record)].append(record)
    found: dict[Key, Found] = {}
    for model, some in of_kind.items():
        keys = [record.pk for record in some]
        answered = Intent.objects.filter(
            kind=some[0].kind, verb=verb, object_id__in=[str(key) for key in keys]
        )
        with_keys = set(answered.values_list("object_id", flat=True))
        for row in model.rows_to_lock().filter(pk__in=keys).order_by("pk"):
            head = heads.get(row.stream)
            if head is not None:
                found[model, row.pk, verb] = Found(row, head.seq, str(row.pk) in with_keys)
    token = _found.set(found)
    try:
        yield
    finally:
        _found.reset(token)


def take(record: StateModel, verb: str, head: StreamHead | None) -> Found | None:
    """Return what was read ahead for a record, once; None where its stream went on since, or for any other.

    head: the locked end of its stream.
    """
    found = (_found.get() or {}).pop((type(record), record.pk, verb), None)
    return found if found is not None and head is not None and head.seq == found.seq else None
