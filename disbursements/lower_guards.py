"""What this package asks of the machines below it: calls, programmes and applications."""

from typing import Any

from django.utils.translation import gettext as _

from disbursements import cloned
from programmes import cloning, publishing
from workflow import display, register_guard
from workflow.actors import Actor

Data = dict[str, Any] | None


def tranche_plan_is_complete(call: Any, actor: Actor, data: Data) -> str | None:
    """Every track that pays something says in which instalments, adding up to 100 %."""
    from disbursements.models import TranchePlan

    plans = {
        plan.track_id: plan
        for plan in TranchePlan.objects.filter(call=call).select_related("track").prefetch_related("rows")
    }
    for track in call.tracks.exclude(payment="none"):
        plan = plans.get(track.pk)
        if plan is None or not plan.rows.all():
            return _("The instalment plan of track “%(track)s” is missing.") % {"track": track}
        if sum(row.share_percent for row in plan.rows.all()) != 100:
            return _("The instalments of track “%(track)s” do not add up to 100 %%.") % {"track": track}
    return None


def no_grant_was_offered(call: Any, actor: Actor, data: Data) -> str | None:
    """A call under which grants were offered is concluded, not cancelled."""
    from disbursements.models import Grant
    from disbursements.models.grants import DEAD

    live = Grant.objects.filter(track__call=call).exclude(state__in=[*DEAD, "draft"])
    return _("Grants of this call were offered already.") if live.exists() else None


def no_grant_is_open(programme: Any, actor: Actor, data: Data) -> str | None:
    """A programme closes when all its grants are closed, or never came to be."""
    from disbursements.models import Grant
    from disbursements.models.grants import OVER

    count = Grant.objects.filter(programme=programme).exclude(state__in=OVER).count()
    return (
        _("%(count)s grants are not closed yet.") % {"count": display.number_text(count)} if count else None
    )


def grant_is_not_signed(application: Any, actor: Actor, data: Data) -> str | None:
    """An award is declined before its agreement is signed."""
    from disbursements.models import Grant
    from disbursements.models.grants import DEAD

    signed = Grant.objects.filter(application=application).exclude(state__in=[*DEAD, "draft", "offered"])
    return _("The grant agreement is already signed.") if signed.exists() else None


def grant_is_not_active(application: Any, actor: Actor, data: Data) -> str | None:
    """Once the agreement is signed the grant is terminated instead."""
    from disbursements.models import Grant
    from disbursements.models.grants import DEAD

    active = Grant.objects.filter(application=application).exclude(state__in=[*DEAD, "draft", "offered"])
    return _("The grant is in force: terminate the grant instead.") if active.exists() else None


def register() -> None:
    """Hang the guards on the lower machines."""
    register_guard("programmes.Call", "publish", tranche_plan_is_complete)
    publishing.mend_at(tranche_plan_is_complete, publishing.on_the_page("tranche-plans"))
    cloning.register(cloned.copy_plans)
    register_guard("programmes.Call", "cancel", no_grant_was_offered)
    register_guard("programmes.Programme", "close", no_grant_is_open)
    register_guard("applications.Application", "decline", grant_is_not_signed)
    register_guard("applications.Application", "disqualify", grant_is_not_active)
