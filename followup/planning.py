"""Making and re-planning the visits of an enterprise from its plan and its anchor date."""

from datetime import date

from django.db import transaction

from followup.calendar import due_date
from followup.models import Enterprise, Visit, VisitPlan


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
    coach = _lead_coach(enterprise)
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


def _lead_coach(enterprise: Enterprise) -> int | None:
    return (
        enterprise.caseload.filter(role="lead", valid_until__isnull=True)
        .values_list("coach_id", flat=True)
        .first()
    )
