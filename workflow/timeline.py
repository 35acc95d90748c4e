"""The history of a stream as people read it: changes, refusals and messages, newest first."""

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from workflow import acts
from workflow.actors import known_by_name, system_word
from workflow.events import timeline as stream_events
from workflow.machines import machine_of_kind
from workflow.models import Event, Notice, Refusal
from workflow.states import BLOCKED, NEUTRAL, WAITING


class Line(NamedTuple):
    """One line of a history. who: a person's name or the system; note: words that came with it."""

    at: datetime
    title: str
    detail: str
    who: str
    meaning: str
    note: str = ""
    verb: str = ""
    kind: str = ""


def history(
    stream: str, *, limit: int | None = None, staff: bool = True, events: list[Event] | None = None
) -> list[Line]:
    """Return the lines of a stream, newest first.

    staff: refusals and names of staff are for staff; a beneficiary reads what happened and when. The person
    of a case is never named, whoever reads. events: its events by `events.timeline`, as many as the limit
    lets through, where somebody has read them.
    """
    if events is None:
        events = list(stream_events(stream)[:limit])
    refusals: list[Refusal] = []
    if staff:
        refused = Refusal.objects.filter(stream=stream).select_related("actor").order_by("-at")
        refused = refused.only("kind", "verb", "system", "at", "sentences", "actor__full_name")
        refusals = list(refused[:limit] if limit else refused)
    facts: list[Any] = [*events, *refusals]
    named = known_by_name({fact.actor_id for fact in facts if fact.actor_id}) if staff else set()
    lines = [_event_line(event, staff, named) for event in events]
    lines += [_refusal_line(refusal, named) for refusal in refusals]
    sent = Notice.objects.filter(stream=stream, status=Notice.Status.SENT).order_by("-sent_at")
    notices = sent.only("channel", "created_at", "sent_at")
    lines += [_notice_line(notice) for notice in (notices[:limit] if limit else notices)]
    lines.sort(key=lambda line: line.at, reverse=True)
    return lines[:limit] if limit else lines


def lines_of(events: list[Event]) -> list[Line]:
    """Return the lines of some events of any streams, in their order, as staff read them."""
    named = known_by_name({event.actor_id for event in events if event.actor_id})
    return [_event_line(event, True, named) for event in events]


def _event_line(event: Event, staff: bool, named: set[int]) -> Line:
    if act := acts.declared(event.kind, event.verb):
        return Line(
            at=event.occurred_at,
            title=str(act.done),
            detail="",
            who=_who(event, named) if staff else "",
            meaning=act.meaning,
            note=event.note.text if staff and event.note else "",
            verb=event.verb,
            kind=event.kind,
        )
    machine = machine_of_kind(event.kind)
    target = machine.state_label(event.target)
    return Line(
        at=event.occurred_at,
        title=str(machine.done_label(event.verb)),
        detail=_("%(record)s: %(state)s") % {"record": machine.model._meta.verbose_name, "state": target},
        who=_who(event, named) if staff else "",
        meaning=machine.model.MEANINGS.get(event.target, NEUTRAL),
        note=event.note.text if staff and event.note else "",
        verb=event.verb,
        kind=event.kind,
    )


def _refusal_line(refusal: Refusal, named: set[int]) -> Line:
    machine = machine_of_kind(refusal.kind)
    label = next((str(arrow.label) for arrow in machine.arrows if arrow.verb == refusal.verb), refusal.verb)
    return Line(
        at=refusal.at,
        title=_("Refused: %(action)s") % {"action": label},
        detail=" ".join(refusal.sentences),
        who=_who(refusal, named),
        meaning=BLOCKED,
    )


def _notice_line(notice: Notice) -> Line:
    return Line(
        at=notice.sent_at or notice.created_at,
        title=_("Message sent"),
        detail=notice.get_channel_display(),
        who="",
        meaning=WAITING,
    )


def _who(fact: Any, named: set[int]) -> str:
    if not fact.actor_id:
        return str(system_word(fact.system) or _("Automatic"))
    return str(fact.actor) if fact.actor_id in named else _("The person of the case")
