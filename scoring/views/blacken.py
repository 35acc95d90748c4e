"""Drawing black boxes over the pages of a file of a masked copy, with a pointer, the keyboard or numbers."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from documents import previews
from documents.intake import FileRefused
from documents.serving import picture as served
from scoring import blackening
from scoring.models import CopiedFile, RedactedCopy
from scoring.scope import in_copy
from workflow import Refused, access
from workflow.clock import now

EMPTY_ROWS = 3

redact_copy = access.rule("scoring.redact", in_copy)


@redact_copy
@require_http_methods(["GET", "HEAD", "POST"])
def blacken(request: HttpRequest, pk: int, file: int, page: int) -> HttpResponse:
    """One page of a file with its boxes; they are kept, and at the end burnt into pictures for the jury."""
    found = _file(request, file, page)
    if found.copy.is_confirmed:
        return HttpResponseRedirect(found.copy.get_absolute_url())
    if request.method != "POST":
        return _page(request, found, page)
    person: Any = request.user
    pages = blackening.pages_of(found)
    try:
        blackening.keep(found, page, blackening.read(request.POST))
        action = request.POST.get("action")
        if action == "finish":
            made = blackening.finish(found, by=person, at=now())
            said = ngettext(
                "%(n)s blackened picture stands in for the file.",
                "%(n)s blackened pictures stand in for the file.",
                made,
            )
            messages.success(request, said % {"n": made})
            return HttpResponseRedirect(f"{found.copy.get_absolute_url()}#files")
    except Refused as refused:
        return _page(request, found, page, refused=refused.sentences)
    except FileRefused as refused_file:
        return _page(request, found, page, refused=[str(refused_file)])
    except previews.NoPicture:
        return _page(request, found, page, refused=[_("A page of this file cannot be drawn.")])
    messages.success(request, _("Saved."))
    following = page + 1 if action == "next" and page < pages else page
    return HttpResponseRedirect(reverse("scoring:blacken", args=[pk, file, following]))


@redact_copy
@require_safe
def picture(request: HttpRequest, pk: int, file: int, page: int) -> HttpResponse:
    """A page with the boxes that were saved, as the jury will see it."""
    found = _file(request, file, page)
    try:
        return served(blackening.picture(found, page), "image/jpeg")
    except previews.NoPicture:
        raise Http404 from None


def _file(request: HttpRequest, file: int, page: int) -> CopiedFile:
    copy: RedactedCopy = access.object_of(request)
    found = get_object_or_404(
        CopiedFile.objects.select_related(
            "document", "copy__application__case", "copy__application__session__call"
        ),
        pk=file,
        copy=copy.pk,
    )
    if not 1 <= page <= blackening.pages_of(found):
        raise Http404
    return found


def _page(
    request: HttpRequest, found: CopiedFile, page: int, *, refused: list[str] | None = None
) -> HttpResponse:
    application = found.copy.application
    sent = [
        [request.POST.get(f"{name}-{row}", "") for name in ("left", "top", "width", "height")]
        for row in range(1, blackening.MOST + 1)
        if any(request.POST.get(f"{name}-{row}") for name in ("left", "top", "width", "height"))
    ]
    rows = sent if refused else [list(box.percent) for box in blackening.boxes_on(found, page)]
    rows += [[""] * 4 for _row in range(min(EMPTY_ROWS, blackening.MOST - len(rows)))]
    pages = blackening.pages_of(found)
    context = {
        "copy": found.copy,
        "application": application,
        "session": application.session,
        "file": found,
        "page": page,
        "pages": [(number, blackening.is_seen(found, number)) for number in range(1, pages + 1)],
        "is_last": page == pages,
        "rows": list(enumerate(rows, start=1)),
        "most": blackening.MOST,
        "refused": refused,
    }
    return render(request, "scoring/blacken.html", context, status=422 if refused else 200)
