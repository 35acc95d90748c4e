"""The public statistics of a session: a page for everybody who may see its call, and the same as a file."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programmes.models import Call, SelectionSession
from programmes.scope import enter
from scoring import session_facts, small_cells
from workflow import access
from workflow.export import csv_chunks


def _told(request: HttpRequest, pk: int) -> tuple[SelectionSession, session_facts.SessionFacts]:
    """The session with its statistics; raises Http404 before decisions are announced."""
    rows = SelectionSession.objects.select_related("call__programme")
    session = get_object_or_404(rows, pk=pk, call__in=Call.objects.visible_to(request.user))
    enter(request, session.call.programme, session.call)
    found = session_facts.read(session)
    if found is None:
        raise Http404
    return session, found


@access.public
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened in a session, in numbers."""
    try:
        session, found = _told(request, pk)
    except Http404:
        if not request.user.is_authenticated:
            return access.ask_to_sign_in(request)
        raise
    steps = [{"label": count.label, "value": count.value} for count in found.steps]
    context = {
        "session": session,
        "call": session.call,
        "programme": session.call.programme,
        "facts": found,
        "steps": steps,
        "fewest": small_cells.FEWEST,
        "tables": [(_("Persons by sex"), found.by_sex), (_("Applications by site"), found.by_site)],
    }
    return render(request, "scoring/statistics.html", context)


@access.public
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The same numbers as a table."""
    try:
        session, found = _told(request, pk)
    except Http404:
        if not request.user.is_authenticated:
            return access.ask_to_sign_in(request)
        raise
    head = (_("Part"), _("What is counted"), _("Number"), _("Funded"))
    answer = HttpResponse(
        "".join(csv_chunks(head, session_facts.table(found))), content_type="text/csv; charset=utf-8"
    )
    name = f"{session.call.code}-S{session.number}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
