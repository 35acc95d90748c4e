"""Giving out the slip with case number and PIN: shown once, printed from that same page, kept nowhere."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from applications import slips
from applications.models import Application
from applications.views.applicant import editing
from applications.views.assisted import helping
from workflow import Refused


def _context(application: Application) -> dict[str, Any]:
    programme = application.call.programme
    return {
        "application": application,
        "programme": programme,
        "frame_title": programme.title,
        "slip": slips.valid_slip(application.case),
    }


@editing
@never_cache
@require_http_methods(["GET", "POST"])
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """Give a slip out: the answer to the press of the button is the only page that shows the PIN."""
    application = helping(request)
    if request.method == "POST":
        try:
            given = slips.give(
                application,
                actor=request.user,
                at=timezone.now(),
                reason=request.POST.get("reason", "")[:500],
            )
        except Refused as refused:
            for sentence in refused.sentences:
                messages.error(request, sentence)
            return redirect("applications:slip", number)
        context = {**_context(application), "given": given, "address": slips.follow_address()}
        return render(request, "applications/people/slip.html", context)
    return render(request, "applications/people/slip.html", _context(application))


@editing
@never_cache
@require_POST
def print_slip(request: HttpRequest, number: str) -> HttpResponse:
    """Print the slip from the page that shows the PIN; a PIN that is not the valid one prints nothing."""
    from applications import slip_paper  # heavy: loads ReportLab and HarfBuzz

    application = helping(request)
    pin = slips.typed(request.POST.get("pin", "")[:20])
    if not slips.fits(slips.valid_slip(application.case), application.case.number, pin):
        messages.error(request, _("This PIN is void. Give out a new slip."))
        return redirect("applications:slip", number)
    answer = HttpResponse(slip_paper.draw(application, slips.in_groups(pin)), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="slip-{application.case.number}.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
