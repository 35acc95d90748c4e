"""Visits, support sessions and enrolments in the walk."""

from datetime import timedelta
from typing import Any

from followup import action_points, attendance
from followup.enterprises import HandoverError, hand_over
from followup.models import Cohort, Enrolment, Enterprise, Referral, SupportSession, Visit
from tests.walk.registry import birth, way
from tests.walk.stage import Stage

Data = dict[str, Any]
GOOD = {
    "status": "open",
    "modality": "on_site",
    "money_source": "records",
    "turnover": 620_000,
    "profit": 280_000,
    "keeps_accounts": True,
}


@birth
def a_coach_for_an_enterprise(stage: Stage) -> bool:
    """An enterprise without a coach gets one, and with it its visits."""
    rows = Enterprise.objects.filter(programme=stage.side.world.programme, caseload__isnull=True)
    enterprise = rows.order_by("pk").first()
    if enterprise is None:
        return False
    try:
        hand_over(enterprise, coach=stage.member("coach"), day=stage.today, reason="First")
    except HandoverError:
        return False
    return True


@birth
def a_visit(stage: Stage) -> bool:
    """Another visit to an enterprise, beside those of its plan."""
    programme = stage.side.world.programme
    enterprise = stage.one_of(Enterprise.objects.filter(programme=programme).order_by("pk"))
    if enterprise is None or len(stage.records("followup.visit", "planned", "confirmed", "missed")) >= 4:
        return False
    Visit.objects.create(
        case=enterprise.case,
        enterprise=enterprise,
        programme=programme,
        code=f"X{stage.rng.randrange(10**6)}",
        due_on=stage.today + timedelta(days=5),
        coach=stage.member("coach"),
    )
    return True


@birth
def a_support_session(stage: Stage) -> bool:
    """A training day of a cohort, with somebody on its list."""
    if len(stage.records("followup.supportsession", "planned")) >= 2:
        return False
    programme = stage.side.world.programme
    cohort, _new = Cohort.objects.get_or_create(
        programme=programme, code="W1", defaults={"title": "Cohort", "kind": "training"}
    )
    session = SupportSession.objects.create(
        programme=programme, purpose="training", title="Training", held_on=stage.today, cohort=cohort
    )
    persons = [enrolled.person for enrolled in Enrolment.objects.filter(cohort=cohort).order_by("pk")]
    attendance.put_on_the_list(session, persons)
    return True


@birth
def an_enrolment(stage: Stage) -> bool:
    """Somebody with a case joins the cohort."""
    cohort = Cohort.objects.filter(programme=stage.side.world.programme, code="W1").first()
    if cohort is None or len(stage.records("followup.enrolment", "enrolled")) >= 2:
        return False
    known = Enrolment.objects.filter(cohort=cohort).values_list("person", flat=True)
    sent = stage.records("applications.application", "submitted", "eligible", "in_review", "awarded")
    application = stage.one_of(one for one in sent if one.applicant_id not in known)
    if application is None:
        return False
    Enrolment.objects.create(
        case=application.case, cohort=cohort, person=application.applicant, enrolled_on=stage.today
    )
    return True


@birth
def an_action_point(stage: Stage) -> bool:
    """Something agreed with an enterprise."""
    if len(stage.records("followup.actionpoint", "open")) >= 3:
        return False
    rows = Enterprise.objects.filter(programme=stage.side.world.programme, caseload__isnull=False)
    enterprise = rows.order_by("pk").first()
    if enterprise is None:
        return False
    action_points.agree(
        enterprise, what="Keep the cash book", due_on=stage.today + timedelta(days=20), today=stage.today
    )
    return True


@birth
def a_referral(stage: Stage) -> bool:
    """A coach tells the protection officer something."""
    if len(stage.records("followup.referral", "opened")) >= 2:
        return False
    enterprise = stage.one_of(Enterprise.objects.filter(programme=stage.side.world.programme).order_by("pk"))
    if enterprise is None:
        return False
    Referral.objects.create(
        programme=enterprise.programme,
        case=enterprise.case,
        concern="violence",
        note="…",
        opened_by=stage.member("coach"),
        opened_at=stage.clock,
    )
    return True


@way("followup.actionpoint", "verify", optional=["visit"])
def verify_action(stage: Stage, point: Any) -> Data:
    """A photo proves it."""
    return {"file": stage.file(point, "action_proof").pk}


@way("followup.referral", "close")
def close_referral(stage: Stage, referral: Any) -> Data:
    """What became of it."""
    return {"outcome": "Handed on to the clinic"}


@way("followup.visit", "confirm")
def confirm(stage: Stage, visit: Any) -> Data:
    """A day and a contact."""
    return {"planned_for": stage.day(1), "contact": "The beneficiary"}


@way("followup.visit", "submit", optional=["performed_at"])
def submit(stage: Stage, visit: Any) -> Data:
    """A complete form; now and then the business is in trouble."""
    visit.answers = {**GOOD, "performed_on": stage.clock.date().isoformat()}
    if stage.chance(0.2):
        visit.answers |= {"status": "closed", "turnover": 0, "profit": -45_000, "cause": "The owner left"}
    visit.save(update_fields=["answers", "state"])
    return {"performed_at": stage.clock.isoformat()} if stage.chance(0.5) else {}


@way("followup.visit", "miss")
def miss(stage: Stage, visit: Any) -> Data:
    """Its window is over."""
    day = visit.due_on + timedelta(days=visit.window_days + 1)
    if day > stage.today + timedelta(days=20):
        Visit.objects.filter(pk=visit.pk).update(due_on=stage.today)
        day = stage.today + timedelta(days=visit.window_days + 1)
    while stage.today < day:
        stage.until(stage.clock + timedelta(days=1))
    return {}


@way("followup.visit", "reschedule")
def reschedule(stage: Stage, visit: Any) -> Data:
    """To next week."""
    return {"due_on": stage.day(7), "reason": "The market is closed"}


@way("followup.supportsession", "hold", "close")
def hold(stage: Stage, session: Any) -> Data:
    """Everybody marked, somebody present."""
    from tests.worlds.applications import a_person

    if not session.attendance.exists():
        attendance.put_on_the_list(session, [a_person(stage.side.world)])
    rows = list(session.attendance.order_by("pk").values_list("pk", flat=True))
    session.attendance.filter(pk__in=rows).update(present=True)
    return {}
