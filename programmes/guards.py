"""What must be true before a programme, a call or a selection session goes on: one sentence each.

Guards of upper packages (grid, tranche plan, visit plan, jurors) are registered by those packages.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Sum
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow import clock, display
from workflow.actors import Actor, System
from workflow.history import data_guard

if TYPE_CHECKING:
    from programmes.models import Call, Programme, SelectionSession

Data = dict[str, Any] | None


# Programme


@data_guard
def title_is_written(programme: "Programme", actor: Actor, data: Data) -> str | None:
    """The programme has a title."""
    return None if programme.title else _("Give the programme a title.")


@data_guard
def country_is_known(programme: "Programme", actor: Actor, data: Data) -> str | None:
    """The programme has a country."""
    return None if programme.country else _("Say in which country the programme works.")


@data_guard
def period_is_known(programme: "Programme", actor: Actor, data: Data) -> str | None:
    """The programme has a start and an end, planned or actual."""
    if all(programme.period):
        return None
    return _("Give the start and the end of the programme, planned or actual.")


def has_a_site(programme: "Programme", actor: Actor, data: Data) -> str | None:
    """The programme works somewhere."""
    return None if programme.sites.exists() else _("Add at least one site.")


def no_call_is_open(programme: "Programme", actor: Actor, data: Data) -> str | None:
    """Every call is concluded, cancelled or was never published."""
    waiting = programme.calls.exclude(state__in=["draft", "concluded", "cancelled"]).count()
    if not waiting:
        return None
    return ngettext(
        "%(count)s call is not concluded: conclude or cancel it first.",
        "%(count)s calls are not concluded: conclude or cancel them first.",
        waiting,
    ) % {"count": display.number_text(waiting)}


def closing_sentence(programme: "Programme") -> str:
    """Say what closing does."""
    return _(
        "“%(title)s” becomes read-only: no application, grant, payment or visit of it can change any more."
        " Erasing identities and recovering money stay possible."
    ) % {"title": programme.title}


# Call


def programme_is_running(call: "Call", actor: Actor, data: Data) -> str | None:
    """The programme of the call is published and not closed."""
    return None if call.programme.state == "running" else _("Publish the programme first.")


@data_guard
def dates_are_set(call: "Call", actor: Actor, data: Data) -> str | None:
    """The call knows when it opens and closes."""
    if call.opens_at and call.closes_at:
        return None
    return _("Say when the call opens and when it closes.")


def envelope_is_set(call: "Call", actor: Actor, data: Data) -> str | None:
    """A call that pays money knows how much; shares of its sessions fit into it."""
    if call.envelope_minor is None:
        pays = call.tracks.filter(payment__in=["cash", "supplier"]).exists()
        return _("Give the envelope: at least one track pays money.") if pays else None
    shared = call.sessions.exclude(state="cancelled").aggregate(total=Sum("envelope_minor"))["total"] or 0
    if shared > call.envelope_minor:
        return _("The sessions share out more than the envelope of the call.")
    return None


def has_a_track(call: "Call", actor: Actor, data: Data) -> str | None:
    """People can apply for something; tracks that pay money have a ceiling."""
    tracks = list(call.tracks.all())
    if not tracks:
        return _("Add at least one track.")
    for track in tracks:
        if track.pays_money and track.ceiling_minor is None:
            return _("Give the ceiling of the track “%(track)s”.") % {"track": track.title}
    return None


def has_a_session(call: "Call", actor: Actor, data: Data) -> str | None:
    """Some committee sits, and its last cut-off is not before the call closes."""
    last = call.sessions.exclude(state="cancelled").aggregate(last=Max("cutoff_at"))["last"]
    if last is None:
        return _("Add at least one selection session.")
    if call.closes_at and last < call.closes_at:
        return _(
            "The last selection session cuts off before the call closes: later applications wait for none."
        )
    return None


def opening_date_reached_or_reason(call: "Call", actor: Actor, data: Data) -> str | None:
    """Nobody opens a call before its date without saying why."""
    if _reached(call.opens_at) or _has_reason(actor, data):
        return None
    return _("The call opens on %(date)s. To open it earlier, give a reason.") % {
        "date": _moment(call, call.opens_at)
    }


def closing_date_reached_or_reason(call: "Call", actor: Actor, data: Data) -> str | None:
    """Nobody closes a call before its date without saying why; the system waits for the grace minutes too."""
    due = call.deadline if isinstance(actor, System) else call.closes_at
    if _reached(due) or _has_reason(actor, data):
        return None
    return _("The call closes on %(date)s. To close it earlier, give a reason.") % {
        "date": _moment(call, call.closes_at)
    }


def no_session_is_past_screening(call: "Call", actor: Actor, data: Data) -> str | None:
    """Applications that came late would not be read by a jury that already marks."""
    if call.sessions.exclude(state__in=["planned", "screening", "cancelled"]).exists():
        return _("A selection session of this call is past screening.")
    return None


def new_date_is_later(call: "Call", actor: Actor, data: Data) -> str | None:
    """An extension leads into the future."""
    if data is None:
        return None
    wanted = parse_datetime(str(data.get("closes_at", "")))
    if wanted is None:
        return _("Say until when the call is extended.")
    if wanted <= clock.now() or (call.closes_at and wanted <= call.closes_at):
        return _("The new closing date must be later than the old one and than now.")
    return None


def every_session_is_over(call: "Call", actor: Actor, data: Data) -> str | None:
    """Nothing of the call waits for a committee."""
    if call.sessions.exclude(state__in=["closed", "cancelled"]).exists():
        return _("Every selection session must be closed or cancelled first.")
    return None


# Selection session


def call_takes_applications(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """The call of the session has been open."""
    if session.call.state in ("open", "closed"):
        return None
    return _("The call is not open.")


def cut_off_is_reached(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """No application can still come in for this session."""
    if _reached(session.deadline):
        return None
    return _("Applications for this session can come in until %(date)s.") % {
        "date": _moment(session.call, session.deadline)
    }


def appeal_window_is_over(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """Nobody can appeal any more."""
    if session.appeal_until is None or _reached(session.appeal_until):
        return None
    return _("Appeals are possible until %(date)s.") % {"date": _moment(session.call, session.appeal_until)}


def _reached(moment: datetime | None) -> bool:
    return moment is not None and clock.now() >= moment


def _has_reason(actor: Actor, data: Data) -> bool:
    """A person may still give a reason when the page only asks; the system has none to give."""
    if isinstance(actor, System):
        return False
    return data is None or bool(str(data.get("reason", "")).strip())


def _moment(call: "Call", moment: datetime | None) -> str:
    if moment is None:
        return "–"
    local = moment.astimezone(call.programme.zone)
    return f"{display.date_text(local.date())}, {local:%H:%M}"
