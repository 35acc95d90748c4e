"""Juries in the walk: invitations, draws, sheets, rankings, sittings, decisions."""

from datetime import timedelta
from typing import Any

from scoring import batches, draw, minutes, redacted_copies, revisions, rounds, sittings, standings, workbench
from scoring.models import Decision, Discrepancy, JurorEngagement, Round
from tests.walk.registry import birth, way
from tests.walk.stage import Stage
from tests.worlds.programmes import a_member
from tests.worlds.scoring import fill_in, place_in_call
from workflow import Refused, fire

Data = dict[str, Any]
JURY = 4
BEFORE_MARKS = ("planned", "screening", "scoring")


@birth
def an_invited_juror(stage: Stage) -> bool:
    """A juror is invited to a session that has too few."""
    for session in stage.records("programmes.selectionsession", *BEFORE_MARKS):
        if (
            session.call.state in ("open", "closed")
            and session.engagements.exclude(state__in=["declined", "expired", "ended"]).count() < JURY
        ):
            JurorEngagement.objects.create(
                session=session,
                user=a_member(session.call.programme, "juror"),
                languages=["fr", "en", "ar"],
                invited_at=stage.now(),
                respond_by=stage.today + timedelta(days=1),
            )
            return True
    return False


@birth
def a_draw(stage: Stage) -> bool:
    """Jurors are drawn for the files of a round that lack some."""
    for session in stage.records("programmes.selectionsession", "screening", "scoring"):
        for held in Round.objects.filter(session=session, closed_at__isnull=True):
            if held.assignments.filter(state="proposed").exists():
                continue
            found = draw.preview(held, seed=stage.seed)
            if found.problems or not found.new_pairs:
                continue
            draw.propose(
                held,
                seed=stage.seed,
                fingerprint=found.fingerprint,
                by=stage.member("jury_secretary"),
                at=stage.now(),
            )
            return True
    return False


@birth
def a_closed_round(stage: Stage) -> bool:
    """A round whose files are all handed in is closed."""
    for session in stage.records("programmes.selectionsession", "scoring"):
        for held in Round.objects.filter(session=session, closed_at__isnull=True).order_by("grid__number"):
            files = held.assignments.exclude(state__in=["discarded", "withdrawn"])
            if files.exists() and not files.exclude(state="done").exists():
                return rounds.close_round(held, by=stage.member("jury_secretary"), at=stage.now())
    return False


@birth
def a_batch_of_decisions(stage: Stage) -> bool:
    """A closed round is ranked, and decisions are drafted from the ranking."""
    for session in stage.records("programmes.selectionsession", "scoring", "deliberation"):
        held = (
            Round.objects.filter(session=session, closed_at__isnull=False, assignments__isnull=False)
            .order_by("-grid__number")
            .first()
        )
        if held is None or not standings.files_of(held).exists():
            continue
        if session.batches.exclude(state="announced").exists():
            continue
        secretary = stage.member("jury_secretary")
        made = standings.make_snapshot(held, by=secretary, at=stage.now())
        try:
            batches.propose(made, places=2, waiting=1, by=secretary)
        except Refused:
            continue
        return True
    return False


@birth
def a_sitting(stage: Stage) -> bool:
    """A sitting is scheduled on drafted decisions."""
    for batch in stage.records("scoring.decisionbatch", "draft"):
        if batch.deliberations.exclude(state="cancelled").exists():
            continue
        sitting = sittings.schedule(
            batch,
            sits_at=stage.now(),
            place="Rabat",
            quorum=2,
            chair=stage.member("jury_chair"),
            secretary=stage.member("jury_secretary"),
        )
        sitting.attendances.update(present=True)
        return True
    return False


@way("scoring.jurorengagement", "accept", optional=["declaration"])
def accept(stage: Stage, engagement: Any) -> Data:
    """With the declaration of impartiality."""
    return {"declared": True, "declaration": "I am impartial."}


@way("scoring.jurorengagement", "expire")
def expire(stage: Stage, engagement: Any) -> Data | None:
    """The day to answer by is over."""
    if engagement.respond_by is None:
        return None
    stage.until(stage.clock + timedelta(days=2))
    return {}


@way("scoring.juryassignment", "open", optional=["on_paper"])
def open_(stage: Stage, assignment: Any) -> Data:
    """Without a conflict."""
    confirm_copy(stage, assignment.application)
    return {"no_conflict": True, "on_paper": True}


@way("programmes.selectionsession", "start_scoring")
def start_scoring(stage: Stage, session: Any) -> Data:
    """Nothing can come in any more, and every masked copy is confirmed."""
    stage.until(session.deadline)
    for application in session.applications.filter(state="eligible"):
        confirm_copy(stage, application)
    return {}


@way("programmes.selectionsession", "start_deliberation")
def start_deliberation(stage: Stage, session: Any) -> Data:
    """Every discrepancy will be talked over in the sitting."""
    for one in Discrepancy.objects.filter(round__session=session, state="open"):
        fire(one, "moderate", actor=stage.member("jury_secretary"), at=stage.now())
    return {}


@way("applications.application", "start_final_review")
def start_final_review(stage: Stage, application: Any) -> Data:
    """The masked copy with the plan is confirmed."""
    confirm_copy(stage, application)
    return {}


def confirm_copy(stage: Stage, application: Any) -> None:
    """Prepare and confirm the masked copy of a file as it is proposed, where that was not done."""
    copy = redacted_copies.make(application, at=stage.now())
    if not copy.is_confirmed:
        secretary = stage.member("jury_secretary")
        workbench.accept(copy, by=secretary, at=stage.now())
        redacted_copies.confirm(copy, by=secretary, at=stage.now())


@way("scoring.scoresheet", "submit")
def hand_in(stage: Stage, sheet: Any) -> Data:
    """Every criterion marked."""
    lines = list(sheet.round.grid.criteria.all())
    off = place_in_call(sheet.assignment.application) % 3
    values = {line.key: int(line.high) if line.gate else max(int(line.high) - off, 1) for line in lines}
    fill_in(sheet, values, at=stage.now())
    if sheet.scan_id is None:
        sheet.scan = stage.file(sheet, "signed_sheet")
        sheet.save(update_fields=["scan", "state"])
    return {}


@way("scoring.scoresheet", "revise")
def revise(stage: Stage, sheet: Any) -> Data | None:
    """One mark, by one."""
    mark = sheet.marks.filter(value__gt=1, criterion__gate=False).order_by("pk").first()
    if mark is None:
        return None
    value = int(mark.value) - 1
    return {"criterion": mark.criterion_id, "value": str(value), "reason": "Said in the sitting"}


@way("scoring.deliberation", "minute")
def minute(stage: Stage, sitting: Any) -> Data:
    """The ranking follows revised marks, every file is decided, every departure explained."""
    if sitting.state == "in_session" and revisions.are_after_the_ranking(sitting):
        revisions.rank_again(sitting, by=stage.member("jury_secretary"), at=stage.now())
    explain(sitting.batch)
    return {}


@way("scoring.deliberation", "close")
def close(stage: Stage, sitting: Any) -> Data:
    """With the stored minutes."""
    if minutes.paper_of(sitting) is None:
        minutes.store(sitting, language="fr", by=stage.member("jury_secretary"), at=stage.now())
    return {}


@way("scoring.decisionbatch", "submit")
def submit(stage: Stage, batch: Any) -> Data:
    """Every departure explained."""
    explain(batch)
    return {}


def explain(batch: Any) -> None:
    """Give every decision its reason."""
    Decision.objects.filter(batch=batch, reason="").update(reason="As the sitting said")
