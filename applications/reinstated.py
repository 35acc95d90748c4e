"""Files that an upheld appeal brought back when their session had gone on: a later session decides anew.

A session that is past the point cannot mark or decide again. The secretary gives the file to a session of the
same call that still takes files, planned for it if need be: screening, fresh jurors, sitting and announcement
are those of every file. Until then the old session does not close.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applications.models import Application
from programmes.models import SelectionSession
from programmes.predicates import Role, programme_ids
from workflow import Refused, access, acts, display, inbox
from workflow.actors import Actor
from workflow.states import DOING

SUBJECT, VERB = "applications.Case", "give_to_session"
TAKES_FILES = ("planned", "screening")
NOT_ANY_MORE = Q(state="eligible", session__state__in=["scoring", "deliberation", "announced", "closed"]) | Q(
    state="in_review", session__state__in=["announced", "closed"]
)


def waiting() -> "QuerySet[Application]":
    """Return the files whose session cannot decide about them any more."""
    return Application.objects.filter(NOT_ANY_MORE, appeals__state="upheld").distinct()


def is_waiting(application: Application) -> bool:
    """Whether a file needs another session."""
    return waiting().filter(pk=application.pk).exists()


def sessions_for(application: Application) -> list[SelectionSession]:
    """Return the sessions of the call that can take a file, the next one first."""
    rows = SelectionSession.objects.filter(call=application.call_id, state__in=TAKES_FILES)
    return list(rows.exclude(pk=application.session_id).order_by("cutoff_at", "number"))


def give(application: Application, session: SelectionSession, *, actor: Any, at: datetime) -> None:
    """Give a reinstated file to another session of its call; raises `Refused`."""
    if not access.may(actor, "applications.give_to_session", application):
        raise Refused([_("You may not do this.")])
    if application.call.programme.is_closed:
        raise Refused([_("The programme is closed: it is read-only.")])
    with transaction.atomic():
        data = {"from": application.session_id, "session": session.pk}
        acts.record(application.case, VERB, actor=actor, at=at, data=data)
        held = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        taking = SelectionSession.objects.select_for_update(of=("self",)).filter(
            pk=session.pk, call=held.call_id, state__in=TAKES_FILES
        )
        if not taking.exists():
            raise Refused([_("This session does not take files any more.")])
        if not is_waiting(held):
            raise Refused([_("This file does not wait for another session.")])
        Application.objects.filter(pk=held.pk).update(session=session)
    application.session = session


def no_reinstated_file_waits(session: SelectionSession, actor: Actor, data: Any) -> str | None:
    """A session closes when every file that came back has a session that decides about it."""
    count = waiting().filter(session=session.pk).count()
    if not count:
        return None
    return ngettext(
        "%(count)s reinstated file waits to be given to another session.",
        "%(count)s reinstated files wait to be given to another session.",
        count,
    ) % {"count": display.number_text(count)}


def to_give(user: Any) -> "QuerySet[Application]":
    """Reinstated files without a session that decides, for jury secretaries and managers."""
    ids = programme_ids(user, Role.JURY_SECRETARY, Role.MANAGER)
    if not ids:
        return Application.objects.none()
    return waiting().filter(call__programme__in=ids).select_related("case", "call").order_by("state_since")


def _row(application: Application) -> inbox.Row:
    return inbox.Row(
        title=application.case.number,
        detail=_("reinstated: choose the session that decides · %(call)s") % {"call": application.call.title},
        url=reverse("applications:case", args=[application.case.number]),
        since=application.state_since,
    )


def register() -> None:
    """Name the act and put the queue on start pages."""
    acts.declare(
        SUBJECT, VERB, gettext_lazy("Given to another session"), facts=("from", "session"), meaning=DOING
    )
    inbox.register(
        inbox.Queue(
            "applications.reinstated",
            gettext_lazy("Reinstated files to decide"),
            to_give,
            _row,
            order=26,
            ask=gettext_lazy("Choose who decides the reinstated file"),
        )
    )
