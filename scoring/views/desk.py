"""The juror's desk: files to mark, the declaration before a file opens, the masked file beside the grid.

Nothing on these pages comes from the dossier: texts and pictures are those of the masked copy.
"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scoring import declaration, desk, entry, guards, redacted_copies
from scoring.models import Grid, JurorEngagement, JuryAssignment, OthersMarks, RedactedCopy, Scoresheet
from scoring.models.sheets import COUNTED
from scoring.sheet_page import page_of
from workflow import Refused, access, fire, listing
from workflow.door import new_key

own_file = access.rule("scoring.mark_sheet", access.visible(JuryAssignment.objects, pk="pk"))
own_invitation = access.rule(
    "scoring.accept_jurorengagement", access.visible(JurorEngagement.objects, pk="pk")
)


@access.rule("scoring.work_at_desk")
@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """The juror's files: those to do first, or those handed in."""
    finished = request.GET.get("show") == "done"
    seats, invited = desk.places(request.user)
    rows = desk.done(seats) if finished else desk.todo(seats)
    page = Paginator(rows, listing.page_size(request.GET)).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "finished": finished,
        "summary": desk.summary(seats),
        "invitations": JurorEngagement.objects.to_answer(request.user) if invited else [],
    }
    return render(request, "scoring/desk.html", context)


@own_invitation
@require_safe
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """The declaration of impartiality, to be read and signed."""
    engagement: JurorEngagement = access.object_of(request)
    if engagement.state != "invited":
        return HttpResponseRedirect(reverse("scoring:desk"))
    context = {
        "engagement": engagement,
        "programme": engagement.session.call.programme,
        "paragraphs": declaration.text().split("\n"),
        "key": new_key(),
    }
    return render(request, "scoring/invitation.html", context)


@own_invitation
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the declaration and take part."""
    engagement: JurorEngagement = access.object_of(request)
    data = {"declared": "declared" in request.POST, "declaration": declaration.text()}
    try:
        fire(engagement, "accept", actor=request.user, key=_key(request), data=data)
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
        return HttpResponseRedirect(reverse("scoring:invitation", args=[pk]))
    messages.success(request, _("Thank you. Your files appear here as soon as they are drawn."))
    return HttpResponseRedirect(reverse("scoring:desk"))


@own_file
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: the declaration before it opens, then the masked copy and the grid."""
    assignment: JuryAssignment = access.object_of(request)
    if request.method == "POST":
        return _act(request, assignment)
    if assignment.state == "assigned":
        return _opening(request, assignment)
    sheet = assignment.sheets.exclude(state="voided").first()
    if sheet is None or assignment.copy is None:
        return render(request, "scoring/file_gone.html", _frame(assignment))
    return _marking(request, assignment, sheet)


@own_file
@require_POST
def autosave(request: HttpRequest, pk: int) -> JsonResponse:
    """Save what the grid's form holds now; the protocol is that of `static/js/autosave.js`."""
    assignment: JuryAssignment = access.object_of(request)
    sheet = _sheet_of(assignment)
    grid = Grid.objects.whole().get(pk=sheet.round.grid_id)
    criteria = list(grid.lines)
    sent = entry.read(criteria, request.POST)
    now = timezone.now()
    try:
        version = entry.save(sheet, sent.given, revision=_revision(request), at=now)
    except entry.Stale as stale:
        fields = entry.as_fields(criteria, entry.entries_of(sheet))
        return JsonResponse({"version": stale.revision, "fields": fields}, status=409)
    except entry.NotEditable:
        return JsonResponse({"errors": {"": [_("This sheet was handed in.")]}}, status=422)
    if sent.errors:
        return JsonResponse({"errors": sent.errors, "version": version}, status=422)
    left = page_of(grid, sent.given).left or _("complete")
    saved_at = f"{timezone.localtime(now):%H:%M}"
    return JsonResponse({"version": version, "saved_at": saved_at, "computed": {"left": left}})


def _act(request: HttpRequest, assignment: JuryAssignment) -> HttpResponse:
    action = request.POST.get("action", "save")
    if action == "open":
        return _open(request, assignment)
    sheet = _sheet_of(assignment)
    grid = Grid.objects.whole().get(pk=sheet.round.grid_id)
    sent = entry.read(grid.lines, request.POST)
    try:
        entry.save(sheet, sent.given, revision=_revision(request), at=timezone.now())
    except entry.Stale:
        messages.error(request, _("This sheet was changed in another window. Here is what is stored now."))
        return HttpResponseRedirect(request.path)
    except entry.NotEditable:
        messages.error(request, _("This sheet was handed in."))
        return HttpResponseRedirect(request.path)
    asked = action == "submit"
    if sent.errors:
        return _marking(request, assignment, sheet, errors=sent.errors, asked=asked, status=422)
    if asked:
        return _hand_in(request, assignment, sheet)
    return _go_on(request, assignment) if action == "next" else HttpResponseRedirect(request.path)


def _hand_in(request: HttpRequest, assignment: JuryAssignment, sheet: Scoresheet) -> HttpResponse:
    try:
        fire(sheet, "submit", actor=request.user, key=_key(request))
    except Refused as refused:
        return _marking(request, assignment, sheet, asked=True, refused=refused.sentences, status=422)
    messages.success(request, _("Sheet of file %(file)s handed in.") % {"file": assignment})
    return _go_on(request, assignment)


def _open(request: HttpRequest, assignment: JuryAssignment) -> HttpResponse:
    try:
        data = {"no_conflict": "no_conflict" in request.POST}
        fire(assignment, "open", actor=request.user, key=_key(request), data=data)
    except Refused as refused:
        return _opening(request, assignment, refused=refused.sentences, status=422)
    return HttpResponseRedirect(request.path)


def _go_on(request: HttpRequest, assignment: JuryAssignment) -> HttpResponse:
    following = desk.next_after(request.user, assignment)
    if following is None:
        return HttpResponseRedirect(reverse("scoring:desk"))
    return HttpResponseRedirect(reverse("scoring:file", args=[following]))


def _opening(
    request: HttpRequest, assignment: JuryAssignment, *, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    copies = RedactedCopy.objects.confirmed().filter(application=assignment.application_id)
    latest = copies.order_by("-version").first()
    context = {
        **_frame(assignment),
        "title": latest.title if latest else [],
        "track": assignment.application.track,
        "summary": desk.summary(desk.seats(request.user)),
        "refused": refused,
        "key": new_key(),
    }
    return render(request, "scoring/file_opening.html", context, status=status)


def _marking(
    request: HttpRequest,
    assignment: JuryAssignment,
    sheet: Scoresheet,
    *,
    errors: dict[str, list[str]] | None = None,
    asked: bool = False,
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    grid = Grid.objects.whole().get(pk=assignment.round.grid_id)
    context = {
        **_frame(assignment),
        "sheet": sheet,
        "copy": assignment.copy,
        "pictures": redacted_copies.pictures_of(assignment.copy),
        "grid": page_of(grid, entry.entries_of(sheet), errors=errors, asked=asked),
        "refused": refused,
        "editable": sheet.is_editable and not assignment.round.is_closed,
        "saved": _saved(sheet),
        "summary": desk.summary(desk.seats(request.user)),
        "others": _others(assignment, sheet),
        "key": new_key(),
    }
    return render(request, "scoring/file.html", context, status=status)


def _others(assignment: JuryAssignment, sheet: Scoresheet) -> list[Scoresheet]:
    """What the others gave, where the round lets jurors see it once their own sheet is handed in."""
    if assignment.round.others_marks != OthersMarks.AFTER_OWN or sheet.state not in COUNTED:
        return []
    if guards.pitches_are_over(assignment.round):
        return []
    others = Scoresheet.objects.filter(
        assignment__round=assignment.round_id, assignment__application=assignment.application_id
    )
    return list(others.counted().exclude(pk=sheet.pk).order_by("pk"))


def _frame(assignment: JuryAssignment) -> dict[str, Any]:
    return {
        "assignment": assignment,
        "round": assignment.round,
        "programme": assignment.round.session.call.programme,
    }


def _saved(sheet: Scoresheet) -> str:
    if sheet.saved_at is None:
        return _("nothing saved yet")
    return _("saved %(time)s") % {"time": f"{timezone.localtime(sheet.saved_at):%H:%M}"}


def _sheet_of(assignment: JuryAssignment) -> Scoresheet:
    return get_object_or_404(Scoresheet.objects.exclude(state="voided"), assignment=assignment)


def _revision(request: HttpRequest) -> int:
    written = request.POST.get("version", "")
    if not written.isascii() or not written.isdigit() or len(written) > 9:
        raise Http404
    return int(written)


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:80] or new_key()
