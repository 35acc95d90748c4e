"""The waiting list after an announcement: a freed place goes to the next one, in the order of turns."""

from datetime import datetime

from applications.models import Application
from scoring.models import Decision
from workflow import tick


def promote(now: datetime) -> int:
    """Award freed places to the first of each session's waiting list, one at a time; return how many.

    Whether a place is free and whose turn it is are the application's own guards; the amount is the one that
    the announced decision put down.
    """
    promoted = 0
    sessions = (
        Application.objects.filter(state="waitlisted", session__state="announced")
        .order_by()
        .values_list("session", flat=True)
        .distinct()
    )
    for session in list(sessions):
        while (following := _next_of(session)) is not None:
            application, data = following
            if not tick.fire_due([application], "award", now, data):
                break
            promoted += 1
    return promoted


def _next_of(session: int) -> tuple[Application, dict[str, object]] | None:
    application = (
        Application.objects.filter(session=session, state="waitlisted")
        .select_related("case", "call", "session", "track")
        .order_by("waiting_rank", "pk")
        .first()
    )
    if application is None:
        return None
    decision = (
        Decision.objects.filter(application=application, outcome="waitlist", batch__state="announced")
        .order_by("-batch__number")
        .first()
    )
    if decision is None:
        return None
    return application, {"decision": decision.pk, "amount": decision.amount_minor}
