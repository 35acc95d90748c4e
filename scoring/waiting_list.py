"""The waiting list after an announcement: a freed place goes to the next one of its quota list.

While a reserved quota of the call is short without the place that was given back, the place goes to the first
who waits and counts for that quota, and the decision records it. Otherwise it goes in the order of turns.
"""

from datetime import datetime
from typing import NamedTuple

from applications.models import Application
from programmes.models import SelectionSession
from scoring import quota_lists
from scoring.models import Decision, Quota
from workflow import tick


class Turn(NamedTuple):
    """Whose turn it is. quota: the reserved quota that brings it before others, None in the plain order."""

    application: int
    quota: int | None = None


def promote(now: datetime) -> int:
    """Award freed places one at a time to whose turn it is; return how many.

    Whether a place is free and whose turn it is are the application's own guards; the amount is the one that
    the announced decision put down.
    """
    promoted = 0
    sessions = SelectionSession.objects.filter(state="announced", applications__state="waitlisted")
    for session in sessions.select_related("call__programme").distinct():
        while (following := _next_of(session)) is not None:
            application, data = following
            if not tick.fire_due([application], "award", now, data):
                break
            promoted += 1
    return promoted


def next_by_quota(session: SelectionSession) -> int | None:
    """Return the key of who is next because a reserved quota is short, None where the plain order holds."""
    found = turn(session)
    return found.application if found is not None and found.quota is not None else None


def turn(session: SelectionSession, entering: Application | None = None) -> Turn | None:
    """Return whose turn it is in a session, None when nobody waits.

    entering: an application that has just left the list for its place: told as if it still waited.
    """
    waiting = Application.objects.filter(session=session, state="waitlisted")
    if entering is not None:
        waiting = waiting | Application.objects.filter(pk=entering.pk)
    order = list(waiting.order_by("waiting_rank", "pk").values_list("pk", flat=True))
    if not order:
        return None
    listed = list(Quota.objects.filter(call=session.call_id, reserved=True))
    if not listed:
        return Turn(order[0])
    year = quota_lists.year_of(session)
    funded = quota_lists.funded_of(session.call)
    if entering is not None:
        funded = funded.exclude(pk=entering.pk)
    held = list(quota_lists.read(session.call, listed, funded, year).values())
    standing = quota_lists.read(session.call, listed, Application.objects.filter(pk__in=order), year)
    short = [one.key for one in quota_lists.reserves(session, listed, held) if one.needed(1)]
    for application in order:
        for key in short:
            if key in standing[application].lists:
                return Turn(application, None if application == order[0] else key)
    return Turn(order[0])


def _next_of(session: SelectionSession) -> tuple[Application, dict[str, object]] | None:
    found = turn(session)
    if found is None:
        return None
    application = Application.objects.select_related("case", "call", "session", "track").get(
        pk=found.application
    )
    decision = decision_of(application)
    if decision is None:
        return None
    return application, {"decision": decision.pk, "amount": decision.amount_minor}


def decision_of(application: Application) -> Decision | None:
    """Return the announced decision that put an application on the waiting list."""
    waitlisted = Decision.objects.filter(
        application=application, outcome="waitlist", batch__state="announced"
    )
    return waitlisted.order_by("-batch__number").first()
