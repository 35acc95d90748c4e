"""The page on which the closing date of an open call is moved to a later day."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from programmes import extending
from programmes.forms.questions import MoveClosingForm
from programmes.models import Call
from programmes.scope import in_call
from programmes.views.setup import read_only
from workflow import Refused, access


@access.rule("programmes.extend_call", lookup=in_call)
@require_http_methods(["GET", "HEAD", "POST"])
def move_closing(request: HttpRequest, code: str, call: str) -> HttpResponse:
    """Move the closing date of an open call; everybody who is writing is told."""
    found: Call = access.object_of(request)
    if refused := read_only(request, found.programme):
        return refused
    if found.state != "open":
        messages.error(request, _("The call is not open."))
        return redirect(found)
    form = MoveClosingForm(request.POST or None, call=found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            extending.extend(
                found, given["closes_at"], reason=given["reason"], actor=request.user, at=timezone.now()
            )
        except Refused as refused_:
            form.add_error("closes_at", refused_.sentences)
        else:
            messages.success(
                request, _("The call is open longer. Where people are writing, a mailing waits to be read.")
            )
            return redirect(found)
    context = {
        "form": form,
        "programme": found.programme,
        "call": found,
        "title": _("Move the closing date"),
        "back": found.get_absolute_url(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "programmes/call_form.html", context, status=status)
