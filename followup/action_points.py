"""Making action points: by hand, and from what a visit form agreed."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from followup.models import ActionPoint, Enterprise, Visit
from followup.models.actions import ResponsibleParty

USUAL_TIME = timedelta(days=30)


def agree(
    enterprise: Enterprise,
    *,
    what: str,
    due_on: date,
    today: date,
    responsible: str = ResponsibleParty.BENEFICIARY,
    visit: Visit | None = None,
) -> ActionPoint:
    """Make an action point of an enterprise, in the hands of its lead coach."""
    lead = enterprise.caseload.filter(role="lead", valid_until__isnull=True).first()
    return ActionPoint.objects.create(
        case=enterprise.case,
        enterprise=enterprise,
        programme=enterprise.programme,
        visit=visit,
        what=what,
        responsible=responsible,
        agreed_on=min(today, due_on),
        due_on=due_on,
        coach_id=lead.coach_id if lead else None,
    )


def take_over(visit: Visit, *, at: datetime) -> int:
    """Make the action points that a validated visit agreed, each once; return how many are new.

    The form keeps them as `next_actions`: one a line, or rows of what, due_on and who. Without a day they are
    due in a month, without a name they are the beneficiary's.
    """
    known = set(visit.action_points.values_list("what", flat=True))
    today = timezone.localdate(at)
    made = 0
    for row in _rows(visit.answers.get("next_actions")):
        what = str(row.get("what", "")).strip()[:300]
        if not what or what in known:
            continue
        known.add(what)
        agree(
            visit.enterprise,
            what=what,
            due_on=max(_day(row.get("due_on")) or today + USUAL_TIME, today),
            today=today,
            responsible=row["who"]
            if row.get("who") in ResponsibleParty.values
            else ResponsibleParty.BENEFICIARY,
            visit=visit,
        )
        made += 1
    return made


def _rows(said: Any) -> list[Mapping[str, Any]]:
    if isinstance(said, str):
        return [{"what": line} for line in said.splitlines()]
    return [row for row in said or () if isinstance(row, Mapping)]


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
