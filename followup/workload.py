"""What each coach carries: enterprises, visits to make, late ones, overdue actions, the last visit made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from accounts.models import User
from followup.models import ActionPoint, CaseloadAssignment, Visit
from programmes.models import Membership, Programme

AHEAD = timedelta(days=14)


@dataclass
class Load:
    """One coach's load today."""

    coach: User
    leads: int = 0
    stands_in: int = 0
    soon: int = 0
    late: int = 0
    returned: int = 0
    waiting: int = 0
    overdue: int = 0
    last_made: datetime | None = None

    @property
    def is_heavy(self) -> bool:
        """Whether something is late here."""
        return bool(self.late or self.overdue)


def workload(programme: Programme, today: date) -> list[Load]:
    """Return the load of every coach of a programme, the latest first: five queries whatever their number."""
    members = Membership.objects.filter(programme=programme, role="coach").in_force(today)
    loads = {
        row.user_id: Load(row.user) for row in members.select_related("user").order_by("user__full_name")
    }
    caseload = CaseloadAssignment.objects.filter(enterprise__programme=programme).in_force(today)
    _fill(
        loads,
        caseload.values("coach").annotate(
            leads=Count("pk", filter=Q(role="lead")), stands_in=Count("pk", filter=Q(role="backup"))
        ),
    )
    to_make = Q(state__in=["planned", "confirmed", "in_progress"])
    visits = Visit.objects.filter(programme=programme, coach__isnull=False).values("coach")
    _fill(
        loads,
        visits.annotate(
            soon=Count("pk", filter=to_make & Q(due_on__gte=today, due_on__lte=today + AHEAD)),
            late=Count("pk", filter=(to_make & Q(due_on__lt=today)) | Q(state="missed")),
            returned=Count("pk", filter=Q(state="returned")),
            waiting=Count("pk", filter=Q(state="submitted")),
            last_made=Max("performed_at"),
        ),
    )
    points = ActionPoint.objects.filter(programme=programme, coach__isnull=False).overdue(today)
    _fill(loads, points.order_by().values("coach").annotate(overdue=Count("pk")))
    return sorted(loads.values(), key=lambda load: (-load.late, -load.overdue, load.coach.full_name))


def _fill(loads: dict[int, Load], rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        load = loads.get(row.pop("coach"))
        for name, value in row.items() if load is not None else ():
            setattr(load, name, value)
