"""The panel of a reinstated file on its page, and the button that gives it to a session that decides."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications import reinstated
from applications.models import Application
from programmes.scope import enter
from workflow import Refused, access


def _file(request: HttpRequest, number: str) -> Application:
    rows = Application.objects.select_related("case", "call__programme", "session")
    found: Application = access.get_visible(rows, request.user, case__number=number)
    enter(request, found.call.programme, found.call)
    return found


@access.rule("applications.give_to_session", lookup=_file)
@require_POST
def give(request: HttpRequest, number: str) -> HttpResponse:
    """Give the file to the chosen session."""
    found: Application = access.object_of(request)
    chosen = {str(session.pk): session for session in reinstated.sessions_for(found)}
    session = chosen.get(request.POST.get("session", ""))
    if session is None:
        messages.error(request, _("Choose a session."))
        return redirect("applications:case", number)
    try:
        reinstated.give(found, session, actor=request.user, at=timezone.now())
        messages.success(request, _("The file is given to session %(n)s.") % {"n": session.number})
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    return redirect("applications:case", number)


def panel(request: HttpRequest, case: Any) -> dict[str, Any] | None:
    """What is to be done about a reinstated file; None for every other, and for those who may not."""
    found = getattr(case, "application", None)
    if found is None or found.state not in ("eligible", "in_review"):
        return None
    if not access.may(request.user, "applications.give_to_session", found):
        return None
    if not reinstated.is_waiting(found):
        return None
    return {"application": found, "call": found.call, "sessions": reinstated.sessions_for(found)}
