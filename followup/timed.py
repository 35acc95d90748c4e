"""What time brings about in the follow-up: visits are missed, actions overdue, alerts climb."""

from datetime import date, datetime, timedelta

from followup import alert_notices, alerts, cohorts, ratings, visit_imports
from followup.models import Visit
from programmes.days import days_by_zone
from workflow import Refused, fire, tick
from workflow.tick import TICK

MOST_AT_ONCE = 1000


def note_missed(now: datetime) -> int:
    """Note planned and confirmed visits as missed once their window has passed; return how many."""
    return sum(_note_missed_in(zone, today) for zone, today in days_by_zone(now))


def _note_missed_in(zone: str, today: date) -> int:
    candidates = Visit.objects.filter(
        state__in=["planned", "confirmed"],
        due_on__lt=today,
        programme__state="running",
        programme__time_zone=zone,
    ).select_related("case", "programme")
    done = 0
    for visit in candidates.order_by("due_on")[:MOST_AT_ONCE]:
        if visit.due_on + timedelta(days=visit.window_days) >= today:
            continue
        try:
            fire(visit, "miss", actor=TICK, key=f"miss {today}")
        except Refused:
            continue
        done += 1
    return done


def register() -> None:
    """Run with every tick."""
    tick.register("visits noted as missed", note_missed)
    tick.register("risk rated anew for overdue actions", ratings.rerate_overdue)
    tick.register("enrolments completed", cohorts.complete_due)
    tick.register("alerts that climbed", alerts.escalate)
    tick.register("messages about alerts", alert_notices.tell_due)
    tick.register("tables of visits deleted that nobody took in", visit_imports.forget_tables)
