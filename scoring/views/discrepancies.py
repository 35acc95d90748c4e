"""Files on which jurors differ: the page of one, and what is to be done about several at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from scoring import discrepant
from scoring.models import Discrepancy, Round, Scoresheet
from scoring.scope import in_discrepancy, in_round
from workflow import Refused, access, display, fire
from workflow.clock import now

VERBS = ("call_extra_juror", "moderate")
AT_ONCE = 300
"""More files than this are not dealt with in one request."""


@access.rule("scoring.view_marks", in_discrepancy)
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One discrepancy: what each juror gave, what was done about it, what can be done."""
    found: Discrepancy = access.object_of(request)
    sheets = (
        Scoresheet.objects.visible_to(request.user)
        .counted()
        .filter(assignment__round=found.round_id, assignment__application=found.application_id)
        .select_related("assignment__engagement__user")
        .order_by("points", "pk")
    )
    context = {
        "discrepancy": found,
        "round": found.round,
        "sheets": [sheet for sheet in sheets if not sheet.hides_marks_from(request.user)],
    }
    return render(request, "scoring/discrepancy.html", context)


@access.rule("scoring.change_round", in_round)
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for discrepancies now; or say of the chosen ones what is to be done about them."""
    held: Round = access.object_of(request)
    verb = request.POST.get("verb", "")
    if verb not in VERBS:
        new = discrepant.find(held, at=now())
        said = ngettext("%(n)s new discrepancy.", "%(n)s new discrepancies.", new) % {
            "n": display.number_text(new)
        }
        messages.success(request, said)
        return _back(held)
    keys = [int(key) for key in request.POST.getlist("file") if key.isascii() and key.isdigit()]
    rows = Discrepancy.objects.visible_to(request.user).filter(round=held, state="open")
    done = 0
    refusals: dict[str, None] = {}
    for one in rows.filter(pk__in=keys[:AT_ONCE]).order_by("-range", "pk"):
        try:
            fire(one, verb, actor=request.user)
        except Refused as refused:
            refusals.update(dict.fromkeys(refused.sentences))
        else:
            done += 1
    if refusals:
        messages.error(request, " ".join(list(refusals)[:5]))
    elif done:
        said = ngettext("%(n)s discrepancy noted.", "%(n)s discrepancies noted.", done) % {
            "n": display.number_text(done)
        }
        messages.success(request, said)
    else:
        messages.error(request, _("Choose at least one file."))
    return _back(held)


def _back(held: Any) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{held.get_absolute_url()}#differ")
