"""The one door: `fire` changes the state of one record, with everything that must hold around it.

In one transaction: lock the stream heads in sorted order, find the idempotency key, re-read the row,
check permission, check guards, run the method, write by conditional UPDATE on the old state, append the
event, queue notices, let subscribers react. No input or output happens inside.
"""

import logging
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NamedTuple

import rules
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import ConcurrentTransition

from workflow import ahead, chain, clock, gate, once, second_person
from workflow.actors import Actor, System
from workflow.declare import Arrow, Firing
from workflow.events import append_event
from workflow.guards import objections
from workflow.machines import machine_of
from workflow.models import Event, Intent, Refusal, StreamHead
from workflow.reactions import react, streams_of
from workflow.states import StateModel

logger = logging.getLogger("workflow.door")


class Refused(Exception):
    """The door says no; `sentences` say why, in the reader's language."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = [str(sentence) for sentence in sentences]
        super().__init__(" ".join(self.sentences))


class NotAllowed(Refused):
    """The actor may not do this at all."""


class Conflict(Refused):
    """The same key came with another body."""


class StreamNotLocked(RuntimeError):
    """A consequence writes to a stream that the arrow did not declare in `locks`."""


class Outcome(NamedTuple):
    """What happened: the event, and whether it is the replayed answer to a repeated key."""

    event: Event
    replayed: bool = False


_heads: ContextVar[dict[str, StreamHead] | None] = ContextVar("workflow_locked_heads", default=None)
_refusals: ContextVar[list[tuple[Any, ...]] | None] = ContextVar("workflow_refusals_to_log", default=None)


def new_key() -> str:
    """Return a fresh idempotency key; minted when a form is rendered, it belongs to the intent."""
    return uuid.uuid4().hex


def fire(
    record: StateModel,
    verb: str,
    *,
    actor: Actor,
    key: str | None = None,
    data: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Outcome:
    """Change the state of a record through the arrow `verb`.

    record: re-read under the lock; the instance passed in carries the new state afterwards.
    actor: a user or `System`. key: the intent's key; None mints one (a person's page always sends it).
    data: plain JSON values (numbers, strings, lists; dates as ISO strings, rows by id); the reason under
    "reason". at: when it happens, now by default.

    Raises `Refused` with its sentences, `NotAllowed` without permission, `Conflict` when the key was used
    with other data. The attempt is then logged, after the rollback, by the outermost call.
    """
    body = dict(data or {})  # a method may add to it; who repeats the call sends the same again
    moment = at or timezone.now()
    outermost = _heads.get() is None
    token = _heads.set({}) if outermost else None
    before = dict(record.__dict__)
    heads, put_off = _links(), once.put_off_so_far()
    try:
        with clock.at(moment), once.change(), transaction.atomic():
            outcome = _change(record, verb, actor, key or new_key(), body, moment, cause=None)
            if outermost:
                once.finish()
            return outcome
    except BaseException as error:
        # What the method wrote into the instance was rolled back with everything else.
        record.__dict__.clear()
        record.__dict__.update(before)
        _put_back(heads)
        once.forget_since(put_off)
        if isinstance(error, Refused):
            waiting = _refusals.get()
            if outermost:
                _log_refusal(record, verb, actor, moment, error)
            elif waiting is not None:
                waiting.append((record, verb, actor, moment, error))
        raise
    finally:
        if token is not None:
            _heads.reset(token)


@contextmanager
def together(records: Iterable[StateModel], verb: str, data: dict[str, Any] | None = None) -> Iterator[None]:
    """Let the block fire one verb on several records in one transaction, each in a savepoint of its own.

    The streams of all are locked before the first is fired, at once and in sorted order, and their rows read
    (`workflow/ahead.py`). What `fire` asks and does stays the same for each; a refusal undoes its record
    alone and is logged after the transaction. Any other error undoes all. Raises RuntimeError inside another
    change.
    """
    if _heads.get() is not None:
        raise RuntimeError("inside workflow.fire")
    waiting: list[tuple[Any, ...]] = []
    changing = list(records)
    held: dict[str, StreamHead] = {}
    heads, refusals = _heads.set(held), _refusals.set(waiting)
    try:
        with once.change(changing), transaction.atomic():
            _lock({stream for record in changing for stream in _streams_of(record, verb, data or {})})
            with ahead.reading(changing, verb, held):
                yield
            once.finish()
    finally:
        _refusals.reset(refusals)
        _heads.reset(heads)
    for refused in waiting:
        _log_refusal(*refused)


def _links() -> dict[str, tuple[int, str]]:
    """Where the locked chains end now."""
    return {stream: (head.seq, head.hash) for stream, head in (_heads.get() or {}).items()}


def _put_back(links: dict[str, tuple[int, str]]) -> None:
    """Let the locked heads say again what the database says after a savepoint was rolled back."""
    held = _heads.get() or {}
    for stream in list(held):
        if stream in links:
            held[stream].seq, held[stream].hash = links[stream]
        else:
            del held[stream]


def fire_consequence(
    firing: Firing, record: StateModel, verb: str, data: dict[str, Any], by: "Actor | None" = None
) -> Outcome:
    """Fire what follows from a change, inside its transaction; see `Firing.then`."""
    actor = by or System(f"{firing.record._meta.model_name}.{firing.verb}"[:60])
    return _change(record, verb, actor, new_key(), data, firing.at, cause=firing.event)


def is_locked(stream: str) -> bool:
    """Whether the running `fire` holds the lock of a stream, so that a consequence may write to it."""
    return stream in (_heads.get() or {})


def lock_streams(streams: Iterable[str], *, declared: bool = True) -> None:
    """Lock stream heads in sorted order inside the transaction of the running `fire`.

    declared: False when a consequence asks, which may only touch streams that are locked already.
    """
    held = _heads.get()
    if held is None:
        raise StreamNotLocked("outside workflow.fire")
    wanted = sorted(set(streams) - set(held))
    if not wanted:
        return
    if not declared or _refusals.get() is not None:
        raise StreamNotLocked(", ".join(wanted))
    _lock(wanted)


def _lock(streams: Iterable[str]) -> None:
    wanted = sorted(streams)
    found = {
        head.stream: head
        for head in StreamHead.objects.select_for_update().filter(stream__in=wanted).order_by("stream")
    }
    absent = [stream for stream in wanted if stream not in found]
    if absent:
        StreamHead.objects.bulk_create(
            [StreamHead(stream=stream) for stream in absent], ignore_conflicts=True
        )
        created = StreamHead.objects.select_for_update().filter(stream__in=absent).order_by("stream")
        found.update({head.stream: head for head in created})
    held = _heads.get()
    if held is not None:
        held.update(found)


def head_of(stream: str) -> StreamHead:
    """Return the locked head of a stream for an act (`workflow/acts.py`); inside `fire` the one it holds.

    Must be called inside a transaction.
    """
    held = _heads.get()
    if held is not None:
        if stream not in held:
            raise StreamNotLocked(stream)
        return held[stream]
    StreamHead.objects.bulk_create([StreamHead(stream=stream)], ignore_conflicts=True)
    return StreamHead.objects.select_for_update().get(stream=stream)


def _change(
    record: StateModel,
    verb: str,
    actor: Actor,
    key: str,
    data: dict[str, Any],
    at: datetime,
    *,
    cause: Event | None,
) -> Outcome:
    machine = machine_of(type(record))
    stream, arrow = record.stream, _arrow_of(record, verb)
    lock_streams(_streams_of(record, verb, data), declared=cause is None)

    body_digest = chain.digest(data)
    actor_key = f"system:{actor}" if isinstance(actor, System) else f"user:{actor.pk}"
    intent = {
        "actor_key": actor_key,
        "kind": record.kind,
        "object_id": str(record.pk),
        "verb": verb,
        "key": key,
    }
    held = _heads.get() or {}
    read = ahead.take(record, verb, held.get(stream)) if cause is None else None
    asks = cause is None and (read is None or read.has_keys)
    used = Intent.objects.filter(**intent).first() if asks else None

    if read is not None:
        record.be(read.row)
    elif cause is not None and record.RELATIONS_STAND:
        record.refresh_row(_fresh(record))
    else:
        record.refresh_from_db(from_queryset=_fresh(record))
    if not rules.has_perm(machine.permission(verb), actor, record):
        raise NotAllowed([_("You may not do this.")])
    if used is not None:
        if used.digest != body_digest:
            raise Conflict([_("This form was already sent with other content. Reload the page.")])
        return Outcome(used.event, replayed=True)

    source = record.state
    declared_arrow = machine.arrow(verb, source)
    if declared_arrow is None:
        raise Refused([_not_from_here(record, arrow)])
    arrow = declared_arrow
    sentences = objections(record, arrow, actor, data)
    if sentences:
        raise Refused(sentences)
    proposal = second_person.take(record, arrow, actor, data) if arrow.second_person else None

    firing = Firing(
        record=record,
        verb=verb,
        actor=actor,
        data=data,
        at=at,
        source=source,
        proposer_id=proposal.proposer_id if proposal else None,
    )
    with gate.opened():
        getattr(record, arrow.method)(firing)
    record.state_since = at if record.state != source else record.state_since or at
    try:
        record.save(force_update=True)
    except ConcurrentTransition as error:
        raise Refused([_("Somebody else has just changed this. Reload the page.")]) from error

    if stream not in held:
        raise StreamNotLocked(stream)
    firing.event = append_event(held[stream], firing, target=record.state, facts=arrow.facts, cause=cause)
    if cause is None:
        Intent.objects.create(**intent, digest=body_digest, event=firing.event)
    if proposal:
        second_person.close(proposal, firing.event)
    react(firing)
    return Outcome(firing.event)


def _arrow_of(record: StateModel, verb: str) -> Arrow:
    machine = machine_of(type(record))
    return machine.arrow(verb, record.state) or next(a for a in machine.arrows if a.verb == verb)


def _streams_of(record: StateModel, verb: str, data: dict[str, Any]) -> set[str]:
    """The streams to which a change and what follows from it will write."""
    locks = _arrow_of(record, verb).locks
    return {record.stream, *(locks(record, data) if locks else ()), *streams_of(record, verb, data)}


def _fresh(record: StateModel) -> models.QuerySet[Any]:
    rows = record.rows_to_lock()
    # An instance that was read in part is re-read in part: a relation left out cannot be joined.
    return rows.select_related(None).prefetch_related(None) if record.get_deferred_fields() else rows


def _not_from_here(record: StateModel, arrow: Arrow) -> str:
    label = machine_of(type(record)).state_label(record.state)
    return _("“%(action)s” is not possible: the state is now “%(state)s”.") % {
        "action": arrow.label,
        "state": label,
    }


def _log_refusal(record: StateModel, verb: str, actor: Actor, at: datetime, refused: Refused) -> None:
    logger.info("refused %s on %s:%s", verb, record.kind, record.pk)
    Refusal.objects.create(
        stream=record.stream,
        kind=record.kind,
        object_id=str(record.pk),
        verb=verb,
        actor_id=actor.pk,
        system=str(actor) if isinstance(actor, System) else "",
        at=at,
        sentences=refused.sentences,
    )
