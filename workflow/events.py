"""Appending events to a locked stream, and reading timelines."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from workflow import chain
from workflow.actors import System
from workflow.declare import Firing
from workflow.models import Event, EventNote, StreamHead


def append_event(
    head: StreamHead, firing: Firing, *, target: str, facts: Sequence[str], cause: Event | None
) -> Event:
    """Append the event of a change of state to the stream whose head is locked; return it saved.

    facts: keys of `firing.data` that the event keeps. The reason goes to an erasable note.
    """
    return append(
        head,
        kind=firing.record.kind,
        object_id=str(firing.record.pk),
        verb=firing.verb,
        source=firing.source,
        target=target,
        actor=firing.actor,
        second_person_id=firing.proposer_id,
        at=firing.at,
        reason=firing.reason,
        data={name: firing.data[name] for name in facts if name in firing.data},
        cause=cause,
    )


def append(
    head: StreamHead,
    *,
    kind: str,
    object_id: str,
    verb: str,
    actor: Any,
    at: datetime,
    source: str = "",
    target: str = "",
    reason: str = "",
    data: dict[str, Any],
    second_person_id: int | None = None,
    cause: Event | None = None,
) -> Event:
    """Append one event to the stream whose head is locked; return it saved. Acts have no states."""
    note = EventNote.objects.create(text=reason, salt=secrets.token_hex(16)) if reason else None
    system = str(actor) if isinstance(actor, System) else ""
    event = Event(
        stream=head.stream,
        seq=head.seq + 1,
        kind=kind,
        object_id=object_id,
        verb=verb,
        source=source,
        target=target,
        actor_id=None if system else actor.pk,
        system=system,
        second_person_id=second_person_id,
        occurred_at=at,
        recorded_at=timezone.now(),
        data=data,
        note=note,
        note_digest=chain.note_digest(note.text, note.salt) if note else "",
        cause_id=cause.pk if cause else None,
        prev_hash=head.hash,
    )
    event.hash = chain.link(head.hash, event_values(event))
    event.save(force_insert=True)
    head.seq, head.hash = event.seq, event.hash
    head.save(update_fields=["seq", "hash"])
    return event


def event_values(event: Event) -> dict[str, Any]:
    """Return the values of an event that its hash covers."""
    return {name: getattr(event, name) for name in chain.FIELDS}


def timeline(stream: str) -> QuerySet[Event]:
    """Return what is told of the events of a stream, newest first, with actors and notes: one query."""
    rows = Event.objects.filter(stream=stream).select_related("actor", "note").order_by("-seq")
    told = ("kind", "object_id", "verb", "target", "occurred_at", "system")
    return rows.only(*told, "actor__full_name", "note__text")


def events_of(kind: str, object_id: object) -> QuerySet[Event]:
    """Return the events of one record, oldest first."""
    return Event.objects.filter(kind=kind, object_id=str(object_id)).order_by("seq")
