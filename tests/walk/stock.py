"""Records that stand ready in every state, built through the door as people would, beside the counted steps.

`lead` makes lawful moves one after another with the same ways as the walk. Each builder takes something as
far as its last step; `STOCK` says which states want how many records, and who builds them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from applications import appealing
from applications.models import Application
from disbursements import batches as bank_batches
from disbursements.models import Grant, Tranche
from followup import attendance
from followup.action_points import agree
from followup.enterprises import enterprise_of_grant, hand_over
from followup.models import Cohort, Enrolment, Enterprise, Referral, SupportSession, Visit
from scoring import batches, draw, grid_templates, rounds, sittings, standings
from scoring.models import DecisionBatch, Discrepancy, JurorEngagement, JuryAssignment, Round, Scoresheet
from tests.walk import moves
from tests.walk.cast import owner_of
from tests.walk.setting import a_grant
from tests.walk.stage import Stage
from tests.walk.ways_of_grants import CONTENT, a_supplier, has_account, start_purchase
from tests.worlds.applications import a_draft, a_person, a_rule
from tests.worlds.programmes import World, a_member
from workflow import Refused, fire
from workflow.actors import Actor
from workflow.declare import Arrow
from workflow.machines import machine_of

ONE_ROUND, TWO_ROUNDS = "mar-ref", "lby-mtq2"


class Stuck(AssertionError):
    """A lawful move that the stock needs is refused."""


def lead(stage: Stage, record: Any, *verbs: str) -> Any:
    """Make lawful moves with a record, each by somebody whom no guard stops; return it fresh."""
    for verb in verbs:
        record = type(record)._default_manager.get(pk=record.pk)
        arrow = machine_of(type(record)).arrow(verb, record.state)  # type: ignore[arg-type]
        assert arrow is not None, f"{verb} from {record.state}"
        data = moves.inputs(stage, record, arrow)
        record = type(record)._default_manager.get(pk=record.pk)
        who = stage.side_of(record).cast.may(record, verb)
        stage.rng.shuffle(who)
        _by_one_of(stage, record, arrow, data or {}, who)
    return type(record)._default_manager.get(pk=record.pk)


def _by_one_of(stage: Stage, record: Any, arrow: Arrow, data: dict[str, Any], who: list[Actor]) -> None:
    """Fire an arrow as the first of some people whom no guard stops."""
    said: list[Any] = []
    for actor in who:
        move = moves.Move(record, arrow.verb, actor, data, "lawful")
        if arrow.second_person and (said := moves.why_not(stage, move, arrow)):
            continue
        if arrow.second_person:
            moves.proposed_by_another(stage, move, who)
        try:
            fire(record, arrow.verb, actor=actor, data=data, at=stage.now())
        except Refused as refused:
            said = refused.sentences
        else:
            return
    raise Stuck(f"{arrow.verb} {record.kind}: {said}")


# Applications and juries


def call_with_jury(stage: Stage, template: str, payment: str = "cash") -> World:
    """An open call whose files are read by one juror each."""
    world = stage.a_call(payment, opened=False)
    for grid in grid_templates.install(world.call, template):
        grid.jurors = 1
        grid.save()
    stage.open(world)
    a_rule(world)
    return world


def application_at(stage: Stage, world: World, *verbs: str, asked: int = 6_000_00) -> Application:
    """An application of somebody new, led through some verbs."""
    draft = a_draft(world, a_person(world), at=stage.now(), answers={"requested": asked})
    return lead(stage, draft, *verbs)


WAY_TO = {
    "draft": (),
    "submitted": ("submit",),
    "incomplete": ("submit", "request_piece"),
    "eligible": ("submit", "mark_eligible"),
    "ineligible": ("submit", "mark_ineligible"),
}


def application_in(state: str) -> Callable[[Stage], None]:
    """Who brings an application alone into a state of screening."""

    def build(stage: Stage) -> None:
        application_at(stage, World(*_open_call(stage)), *WAY_TO[state])

    return build


def _open_call(stage: Stage) -> tuple[Any, Any, Any, Any, Any]:
    for call in stage.records("programmes.call", "open"):
        session = call.session_for(stage.clock)
        if call.closes_at > stage.clock and session is not None and call.eligibility_rules.exists():
            return call.programme, call, call.tracks.first(), session, stage.side.world.people
    world = call_with_jury(stage, ONE_ROUND)
    return world.programme, world.call, world.track, world.session, world.people


def session_in_screening(stage: Stage, template: str = ONE_ROUND, files: int = 3) -> World:
    """A closed call with eligible files, jurors who signed, and proposals of a draw."""
    world = call_with_jury(stage, template)
    for number in range(files):
        application_at(stage, world, "submit", "mark_eligible", asked=(number + 3) * 1_000_00)
    lead(stage, world.call, "close")
    world.session = lead(stage, world.session, "start_screening")
    for _number in range(2):
        juror = JurorEngagement.objects.create(
            session=world.session,
            user=a_member(world.programme, "juror"),
            languages=["fr", "en", "ar"],
            invited_at=stage.now(),
            respond_by=stage.today + timedelta(days=9),
        )
        lead(stage, juror, "accept")
    propose_draw(stage, round_of(world, 1))
    return world


def round_of(world: World, number: int) -> Round:
    """A round of the session, by its number."""
    return Round.objects.get(session=world.session, grid__number=number)


def propose_draw(stage: Stage, held: Round) -> None:
    """Propose jurors for the files of a round."""
    found = draw.preview(held, seed=stage.seed)
    secretary = stage.member("jury_secretary")
    draw.propose(held, seed=stage.seed, fingerprint=found.fingerprint, by=secretary, at=stage.now())


def session_in_scoring(stage: Stage, template: str = ONE_ROUND, files: int = 3) -> World:
    """The jury holds its files."""
    world = session_in_screening(stage, template, files)
    for proposal in JuryAssignment.objects.filter(round__session=world.session, state="proposed"):
        lead(stage, proposal, "confirm")
    world.session = lead(stage, world.session, "start_scoring")
    return world


def opened_file(stage: Stage) -> None:
    """A juror has a file open."""
    world = session_in_scoring(stage, files=2)
    for assignment in JuryAssignment.objects.filter(round__session=world.session, state="assigned"):
        lead(stage, assignment, "open")


def marked_session(stage: Stage, template: str = ONE_ROUND, files: int = 3) -> World:
    """Every file is handed in; one file is still open, where there are enough."""
    world = session_in_scoring(stage, template, files)
    mark(stage, world)
    return world


def mark(stage: Stage, world: World) -> None:
    """Let every juror hand in every file that waits."""
    for assignment in JuryAssignment.objects.filter(round__session=world.session, state="assigned"):
        lead(stage, assignment, "open")
        lead(stage, Scoresheet.objects.get(assignment=assignment, state="draft"), "submit")


def differing_file(stage: Stage, *verbs: str) -> None:
    """Jurors differ on a file of an open round."""
    world = session_in_scoring(stage)
    for application in world.session.applications.filter(state="in_review"):
        found = Discrepancy.objects.create(
            round=round_of(world, 1),
            application=application,
            range=0.6,
            wide=True,
            unsure=False,
            found_at=stage.now(),
        )
        lead(stage, found, *verbs)


def closed_round(stage: Stage, template: str = ONE_ROUND, files: int = 3) -> World:
    """The first round is closed and all its sheets but one are locked, the last one too if all must be."""
    world = marked_session(stage, template, files)
    close(stage, round_of(world, 1))
    return world


def close(stage: Stage, held: Round) -> None:
    """Close a round and lock its sheets."""
    rounds.close_round(held, by=stage.member("jury_secretary"), at=stage.now())
    for sheet in Scoresheet.objects.filter(assignment__round=held, state="submitted"):
        lead(stage, sheet, "lock")


def reopened_sheets(stage: Stage, *verbs: str) -> None:
    """The jury secretary gives sheets back while their round is open."""
    world = marked_session(stage)
    for sheet in Scoresheet.objects.filter(assignment__round__session=world.session, state="submitted"):
        lead(stage, sheet, *verbs)


def handed_in_to_a_closed_round(stage: Stage) -> None:
    """Sheets that wait to be locked."""
    world = marked_session(stage)
    rounds.close_round(round_of(world, 1), by=stage.member("jury_secretary"), at=stage.now())


def ranked(stage: Stage, world: World, held: Round, *, places: int = 1) -> DecisionBatch:
    """Decisions in the order of merit: so many places, the next one waits, the rest is refused."""
    secretary = stage.member("jury_secretary")
    made = standings.make_snapshot(held, by=secretary, at=stage.now())
    return batches.propose(made, places=places, waiting=1, by=secretary)


def sitting_on(stage: Stage, batch: DecisionBatch, *verbs: str) -> Any:
    """A sitting with everybody present."""
    sitting = sittings.schedule(
        batch,
        sits_at=stage.now(),
        place="Rabat",
        quorum=2,
        chair=stage.member("jury_chair"),
        secretary=stage.member("jury_secretary"),
    )
    sitting.attendances.update(present=True)
    return lead(stage, sitting, *verbs)


def session_in_deliberation(stage: Stage) -> DecisionBatch:
    """Locked, ranked, decisions drafted."""
    world = closed_round(stage)
    world.session = lead(stage, world.session, "start_deliberation")
    return ranked(stage, world, round_of(world, 1))


def sitting_at(stage: Stage, *verbs: str) -> None:
    """The jury is to sit, or sits."""
    sitting_on(stage, session_in_deliberation(stage), *verbs)


def revised_in_a_sitting(stage: Stage) -> None:
    """The jury sits and revises marks."""
    batch = session_in_deliberation(stage)
    sitting_on(stage, batch, "start")
    for sheet in Scoresheet.objects.filter(assignment__round__session=batch.session, state="locked")[:2]:
        lead(stage, sheet, "revise")


def confirmed_before_the_signature(stage: Stage) -> None:
    """Decisions are confirmed while the chair has not signed the minutes."""
    batch = session_in_deliberation(stage)
    sitting_on(stage, batch, "start", "minute")
    lead(stage, batch, "submit", "confirm")


def decided_at(stage: Stage, *verbs: str) -> None:
    """Minuted, signed, and submitted or confirmed."""
    batch = session_in_deliberation(stage)
    sitting_on(stage, batch, "start", "minute", "sign")
    lead(stage, batch, *verbs)


def announced_session(stage: Stage) -> None:
    """Awards, a waiting list, refusals."""
    batch = session_in_deliberation(stage)
    sitting_on(stage, batch, "start", "minute", "sign", "close")
    batch = lead(stage, batch, "submit", "confirm")
    lead(stage, batch.session, "announce")


def a_waiting_list_that_is_over(stage: Stage) -> None:
    """A session is closed while somebody still waits for a place."""
    announced_session(stage)
    session = stage.records(SESSION, "announced")[-1]
    lead(stage, session, "close")


def a_freed_place(stage: Stage) -> None:
    """Somebody declined an award, and another one waits."""
    announced_session(stage)
    application = Application.objects.filter(state="awarded", decisions__outcome="award").latest("pk")
    lead(stage, application, "decline")


def appeal_of(stage: Stage, *states: str) -> Any:
    """An appeal of somebody who was turned away, against how it was decided; None when nobody can."""
    for application in reversed(stage.records("applications.application", *states)):
        if owner_of(application) is None:
            continue  # erased meanwhile
        try:
            appeal = appealing.lodge(
                application,
                ground="procedure",
                statement="Nobody looked at the second paper.",
                actor=application.applicant.user,
                at=stage.now(),
            )
        except Refused:
            continue
        if appeal.state == "lodged" and appeal.ground == "procedure":
            return appeal
    return None


def appeal_at(stage: Stage, *verbs: str) -> None:
    """An appeal against the screening, led through some verbs."""
    if (appeal := appeal_of(stage, "ineligible")) is None:
        application_in("ineligible")(stage)
        appeal = appeal_of(stage, "ineligible")
    lead(stage, appeal, *verbs)


def an_appeal_upheld(state: str) -> Callable[[Stage], None]:
    """Who leads an appeal against one decision so far that the file is decided again."""

    def build(stage: Stage) -> None:
        appeal = appeal_of(stage, state)
        if appeal is None:
            turn_away: dict[str, Builder] = {
                "ineligible": application_in("ineligible"),
                "not_retained": shortlist,
                "rejected": announced_session,
            }
            turn_away[state](stage)
            appeal = appeal_of(stage, state)
        lead(stage, appeal, "admit", "uphold")

    return build


def shortlist(stage: Stage, *verbs: str, files: int = 3) -> World:
    """A selection in two rounds: all files but one go on; led through some verbs of the plan."""
    world = closed_round(stage, TWO_ROUNDS, files)
    batch = ranked(stage, world, round_of(world, 1), places=files - 1)
    lead(stage, batch, "submit", "confirm", "announce")
    for application in Application.objects.filter(session=world.session, state="shortlisted").order_by("pk"):
        lead(stage, application, *verbs)
    return world


def shortlist_to_announce(stage: Stage) -> None:
    """Confirmed decisions on who goes on."""
    world = closed_round(stage, TWO_ROUNDS)
    lead(stage, ranked(stage, world, round_of(world, 1), places=2), "submit", "confirm")


def in_final_deliberation(stage: Stage, *, announced: bool = False) -> None:
    """Both rounds are marked; the decisions of the final one are confirmed, or announced."""
    world = shortlist(stage, "start_final_review", files=4)
    for held in Round.objects.filter(session=world.session, closed_at__isnull=True).order_by("grid__number"):
        propose_draw(stage, held)
        for proposal in JuryAssignment.objects.filter(round=held, state="proposed"):
            lead(stage, proposal, "confirm")
        mark(stage, world)
        close(stage, held)
    world.session = lead(stage, world.session, "start_deliberation")
    last = Round.objects.filter(session=world.session).order_by("-grid__number").first()
    batch = ranked(stage, world, last)
    sitting_on(stage, batch, "start", "minute", "sign")
    lead(stage, batch, "submit", "confirm")
    if announced:
        lead(stage, world.session, "announce")


def final_decisions(stage: Stage) -> None:
    """The decisions of a final round are announced."""
    in_final_deliberation(stage, announced=True)


# Grants


def grant_at(stage: Stage, payment: str, *verbs: str, amount: int | None = 6_000_00) -> Grant:
    """A grant led through some verbs, with the account of its payee verified before it becomes active."""
    world = paying_call(stage, payment)
    a_grant(stage, world, amount)
    grant = Grant.objects.latest("pk")
    for verb in verbs:
        if verb == "activate":
            prepare_payee(stage, grant.tranches.get(number=1))
        grant = lead(stage, grant, verb)
    return grant


def paying_call(stage: Stage, payment: str) -> World:
    """A call that pays so; made when there is none."""
    for call in stage.records("programmes.call", "open", "closed"):
        track = call.tracks.first()
        if track.payment == payment:
            return World(call.programme, call, track, call.sessions.first(), stage.side.world.people)
    return stage.a_call(payment)


def prepare_payee(stage: Stage, tranche: Tranche) -> None:
    """Whoever is paid first is known, with an account that another person verified."""
    from disbursements import payees

    if tranche.is_in_kind:
        return
    owner: Any = tranche.grant
    if tranche.needs_supplier:
        owner = a_supplier(stage)
        payees.choose_supplier(tranche, owner, at=stage.now())
    if not has_account(owner):
        entered = stage.clock - timedelta(hours=2)
        payees.enter_destination(owner, actor=stage.member("preparer"), at=entered, **CONTENT)
    waiting = owner.destinations.filter(state="entered").first()
    if waiting is not None and not owner.destinations.verified().exists():
        lead(stage, waiting, "verify")


ACTIVE = ("offer", "sign", "activate")


def instalment_at(stage: Stage, *verbs: str, amount: int = 6_000_00) -> Tranche:
    """The first instalment of an active grant in cash, led through some verbs."""
    grant = grant_at(stage, "cash", *ACTIVE, amount=amount)
    return lead(stage, grant.tranches.get(number=1), *verbs)


WAY_OF_AN_INSTALMENT = {
    "planned": (),
    "evidence_submitted": (),
    "returned": ("return",),
    "verified": ("verify",),
    "approved": ("verify", "approve"),
}


def instalment_in(state: str) -> Callable[[Stage], None]:
    """Who brings an instalment into a state; the second one stays planned."""

    def build(stage: Stage) -> None:
        instalment_at(stage, *WAY_OF_AN_INSTALMENT[state])

    return build


def a_supplied_instalment(stage: Stage) -> None:
    """An instalment whose quotation is not there yet."""
    grant_at(stage, "supplier", *ACTIVE)


ORDER = ("submit", "approve", "release", "export")
RECEIPT = ("submit", "review")
PURCHASE_STEPS = ("choose_supplier", "order", "deliver", "hand_over")


def order_at(stage: Stage, *verbs: str) -> Any:
    """A payment order led through some verbs, with every signature that its amount needs."""
    amount = stage.rng.choice([6_000_00, 15_000_00])
    tranche = instalment_at(stage, "verify", "approve", "order", amount=amount)
    order = tranche.live_order()
    for verb in verbs:
        before = order.state
        order = lead(stage, order, verb)
        while order.state == before:
            order = lead(stage, order, verb)
    return order


def large_order_at(stage: Stage, *verbs: str) -> None:
    """An order that needs two approvals and two releases, led through some verbs."""
    tranche = instalment_at(stage, "verify", "approve", "order", amount=15_000_00)
    lead(stage, tranche.live_order(), *verbs)


def amended_beside_an_order(stage: Stage) -> None:
    """A grant is amended several times while its first instalment is ordered."""
    order = order_at(stage, "submit")
    for _time in range(4):
        lead(stage, order.tranche.grant, "amend")


SEALED = ("seal", "approve", "release", "export")


def batch_at(stage: Stage, *verbs: str, size: int = 1) -> Any:
    """A batch of small approved orders, led through some verbs with every signature that it needs."""
    from tests.walk.ways_of_batches import open_batch

    orders = []
    for _number in range(size):
        tranche = instalment_at(stage, "verify", "approve", "order")
        orders.append(lead(stage, tranche.live_order(), "submit", "approve"))
    batch = open_batch(stage)
    bank_batches.add(batch, [order.pk for order in orders])
    return lead(stage, batch, *verbs)


def large_batch_at(stage: Stage, *verbs: str) -> None:
    """A batch that needs two approvals and two releases, led through some verbs."""
    batch_at(stage, *verbs, size=3)


def reconciled_batch_at(stage: Stage, *verbs: str, part: bool = False) -> None:
    """A batch whose payments, or one of two, are on the statement; led through some verbs."""
    batch = batch_at(stage, *SEALED, size=2 if part else 1)
    for line in batch.live_lines().select_related("order")[:1]:
        lead(stage, line.order, "execute")
    lead(stage, batch, *verbs)


def partly_settled_batch(stage: Stage) -> None:
    """A batch that was settled in part and of which all payments are on the statement now."""
    batch = batch_at(stage, *SEALED, size=2)
    lines = batch.live_lines().select_related("order")
    lead(stage, lines[0].order, "execute")
    batch = lead(stage, batch, "settle")
    lead(stage, lines[1].order, "execute")


def handed_in_statement(stage: Stage) -> None:
    """A statement that was only looked at."""
    from tests.walk.ways_of_batches import hand_in

    hand_in(stage, -77_77)


def movement_of_a_payment(stage: Stage, *verbs: str, back: bool = False) -> None:
    """A movement of an order that was led through some verbs."""
    from tests.walk.ways_of_batches import movement

    order = order_at(stage, *verbs)
    movement(stage, order.net_minor if back else -order.net_minor)


def movement_of_a_batch(stage: Stage) -> None:
    """A movement over the sum of a batch that is with the bank."""
    from tests.walk.ways_of_batches import movement

    batch = batch_at(stage, *SEALED, size=2)
    movement(stage, -batch.control_minor)


def movement_at(stage: Stage, *verbs: str) -> None:
    """A movement that is no payment, led through some verbs."""
    from tests.walk.ways_of_batches import movement

    lead(stage, movement(stage, -33_33), *verbs)


def receipts_at(stage: Stage, *verbs: str, whole: bool = False) -> Any:
    """Receipts of a paid instalment led through some verbs."""
    from tests.walk.ways_of_orders import add_receipt, judge_receipts

    order = order_at(stage, *ORDER, "execute")
    justification = order.tranche.justifications.get()
    for verb in verbs:
        if verb == "submit":
            add_receipt(stage, justification, whole=whole)
        if verb.startswith("accept"):
            judge_receipts(stage, justification, accepted=True)
        justification = lead(stage, justification, verb)
    return justification


def judged_receipts(stage: Stage) -> None:
    """Every receipt under review is in order: only the word of the verifier is missing."""
    from tests.walk.ways_of_orders import judge_receipts

    justification = receipts_at(stage, "submit", "review", whole=True)
    judge_receipts(stage, justification, accepted=True)


def completed_grant_at(stage: Stage, *verbs: str) -> None:
    """A kit, handed over, paid and justified; led through some verbs of its grant."""
    purchase = purchase_at(stage, *PURCHASE_STEPS, "match_invoice")
    prepare_supplier(stage, purchase.supplier)
    tranche = lead(stage, purchase.tranche, "order")
    lead(stage, tranche.live_order(), *ORDER, "execute")
    tranche = lead(stage, tranche, *(["justify"] if verbs else []))
    lead(stage, tranche.grant, *[verb for verb in verbs if verb != "justify"])


def prepare_supplier(stage: Stage, supplier: Any) -> None:
    """A supplier with a verified account."""
    from disbursements import payees

    if not has_account(supplier):
        entered = stage.clock - timedelta(hours=2)
        payees.enter_destination(supplier, actor=stage.member("preparer"), at=entered, **CONTENT)
    waiting = supplier.destinations.filter(state="entered").first()
    if waiting is not None and not supplier.destinations.verified().exists():
        lead(stage, waiting, "verify")


def purchase_at(stage: Stage, *verbs: str) -> Any:
    """A purchase for a kit, led through some verbs."""
    grant = grant_at(stage, "kit", *ACTIVE)
    tranche = lead(stage, grant.tranches.get(number=1), "verify", "approve")
    purchase = start_purchase(stage, tranche)
    return lead(stage, purchase, *verbs)


def present_in_a_cohort(stage: Stage) -> None:
    """Somebody joined a new cohort and came to its only session."""
    programme = stage.side.world.programme
    application = application_at(stage, World(*_open_call(stage)), "submit")
    cohort = Cohort.objects.create(
        programme=programme, code=f"C{stage.rng.randrange(10**6)}", title="Cohort", kind="training"
    )
    person = application.applicant
    Enrolment.objects.create(case=application.case, cohort=cohort, person=person, enrolled_on=stage.today)
    session = SupportSession.objects.create(
        programme=programme, purpose="training", title="Training", held_on=stage.today, cohort=cohort
    )
    attendance.put_on_the_list(session, [person])
    lead(stage, session, "hold")


def call_at(stage: Stage, *verbs: str) -> None:
    """A call in draft, led through some verbs."""
    lead(stage, stage.a_call("cash", opened=False).call, *verbs)


def open_call_at(stage: Stage, *verbs: str) -> None:
    """An open call, led through some verbs."""
    lead(stage, stage.a_call("cash").call, *verbs)


def visit_at(stage: Stage, *verbs: str) -> None:
    """A visit to an enterprise beside those of its plan, led through some verbs."""
    programme = stage.side.world.programme
    enterprise = stage.one_of(Enterprise.objects.filter(programme=programme).order_by("pk"))
    if enterprise is None:
        grant = grant_at(stage, "cash", *ACTIVE)
        enterprise = enterprise_of_grant(grant)
    visit = Visit.objects.create(
        case=enterprise.case,
        enterprise=enterprise,
        programme=programme,
        code=f"S{stage.rng.randrange(10**6)}",
        due_on=stage.today + timedelta(days=5),
        coach=stage.member("coach"),
    )
    lead(stage, visit, *verbs)


def action_at(stage: Stage, *verbs: str) -> None:
    """Something agreed with an enterprise that a coach follows, led through some verbs."""
    rows = Enterprise.objects.filter(programme=stage.side.world.programme)
    enterprise = rows.filter(caseload__isnull=False).order_by("pk").first()
    if enterprise is None:
        enterprise = rows.order_by("pk").first() or enterprise_of_grant(grant_at(stage, "cash", *ACTIVE))
        hand_over(enterprise, coach=stage.member("coach"), day=stage.today, reason="First")
    due = stage.today + timedelta(days=20)
    lead(stage, agree(enterprise, what="Keep the cash book", due_on=due, today=stage.today), *verbs)


def referral_at(stage: Stage, *verbs: str) -> None:
    """A concern that a coach handed over, led through some verbs."""
    rows = Enterprise.objects.filter(programme=stage.side.world.programme).order_by("pk")
    enterprise = rows.first() or enterprise_of_grant(grant_at(stage, "cash", *ACTIVE))
    referral = Referral.objects.create(
        programme=enterprise.programme,
        case=enterprise.case,
        concern="violence",
        note="…",
        opened_by=stage.member("coach"),
        opened_at=stage.clock,
    )
    lead(stage, referral, *verbs)


Builder = Callable[[Stage], Any]
APPLICATION, SESSION, BATCH = (
    "applications.application",
    "programmes.selectionsession",
    "scoring.decisionbatch",
)
DISCREPANCY = "scoring.discrepancy"
FILE, SHEET, SITTING = "scoring.juryassignment", "scoring.scoresheet", "scoring.deliberation"
GRANT, TRANCHE, ORDER_KIND = "disbursements.grant", "disbursements.tranche", "disbursements.paymentorder"
APPEAL, ENROLMENT = "applications.appeal", "followup.enrolment"
VISIT = "followup.visit"
ACTION, REFERRAL = "followup.actionpoint", "followup.referral"
MOVEMENT = "disbursements.bankline"
BATCH_KIND = "disbursements.paymentbatch"
RECEIPTS, PURCHASE = "disbursements.justification", "disbursements.procurement"


@dataclass(frozen=True)
class Stock:
    """Who brings records of a kind into a state while an arrow that leaves it was never walked.

    wanted: how many there should be. leads_to: arrows of other machines that follow from those.
    """

    builder: Builder
    kind: str
    state: str
    wanted: int = 1
    leads_to: tuple[tuple[str, str, str], ...] = ()


def led(builder: Callable[..., Any], *verbs: str, **options: Any) -> Builder:
    """A builder that leads its record through some verbs."""

    def build(stage: Stage) -> None:
        builder(stage, *verbs, **options)

    build.__name__ = f"{builder.__name__}({', '.join(verbs)})"
    return build


def grant_led(*verbs: str) -> Builder:
    """A grant of any kind of payment, led through some verbs."""

    def build(stage: Stage) -> None:
        grant_at(stage, stage.rng.choice(["cash", "supplier", "kit"]), *verbs)

    return build


def following(source: str, *verbs: str) -> tuple[tuple[str, str, str], ...]:
    """Arrows of the application that follow from an announcement."""
    return tuple((APPLICATION, source, verb) for verb in verbs)


STOCK = (
    Stock(led(call_at, "publish"), "programmes.call", "published"),
    Stock(led(open_call_at, "close"), "programmes.call", "closed"),
    Stock(led(action_at), ACTION, "open", 2),
    Stock(led(action_at, "claim"), ACTION, "claimed", 2),
    Stock(led(referral_at), REFERRAL, "opened", 2),
    Stock(led(referral_at, "accept"), REFERRAL, "accepted"),
    Stock(led(visit_at), VISIT, "planned", 2),
    Stock(led(visit_at, "confirm"), VISIT, "confirmed", 2),
    Stock(led(visit_at, "miss"), VISIT, "missed", 2),
    Stock(led(visit_at, "start"), VISIT, "in_progress"),
    Stock(led(visit_at, "start", "submit"), VISIT, "submitted"),
    Stock(led(visit_at, "start", "submit", "return"), VISIT, "returned"),
    Stock(led(visit_at, "start", "submit", "validate"), VISIT, "validated"),
    *(Stock(application_in(state), APPLICATION, state, 2) for state in WAY_TO),
    Stock(session_in_screening, FILE, "proposed", 2),
    Stock(session_in_screening, SESSION, "screening"),
    Stock(session_in_scoring, FILE, "assigned", 2),
    Stock(opened_file, FILE, "opened", 2),
    Stock(session_in_scoring, APPLICATION, "in_review", 2),
    Stock(marked_session, SHEET, "submitted", 2),
    Stock(handed_in_to_a_closed_round, SHEET, "submitted", 4),
    Stock(led(reopened_sheets, "reopen"), SHEET, "reopened", 2),
    Stock(led(differing_file), DISCREPANCY, "open", 2),
    Stock(led(differing_file, "call_extra_juror"), DISCREPANCY, "extra_juror"),
    Stock(led(differing_file, "moderate"), DISCREPANCY, "moderation"),
    Stock(closed_round, SESSION, "scoring"),
    Stock(closed_round, SHEET, "locked", 2),
    Stock(session_in_deliberation, BATCH, "draft"),
    Stock(led(sitting_at), SITTING, "scheduled"),
    Stock(led(sitting_at, "start"), SITTING, "in_session"),
    Stock(led(sitting_at, "start", "minute"), SITTING, "minuted"),
    Stock(revised_in_a_sitting, SHEET, "revised", 2),
    Stock(led(decided_at, "submit"), BATCH, "submitted"),
    Stock(
        announced_session,
        BATCH,
        "confirmed",
        0,
        leads_to=following("in_review", "award", "waitlist", "reject"),
    ),
    Stock(led(decided_at, "submit", "confirm"), BATCH, "confirmed"),
    Stock(led(decided_at, "submit", "confirm"), SESSION, "deliberation"),
    Stock(announced_session, APPLICATION, "waitlisted"),
    Stock(a_freed_place, APPLICATION, "waitlisted", 3),
    Stock(a_waiting_list_that_is_over, APPLICATION, "waitlisted", 2),
    *(
        Stock(an_appeal_upheld(state), APPLICATION, state, 0, following(state, "reinstate"))
        for state in ("ineligible", "not_retained", "rejected")
    ),
    Stock(led(appeal_at), APPEAL, "lodged"),
    Stock(led(appeal_at, "admit"), APPEAL, "admitted"),
    Stock(announced_session, APPLICATION, "rejected"),
    Stock(announced_session, APPLICATION, "awarded"),
    Stock(announced_session, SESSION, "announced"),
    Stock(announced_session, SITTING, "signed"),
    Stock(
        shortlist_to_announce, BATCH, "confirmed", leads_to=following("in_review", "shortlist", "not_retain")
    ),
    Stock(led(shortlist), APPLICATION, "shortlisted", 2),
    Stock(led(shortlist, "request_plan"), APPLICATION, "plan_requested", 2),
    Stock(led(shortlist, "request_plan", "submit_plan"), APPLICATION, "plan_submitted", 2),
    Stock(in_final_deliberation, APPLICATION, "in_final_review"),
    Stock(
        final_decisions,
        APPLICATION,
        "in_final_review",
        0,
        following("in_final_review", "award", "waitlist", "reject"),
    ),
    Stock(grant_led(), GRANT, "draft"),
    Stock(grant_led("offer"), GRANT, "offered"),
    Stock(grant_led("offer", "sign"), GRANT, "signed"),
    *(Stock(instalment_in(state), TRANCHE, state, 2) for state in WAY_OF_AN_INSTALMENT),
    Stock(a_supplied_instalment, TRANCHE, "due"),
    *(
        Stock(led(order_at, *ORDER[:steps]), ORDER_KIND, state)
        for steps, state in enumerate(("draft", "submitted", "approved", "released", "exported"))
    ),
    Stock(led(large_order_at, "submit"), ORDER_KIND, "submitted", 2),
    Stock(led(large_order_at, "submit", "approve", "approve"), ORDER_KIND, "approved", 2),
    Stock(led(large_order_at, "submit", "approve", "approve", "release"), ORDER_KIND, "approved", 3),
    Stock(present_in_a_cohort, ENROLMENT, "enrolled", 2),
    Stock(led(order_at, "submit", "reject"), ORDER_KIND, "rejected"),
    Stock(led(order_at, *ORDER, "doubt"), ORDER_KIND, "in_doubt"),
    Stock(led(order_at, *ORDER, "execute"), ORDER_KIND, "executed"),
    Stock(led(order_at, *ORDER, "execute", "acknowledge"), ORDER_KIND, "receipted"),
    Stock(led(receipts_at), RECEIPTS, "expected"),
    Stock(led(receipts_at, "submit"), RECEIPTS, "submitted"),
    Stock(led(receipts_at, *RECEIPT), RECEIPTS, "under_review"),
    Stock(judged_receipts, RECEIPTS, "under_review", 3),
    Stock(led(receipts_at, *RECEIPT, "accept_partly"), RECEIPTS, "partly_accepted"),
    Stock(led(receipts_at, *RECEIPT, "refuse"), RECEIPTS, "refused"),
    Stock(led(batch_at), BATCH_KIND, "open"),
    Stock(led(batch_at, "seal"), BATCH_KIND, "sealed"),
    Stock(led(large_batch_at, "seal"), BATCH_KIND, "sealed", 2),
    Stock(led(batch_at, *SEALED[:2]), BATCH_KIND, "approved"),
    Stock(led(large_batch_at, "seal", "approve", "approve"), BATCH_KIND, "approved", 2),
    Stock(led(large_batch_at, "seal", "approve", "approve", "release"), BATCH_KIND, "approved", 3),
    Stock(led(batch_at, *SEALED[:3]), BATCH_KIND, "released"),
    Stock(led(batch_at, *SEALED), BATCH_KIND, "exported"),
    Stock(led(reconciled_batch_at), BATCH_KIND, "exported", 2),
    Stock(led(reconciled_batch_at, part=True), BATCH_KIND, "exported", 3),
    Stock(partly_settled_batch, BATCH_KIND, "partly_settled"),
    Stock(led(reconciled_batch_at, "settle"), BATCH_KIND, "settled"),
    Stock(handed_in_statement, "disbursements.statementfile", "handed_in"),
    Stock(led(movement_of_a_payment, *ORDER), MOVEMENT, "open"),
    Stock(led(movement_of_a_payment, *ORDER, "execute", back=True), MOVEMENT, "open", 2),
    Stock(led(movement_of_a_payment, *ORDER, "doubt"), MOVEMENT, "open", 3),
    Stock(movement_of_a_batch, MOVEMENT, "open", 4),
    Stock(led(movement_at, "set_aside"), MOVEMENT, "set_aside"),
    *(
        Stock(led(purchase_at, *PURCHASE_STEPS[:steps]), PURCHASE, state)
        for steps, state in enumerate(("quoting", "supplier_chosen", "ordered", "delivered", "handed_over"))
    ),
    Stock(led(completed_grant_at), TRANCHE, "paid", 2),
    Stock(led(completed_grant_at, "justify"), GRANT, "active", 3),
    Stock(led(completed_grant_at, "justify", "complete"), GRANT, "completed"),
    Stock(led(grant_at, "cash", *ACTIVE, "suspend"), GRANT, "suspended"),
    Stock(led(grant_at, "cash", *ACTIVE, "terminate"), GRANT, "terminated"),
)
