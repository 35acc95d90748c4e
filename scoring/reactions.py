"""What follows from what: inside a jury, from the machines below, and from decisions to applications.

A consequence runs in the transaction of its cause, as the system; the streams it writes to are named in
`locks`.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from programmes.models import SelectionSession
from scoring import letters, readiness, redacted_copies, rounds, waiting_list
from scoring.models import Decision, DecisionBatch
from scoring.models.jury import DRAWN_IN
from workflow import Refused, on, once
from workflow.actors import Actor
from workflow.declare import Firing
from workflow.door import is_locked

WITHDRAWS = ("withdraw", "disqualify")
GONE = ("withdrawn", "disqualified")
"""Applications that left between the decision and its announcement: nothing happens to them any more."""


# Call and session


@on("programmes.Call", "publish")
def freeze_the_grids(firing: Firing) -> None:
    """What is published does not change; every session gets its rounds."""
    rounds.freeze_grids(firing.record, at=firing.at)
    for session in firing.record.sessions.exclude(state="cancelled"):
        rounds.ensure_rounds(session)


@on("programmes.SelectionSession", "start_screening")
def make_the_rounds(firing: Firing) -> None:
    """A session that was added after publication gets its rounds."""
    rounds.ensure_rounds(firing.record)


def _eligible_streams(session: SelectionSession, data: dict[str, Any]) -> Iterable[str]:
    eligible = session.applications.filter(state="eligible").select_related("case")
    return [application.stream for application in eligible]


@on("programmes.SelectionSession", "start_scoring", locks=_eligible_streams)
def hand_files_to_the_jury(firing: Firing) -> None:
    """Every eligible application of the session goes into review."""
    eligible = firing.record.applications.filter(state="eligible").select_related("case", "call", "session")
    for application in eligible:
        _follow(firing, application, "start_review", {})


def _session_streams(session: SelectionSession, data: dict[str, Any]) -> Iterable[str]:
    confirmed = DecisionBatch.objects.filter(session=session, state="confirmed")
    return [stream for batch in confirmed for stream in (batch.stream, *streams_of_batch(batch))]


@on("programmes.SelectionSession", "announce", locks=_session_streams)
def announce_confirmed_decisions(firing: Firing) -> None:
    """Announcing the session announces its confirmed decisions."""
    for batch in DecisionBatch.objects.filter(session=firing.record, state="confirmed"):
        _follow(firing, batch, "announce", {})


# Inside a jury


def _void_sheets(firing: Firing) -> None:
    for sheet in firing.record.sheets.exclude(state="voided"):
        firing.then(sheet, "void", {"reason": firing.reason})


for _verb in ("recuse", "decline", "withdraw"):
    on("scoring.JuryAssignment", _verb)(_void_sheets)


@on("scoring.Scoresheet", "submit")
def finish_the_assignment(firing: Firing) -> None:
    """The file is done when its sheet is handed in for the first time."""
    assignment = firing.record.assignment
    if assignment.state == "opened":
        firing.then(assignment, "finish")


# Applications


def _take_files_back(firing: Firing) -> None:
    waiting = firing.record.jury_assignments.filter(state__in=["assigned", "opened"])
    for assignment in waiting:
        firing.then(assignment, "withdraw", {"reason": _("The application is no longer in the selection.")})


for _verb in WITHDRAWS:
    on("applications.Application", _verb)(_take_files_back)


def _make_copy(firing: Firing) -> None:
    once.at_the_end(redacted_copies.make_all, (firing.record, firing.at))


for _verb in ("mark_eligible", "reinstate", "submit_plan"):
    on("applications.Application", _verb)(_make_copy)


@on("applications.Application", "award")
def give_a_freed_place(firing: Firing) -> None:
    """Who came from the waiting list is told; if before others, the decision says by which quota."""
    if firing.source != "waitlisted":
        return
    application = firing.record
    found = waiting_list.turn(application.session, application)
    decision = waiting_list.decision_of(application)
    if decision is None:
        return
    if found is not None and found.quota is not None:
        Decision.objects.filter(pk=decision.pk).update(reserved_for=found.quota)
    letters.tell_of_a_freed_place(decision, at=firing.at, event=firing.event)


# Decisions


@on("scoring.DecisionBatch", "confirm")
def draft_the_letters(firing: Firing) -> None:
    """Letters wait as drafts; a person reads them before they leave."""
    letters.draft(firing.record, at=firing.at, event=firing.event)


@on("scoring.DecisionBatch", "announce")
def apply_the_decisions(firing: Firing) -> None:
    """Every decision takes effect, in the same transaction."""
    decisions = firing.record.decisions.exclude(outcome="postpone")
    for decision in decisions.select_related("application__case", "application__call", "application__track"):
        if decision.application.state in GONE:
            letters.drop(firing.record, decision.application)
        else:
            _follow(firing, decision.application, decision.outcome, data_of(decision))


def _stream_of_session(batch: DecisionBatch, data: dict[str, Any]) -> Iterable[str]:
    return [batch.session.stream]


@on("scoring.DecisionBatch", "announce", locks=_stream_of_session)
def announce_the_session_with_its_last_decisions(firing: Firing) -> None:
    """Once nothing is left to decide the same person announces the session: the time to appeal runs."""
    batch = firing.record
    session = SelectionSession.objects.select_related("call__programme").get(pk=batch.session_id)
    if batch.shortlisting or session.state != "deliberation" or something_is_left(session, firing.actor):
        return
    firing.then(session, "announce", by=firing.actor)


def something_is_left(session: SelectionSession, actor: Actor) -> bool:
    """Whether files, decisions or minutes of a session still wait."""
    waiting = session.applications.filter(
        state__in=[state for states in DRAWN_IN.values() for state in states]
    )
    batches = DecisionBatch.objects.filter(session=session).exclude(state="announced")
    return waiting.exists() or batches.exists() or bool(readiness.minutes_are_signed(session, actor, None))


def data_of(decision: Decision) -> dict[str, Any]:
    """Return what the application's arrow receives."""
    data: dict[str, Any] = {"decision": decision.pk}
    if decision.outcome == "award":
        data["amount"] = decision.amount_minor
    if decision.outcome == "waitlist":
        data["rank"] = decision.place
    return data


def streams_of_batch(batch: DecisionBatch) -> list[str]:
    """Return the streams of the cases that a batch decides on."""
    decisions = batch.decisions.exclude(outcome="postpone").select_related("application__case")
    return [decision.application.stream for decision in decisions]


def _follow(firing: Firing, record: Any, verb: str, data: dict[str, Any]) -> None:
    """Fire a consequence on a stream that was locked at the start; say so when it was not there yet."""
    if not is_locked(record.stream):
        raise Refused([_("Somebody else has just changed this. Reload the page.")])
    firing.then(record, verb, data)
