"""A cloned call gets the visit plans of the old one."""

from collections.abc import Mapping

from followup.models import VisitPlan
from programmes.models import Call, Track


def copy_plans(old: Call, new: Call, tracks: Mapping[int, Track]) -> None:
    """Copy each plan, for the whole call or for one track, with its visits."""
    for plan in VisitPlan.objects.filter(call=old).prefetch_related("rows"):
        rows = list(plan.rows.all())
        track = tracks[plan.track_id] if plan.track_id else None
        made = VisitPlan.objects.create(programme=new.programme, call=new, track=track, anchor=plan.anchor)
        for row in rows:
            row.pk, row.plan = None, made
            row._state.adding = True
            row.save()
