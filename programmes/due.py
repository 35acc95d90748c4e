"""What time alone brings about here: calls open and close, sessions begin to screen and close after appeals.

Each job may run any number of times: it takes what is due and possible, and leaves the rest without a trace.
"""

from datetime import datetime

from programmes.models import Call, SelectionSession
from workflow import tick


def open_calls(now: datetime) -> int:
    """Open the published calls whose date has come."""
    return tick.fire_due(Call.objects.filter(state="published", opens_at__lte=now), "open", now)


def close_calls(now: datetime) -> int:
    """Close the open calls whose closing time and grace are over."""
    ended = Call.objects.filter(state="open", closes_at__lte=now)
    return tick.fire_due((call for call in ended if call.deadline and call.deadline <= now), "close", now)


def start_screening(now: datetime) -> int:
    """Let screening begin in sessions whose cut-off has passed."""
    reached = SelectionSession.objects.filter(state="planned", cutoff_at__lte=now).select_related("call")
    return tick.fire_due(reached, "start_screening", now)


def close_sessions(now: datetime) -> int:
    """Close announced sessions once nobody can appeal any more."""
    over = SelectionSession.objects.filter(state="announced", appeal_until__lte=now).select_related("call")
    return tick.fire_due(over, "close", now)


def register() -> None:
    """Put the jobs on `tick`, in the order in which a call lives."""
    tick.register("calls opened", open_calls)
    tick.register("calls closed", close_calls)
    tick.register("sessions in screening", start_screening)
    tick.register("sessions closed", close_sessions)
