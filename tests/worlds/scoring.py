"""Juries for tests, built through the product's own door on top of the worlds of programmes and applications.

world = programme_world(); open_call(world); an_application(world, "eligible")
session = start_scoring(world)                # jurors appointed and drawn on the way: eligible -> in_review
mark_all(session)                             # every juror opens and hands in his or her sheets
deliberate(session, places=1)                 # locked, ranked, decided, minuted, signed, confirmed
announce(session)                             # decisions take effect
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from applications.models import Application
from programmes.models import Call, Membership, SelectionSession
from scoring import (
    batches,
    draw,
    entry,
    grid_templates,
    redacted_copies,
    rounds,
    sittings,
    standings,
    workbench,
)
from scoring.marks import Given
from scoring.models import (
    DecisionBatch,
    Deliberation,
    Discrepancy,
    JurorEngagement,
    JuryAssignment,
    Mark,
    Round,
    Scoresheet,
)
from tests.worlds.programmes import TICK, World, a_member, close_call
from workflow import fire

SEED = 20260503
Marks = Callable[[JuryAssignment], Mapping[str, int | None]]


def prepare_call(call: Call, template: str = "mar-ref") -> None:
    """Give the call a grid where it has none."""
    if not call.grids.exists():
        grid_templates.install(call, template)


def prepare_scoring(session: SelectionSession) -> None:
    """Appoint a jury and draw it where the session has none, as its secretary does."""
    first = rounds.ensure_rounds(session)[0]
    if not session.engagements.exists():
        for _number in range(max(3, first.jurors)):
            a_juror(session)
    if not first.assignments.exists():
        draw_jurors(first)


def start_scoring(world: World, session: SelectionSession | None = None) -> SelectionSession:
    """Close the call, screen, appoint and draw a jury, start scoring: eligible files are in review."""
    session = session or world.session
    world.call.refresh_from_db()
    if world.call.state == "open":
        close_call(world)
    session.refresh_from_db()
    at = world.call.deadline
    if session.state == "planned":
        fire(session, "start_screening", actor=TICK, at=at)
    prepare_scoring(session)
    confirm_copies(session)
    fire(session, "start_scoring", actor=member_of(session, "jury_secretary"), at=at)
    return session


def confirm_copies(session: SelectionSession) -> None:
    """Confirm every masked copy that waits as it is proposed, pictures to the jury, as the secretary does."""
    secretary = member_of(session, "jury_secretary")
    workbench.prepare_missing(session, at=session.cutoff_at, limit=1000)
    for copy in workbench.waiting_in(session):
        workbench.accept(copy, by=secretary, at=session.cutoff_at)
        redacted_copies.confirm(copy, by=secretary, at=session.cutoff_at)


def member_of(session: SelectionSession, role: str) -> User:
    """The first user with a role in the session's programme, made when there is none."""
    programme = session.call.programme
    found = Membership.objects.filter(programme=programme, role=role).select_related("user").first()
    return found.user if found else a_member(programme, role)


def a_juror(session: SelectionSession, user: User | None = None, **given: Any) -> JurorEngagement:
    """A juror of the session who signed the declaration."""
    user = user or a_member(session.call.programme, "juror")
    fields = {"languages": ["fr", "en", "ar"], "invited_at": session.cutoff_at, **given}
    engagement = JurorEngagement.objects.create(session=session, user=user, **fields)
    data = {"declared": True, "declaration": "I am impartial."}
    fire(engagement, "accept", actor=user, at=session.cutoff_at, data=data)
    return engagement


def draw_jurors(held: Round, seed: int = SEED) -> list[JuryAssignment]:
    """Draw and confirm the jurors of a round."""
    secretary = member_of(held.session, "jury_secretary")
    found = draw.preview(held, seed=seed)
    assert not found.problems, found.problems
    at = held.session.cutoff_at
    draw.propose(held, seed=seed, fingerprint=found.fingerprint, by=secretary, at=at)
    draw.confirm(held, actor=secretary)
    return list(JuryAssignment.objects.filter(round=held, state="assigned"))


def open_file(assignment: JuryAssignment, at: datetime | None = None) -> Scoresheet:
    """Open a file as its juror, who declares no conflict."""
    juror = assignment.engagement.user
    fire(assignment, "open", actor=juror, data={"no_conflict": True}, at=at)
    return Scoresheet.objects.get(assignment=assignment, state="draft")


def fill_in(sheet: Scoresheet, values: Mapping[str, int | None], at: datetime | None = None) -> Scoresheet:
    """Enter marks by criterion key (None abstains), each with a comment."""
    given = {}
    for criterion in sheet.round.grid.criteria.all():
        value = values[criterion.key]
        given[criterion.pk] = (
            Given(abstained=True, reason="Not my field.")
            if value is None
            else Given(value=Decimal(value), comment="Seen in the file.")
        )
    at = at or sheet.round.session.cutoff_at + timedelta(days=3)
    entry.save(sheet, given, revision=sheet.revision, at=at)
    return sheet


def place_in_call(application: Application) -> int:
    """Which of its call's files this is: 1 is the oldest. Keys of rows go on counting from test to test."""
    return Application.objects.filter(call=application.call_id, pk__lte=application.pk).count()


def middling(assignment: JuryAssignment) -> dict[str, int]:
    """Marks that differ from file to file, by the place of the file in its call."""
    lines = assignment.round.grid.criteria.all()
    spread = place_in_call(assignment.application) % 3
    return {line.key: int(line.high) if line.gate else max(int(line.high) - spread, 0) for line in lines}


def mark(assignment: JuryAssignment, values: Mapping[str, int | None] | None = None) -> Scoresheet:
    """Open, fill in and hand in one file as its juror."""
    sheet = open_file(assignment)
    fill_in(sheet, middling(assignment) if values is None else values)
    fire(sheet, "submit", actor=assignment.engagement.user)
    return sheet


def mark_all(session: SelectionSession, marks: Marks = middling) -> None:
    """Let every juror hand in the sheets of every file that waits."""
    waiting = JuryAssignment.objects.filter(round__session=session, state="assigned").order_by("pk")
    for assignment in waiting:
        mark(assignment, marks(assignment))


def close_rounds(session: SelectionSession) -> None:
    """Close the session's rounds that have files, and lock their sheets."""
    secretary = member_of(session, "jury_secretary")
    for held in Round.objects.filter(session=session, assignments__isnull=False).distinct():
        rounds.close_round(held, by=secretary, at=session.cutoff_at + timedelta(days=10))
        rounds.lock_sheets(held, actor=secretary)


def talk_over(session: SelectionSession) -> None:
    """Put every discrepancy that nobody has looked at on the sitting's table."""
    for one in Discrepancy.objects.filter(round__session=session, state="open"):
        fire(one, "moderate", actor=member_of(session, "jury_secretary"))


def decided(session: SelectionSession, *, places: int | None = None, waiting: int = 0) -> DecisionBatch:
    """Lock, rank and propose decisions by merit; the session is in deliberation, the batch a draft."""
    secretary = member_of(session, "jury_secretary")
    close_rounds(session)
    talk_over(session)
    at = session.cutoff_at + timedelta(days=11)
    fire(session, "start_deliberation", actor=secretary, at=at)
    held = Round.objects.filter(session=session, assignments__isnull=False).order_by("-grid__number").first()
    made = standings.make_snapshot(held, by=secretary, at=at)
    return batches.propose(made, places=places, waiting=waiting, by=secretary)


def sit(batch: DecisionBatch) -> Deliberation:
    """Hold the sitting on a batch: everybody present, minutes written, signed and stored."""
    session = batch.session
    secretary, chair = member_of(session, "jury_secretary"), member_of(session, "jury_chair")
    at = session.cutoff_at + timedelta(days=12)
    sitting = sittings.schedule(batch, sits_at=at, place="Rabat", quorum=2, chair=chair, secretary=secretary)
    sitting.attendances.update(present=True)
    fire(sitting, "start", actor=chair, at=at)
    fire(sitting, "minute", actor=secretary, at=at)
    fire(sitting, "sign", actor=chair, at=at)
    return sitting


def deliberate(session: SelectionSession, **given: Any) -> DecisionBatch:
    """From handed-in sheets to confirmed decisions with drafted letters."""
    batch = decided(session, **given)
    sit(batch)
    fire(batch, "submit", actor=member_of(session, "jury_secretary"))
    fire(batch, "confirm", actor=member_of(session, "jury_chair"))
    return batch


def announce(session: SelectionSession) -> None:
    """Announce the session with its confirmed decisions."""
    session.refresh_from_db()
    fire(session, "announce", actor=member_of(session, "jury_chair"))


def marks_of(sheet: Scoresheet) -> dict[str, Decimal | None]:
    """The marks of a sheet by criterion key, read from the database."""
    return dict(Mark.objects.filter(sheet=sheet).values_list("criterion__key", "value"))
