"""Calls, their tracks and sessions: lists, the set-up page made of panels, the page of a session."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, OuterRef, ProtectedError, QuerySet, RestrictedError, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from programmes import cloning, publishing
from programmes.filters import CallFilters, SessionFilters
from programmes.forms.calls import CallForm, SessionForm, TrackForm
from programmes.models import (
    Call,
    CallQuestion,
    CallState,
    Programme,
    SelectionSession,
    SessionState,
    Track,
)
from programmes.scope import in_call, in_programme, in_session
from programmes.tables import CallTable, SessionTable
from programmes.views.setup import read_only
from workflow import access
from workflow.lists import ListView


@access.rule("programmes.work_on_programme", lookup=in_programme)
class CallList(ListView):
    """Calls of a programme."""

    table_class = CallTable
    filterset_class = CallFilters
    title = gettext_lazy("Calls")
    export_name = "calls"
    template_name = "programmes/calls.html"

    def get_queryset(self) -> "QuerySet[Any]":
        """The calls of the programme of the page."""
        programme = access.object_of(self.request)
        rows = Call.objects.visible_to(self.request.user).filter(programme=programme)
        return rows.annotate(track_count=_count(Track), session_count=_count(SelectionSession))

    def get_rows(self) -> "QuerySet[Any]":
        """Their columns."""
        rows = Call.objects.select_related("programme")
        return rows.annotate(track_count=_count(Track), session_count=_count(SelectionSession))

    def get_context(self, **context: Any) -> dict[str, Any]:
        """Who may add one."""
        programme = access.object_of(self.request)
        draft = Call(programme=programme)
        may_add = access.may(self.request.user, "programmes.change_call", draft) and not programme.is_closed
        return {**context, "programme": programme, "may_add": may_add}


def _count(model: Any) -> Any:
    """Count the rows of a call by a sub-query: two joins would multiply each other."""
    rows = model.objects.filter(call=OuterRef("pk")).order_by().values("call")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


@access.rule("programmes.view_sessions", lookup=in_programme)
class SessionList(ListView):
    """Selection sessions of a programme, the latest cut-off first."""

    table_class = SessionTable
    filterset_class = SessionFilters
    title = gettext_lazy("Selection sessions")
    export_name = "sessions"

    def get_queryset(self) -> "QuerySet[Any]":
        """The sessions of the programme of the page."""
        programme = access.object_of(self.request)
        rows = SelectionSession.objects.visible_to(self.request.user)
        return rows.filter(call__programme=programme).order_by("-cutoff_at")

    def get_rows(self) -> "QuerySet[Any]":
        """Their columns."""
        return SelectionSession.objects.select_related("call__programme")


@access.rule("programmes.work_on_programme", lookup=in_call)
def call_page(request: HttpRequest, code: str, call: str) -> HttpResponse:
    """A call: its machine, what it consists of, what other packages need for it."""
    found: Call = access.object_of(request)
    may_change = access.may(request.user, "programmes.change_call", found) and not found.programme.is_closed
    sessions = SelectionSession.objects.visible_to(request.user).filter(call=found)
    context = {
        "call": found,
        "programme": found.programme,
        "tracks": list(found.tracks.all()),
        "sessions": [(one, one.get_state_display(), one.meaning) for one in _of_call(sessions, found)],
        "state": found.get_state_display(),
        "languages": [str(name) for code, name in settings.LANGUAGES if code in found.languages],
        "may_change": may_change,
        "extensions": list(found.extensions.order_by("at")),
        "may_extend": found.state == CallState.OPEN
        and not found.programme.is_closed
        and access.may(request.user, "programmes.extend_call", found),
        "questions": _questions(request, found),
        "missing": publishing.missing(found, request.user) if may_change else [],
        "may_change_tracks": may_change and found.state == CallState.DRAFT,
        "may_add_sessions": may_change and found.state not in (CallState.CONCLUDED, CallState.CANCELLED),
    }
    return render(request, "programmes/call.html", context)


def _questions(request: HttpRequest, call: Call) -> dict[str, int] | None:
    """How many questions wait and are published; None for those who do not read them."""
    if not access.may(request.user, "programmes.view_questions", call):
        return None
    waiting, shown = CallQuestion.objects.waiting(), CallQuestion.objects.shown()
    return {"waiting": waiting.filter(call=call).count(), "shown": shown.filter(call=call).count()}


def _of_call(sessions: "QuerySet[SelectionSession]", call: Call) -> list[SelectionSession]:
    found = list(sessions)
    for session in found:
        session.call = call
    return found


@access.rule("programmes.change_programme", lookup=in_programme)
@require_http_methods(["GET", "POST"])
def create_call(request: HttpRequest, code: str) -> HttpResponse:
    """Make a draft call."""
    programme: Programme = access.object_of(request)
    if refused := read_only(request, programme):
        return refused
    form = CallForm(request.POST or None, programme=programme)
    if request.method == "POST" and form.is_valid():
        made = form.save()
        messages.success(request, _("The call is created as a draft."))
        return redirect(made)
    context = {"form": form, "programme": programme, "title": _("New call")}
    return render(request, "programmes/call_form.html", context, status=_status(form))


@access.rule("programmes.change_call", lookup=in_call)
@require_http_methods(["GET", "POST"])
def edit_call(request: HttpRequest, code: str, call: str) -> HttpResponse:
    """Change a call; what people rely on only while it is a draft."""
    found: Call = access.object_of(request)
    if refused := read_only(request, found.programme):
        return refused
    form = CallForm(request.POST or None, instance=found, programme=found.programme)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("Saved."))
        return redirect(form.save())
    context = {"form": form, "programme": found.programme, "call": found, "title": _("Data of the call")}
    return render(request, "programmes/call_form.html", context, status=_status(form))


@access.rule("programmes.change_call", lookup=in_call)
@require_POST
def clone_call(request: HttpRequest, code: str, call: str) -> HttpResponse:
    """Make a draft like this call, with its tracks and plans."""
    found: Call = access.object_of(request)
    if refused := read_only(request, found.programme):
        return refused
    made = cloning.clone(found)
    messages.success(
        request, _("A draft with the same tracks and plans is made; give it dates and sessions.")
    )
    return redirect(made)


@access.rule("programmes.change_call", lookup=in_call)
@require_http_methods(["GET", "POST"])
def edit_track(request: HttpRequest, code: str, call: str, pk: int | None = None) -> HttpResponse:
    """Add a track or change one, while the call is a draft."""
    found: Call = access.object_of(request)
    row = get_object_or_404(found.tracks.all(), pk=pk) if pk else None
    if refused := read_only(request, found.programme) or _not_draft(request, found):
        return refused
    form = TrackForm(request.POST or None, instance=row, call=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(found)
    title = _("Track") if row else _("New track")
    context = {"form": form, "programme": found.programme, "call": found, "title": title}
    return render(request, "programmes/call_form.html", context, status=_status(form))


@access.rule("programmes.change_call", lookup=in_call)
@require_POST
def remove_track(request: HttpRequest, code: str, call: str, pk: int) -> HttpResponse:
    """Remove a track of a draft call, unless plans or applications were made for it."""
    found: Call = access.object_of(request)
    row = get_object_or_404(found.tracks.all(), pk=pk)
    if refused := read_only(request, found.programme) or _not_draft(request, found):
        return refused
    try:
        row.delete()
        messages.success(request, _("Removed."))
    except (ProtectedError, RestrictedError):
        messages.error(request, _("This is in use and cannot be removed."))
    return redirect(found)


def _not_draft(request: HttpRequest, call: Call) -> HttpResponse | None:
    if call.state == CallState.DRAFT:
        return None
    messages.error(request, _("Tracks are fixed once the call is published."))
    return redirect(call)


@access.rule("programmes.change_call", lookup=in_call)
@require_http_methods(["GET", "POST"])
def create_session(request: HttpRequest, code: str, call: str) -> HttpResponse:
    """Add a selection session to a call that is not over."""
    found: Call = access.object_of(request)
    if refused := read_only(request, found.programme):
        return refused
    if found.state in (CallState.CONCLUDED, CallState.CANCELLED):
        messages.error(request, _("The call is over."))
        return redirect(found)
    return _session_form(request, found, None)


@access.rule("programmes.change_call", lookup=in_call)
@require_http_methods(["GET", "POST"])
def edit_session(request: HttpRequest, code: str, call: str, number: int) -> HttpResponse:
    """Change a session: its cut-off while it is planned, place and day until it is announced."""
    found: Call = access.object_of(request)
    session = get_object_or_404(found.sessions.all(), number=number)
    if refused := read_only(request, found.programme):
        return refused
    if session.state in (SessionState.ANNOUNCED, SessionState.CLOSED, SessionState.CANCELLED):
        messages.error(request, _("The session is over."))
        return redirect(found)
    return _session_form(request, found, session)


def _session_form(request: HttpRequest, call: Call, session: SelectionSession | None) -> HttpResponse:
    form = SessionForm(request.POST or None, instance=session, call=call)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(call)
    title = _("Selection session") if session else _("New selection session")
    context = {"form": form, "programme": call.programme, "call": call, "title": title}
    return render(request, "programmes/call_form.html", context, status=_status(form))


@access.rule("programmes.view_sessions", lookup=in_session)
def session_page(request: HttpRequest, code: str, call: str, number: int) -> HttpResponse:
    """A selection session: where it stands, and what other packages show of it."""
    session: SelectionSession = access.object_of(request)
    context = {
        "session": session,
        "call": session.call,
        "programme": session.call.programme,
        "state": session.get_state_display(),
        "may_change": access.may(request.user, "programmes.change_call", session.call),
    }
    return render(request, "programmes/session.html", context)


def _status(form: Any) -> int:
    return 422 if form.errors else 200
