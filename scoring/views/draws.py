"""Drawing jurors: seen under a seed, confirmed or discarded; pairs taken away or brought in as a table."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from documents.intake import FileRefused
from scoring.models import JuryAssignment, Round
from scoring.page_forms import PairsForm
from scoring.scope import in_round
from workflow import access, display, listing
from workflow.clock import now

AT_ONCE = 300
"""More proposals than this are confirmed by the task worker."""

run_draw = access.rule("scoring.run_jury", in_round)

# `draw` and `pairs` load numpy, a tenth of a worker's memory and start: imported by whoever opens a draw.


@run_draw
@require_http_methods(["GET", "HEAD", "POST"])
def draw_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a draw under a seed, as often as one likes; confirm one."""
    from scoring import draw

    held: Round = access.object_of(request)
    waiting = JuryAssignment.objects.filter(round=held, state="proposed").count()
    if request.method == "POST":
        return _draw_post(request, held)
    seed = _seed(request.GET.get("seed"))
    if seed is None and not waiting:
        return HttpResponseRedirect(f"{request.path}?seed={draw.new_seed()}")
    found = draw.preview(held, seed=seed) if seed is not None and not waiting else None
    page = None
    if found is not None and found.drawn.pairs.any():
        rows = Paginator(range(len(found.table.files)), listing.page_size(request.GET))
        page = rows.get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "round": held,
        "session": held.session,
        "preview": found,
        "reasons": [(draw.reason_label(why), n) for why, n in found.reasons.most_common()] if found else [],
        "page": page,
        "lines": [found.line(row) for row in page] if found and page else [],
        "next_seed": draw.new_seed(),
        "waiting": waiting,
        "draws": held.draws.select_related("made_by")[:5],
    }
    return render(request, "scoring/draw.html", context)


def _draw_post(request: HttpRequest, held: Round) -> HttpResponse:
    from scoring import draw

    action = request.POST.get("action")
    if action == "discard":
        draw.discard(held, actor=request.user)
        messages.success(request, _("The proposals are discarded."))
        return HttpResponseRedirect(request.path)
    if action == "draw":
        seed = _seed(request.POST.get("seed"))
        if seed is None:
            raise Http404
        try:
            draw.propose(
                held, seed=seed, fingerprint=request.POST.get("fingerprint", ""), by=request.user, at=now()
            )
        except draw.DrawChanged:
            messages.error(request, _("Files or jurors changed meanwhile. Look at the draw again."))
            return HttpResponseRedirect(f"{request.path}?seed={seed}")
        except ValueError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(f"{request.path}?seed={seed}")
    confirmed = draw.confirm(held, actor=request.user, limit=AT_ONCE)
    messages.success(
        request,
        ngettext("%(n)s file assigned.", "%(n)s files assigned.", confirmed)
        % {"n": display.number_text(confirmed)},
    )
    left = JuryAssignment.objects.filter(round=held, state="proposed").exists()
    return HttpResponseRedirect(request.path if left else held.get_absolute_url())


def _seed(text: str | None) -> int | None:
    if text and text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text)
    return None


@run_draw
@require_safe
def pairs_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has which file, as a table of case numbers and jurors; names of applicants are not in it."""
    from scoring import pairs

    held: Round = access.object_of(request)
    answer = HttpResponse(pairs.as_csv(held), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="pairs-{held.pk}.csv"'
    return answer


@run_draw
@require_http_methods(["GET", "HEAD", "POST"])
def bring_pairs(request: HttpRequest, pk: int) -> HttpResponse:
    """Read pairs from a table, show what would be proposed and what stands against it, then propose them."""
    from scoring import pairs

    held: Round = access.object_of(request)
    posted = request.method == "POST"
    form = PairsForm(request.POST if posted else None, request.FILES if posted else None)
    found = None
    if posted and form.is_valid():
        try:
            found = pairs.read(held, form.table())
        except FileRefused as refused:
            form.add_error("file", str(refused))
    if found is not None and not found.problems and "confirm" in request.POST:
        made = pairs.propose(held, found)
        messages.success(
            request,
            ngettext("%(n)s pair is proposed.", "%(n)s pairs are proposed.", made)
            % {"n": display.number_text(made)},
        )
        return HttpResponseRedirect(reverse("scoring:draw", args=[held.pk]))
    context = {"round": held, "session": held.session, "form": form, "found": found}
    status = 422 if posted and (found is None or found.problems) else 200
    return render(request, "scoring/pairs.html", context, status=status)
