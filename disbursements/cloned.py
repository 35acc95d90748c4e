"""A cloned call gets the instalment plans of the old one's tracks."""

from collections.abc import Mapping

from disbursements.models import TranchePlan
from programmes.models import Call, Track


def copy_plans(old: Call, new: Call, tracks: Mapping[int, Track]) -> None:
    """Copy the plan of each track with its rows."""
    for plan in TranchePlan.objects.filter(call=old).prefetch_related("rows"):
        rows = list(plan.rows.all())
        made = TranchePlan.objects.create(call=new, track=tracks[plan.track_id])
        for row in rows:
            row.pk, row.plan = None, made
            row._state.adding = True
            row.save()
