"""Making and re-planning the visits of an enterprise from its plan and its anchor date."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from followup.calendar import due_date
from followup.models import Enterprise, Visit, VisitPlan
from followup.models.plans import Anchor
from workflow import acts
from workflow.actors import Actor


def plan_of(enterprise: Enterprise) -> VisitPlan | None:
    """Return the plan that applies: the track's, else the call's, else the programme's own."""
    application = getattr(enterprise.case, "application", None)
    plans = VisitPlan.objects.prefetch_related("rows")
    if application is None:
        return plans.filter(programme=enterprise.programme_id, call__isnull=True).first()
    of_call = plans.filter(call=application.call_id)
    return of_call.filter(track=application.track_id).first() or of_call.filter(track__isnull=True).first()


@transaction.atomic
def plan_visits(enterprise: Enterprise, anchor: date, *, baseline: bool = False) -> int:
    """Make the visits of the plan, or move those still planned to a changed anchor; return how many changed.

    anchor: first payment, hand-over or enrolment; for the baseline, the day the grant became active.
    baseline: plan only the visits made before the first payment, otherwise only the others.
    Visits that were confirmed, made, missed or cancelled stay as they are.
    """
    plan = plan_of(enterprise)
    if plan is None:
        return 0
    country = enterprise.programme.country
    known = {visit.code: visit for visit in enterprise.visits.live().filter(plan_row__isnull=False)}
    coach = lead_coach(enterprise)
    changed = 0
    for row in plan.rows.all():
        if row.before_payment is not baseline:
            continue
        due = due_date(anchor, row.offset, country)
        visit = known.get(row.code)
        if visit is None:
            Visit.objects.create(
                case=enterprise.case,
                enterprise=enterprise,
                programme=enterprise.programme,
                plan_row=row,
                code=row.code,
                due_on=due,
                window_days=row.window_days,
                coach_id=coach,
            )
            changed += 1
        elif visit.state == "planned" and visit.due_on != due and not visit.replaces_id:
            visit.due_on = due
            visit.save(update_fields=["due_on", "state"])
            changed += 1
    if not baseline:
        enterprise.anchor_on = anchor
        enterprise.save(update_fields=["anchor_on"])
    return changed


def anchors_at(enterprise: Enterprise, event: str, *, in_kind: bool = False) -> bool:
    """Tell whether an event is what the visits of an enterprise are counted from.

    event: an `Anchor`. in_kind: the payment buys goods for the beneficiary: their hand-over counts, not it.
    A grant that is given in goods alone is counted from the hand-over whatever the plan says.
    """
    plan = plan_of(enterprise)
    if plan is None or enterprise.anchor_on is not None:
        return False
    wanted = plan.anchor
    if wanted == Anchor.FIRST_PAYMENT and in_kind:
        wanted = Anchor.HAND_OVER
    return wanted == event


@transaction.atomic
def move_anchor(enterprise: Enterprise, day: date, *, reason: str, by: Actor, at: datetime) -> int:
    """Count the visits from another day; only those still planned move. Return how many did."""
    acts.record(enterprise, "move_anchor", actor=by, at=at, reason=reason, data={"day": day.isoformat()})
    return plan_visits(enterprise, day)


def unplanned_visit(enterprise: Enterprise, coach: Any, day: date) -> Visit:
    """Make a visit that no plan asked for, in the hands of a coach; it is numbered within the enterprise."""
    number = enterprise.visits.filter(plan_row__isnull=True).count() + 1
    return Visit.objects.create(
        case=enterprise.case,
        enterprise=enterprise,
        programme=enterprise.programme,
        code=f"X{number}",
        due_on=day,
        coach=coach,
    )


def lead_coach(enterprise: Enterprise) -> int | None:
    """Return the key of the coach who follows an enterprise as lead now, None where nobody does."""
    return (
        enterprise.caseload.filter(role="lead", valid_until__isnull=True)
        .values_list("coach_id", flat=True)
        .first()
    )
