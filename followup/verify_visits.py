"""Invariants of the follow-up, for `manage.py verify`."""

from django.db.models import Count, F, Q

from followup.models import CaseloadAssignment, Visit
from workflow import verification
from workflow.verification import Result


def validator_is_not_author() -> Result:
    """No validated visit was judged by its author, nor by who typed it in."""
    validated = Visit.objects.filter(state="validated")
    wrong = validated.filter(
        Q(validator__isnull=True) | Q(validator=F("author")) | Q(validator=F("typed_by"))
    )
    return Result(
        "validated visits have a validator who is not the author",
        validated.count(),
        [str(visit) for visit in wrong.select_related("case")],
    )


def one_lead_at_a_time() -> Result:
    """No two lead coaches of an enterprise overlap."""
    rows = CaseloadAssignment.objects.filter(role="lead")
    several = rows.values("enterprise").annotate(number=Count("pk")).filter(number__gt=1).values("enterprise")
    problems = []
    periods = rows.filter(enterprise__in=several).order_by("enterprise", "valid_from")
    before: CaseloadAssignment | None = None
    for row in periods:
        if (
            before is not None
            and before.enterprise_id == row.enterprise_id
            and (before.valid_until is None or before.valid_until >= row.valid_from)
        ):
            problems.append(f"enterprise {row.enterprise_id}: two lead coaches from {row.valid_from}")
        before = row
    return Result("lead coaches do not overlap", rows.count(), problems)


def register() -> None:
    """Add the checks."""
    verification.register("visits judged by another", validator_is_not_author)
    verification.register("one lead coach", one_lead_at_a_time)
