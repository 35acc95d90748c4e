"""Moving the closing date of an open call to a later day: a reason, an event, everybody who is writing told.

A closed call is opened again by its machine (`Call.extend`); an open one changes no state, so this is an act.
Both leave a `CallExtension`, move the last session that still takes applications, and call those who follow.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.models import Call, CallExtension
from workflow import Refused, access, acts, on
from workflow.declare import Firing
from workflow.door import head_of
from workflow.states import DOING

SUBJECT = "programmes.CallExtension"

Follower = Callable[[CallExtension], None]
_followers: list[Follower] = []


def follow(follower: Follower) -> None:
    """Add `follower(extension)`, run in the same transaction: packages above tell those who are writing."""
    if follower not in _followers:
        _followers.append(follower)


def extend(call: Call, until: datetime, *, reason: str, actor: Any, at: datetime) -> CallExtension:
    """Move the closing date of an open call; raises `Refused` with every sentence that stands against it.

    The call's stream is locked as by whoever sends an application: nobody is late by a race.
    """
    if not access.may(actor, "programmes.extend_call", call):
        raise Refused([_("You may not do this.")])
    with transaction.atomic():
        head_of(call.stream)
        held = Call.objects.select_for_update(of=("self",)).select_related("programme").get(pk=call.pk)
        if sentences := _objections(held, until, reason, at):
            raise Refused(sentences)
        before = held.closes_at or at
        held.closes_at = until
        Call.objects.filter(pk=held.pk).update(closes_at=until)
        held.stretch_sessions()
        made = CallExtension.note(held, before, by=actor.pk, at=at)
        data = {"from": before.isoformat(), "until": until.isoformat()}
        acts.record(made, "extend", actor=actor, at=at, reason=reason, data=data)
        _call_followers(made)
    call.closes_at = until
    return made


def _objections(call: Call, until: datetime, reason: str, at: datetime) -> list[str]:
    found = []
    if call.programme.is_closed:
        found.append(_("The programme is closed: it is read-only."))
    if call.state != "open":
        found.append(_("The call is not open."))
    if not call.sessions.filter(state__in=["planned", "screening"]).exists():
        found.append(_("No selection session of this call takes applications any more."))
    if until <= at or (call.closes_at is not None and until <= call.closes_at):
        found.append(_("The new closing date must be later than the old one and than now."))
    if not reason.strip():
        found.append(_("Give the reason: those who are writing read the new date, the history keeps why."))
    return found


@on("programmes.Call", "extend")
def keep_extension(firing: Firing) -> None:
    """A closed call that opens again leaves the same trace."""
    before = parse_datetime(str(firing.data.get("before", "")))
    if before is not None:
        _call_followers(CallExtension.note(firing.record, before, by=firing.actor.pk, at=firing.at))


def _call_followers(made: CallExtension) -> None:
    for follower in _followers:
        follower(made)


def register() -> None:
    """Name the act."""
    acts.declare(
        SUBJECT,
        "extend",
        gettext_lazy("Closing date moved"),
        facts=("from", "until"),
        meaning=DOING,
        reason=True,
    )
