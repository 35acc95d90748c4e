"""Applications, appeals and erasures in the walk."""

from typing import Any

from applications import appealing, drafting, retention, screening
from applications.models import Registration
from tests.walk.cast import owner_of
from tests.walk.registry import birth, follows, way
from tests.walk.stage import Stage
from tests.worlds.applications import IDEA, PLAN, a_draft, a_person, a_rule
from tests.worlds.programmes import World
from workflow import Refused

Data = dict[str, Any]
APPEALABLE = ("ineligible", "not_retained", "rejected")


@birth
def a_draft_application(stage: Stage) -> bool:
    """Somebody is received, agrees, and writes an idea."""
    call = stage.one_of(stage.records("programmes.call", "open"))
    if call is None or len(stage.records("applications.application", "draft")) >= MOST_DRAFTS:
        return False
    session = call.session_for(stage.clock)
    if session is None or session.applications.count() >= MOST_IN_A_SESSION:
        return False
    world = World(call.programme, call, call.tracks.first(), session, stage.side.world.people)
    if not call.eligibility_rules.exists():
        a_rule(world)
    asked = stage.rng.choice([5_000_00, 8_000_00, 12_000_00])
    a_draft(world, a_person(world), at=stage.now(), answers={"requested": asked})
    return True


MOST_DRAFTS, MOST_IN_A_SESSION = 2, 4


@birth
def an_appeal(stage: Stage) -> bool:
    """Somebody who was turned away appeals, mostly about the procedure."""
    application = stage.one_of(stage.records("applications.application", *APPEALABLE))
    if application is None or owner_of(application) is None:
        return False
    ground = "procedure" if stage.chance(0.8) else "opinion"
    try:
        appealing.lodge(
            application,
            ground=ground,
            statement="Nobody looked at the second paper.",
            actor=application.applicant.user,
            at=stage.now(),
        )
    except Refused:
        return False
    return True


@birth
def a_request_for_erasure(stage: Stage) -> bool:
    """Somebody asks to be forgotten; a person of the walk whose application came to nothing."""
    if stage.records("applications.erasure", "requested", "kept"):
        return False
    programme = stage.side.world.programme
    gone = {"withdrawn", "lapsed", "declined", "not_retained", "disqualified"}
    rows = Registration.objects.filter(
        programme=programme,
        erased_at__isnull=True,
        person__user__isnull=False,
        person__applications__state__in=gone,
    )
    row = stage.one_of(rows.order_by("pk").distinct())
    if row is None:
        return False
    retention.ask(
        row.person, programme, "asked", actor=row.person.user, at=stage.now(), reason="I moved away"
    )
    return True


@way("applications.application", "submit")
def submit(stage: Stage, application: Any) -> Data:
    """As it was read on the review page."""
    return {"answers": application.answers_at("idea").digest}


@way("applications.application", "request_piece")
def request_piece(stage: Stage, application: Any) -> Data:
    """One question, within three days."""
    return {"questions": ["use_of_money"], "message": "Please say more.", "due_at": stage.in_days(3)}


@way("applications.application", "answer")
def answer(stage: Stage, application: Any) -> Data:
    """The question that was asked, answered anew."""
    given = application.answers_at("idea")
    for section in given.form.sections:
        drafting.save(given, section.key, {**IDEA, "use_of_money": "Thread."}, at=stage.now())
    return {"answers": application.answers_at("idea").digest}


@way("applications.application", "mark_eligible")
def mark_eligible(stage: Stage, application: Any) -> Data:
    """Every rule settled by hand."""
    officer = stage.member("screening_officer")
    for rule in application.call.eligibility_rules.all():
        screening.decide(application, rule, outcome="met", reason="Seen", actor=officer, at=stage.now())
    return {}


@way("applications.application", "mark_ineligible")
def mark_ineligible(stage: Stage, application: Any) -> Data | None:
    """A rule of the call that is not met."""
    rule = application.call.eligibility_rules.first()
    return None if rule is None else {"rule": rule.pk}


@way("applications.application", "request_plan")
def request_plan(stage: Stage, application: Any) -> Data:
    """Within five days."""
    return {"due_at": stage.in_days(5)}


@way("applications.application", "submit_plan")
def submit_plan(stage: Stage, application: Any) -> Data:
    """The plan is written and sent."""
    given = application.begin_answers("plan")
    for section in given.form.sections:
        drafting.save(given, section.key, PLAN, at=stage.now())
    return {"answers": application.answers_at("plan").digest}


@way("applications.application", "lapse")
def lapse(stage: Stage, application: Any) -> Data:
    """The day has passed."""
    if application.state == "plan_requested" and application.plan_due_at and stage.chance(0.3):
        stage.until(application.plan_due_at)
    return {}


@way("applications.application", "award")
def award_a_freed_place(stage: Stage, application: Any) -> Data | None:
    """What the announced decision put down; only the waiting list is walked alone."""
    decision = application.decisions.filter(outcome="waitlist", batch__state="announced").first()
    if application.state != "waitlisted" or decision is None:
        return None
    return {"decision": decision.pk, "amount": decision.amount_minor}


# The announcement, the session or the appeal takes the application along.
follows(
    "applications.application", "start_review", "shortlist", "not_retain", "waitlist", "reject", "reinstate"
)
