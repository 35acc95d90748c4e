"""Bulk loading of past facts: the second and only other entrance beside `fire`.

The same transition table, the guards that look at data alone, the same events and chains; `verify` cannot
tell the difference. Methods and reactions do not run: the loader brings the rows that they would have made,
and `verify` checks the invariants over them afterwards.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import models, transaction

from workflow import chain
from workflow.actors import Actor, System
from workflow.acts import declared
from workflow.declare import Arrow, Guard
from workflow.events import event_values
from workflow.guards import guards_of
from workflow.machines import machine_of
from workflow.models import Event, EventNote, StreamHead
from workflow.states import StateModel

BATCH = 1000


class HistoryError(ValueError):
    """A past fact that the machine does not allow."""


@dataclass(frozen=True)
class Fact:
    """One past change: which verb, when, by whom, with which data.

    target is needed only where the arrow names several. The reason goes to an erasable note.
    """

    verb: str
    at: datetime
    actor: Actor
    data: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    target: str = ""
    second_person: Any = None


@dataclass
class History:
    """A record, saved or not, in its initial state, and what happened to it in order of time.

    A row without a machine may stand between the others, without facts, so that children find their parents.
    """

    record: models.Model
    facts: Sequence[Fact] = ()


class PastAct(NamedTuple):
    """An act that was declared (`workflow/acts.py`) and done in the past, in the stream of its case."""

    subject: models.Model
    verb: str
    at: datetime
    actor: Actor
    stream: str


class _Step(NamedTuple):
    """One event to be: of which record, from and to which state, and which keys of the data it keeps."""

    record: models.Model
    fact: Fact
    source: str = ""
    target: str = ""
    facts: Sequence[str] = ()


def data_guard(guard: Guard) -> Guard:
    """Mark a guard that looks only at the record's fields and the data: past facts obey it too."""
    guard.on_facts = True  # type: ignore[attr-defined]
    return guard


def load_history(histories: Iterable[History], *, recorded_at: datetime, acts: Iterable[PastAct] = ()) -> int:
    """Load records with their past, and append one event per fact and act; return the number of events.

    histories: grouped by model in the order given (parents first). Unsaved records are inserted with the
    state that their facts lead to; saved ones are updated from the state they are in. acts: about records
    that are saved; where an act and a fact have one moment, the act comes first.
    Raises `HistoryError` naming the record and the fact; then nothing is loaded.
    """
    items, done = list(histories), list(acts)
    for act in done:
        _refuse_unlawful(act, recorded_at)
    paths = [_replay(item, recorded_at) for item in items]
    with transaction.atomic():
        _write_records(items)
        return _append(items, paths, done, recorded_at)


def _refuse_unlawful(act: PastAct, recorded_at: datetime) -> None:
    where = f"{act.subject._meta.label_lower} {act.subject}: {act.verb}"
    known = declared(act.subject._meta.label_lower, act.verb)
    if known is None:
        raise HistoryError(f"{where}: no such act")
    if known.reason:
        raise HistoryError(f"{where}: a reason is missing")
    if act.at > recorded_at:
        raise HistoryError(f"{where}: {act.at} lies in the future")


def _replay(item: History, recorded_at: datetime) -> list[tuple[str, Fact, str, Arrow]]:
    record = item.record
    if not isinstance(record, StateModel):
        if item.facts:
            raise HistoryError(f"{record._meta.label_lower} {record}: has no machine")
        return []
    machine = machine_of(type(record))  # type: ignore[arg-type]  # model classes are hashable
    state, path = record.state, []
    before: datetime | None = None
    for fact in item.facts:
        arrow = machine.arrow(fact.verb, state)
        where = f"{record.kind} {record}: {fact.verb} from {state}"
        if arrow is None:
            raise HistoryError(f"{where}: no such arrow")
        target = fact.target or arrow.targets[0]
        if target not in arrow.targets or (len(arrow.targets) > 1 and not fact.target):
            raise HistoryError(f"{where}: target must be one of {', '.join(arrow.targets)}")
        if before and fact.at < before:
            raise HistoryError(f"{where}: {fact.at} is before {before}")
        if fact.at > recorded_at:
            raise HistoryError(f"{where}: {fact.at} lies in the future")
        if arrow.reason and not fact.reason:
            raise HistoryError(f"{where}: a reason is missing")
        if arrow.second_person and (fact.second_person is None or fact.second_person.pk == fact.actor.pk):
            raise HistoryError(f"{where}: a second person is missing")
        body = {**fact.data, "reason": fact.reason}
        for guard in guards_of(record, arrow):
            if getattr(guard, "on_facts", False) and (said := guard(record, fact.actor, body)):
                raise HistoryError(f"{where}: {said}")
        path.append((state, fact, target, arrow))
        state, before = target, fact.at
    with record._unlocked():
        record.state = state
    if before:
        record.state_since = before
    return path


def _write_records(items: list[History]) -> None:
    groups: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for item in items:
        groups[type(item.record)].append(item.record)
    for model, records in groups.items():
        fresh = [record for record in records if record._state.adding]
        known = [record for record in records if not record._state.adding]
        model._base_manager.bulk_create(fresh, batch_size=BATCH)
        for record in known:
            record.save(force_update=True)
        for record in fresh:
            if isinstance(record, StateModel):
                record._update_initial_state()


def _append(
    items: list[History],
    paths: list[list[tuple[str, Fact, str, Arrow]]],
    acts: list[PastAct],
    recorded_at: datetime,
) -> int:
    steps: dict[str, list[_Step]] = defaultdict(list)
    for act in acts:
        steps[act.stream].append(_Step(act.subject, Fact(act.verb, act.at, act.actor)))
    for item, path in zip(items, paths, strict=True):
        if isinstance(item.record, StateModel):
            for source, fact, target, arrow in path:
                steps[item.record.stream].append(_Step(item.record, fact, source, target, arrow.facts))
    heads = _locked_heads(sorted(steps))
    events: list[Event] = []
    for stream in sorted(steps):
        head = heads[stream]
        for step in sorted(steps[stream], key=lambda one: one.fact.at):
            event = _event(head, step, recorded_at)
            events.append(event)
            head.seq, head.hash = event.seq, event.hash
    _insert(events, heads.values())
    return len(events)


def _locked_heads(streams: list[str]) -> dict[str, StreamHead]:
    StreamHead.objects.bulk_create(
        [StreamHead(stream=stream) for stream in streams], ignore_conflicts=True, batch_size=BATCH
    )
    heads: dict[str, StreamHead] = {}
    for start in range(0, len(streams), BATCH):
        part = streams[start : start + BATCH]
        for head in StreamHead.objects.select_for_update().filter(stream__in=part).order_by("stream"):
            heads[head.stream] = head
    return heads


def _event(head: StreamHead, step: _Step, recorded_at: datetime) -> Event:
    fact = step.fact
    system = str(fact.actor) if isinstance(fact.actor, System) else ""
    note = EventNote(text=fact.reason, salt=secrets.token_hex(16)) if fact.reason else None
    event = Event(
        stream=head.stream,
        seq=head.seq + 1,
        kind=step.record._meta.label_lower,
        object_id=str(step.record.pk),
        verb=fact.verb,
        source=step.source,
        target=step.target,
        actor_id=None if system else fact.actor.pk,
        system=system,
        second_person_id=fact.second_person.pk if fact.second_person else None,
        occurred_at=fact.at,
        recorded_at=recorded_at,
        data={name: fact.data[name] for name in step.facts if name in fact.data},
        note=note,
        note_digest=chain.note_digest(note.text, note.salt) if note else "",
        prev_hash=head.hash,
    )
    event.hash = chain.link(head.hash, event_values(event))
    return event


def _insert(events: list[Event], heads: Iterable[StreamHead]) -> None:
    notes = [event.note for event in events if event.note is not None]
    EventNote.objects.bulk_create(notes, batch_size=BATCH)
    Event.objects.bulk_create(events, batch_size=BATCH)
    StreamHead.objects.bulk_create(
        sorted(heads, key=attrgetter("stream")),
        update_conflicts=True,
        unique_fields=["stream"],
        update_fields=["seq", "hash"],
        batch_size=BATCH,
    )
