"""The secretary's workbench of masked copies: which wait, what each would hide, confirming them in turn."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.intake import FileRefused
from programmes.models import SelectionSession
from scoring import redacted_copies, workbench
from scoring.models import CopiedFile, RedactedCopy
from scoring.scope import in_copy, in_session
from workflow import Refused, access, display, listing
from workflow.clock import now

AT_ONCE = 500
"""More copies than this are prepared in several goes."""

redact_session = access.rule("scoring.redact", in_session)
redact_copy = access.rule("scoring.redact", in_copy)


@redact_session
@require_safe
def copies(request: HttpRequest, pk: int) -> HttpResponse:
    """The copies of a session that wait for a person, or those that are confirmed."""
    session: SelectionSession = access.object_of(request)
    confirmed = request.GET.get("show") == "confirmed"
    progress = workbench.progress_of(session)
    rows = Paginator(workbench.rows_of(session, confirmed=confirmed), listing.page_size(request.GET))
    rows.count = progress.confirmed if confirmed else progress.waiting
    context = {
        "session": session,
        "confirmed": confirmed,
        "progress": progress,
        "page": rows.get_page(request.GET.get("page")),
        "first": workbench.waiting_in(session).defer("texts", "title", "content").first(),
    }
    return render(request, "scoring/copies.html", context)


@redact_session
@require_POST
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare the copies of files that have none, such as files that came from an older system."""
    session: SelectionSession = access.object_of(request)
    made = workbench.prepare_missing(session, at=now(), limit=AT_ONCE)
    messages.success(
        request,
        ngettext("%(n)s masked copy is prepared.", "%(n)s masked copies are prepared.", made)
        % {"n": display.number_text(made)},
    )
    return HttpResponseRedirect(reverse("scoring:copies", args=[pk]))


@redact_copy
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """One copy: each place and file decided, words added, confirmed; or as a juror reads it."""
    found: RedactedCopy = access.object_of(request)
    if request.method == "POST":
        return _decide(request, found)
    if found.is_confirmed or request.GET.get("as") == "juror":
        return _as_a_juror(request, found)
    return _bench(request, found)


@redact_copy
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare a further version of a confirmed copy, in which a person can mend what was decided."""
    found: RedactedCopy = access.object_of(request)
    newest = found.application.redacted_copies.order_by("-version").first()
    if newest is not None and newest.is_confirmed:
        newest = redacted_copies.make(found.application, at=now(), again=True)
    return HttpResponseRedirect((newest or found).get_absolute_url())


def _decide(request: HttpRequest, found: RedactedCopy) -> HttpResponse:
    person: Any = request.user
    try:
        sent = workbench.read(workbench.page_of(found), request.POST)
        nowhere = workbench.save(found, sent, by=person, at=now())
        _keep_pictures(request, found)
    except Refused as refused:
        return _bench(request, found, refused=refused.sentences, status=422)
    except FileRefused as refused_file:
        return _bench(request, found, refused=[str(refused_file)], status=422)
    if nowhere:
        sentence = _("This stands nowhere in the file: %(words)s.") % {
            "words": ", ".join(f"“{words}”" for words in nowhere)
        }
        return _bench(request, found, refused=[sentence], status=422)
    if request.POST.get("action") != "confirm":
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(found.get_absolute_url())
    if "read" not in request.POST:
        sentence = _("Say that you have read the whole file as the jury will.")
        return _bench(request, found, refused=[sentence], status=422)
    try:
        redacted_copies.confirm(found, by=person, at=now())
    except Refused as refused:
        return _bench(request, found, refused=refused.sentences, status=422)
    messages.success(request, _("The jury can read file %(file)s.") % {"file": found.application.case.number})
    return HttpResponseRedirect(_next_after(found))


def _keep_pictures(request: HttpRequest, found: RedactedCopy) -> None:
    person: Any = request.user
    for file in found.files.filter(verdict=CopiedFile.Verdict.REPLACE):
        if uploads := request.FILES.getlist(f"pictures-{file.pk}"):
            redacted_copies.replace(file, uploads, by=person, at=now())


def _next_after(found: RedactedCopy) -> str:
    session = found.application.session
    if session is None:
        return found.get_absolute_url()
    following = workbench.waiting_in(session).defer("texts", "title", "content").first()
    return (
        following.get_absolute_url()
        if following is not None
        else reverse("scoring:copies", args=[session.pk])
    )


def _bench(
    request: HttpRequest, found: RedactedCopy, *, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    found = RedactedCopy.objects.select_related("application__session__call", "application__case").get(
        pk=found.pk
    )
    page = workbench.page_of(found)
    context = {
        **_frame(found),
        "page": page,
        "undecided": page.undecided,
        "refused": refused,
        "phrases": request.POST.get("phrases", "") if refused else "",
    }
    return render(request, "scoring/copy_bench.html", context, status=status)


def _as_a_juror(request: HttpRequest, found: RedactedCopy) -> HttpResponse:
    if not found.is_confirmed:
        found.title, found.content = redacted_copies.as_decided(found)
    context = {**_frame(found), "pictures": redacted_copies.pictures_of(found)}
    return render(request, "scoring/copy_read.html", context)


def _frame(found: RedactedCopy) -> dict[str, Any]:
    session = found.application.session
    newest = found.application.redacted_copies.order_by("-version").first()
    return {
        "copy": found,
        "application": found.application,
        "session": session,
        "newest": newest,
        "progress": workbench.progress_of(session) if session else None,
    }
