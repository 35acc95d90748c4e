"""What stands against an appeal: when it may be lodged, on what ground, and who may hear it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow import display
from workflow.actors import Actor

if TYPE_CHECKING:
    from applications.models import Appeal, Application
    from programmes.models import SelectionSession

Data = dict[str, Any] | None
APPEALABLE = ("ineligible", "not_retained", "rejected")
ANNOUNCED = ("not_retained", "rejected")


def window_of(application: "Application") -> datetime | None:
    """Return until when an appeal against the present decision may be lodged; None when there is none."""
    if application.state not in APPEALABLE:
        return None
    session = application.session
    if application.state in ANNOUNCED and session is not None and session.appeal_until is not None:
        return session.appeal_until
    since = application.state_since
    return since + timedelta(days=application.call.appeal_days) if since else None


def why_not_lodge(application: "Application", at: datetime) -> str | None:
    """Return why no appeal can be lodged now, None when one can."""
    until = window_of(application)
    if until is None:
        return _("There is no decision that one can appeal against.")
    if at > until:
        return _("The time to appeal is over.")
    if application.state_since and application.appeals.filter(decided_at=application.state_since).exists():
        return _("An appeal against this decision was lodged already.")
    return None


def within_the_window(appeal: "Appeal", actor: Actor, data: Data) -> str | None:
    """It was lodged in time."""
    return None if appeal.lodged_at <= appeal.until else _("It was lodged after the time to appeal.")


def the_ground_is_procedure(appeal: "Appeal", actor: Actor, data: Data) -> str | None:
    """Appeals are heard on how a decision was made, not on what the jury thought."""
    if appeal.ground == appeal.Ground.PROCEDURE:
        return None
    return _("Only an appeal on the procedure is heard. Refuse this one, and say so.")


def took_no_part_before(appeal: "Appeal", actor: Actor, data: Data) -> str | None:
    """Nobody hears an appeal against the own work: no act on this file, no check, no answer of theirs."""
    from workflow.models import Event

    user = getattr(actor, "pk", None)
    if user is None:
        return None
    acts = Event.objects.filter(stream=appeal.stream, actor=user).exclude(kind="applications.appeal")
    checks = appeal.application.checks.filter(checked_by=user)
    if acts.exists() or checks.exists():
        return _("You took part in this file before. Somebody who did not must hear the appeal.")
    return None


def no_appeal_is_open(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """A session closes when every appeal against its decisions is answered."""
    from applications.models import Appeal

    waiting = Appeal.objects.filter(application__session=session.pk, state__in=["lodged", "admitted"]).count()
    if not waiting:
        return None
    return ngettext(
        "%(count)s appeal still waits for its answer.",
        "%(count)s appeals still wait for their answer.",
        waiting,
    ) % {"count": display.number_text(waiting)}


def what_upholding_does(appeal: "Appeal") -> str:
    """Say what happens when an appeal is upheld."""
    return _("Application %(number)s will be reinstated and decided again.") % {
        "number": display.isolated(appeal.application.case.number)
    }
