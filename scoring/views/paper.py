"""Typing in marks that jurors gave on paper: which sheets wait, and one sheet with its scan."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents.intake import FileRefused
from scoring import entry, paper_grid, paper_sheets, papers
from scoring.models import Grid, JuryAssignment, Round, Scoresheet
from scoring.scope import in_file, in_round
from scoring.sheet_page import page_of
from workflow import Refused, access, fire, listing
from workflow.clock import now
from workflow.door import new_key


@access.rule("scoring.type_sheet", in_round)
@require_safe
def sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of a round whose marks are not handed in, by case number and juror."""
    held: Round = access.object_of(request)
    rows = (
        JuryAssignment.objects.filter(round=held, state__in=["assigned", "opened"])
        .select_related("engagement__user")
        .order_by("engagement__user__full_name", "application__case__number", "pk")
    )
    page = Paginator(rows, listing.page_size(request.GET)).get_page(request.GET.get("page"))
    context = {"round": held, "session": held.session, "page": page, "languages": papers.LANGUAGES}
    return render(request, "scoring/paper_sheets.html", context)


@access.rule("scoring.type_sheet", in_round)
@require_safe
def blank(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The sheets of a round that are not handed in, to print, fill in and sign."""
    held: Round = access.object_of(request)
    if language not in papers.LANGUAGES:
        raise Http404
    written = request.GET.get("juror", "")
    juror = int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None
    if not held.assignments.filter(state__in=["assigned", "opened"]).exists():
        messages.error(request, _("There is nothing to type in."))
        return HttpResponseRedirect(held.get_absolute_url())
    answer = HttpResponse(paper_grid.pdf(held, language, juror=juror), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="sheets-{held.pk}-{language}.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@access.rule("scoring.type_sheet", in_file)
@require_http_methods(["GET", "HEAD", "POST"])
def type_in(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper sheet: its scan and its marks, saved or handed in for the juror."""
    assignment: JuryAssignment = access.object_of(request)
    sheet = paper_sheets.sheet_of(assignment)
    if said := paper_sheets.objection(assignment, sheet):
        messages.error(request, said)
        return HttpResponseRedirect(reverse("scoring:paper_sheets", args=[assignment.round_id]))
    if request.method != "POST":
        return _page(request, assignment, sheet)
    grid = Grid.objects.whole().get(pk=assignment.round.grid_id)
    sent = entry.read(grid.lines, request.POST)
    hands_in = request.POST.get("action") == "submit"
    try:
        sheet = paper_sheets.save(
            assignment,
            sent.given,
            scan=request.FILES.get("scan"),
            revision=_revision(request),
            by=request.user,
            at=now(),
        )
        if hands_in and not sent.errors:
            fire(sheet, "submit", actor=request.user, key=request.POST.get("key", "")[:80] or new_key())
    except (Refused, FileRefused) as refused:
        sentences = refused.sentences if isinstance(refused, Refused) else [str(refused)]
        assignment.refresh_from_db()
        sheet = paper_sheets.sheet_of(assignment)
        return _page(request, assignment, sheet, sent=sent, refused=sentences, asked=hands_in)
    except entry.Stale:
        messages.error(request, _("This sheet was changed in another window. Here is what is stored now."))
        return HttpResponseRedirect(request.path)
    if sent.errors:
        return _page(request, assignment, sheet, sent=sent, asked=hands_in)
    if not hands_in:
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(request.path)
    messages.success(request, _("Sheet of file %(file)s handed in.") % {"file": assignment})
    return HttpResponseRedirect(_next_after(assignment))


def _next_after(assignment: JuryAssignment) -> str:
    """The next paper of the same juror, else the list."""
    waiting = JuryAssignment.objects.filter(
        round=assignment.round_id, engagement=assignment.engagement_id, state__in=["assigned", "opened"]
    )
    following = waiting.order_by("application__case__number", "pk").first()
    if following is None:
        return reverse("scoring:paper_sheets", args=[assignment.round_id])
    return reverse("scoring:type_sheet", args=[following.pk])


def _page(
    request: HttpRequest,
    assignment: JuryAssignment,
    sheet: Scoresheet | None,
    *,
    sent: entry.Entry | None = None,
    refused: list[str] | None = None,
    asked: bool = False,
) -> HttpResponse:
    grid = Grid.objects.whole().get(pk=assignment.round.grid_id)
    stored: Any = entry.entries_of(sheet) if sheet is not None else {}
    errors = sent.errors if sent is not None else None
    context = {
        "assignment": assignment,
        "round": assignment.round,
        "session": assignment.round.session,
        "sheet": sheet,
        "grid": page_of(grid, sent.given if sent is not None else stored, errors=errors, asked=asked),
        "refused": refused,
        "key": new_key(),
    }
    return render(request, "scoring/type_sheet.html", context, status=422 if sent is not None else 200)


def _revision(request: HttpRequest) -> int:
    written = request.POST.get("version", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0
