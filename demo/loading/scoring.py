"""Juries, marks, rankings, deliberations and decisions, so that they lead to what the plan tells."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import translation

from accounts.models import User
from applications.models import Application
from demo.loading.applications import LoadedCase
from demo.loading.calendar import SessionDays, session_days
from demo.loading.moments import Dice, after
from demo.loading.programme import Loaded
from programmes.models import SelectionSession
from scoring import declaration, rounds, standings
from scoring.models import (
    Attendance,
    Criterion,
    Decision,
    DecisionBatch,
    Deliberation,
    Draw,
    JurorEngagement,
    JuryAssignment,
    Mark,
    Round,
    Scoresheet,
)
from scoring.score import rounded, sheet_score
from workflow import Fact, History, System

BATCH = 1000
JURY = 5
UNREAD = {"ineligible", "withdrawn"}
FILED = {"funded", "rejected", "rejected_after_pitch"}
MARKS = {
    "funded": (4, 4, 4, 5),
    "lapsed_from_waiting": (3, 3, 4),
    "rejected": (1, 2, 2, 3),
    "rejected_after_pitch": (3, 3, 4),
}
SHORTLISTED, NOT_RETAINED = (4, 4, 5), (1, 2, 3)
FINISHED = System("scoresheet.submit")
OUTCOMES = {"funded": "award", "lapsed_from_waiting": "waitlist"}


@dataclass
class Sitting:
    """One round of one session while it is being loaded."""

    held: Round
    days: SessionDays
    cases: list[LoadedCase]
    marked_from: datetime
    closed_at: datetime
    marks: list[Mark] = field(default_factory=list)


def load_scoring(loaded: Loaded, cases: list[LoadedCase]) -> None:
    """Make the juries of every session and what they said; histories join those of the programme."""
    dice = Dice(f"scoring {loaded.plan.code}")
    by_session: dict[int, list[LoadedCase]] = defaultdict(list)
    for item in cases:
        if item.plan.ends not in UNREAD:
            by_session[item.plan.session].append(item)
    for number, read in sorted(by_session.items()):
        _session(loaded, loaded.sessions[number], session_days(loaded.plan, number), read, dice)


def _session(
    loaded: Loaded, session: SelectionSession, days: SessionDays, read: list[LoadedCase], dice: Dice
) -> None:
    engagements = _engagements(loaded, session, days, dice)
    held_rounds = rounds.ensure_rounds(session, seed=lambda: f"{dice.getrandbits(64):016x}")
    sittings = []
    for held in held_rounds:
        sitting = _sitting(loaded, held, days, read)
        _write_round(loaded, sitting)
        _assignments(loaded, sitting, engagements, dice)
        sittings.append(sitting)
    _decide(loaded, session, days, sittings)


def _engagements(
    loaded: Loaded, session: SelectionSession, days: SessionDays, dice: Dice
) -> list[JurorEngagement]:
    secretary = loaded.staff["jury_secretary"]
    invited = after(days.cutoff, -10, hour=9)
    with translation.override("fr"):
        words = declaration.text()
    engagements = []
    for juror in dice.sample(loaded.staff.jurors, JURY):
        signed = after(invited, 2)
        engagement = JurorEngagement(
            session=session,
            user=juror,
            languages=["fr", "ar", "en"],
            invited_at=invited,
            invited_by=secretary,
            declaration=words,
            declaration_signed_at=signed,
        )
        facts = [Fact("accept", signed, juror, {"declared": True, "declaration": words})]
        facts.append(Fact("end", days.closed, secretary))
        engagements.append(engagement)
        loaded.histories.append(History(engagement, facts))
    return engagements


def _sitting(loaded: Loaded, held: Round, days: SessionDays, read: list[LoadedCase]) -> Sitting:
    if held.stage == "review":
        closed = after(days.first_announced, -3, hour=17) if loaded.two_stage else days.marked
        return Sitting(held, days, read, days.scoring, closed)
    filed = [item for item in read if item.plan.ends in FILED]
    if held.kind == "pitch":
        pitched = [item for item in filed if item.plan.ends != "rejected"]
        return Sitting(held, days, pitched, after(days.marked, -2, hour=9), days.marked)
    return Sitting(held, days, filed, days.final_review, after(days.marked, -3, hour=17))


def _write_round(loaded: Loaded, sitting: Sitting) -> None:
    held = sitting.held
    held.opens_at, held.closes_at = sitting.marked_from, sitting.closed_at
    held.closed_at, held.closed_by = sitting.closed_at, loaded.staff["jury_secretary"]
    held.save()


def _assignments(loaded: Loaded, sitting: Sitting, engagements: list[JurorEngagement], dice: Dice) -> None:
    held, secretary = sitting.held, loaded.staff["jury_secretary"]
    drawn = sitting.days.drawn if held.stage == "review" else after(sitting.marked_from, -1, hour=10)
    draw = Draw.objects.create(
        round=held,
        seed=dice.getrandbits(40),
        jurors_a_file=held.jurors,
        files=len(sitting.cases),
        jurors=len(engagements),
        conflicts=0,
        made_at=drawn,
        made_by=secretary,
    )
    criteria = list(Criterion.objects.filter(grid=held.grid))
    definition = held.grid.definition
    span = (sitting.closed_at - sitting.marked_from).total_seconds()
    for place, item in enumerate(sitting.cases):
        for turn in range(held.jurors):
            engagement = engagements[(place + turn) % len(engagements)]
            opened = _moment(sitting.marked_from, span, dice, 0.05, 0.45)
            handed_in = _moment(sitting.marked_from, span, dice, 0.5, 0.95)
            assignment = JuryAssignment(
                round=held,
                engagement=engagement,
                application=item.application,
                draw=draw,
                opened_at=opened,
            )
            juror = engagement.user
            loaded.histories.append(
                History(
                    assignment,
                    [
                        Fact("confirm", after(drawn, 0, minutes=30), secretary),
                        Fact("open", opened, juror, {"no_conflict": True}),
                        Fact("finish", handed_in, FINISHED),
                    ],
                )
            )
            _sheet(loaded, sitting, item, assignment, juror, handed_in, criteria, definition, dice)


def _sheet(
    loaded: Loaded,
    sitting: Sitting,
    item: LoadedCase,
    assignment: JuryAssignment,
    juror: User,
    handed_in: datetime,
    criteria: list[Criterion],
    definition: Any,
    dice: Dice,
) -> None:
    choice = _choice(sitting.held, item)
    values = {line.key: _mark(line, choice, dice) for line in criteria}
    found = sheet_score(definition, values)
    sheet = Scoresheet(
        assignment=assignment,
        revision=2,
        saved_at=handed_in,
        points=rounded(found.points),
        maximum=rounded(found.maximum),
        submitted_at=handed_in,
    )
    for line in criteria:
        value = values[line.key]
        asked = value in {Decimal(mark) for mark in line.comment_at}
        sitting.marks.append(
            Mark(sheet=sheet, criterion=line, value=value, comment="Voir le dossier." if asked else "")
        )
    locked = after(sitting.closed_at, 0, minutes=15)
    secretary = loaded.staff["jury_secretary"]
    loaded.histories.append(
        History(sheet, [Fact("submit", handed_in, juror), Fact("lock", locked, secretary)])
    )


def _choice(held: Round, item: LoadedCase) -> tuple[int, ...]:
    ends = item.plan.ends
    if held.stage == "review" and ends in {"not_retained", "enrolled_no_plan"}:
        return NOT_RETAINED if ends == "not_retained" else SHORTLISTED
    if held.stage == "review" and held.kind == "panel" and ends in FILED and held.grid.template == "lby-mtq2":
        return SHORTLISTED
    return MARKS[ends]


def _mark(line: Criterion, choice: tuple[int, ...], dice: Dice) -> Decimal:
    """Return a mark of the line's scale; the choice is written for marks out of five."""
    five = Decimal(dice.choice(choice))
    return (five * line.high / 5).quantize(Decimal(1)) if line.high != 5 else five


def _moment(start: datetime, span: float, dice: Dice, low: float, high: float) -> datetime:
    return after(start, 0, minutes=int(span / 60 * dice.uniform(low, high)))


def _decide(loaded: Loaded, session: SelectionSession, days: SessionDays, sittings: list[Sitting]) -> None:
    first = sittings[0]
    if loaded.two_stage:
        moment = days.first_announced
        _batch(loaded, session, 1, [first], after(moment, -1, hour=9), moment, shortlisting=True)
        _batch(loaded, session, 2, sittings[1:], days.sat, days.announced, shortlisting=False)
    else:
        _batch(loaded, session, 1, [first], days.sat, days.announced, shortlisting=False)


def _batch(
    loaded: Loaded,
    session: SelectionSession,
    number: int,
    sittings: list[Sitting],
    sat: datetime,
    announced: datetime,
    *,
    shortlisting: bool,
) -> None:
    secretary, chair = loaded.staff["jury_secretary"], loaded.staff["jury_chair"]
    last = sittings[-1].held
    batch = DecisionBatch(
        session=session,
        number=number,
        stage=last.stage,
        shortlisting=shortlisting,
        submitted_by=secretary,
        submitted_at=after(sat, 0, minutes=300),
        confirmed_by=chair,
        confirmed_at=after(sat, 0, minutes=360),
        announced_at=announced,
    )
    deliberation = Deliberation(
        session=session,
        batch=batch,
        number=number,
        sits_at=sat,
        quorum=3,
        started_at=sat,
        minuted_at=after(sat, 0, minutes=180),
        signed_at=after(sat, 0, minutes=240),
        signed_by=chair,
    )
    loaded.histories.append(
        History(
            batch,
            [
                Fact("submit", after(sat, 0, minutes=300), secretary),
                Fact("confirm", after(sat, 0, minutes=360), chair),
                Fact("announce", announced, chair),
            ],
        )
    )
    loaded.histories.append(
        History(
            deliberation,
            [
                Fact("start", sat, chair),
                Fact("minute", after(sat, 0, minutes=180), secretary),
                Fact("sign", after(sat, 0, minutes=240), chair),
                Fact("close", after(sat, 0, minutes=250), secretary),
            ],
        )
    )

    def finish() -> None:
        for sitting in sittings:
            Mark.objects.bulk_create(sitting.marks, batch_size=BATCH)
        files = Application.objects.filter(
            pk__in=[item.application.pk for sitting in sittings for item in sitting.cases]
        )
        made = standings.make_snapshot(last, by=secretary, at=after(sat, 0, minutes=-30), files=files)
        DecisionBatch.objects.filter(pk=batch.pk).update(snapshot=made)
        _decisions(loaded, batch, made, sittings, shortlisting)
        _attendance(loaded, deliberation)

    loaded.later.append(finish)


def _decisions(
    loaded: Loaded, batch: DecisionBatch, made: Any, sittings: list[Sitting], shortlisting: bool
) -> None:
    lines = {line.application_id: line for line in made.lines.all()}
    by_key = {item.application.pk: item for sitting in sittings for item in sitting.cases}
    rows = []
    for pk, item in by_key.items():
        line = lines[pk]
        if shortlisting:
            outcome = "not_retain" if item.plan.ends == "not_retained" else "shortlist"
        else:
            outcome = OUTCOMES.get(item.plan.ends, "reject")
        rows.append(
            Decision(
                batch=batch,
                application_id=pk,
                position=line.position,
                rank=line.rank,
                score=line.score,
                failures=line.failures,
                outcome=outcome,
                amount_minor=item.plan.amount if outcome == "award" else None,
                place=item.application.waiting_rank if outcome == "waitlist" else None,
                reason=REASONS.get(outcome, ""),
            )
        )
    Decision.objects.bulk_create(rows, batch_size=BATCH)


def _attendance(loaded: Loaded, deliberation: Deliberation) -> None:
    jurors = JurorEngagement.objects.filter(session=deliberation.session).values_list("user", flat=True)
    rows = [Attendance(user_id=user, part="member") for user in jurors]
    rows.append(Attendance(user=loaded.staff["jury_chair"], part="chair"))
    rows.append(Attendance(user=loaded.staff["jury_secretary"], part="secretary"))
    for row in rows:
        row.deliberation, row.present = deliberation, True
    Attendance.objects.bulk_create(rows)


REASONS = {
    "reject": "Note insuffisante au regard de la grille.",
    "not_retain": "Places limitées : note du comité sous la ligne de présélection.",
    "waitlist": "Sur la liste d’attente, faute d’enveloppe.",
}
