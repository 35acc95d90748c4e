"""What time alone brings about here: plans not filed, pieces that never came, waiting lists that expired.

Each job may run any number of times.
"""

from datetime import datetime

from applications import photos, retention
from applications.models import Application
from workflow import tick


def lapse_plans(now: datetime) -> int:
    """Let the plans lapse that were not filed in time."""
    late = Application.objects.filter(state="plan_requested", plan_due_at__lt=now)
    return tick.fire_due(late.with_papers(), "lapse", now)


def lapse_waiting_lists(now: datetime) -> int:
    """Let the waiting lists of closed sessions lapse."""
    over = Application.objects.filter(state="waitlisted", session__state__in=["closed", "cancelled"])
    return tick.fire_due(over.with_papers(), "lapse", now)


def refuse_unanswered(now: datetime) -> int:
    """Declare ineligible what waited for a missing piece beyond its date."""
    late = Application.objects.filter(
        state="incomplete", piece_requests__answered_at__isnull=True, piece_requests__due_at__lt=now
    )
    return tick.fire_due(late.with_papers(), "mark_ineligible", now, {"cause": "not_answered"})


def register() -> None:
    """Put the jobs on `tick`."""
    tick.register("plans lapsed", lapse_plans)
    tick.register("waiting lists lapsed", lapse_waiting_lists)
    tick.register("missing pieces refused", refuse_unanswered)
    tick.register("photos hidden", photos.hide_late_arrivals)
    tick.register("erasures asked for", retention.queue_due)
    tick.register("identities erased", retention.carry_out_due)
