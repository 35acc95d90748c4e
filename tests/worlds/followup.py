"""Visit plans for tests."""

from followup.models import VisitPlan
from programmes.models import Call


def prepare_call(call: Call) -> None:
    """Give the call a visit plan with one visit where it has none."""
    if not call.visit_plans.exists():
        plan = VisitPlan.objects.create(programme=call.programme, call=call)
        plan.rows.create(code="M1", offset_months=1)
