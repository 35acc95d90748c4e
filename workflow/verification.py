"""`manage.py verify`: replays events, recomputes chains, runs every registered invariant.

A name that begins with a number is one of the thirteen promises of money (docs/how-the-journal-works.md).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, F, Q

from workflow import acts, append_only, chain
from workflow.checkpoints import checkpoint_problems
from workflow.events import event_values
from workflow.machines import machine_of_kind, machines
from workflow.models import Event, Intent, StreamHead

CHUNK = 5000


@dataclass
class Result:
    """What one check looked at and what it found."""

    name: str
    count: int
    problems: list[str] = field(default_factory=list)
    skipped: int = 0


Check = Callable[[], Result]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Add an invariant: a function that returns a `Result` with the number of things checked."""
    _checks[name] = check


def verify() -> Iterator[Result]:
    """Run all checks, the kernel's own first; yield each result."""
    yield from _event_checks()
    yield Result("6. append-only triggers", len(append_only.rules()), append_only.missing(connection))
    yield one_answer_a_key()
    yield checkpoint_result()
    for check in _checks.values():
        yield check()


def one_answer_a_key() -> Result:
    """Every idempotency key that was used leads to the one event that answered it."""
    result = Result("7. one key, one answer", Intent.objects.count())
    same = Q(kind=F("event__kind"), object_id=F("event__object_id"), verb=F("event__verb"))
    for intent in Intent.objects.exclude(same).iterator(chunk_size=CHUNK):
        result.problems.append(f"{intent.kind}:{intent.object_id} {intent.verb}: its key leads elsewhere")
    twice = Intent.objects.order_by().values("event").annotate(keys=Count("pk")).filter(keys__gt=1)
    result.problems += [f"event {row['event']} answers {row['keys']} keys" for row in twice]
    return result


def checkpoint_result() -> Result:
    """Compare the newest checkpoint file with the streams."""
    count, problems = checkpoint_problems()
    return Result("checkpoint of stream heads", count, problems)


def _event_checks() -> Iterator[Result]:
    chains = Result("6. event chains", 0)
    legal = Result("events are legal transitions or declared acts", 0)
    replay = Result("13. records are in the state that their events lead to", 0)
    states: dict[tuple[str, str], str] = {}
    heads = dict(StreamHead.objects.values_list("stream", "hash"))
    seqs = dict(StreamHead.objects.values_list("stream", "seq"))
    stream, seq, prev = "", 0, ""

    def close_stream() -> None:
        if stream and (heads.pop(stream, "") != prev or seqs[stream] != seq):
            chains.problems.append(f"{stream}: the head does not match the last event")

    events = Event.objects.order_by("stream", "seq").select_related("note").iterator(chunk_size=CHUNK)
    for event in events:
        if event.stream != stream:
            close_stream()
            stream, seq, prev = event.stream, 0, ""
        chains.count += 1
        legal.count += 1
        if event.seq != seq + 1 or event.prev_hash != prev:
            chains.problems.append(f"{stream}#{event.seq}: does not follow #{seq}")
        if event.hash != chain.link(event.prev_hash, event_values(event)):
            chains.problems.append(f"{stream}#{event.seq}: content was changed")
        note = event.note
        if note and not note.erased_at and chain.note_digest(note.text, note.salt) != event.note_digest:
            chains.problems.append(f"{stream}#{event.seq}: its note was changed")
        seq, prev = event.seq, event.hash
        if problem := _step(states, event):
            legal.problems.append(f"{stream}#{event.seq}: {problem}")
    close_stream()
    chains.problems += [f"{left}: a head without events" for left, value in heads.items() if value]
    yield chains
    yield legal
    _compare_states(states, replay)
    yield replay


def _step(states: dict[tuple[str, str], str], event: Event) -> str:
    if act := acts.declared(event.kind, event.verb):
        if event.source or event.target:
            return f"{event.verb} is an act and leads to no state"
        return f"{event.verb} needs a reason" if act.reason and not event.note_digest else ""
    try:
        machine = machine_of_kind(event.kind)
    except LookupError:
        return f"unknown kind {event.kind}"
    before = states.get((event.kind, event.object_id), machine.initial)
    states[event.kind, event.object_id] = event.target
    if event.source != before:
        return f"{event.kind}:{event.object_id} was {before}, the event says {event.source}"
    arrow = machine.arrow(event.verb, event.source)
    if arrow is None or event.target not in arrow.targets:
        return f"{event.source} -{event.verb}-> {event.target} is not declared"
    if arrow.second_person and event.second_person_id in (None, event.actor_id):
        return f"{event.verb} needs a second person"
    return ""


def _compare_states(states: dict[tuple[str, str], str], result: Result) -> None:
    for machine in machines():
        rows = machine.model._base_manager.values_list("pk", machine.field).order_by()
        for pk, state in rows.iterator(chunk_size=CHUNK):
            result.count += 1
            expected = states.pop((machine.kind, str(pk)), machine.initial)
            if state != expected:
                result.problems.append(f"{machine.kind}:{pk} is {state}, its events lead to {expected}")
    result.problems += [f"{kind}:{pk} has events but no record" for kind, pk in states]
