"""Juries of the living programme: appointed, drawn, marking, sitting, deciding."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from applications.models import Application
from demo.living.stage import Stage
from programmes.models import SelectionSession
from scoring import (
    amending,
    batches,
    declaration,
    draw,
    entry,
    invitations,
    minutes,
    redacted_copies,
    revisions,
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
    Grid,
    JurorEngagement,
    JuryAssignment,
    Round,
    Scoresheet,
)

SEED = 20260115
KNOWN_SECTORS: tuple[list[str], ...] = (["couture", "خياطة"], ["réparation"], ["restauration", "خبز"], [])
"""What each juror in turn knows well."""
QUORUM = 3
REVISED = "Le devis joint ne couvre pas l’installation électrique."
COMMENTS = {
    "person": "Parle de son métier avec précision, sait ce qu’il lui manque.",
    "feasibility": "Les prix sont ceux du marché, l’emplacement est trouvé.",
    "market": "Des clients sont nommés, la concurrence est connue.",
    "finance": "La marge est réaliste, une petite réserve est prévue.",
    "impact": "Sert un quartier où ce service manque.",
}


def appoint(stage: Stage, session: SelectionSession, jurors: Iterable[int], at: datetime) -> None:
    """Invite jurors by their number; each signs the declaration two days later."""
    words = declaration.text()
    for number in jurors:
        engagement = invite(stage, session, number, at)
        stage.fire(
            engagement, "accept", engagement.user, at.replace(hour=18), declared=True, declaration=words
        )


def invite(stage: Stage, session: SelectionSession, juror: int, at: datetime) -> JurorEngagement:
    """Invite a juror, who has not answered yet."""
    engagement = JurorEngagement.objects.create(
        session=session,
        user=stage.staff.jurors[juror - 1],
        languages=["fr", "ar", "en"],
        sectors=KNOWN_SECTORS[juror % len(KNOWN_SECTORS)],
        invited_at=at,
        invited_by=stage.staff["jury_secretary"],
        respond_by=stage.day(6),
    )
    invitations.tell(engagement, at=at)
    return engagement


def to_scoring(stage: Stage, session: SelectionSession, at: datetime) -> Round:
    """From screening to scoring: drawn, confirmed, handed to the jury; return the round."""
    secretary = stage.staff["jury_secretary"]
    held = rounds.ensure_rounds(session)[0]
    found = draw.preview(held, seed=SEED)
    draw.propose(held, seed=SEED, fingerprint=found.fingerprint, by=secretary, at=at)
    for proposal in JuryAssignment.objects.filter(round=held, state="proposed").order_by("pk"):
        stage.fire(proposal, "confirm", secretary, at)
    confirm_copies(stage, session, at)
    stage.fire(session, "start_scoring", secretary, at)
    return held


def confirm_copies(stage: Stage, session: SelectionSession, at: datetime) -> None:
    """Confirm the masked copies of a session as they are proposed."""
    secretary = stage.staff["jury_secretary"]
    for copy in workbench.waiting_in(session).select_related("application__case"):
        workbench.accept(copy, by=secretary, at=at)
        redacted_copies.confirm(copy, by=secretary, at=at)


def begin_an_amendment(stage: Stage) -> None:
    """The manager has begun to amend the grid of the call: seen by those inside, not published."""
    grid = Grid.objects.current().filter(call=stage.call).order_by("number").first()
    if grid is None:
        raise LookupError("the call has no grid")
    made = amending.begin(grid, by=stage.staff["manager"])
    line = made.lines[-1]
    line.points, line.comment_at = line.points + 5, ["0", "1", "5"]
    line.save()
    made.because_fr = "L’effet sur le quartier comptait trop peu."
    made.because_ar = "كان وزن الأثر على الحي أقل مما يجب."
    made.save()


def mark(stage: Stage, assignment: JuryAssignment, at: datetime, *, merit: int, hand_in: bool = True) -> None:
    """Open a file, fill in its sheet and hand it in. merit: 0 (best) and up, taken off the highest marks."""
    juror = assignment.engagement.user
    stage.fire(assignment, "open", juror, at, no_conflict=True)
    sheet = Scoresheet.objects.get(assignment=assignment, state="draft")
    lines = list(sheet.round.grid.criteria.order_by("section__sort", "sort", "pk"))
    given = {}
    for place, line in enumerate(lines if hand_in else lines[:2]):
        value = max(int(line.high) - merit - (place + assignment.pk) % 2, 1)
        given[line.pk] = Given(value=Decimal(value), comment=COMMENTS.get(line.key, "Vu dans le dossier."))
    entry.save(sheet, given, revision=sheet.revision, at=at)
    if hand_in:
        stage.fire(sheet, "submit", juror, at)


def mark_everything(stage: Stage, held: Round, at: datetime, merits: dict[int, int]) -> None:
    """Every juror hands in every sheet; the round is closed, its sheets locked."""
    for assignment in JuryAssignment.objects.filter(round=held, state="assigned").order_by("pk"):
        mark(stage, assignment, at, merit=merits.get(assignment.application_id, 0))
    secretary = stage.staff["jury_secretary"]
    rounds.close_round(held, by=secretary, at=at)
    for sheet in Scoresheet.objects.filter(assignment__round=held, state="submitted").order_by("pk"):
        stage.fire(sheet, "lock", secretary, at)


def propose(
    stage: Stage, session: SelectionSession, held: Round, at: datetime, *, places: int, waiting: int = 0
) -> DecisionBatch:
    """Rank, and propose decisions in the order of merit."""
    secretary = stage.staff["jury_secretary"]
    talk_over(stage, session, at)
    stage.fire(session, "start_deliberation", secretary, at)
    made = standings.make_snapshot(held, by=secretary, at=at)
    batch = batches.propose(made, places=places, waiting=waiting, by=secretary)
    for decision in batch.decisions.filter(outcome="reject"):
        decision.reason = "Note insuffisante au regard de la grille ; voir les critères."
        decision.save(update_fields=["reason"])
    return batch


def talk_over(stage: Stage, session: SelectionSession, at: datetime) -> None:
    """Put every file on which jurors differ on the table of the sitting."""
    for one in Discrepancy.objects.filter(round__session=session, state="open"):
        stage.fire(one, "moderate", stage.staff["jury_secretary"], at)


def schedule(stage: Stage, batch: DecisionBatch, at: datetime) -> Deliberation:
    """Schedule the sitting on a batch of decisions."""
    return sittings.schedule(
        batch,
        sits_at=at,
        place="Rabat, salle du comité",
        quorum=QUORUM,
        chair=stage.staff["jury_chair"],
        secretary=stage.staff["jury_secretary"],
    )


def revise(stage: Stage, sitting: Deliberation, at: datetime) -> None:
    """The jury takes one point back from the last file, whose quotation falls short, and ranks again."""
    secretary = stage.staff["jury_secretary"]
    last = sitting.batch.decisions.order_by("position").last()
    if last is None:
        return
    sheet = revisions.sheets_of(sitting, last.application.case.number, secretary)[0]
    mark = sheet.marks.filter(criterion__gate=False, value__gt=1).order_by("pk").first()
    if mark is not None and mark.value is not None:
        facts = {"criterion": mark.criterion_id, "value": str(mark.value - 1), "reason": REVISED}
        stage.fire(sheet, "revise", secretary, at, **facts)
        revisions.rank_again(sitting, by=secretary, at=at)


def decide(
    stage: Stage, batch: DecisionBatch, sat: datetime, announced: datetime, *, revised: bool = False
) -> DecisionBatch:
    """The jury sits, its minutes are signed and stored, the decisions confirmed and announced.

    revised: it changes a mark, and one member leaves the room for the first file.
    """
    secretary, chair = stage.staff["jury_secretary"], stage.staff["jury_chair"]
    sitting = schedule(stage, batch, sat)
    sitting.attendances.update(present=True)
    stage.fire(sitting, "start", chair, sat)
    if revised:
        member = sitting.attendances.filter(part="member").order_by("pk").last()
        first = batch.decisions.order_by("position").first()
        if member is not None and first is not None:
            sittings.step_aside(sitting, member, first.application)
        revise(stage, sitting, sat)
        batch = sitting.batch
    for verb, who in (("minute", secretary), ("sign", chair)):
        stage.fire(sitting, verb, who, sat)
    minutes.store(sitting, language="fr", by=secretary, at=sat)
    stage.fire(sitting, "close", secretary, sat)
    stage.fire(batch, "submit", secretary, sat)
    stage.fire(batch, "confirm", chair, sat)
    session = batch.session
    session.refresh_from_db()
    stage.fire(session, "announce", chair, announced)
    batch.refresh_from_db()
    return batch


def merits_of(applications: list[Application], worst: int = 0) -> dict[int, int]:
    """Return what is taken off the marks of each application: nothing, but for the last `worst` ones."""
    last = len(applications) - worst
    return {one.pk: 2 if place >= last else 0 for place, one in enumerate(applications)}
