"""Rating an enterprise from its visits: gathers the situation, stores the rating with its parts."""

from dataclasses import asdict
from datetime import datetime

from followup.models import Enterprise, RiskRating, Visit
from followup.risk import Rating, Situation, rate
from followup.visit_form import off_budget_percent

UNREACHABLE = ("absent", "moved", "unreachable")


def situation_of(enterprise: Enterprise, visit: Visit) -> Situation:
    """Return what is known of an enterprise once the visit counts."""
    validated = list(
        enterprise.visits.filter(state="validated").exclude(pk=visit.pk).order_by("performed_at")
    )
    visits = [*validated, visit]
    return Situation(
        statuses=[str(seen.answers.get("status", "")) for seen in visits],
        profits=[seen.answers.get("profit") for seen in visits],
        months_since_start=_months_since_start(enterprise, visit),
        off_budget_percent=off_budget_percent(visit.answers),
        asset_gone=any(
            asset.get("found") == "absent" and not asset.get("approved")
            for asset in visit.answers.get("assets") or ()
        ),
        missed=_missed_in_a_row(enterprise, visit),
        unreachable=_unreachable_in_a_row(enterprise),
        group_dispute=bool(visit.answers.get("dispute")),
    )


def rate_enterprise(visit: Visit, *, at: datetime) -> Rating:
    """Rate the enterprise after a visit and store the rating."""
    rating = rate(situation_of(visit.enterprise, visit))
    RiskRating.objects.create(
        enterprise=visit.enterprise,
        visit=visit,
        rated_at=at,
        points=rating.points,
        level=rating.level,
        parts=[asdict(part) for part in rating.parts],
    )
    return rating


def _months_since_start(enterprise: Enterprise, visit: Visit) -> int | None:
    if enterprise.anchor_on is None or visit.performed_at is None:
        return None
    day = visit.performed_at.date()
    return (day.year - enterprise.anchor_on.year) * 12 + day.month - enterprise.anchor_on.month


def _missed_in_a_row(enterprise: Enterprise, visit: Visit) -> int:
    """Count the visits missed just before this one."""
    before = enterprise.visits.filter(due_on__lt=visit.due_on).order_by("-due_on")
    count = 0
    for state in before.values_list("state", flat=True):
        if state != "missed":
            break
        count += 1
    return count


def _unreachable_in_a_row(enterprise: Enterprise) -> int:
    results = (
        Visit.objects.filter(enterprise=enterprise, attempts__isnull=False)
        .order_by("-attempts__at")
        .values_list("attempts__result", flat=True)
    )
    count = 0
    for result in results:
        if result not in UNREACHABLE:
            break
        count += 1
    return count
