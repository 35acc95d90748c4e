"""Who may see and run juries: grids, rounds, desks, sheets, rankings, sittings, decisions."""

from typing import Any

from applications.models import Application
from scoring import grid_templates
from scoring.models import (
    DecisionBatch,
    Deliberation,
    Discrepancy,
    JurorEngagement,
    JuryAssignment,
    PitchTurn,
    Quota,
    RankingAdvice,
    RankingSnapshot,
    RedactedCopy,
    Round,
    Scoresheet,
)
from tests.permissions.expected_applications import submitted
from tests.permissions.matrix import EVERY_MEMBER, Pair, Somebody, World, act, asks, row, sees
from tests.worlds.documents import filed
from tests.worlds.people import account
from tests.worlds.programmes import NOON, a_member
from tests.worlds.programmes import World as ProgrammeWorld
from workflow import load_history
from workflow.history import Fact, History

OWN = "juror@own"
SECRETARY, CHAIR = "jury_secretary", "jury_chair"
MARKS = "jury_secretary jury_chair auditor"
OVERSEES = "jury_secretary jury_chair manager auditor"
SET_UP = f"{EVERY_MEMBER} system_administrator"

SEES = [
    sees("scoring.grid", SET_UP),
    sees("scoring.quota", SET_UP),
    sees("scoring.round", EVERY_MEMBER.replace("donor ", "")),
    sees("scoring.jurorengagement", f"{OWN} {OVERSEES}"),
    sees("scoring.juryassignment", f"{OWN} {MARKS}"),
    sees("scoring.redactedcopy", f"{OWN} {MARKS}"),
    sees("scoring.pitchturn", f"{OWN} {OVERSEES}"),
    sees("scoring.scoresheet", f"{OWN} {MARKS}"),
    sees("scoring.discrepancy", MARKS),
    sees("scoring.rankingsnapshot", OVERSEES),
    sees("scoring.rankingadvice", OVERSEES),
    sees("scoring.deliberation", OVERSEES),
    sees("scoring.decisionbatch", OVERSEES),
]

ACTS = [
    act("scoring.jurorengagement", "accept", OWN),
    act("scoring.jurorengagement", "decline", OWN),
    act("scoring.jurorengagement", "expire", "system"),
    act("scoring.jurorengagement", "suspend", SECRETARY),
    act("scoring.jurorengagement", "resume", SECRETARY),
    act("scoring.jurorengagement", "end", SECRETARY),
    act("scoring.juryassignment", "confirm", SECRETARY),
    act("scoring.juryassignment", "discard", SECRETARY),
    act("scoring.juryassignment", "open", f"{OWN} {SECRETARY}"),
    act("scoring.juryassignment", "recuse", f"{OWN} {SECRETARY}"),
    act("scoring.juryassignment", "decline", OWN),
    act("scoring.juryassignment", "withdraw", f"{SECRETARY} system"),
    act("scoring.juryassignment", "restore", SECRETARY),
    act("scoring.juryassignment", "finish", "system"),
    act("scoring.scoresheet", "submit", f"{OWN} {SECRETARY}"),
    act("scoring.scoresheet", "reopen", SECRETARY),
    act("scoring.scoresheet", "lock", f"{SECRETARY} system"),
    act("scoring.scoresheet", "revise", SECRETARY),
    act("scoring.scoresheet", "void", f"{SECRETARY} system"),
    act("scoring.discrepancy", "call_extra_juror", SECRETARY),
    act("scoring.discrepancy", "moderate", SECRETARY),
    act("scoring.discrepancy", "resolve", SECRETARY),
    act("scoring.discrepancy", "waive", CHAIR),
    act("scoring.deliberation", "start", CHAIR),
    act("scoring.deliberation", "minute", SECRETARY),
    act("scoring.deliberation", "sign", CHAIR),
    act("scoring.deliberation", "close", SECRETARY),
    act("scoring.deliberation", "cancel", SECRETARY),
    act("scoring.decisionbatch", "submit", SECRETARY),
    act("scoring.decisionbatch", "return", CHAIR),
    act("scoring.decisionbatch", "confirm", CHAIR),
    act("scoring.decisionbatch", "announce", f"{CHAIR} system"),
]

ASKS = [
    asks("scoring.order_pitches", SECRETARY, of="scoring.round"),
    asks("scoring.type_sheet", SECRETARY, of="scoring.scoresheet"),
]

CALL: dict[str, Any] = {"of": "programmes.call", "pk": "pk"}
SESSION: dict[str, Any] = {"of": "programmes.selectionsession", "pk": "pk"}
QUOTA: dict[str, Any] = {"of": "scoring.quota", "pk": "pk"}
GRID: dict[str, Any] = {"of": "scoring.grid", "pk": "pk"}
ROUND: dict[str, Any] = {"of": "scoring.round", "pk": "pk"}
FILE: dict[str, Any] = {"of": "scoring.juryassignment", "pk": "pk"}
INVITATION: dict[str, Any] = {"of": "scoring.jurorengagement", "pk": "pk"}
COPY: dict[str, Any] = {"of": "scoring.redactedcopy", "pk": "pk"}
BATCH: dict[str, Any] = {"of": "scoring.decisionbatch", "pk": "pk"}
SITTING: dict[str, Any] = {"of": "scoring.deliberation", "pk": "pk"}
RANKING: dict[str, Any] = {"of": "scoring.rankingsnapshot", "pk": "pk"}

ROWS: list = [
    row("scoring:desk", "juror@any"),
    row("scoring:file", OWN, posts=OWN, gives=(404,), **FILE),
    row("scoring:autosave", posts=OWN, gives=(404,), **FILE),
    row("scoring:invitation", OWN, **INVITATION),
    row("scoring:sign", posts=OWN, **INVITATION),
    row("scoring:install_grid", posts="manager", **CALL),
    row("scoring:add_quota", "manager", posts="manager", **CALL),
    row("scoring:edit_quota", "manager", posts="manager", **QUOTA),
    row("scoring:remove_quota", posts="manager", **QUOTA),
    row("scoring:grid", SET_UP, public=True, leads_to_sign_in=True, **GRID),
    row("scoring:edit_grid", "manager", posts="manager", **GRID),
    row("scoring:remove_grid", posts="manager", **GRID),
    row("scoring:amend_grid", posts="manager", **GRID),
    row("scoring:publish_amendment", posts="manager", **GRID),
    row("scoring:add_grid_part", "manager", posts="manager", part="=criteria", **GRID),
    row("scoring:edit_grid_part", "manager", posts="manager", part="=criteria", row="first_line", **GRID),
    row("scoring:remove_grid_part", posts="manager", part="=criteria", row="first_line", **GRID),
    row("scoring:jury", OVERSEES, **SESSION),
    row("scoring:invite", posts=SECRETARY, **SESSION),
    row("scoring:declare_conflict", posts=SECRETARY, **SESSION),
    row("scoring:lift_conflict", posts=SECRETARY, gives=(404,), conflict="=1", **SESSION),
    row("scoring:copies", SECRETARY, **SESSION),
    row("scoring:prepare_copies", posts=SECRETARY, **SESSION),
    row("scoring:copy", SECRETARY, posts=SECRETARY, **COPY),
    row("scoring:correct_copy", posts=SECRETARY, **COPY),
    row("scoring:blacken", SECRETARY, posts=SECRETARY, file="first_file", page="=1", **COPY),
    row("scoring:blackened", SECRETARY, file="first_file", page="=1", **COPY),
    row("scoring:statistics", SET_UP, public=True, leads_to_sign_in=True, **SESSION),
    row("scoring:statistics_file", SET_UP, public=True, leads_to_sign_in=True, **SESSION),
    row("scoring:round", OVERSEES, **ROUND),
    row("scoring:set_round", posts=SECRETARY, **ROUND),
    row("scoring:remind", SECRETARY, posts=SECRETARY, **ROUND),
    row("scoring:paper_sheets", SECRETARY, **ROUND),
    row("scoring:blank_sheets", SECRETARY, language="=fr", **ROUND),
    row("scoring:assignments", MARKS, **ROUND),
    row("scoring:assignment", MARKS, **FILE),
    row("scoring:type_sheet", SECRETARY, posts=SECRETARY, **FILE),
    row("scoring:pitches", f"{OVERSEES}", posts=SECRETARY, **ROUND),
    row("scoring:draw", SECRETARY, posts=SECRETARY, **ROUND),
    row("scoring:pairs_file", SECRETARY, **ROUND),
    row("scoring:bring_pairs", SECRETARY, posts=SECRETARY, **ROUND),
    row("scoring:settle_discrepancies", posts=SECRETARY, **ROUND),
    row("scoring:discrepancy", MARKS, of="scoring.discrepancy", pk="pk"),
    row("scoring:close_round", posts=SECRETARY, **ROUND),
    row("scoring:start_final", posts=SECRETARY, **ROUND),
    row("scoring:make_ranking", posts=SECRETARY, **ROUND),
    row("scoring:sheet", MARKS, of="scoring.scoresheet", pk="pk"),
    row("scoring:ranking", OVERSEES, **RANKING),
    row("scoring:line", OVERSEES, **RANKING),
    row("scoring:propose", posts=SECRETARY, **RANKING),
    row("scoring:batch", OVERSEES, **BATCH),
    row("scoring:decide", posts=SECRETARY, **BATCH),
    row("scoring:schedule", SECRETARY, posts=SECRETARY, **BATCH),
    row("scoring:post_list", posts=SECRETARY, **BATCH),
    row("scoring:deliberation", OVERSEES, **SITTING),
    row("scoring:attend", posts=SECRETARY, **SITTING),
    row("scoring:expect", posts=SECRETARY, **SITTING),
    row("scoring:aside", posts=SECRETARY, **SITTING),
    row("scoring:back", posts=SECRETARY, gives=(404,), step="=1", **SITTING),
    row("scoring:remark", posts=SECRETARY, **SITTING),
    row("scoring:rank_again", posts=SECRETARY, **SITTING),
    row("scoring:store_minutes", posts=SECRETARY, **SITTING),
    row("scoring:draft_minutes", OVERSEES, language="=fr", **SITTING),
]


def fill(world: World) -> None:
    """One jury in each programme, whose juror has one file open."""
    ours, theirs = jury_of(world.here), jury_of(world.there)
    world.people += [
        Somebody("juror of the file", ours["scoring.jurorengagement"].user, frozenset({OWN})),
    ]
    for key in ours:
        world.objects[key] = Pair(ours[key], theirs[key])


def jury_of(side: ProgrammeWorld) -> dict[str, Any]:
    """A grid, a round, a juror with an open file, a ranking, decisions and a sitting."""
    grid: Any = grid_templates.install(side.call, "mar-ref")[0]
    grid.first_line = grid.criteria.first().pk
    held = Round.objects.create(session=side.session, grid=grid, seed="matrix")
    juror = a_member(side.programme, "juror")
    engagement = JurorEngagement(
        session=side.session,
        user=juror,
        languages=["fr"],
        invited_at=NOON,
        declaration="I am impartial.",
        declaration_signed_at=NOON,
    )
    declared = {"declared": True}
    load_history([History(engagement, [Fact("accept", NOON, juror, declared)])], recorded_at=NOON)
    application: Application = submitted(side, account(f"Marked {side.programme.code}"))
    copy: Any = RedactedCopy.objects.create(
        application=application,
        version=1,
        title=[],
        content=[],
        made_at=NOON,
        confirmed_at=NOON,
        files_made_at=NOON,
    )
    copy.first_file = copy.files.create(document=filed(application, juror_visible=True)).pk
    assignment = JuryAssignment(
        round=held, engagement=engagement, application=application, opened_at=NOON, copy=copy
    )
    secretary = side.member(SECRETARY)
    facts = [Fact("confirm", NOON, secretary), Fact("open", NOON, juror, {"no_conflict": True})]
    load_history([History(assignment, facts)], recorded_at=NOON)
    made = RankingSnapshot.objects.create(
        session=side.session,
        round=held,
        number=1,
        seed="matrix",
        inputs="{}",
        digest="0" * 64,
        files=1,
        ranked=0,
        maximum=100,
        made_at=NOON,
        made_by=secretary,
    )
    batch = DecisionBatch.objects.create(session=side.session, number=1, stage="review", snapshot=made)
    DecisionBatch.objects.create(session=side.session, number=2, stage="final", state="announced")
    sitting = Deliberation.objects.create(session=side.session, batch=batch, number=1, sits_at=NOON, quorum=1)
    return {
        "scoring.grid": grid,
        "scoring.quota": Quota.objects.create(call=side.call, measure="sex", value="f", goal=40),
        "scoring.round": held,
        "scoring.jurorengagement": engagement,
        "scoring.juryassignment": assignment,
        "scoring.redactedcopy": copy,
        "scoring.pitchturn": PitchTurn.objects.create(round=held, application=application, place=1),
        "scoring.scoresheet": Scoresheet.objects.create(assignment=assignment),
        "scoring.discrepancy": Discrepancy.objects.create(
            round=held, application=application, range=0.5, wide=True, unsure=False, found_at=NOON
        ),
        "scoring.rankingsnapshot": made,
        "scoring.rankingadvice": RankingAdvice.objects.create(snapshot=made, components=1, seed=1),
        "scoring.decisionbatch": batch,
        "scoring.deliberation": sitting,
    }
