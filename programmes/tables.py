"""Columns of the lists of calls, sessions and mailings."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programmes.models import Call, CallState, SelectionSession, SessionState
from workflow import listing
from workflow.models import NoticeBatch


def _call_state(value: str) -> tuple[Any, str]:
    return CallState(value).label, Call.MEANINGS[value]


def _session_state(value: str) -> tuple[Any, str]:
    return SessionState(value).label, SelectionSession.MEANINGS[value]


def _mailing_url(batch: NoticeBatch) -> str:
    return reverse("programmes:mailing", args=[batch.programme_code, batch.pk])


class CallTable(listing.ListTable):
    """Calls of a programme."""

    title = listing.TitleColumn(
        verbose_name=_("Call"), url=lambda call: call.get_absolute_url(), order_by="title_fr"
    )
    code = listing.RefColumn(verbose_name=_("Code"))
    state = listing.StateColumn(verbose_name=_("State"), words=_call_state)
    opens_at = listing.DateColumn(verbose_name=_("Opens on"))
    closes_at = listing.DateColumn(verbose_name=_("Closes on"))
    envelope = listing.MoneyColumn(verbose_name=_("Envelope"), order_by="envelope_minor")
    tracks = listing.NumberColumn(verbose_name=_("Tracks"), accessor="track_count")
    sessions = listing.NumberColumn(verbose_name=_("Sessions"), accessor="session_count")
    caption = _("Calls")


class SessionTable(listing.ListTable):
    """Selection sessions of a programme."""

    call = listing.TitleColumn(
        verbose_name=_("Session"),
        accessor="label",
        url=lambda session: session.get_absolute_url(),
        order_by=("call__opens_at", "number"),
    )
    state = listing.StateColumn(verbose_name=_("State"), words=_session_state)
    cutoff_at = listing.DateColumn(verbose_name=_("Cut-off"))
    sits_on = listing.DateColumn(verbose_name=_("Sits on"))
    places = listing.NumberColumn(verbose_name=_("Places"))
    envelope = listing.MoneyColumn(verbose_name=_("Share of the envelope"), order_by="envelope_minor")
    appeal_until = listing.DateColumn(verbose_name=_("Appeals until"))
    caption = _("Selection sessions")


class MailingTable(listing.ListTable):
    """Mailings that a person reads before they leave."""

    label = listing.TitleColumn(verbose_name=_("Mailing"), url=_mailing_url)
    created_at = listing.DateColumn(verbose_name=_("Prepared on"))
    count = listing.NumberColumn(verbose_name=_("Messages"), accessor="message_count")
    released_at = listing.DateColumn(verbose_name=_("Released on"))
    released_by = listing.tables.Column(verbose_name=_("Released by"))
    caption = _("Mailings")
