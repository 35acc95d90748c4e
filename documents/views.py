"""Serving files and papers to those who may read them, and the public verification page."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents import kinds, papers, previews
from documents.limits import PDF
from documents.models import Document, Paper, PaperCopy
from documents.readers import is_blind
from documents.serving import attachment, picture
from workflow import access


@access.public
@require_safe
def download(request: HttpRequest, uid: UUID) -> HttpResponse | StreamingHttpResponse:
    """Serve one uploaded file. What one may not read answers like what does not exist."""
    document = Document.objects.filter(uid=uid).prefetch_related("owner").first()
    if document is None or not access.may(request.user, "documents.read_file", document):
        return _refused(request)
    return attachment(
        document.stored_as,
        name=document.neutral_name if is_blind(request.user, document) else document.name,
        media_type=document.media_type,
        size=document.size,
    )


@access.public
@require_safe
def preview(request: HttpRequest, uid: UUID, page: int) -> HttpResponse:
    """Show a page of a file as a picture, to those who may read the file; `?size=large` for small print."""
    document = Document.objects.filter(uid=uid).prefetch_related("owner").first()
    if document is None or not access.may(request.user, "documents.read_file", document):
        return _refused(request)
    try:
        data = previews.picture(document, page, request.GET.get("size", ""))
    except previews.NoPicture:
        raise Http404 from None
    return picture(data, previews.MEDIA_TYPE)


@access.public
@require_safe
def paper(request: HttpRequest, uid: UUID, copy: int = 0) -> HttpResponse | StreamingHttpResponse:
    """Serve the original of a paper, or one of its duplicates: the same bytes every time."""
    found = _paper(uid)
    if found is None or not access.may(request.user, "documents.read_file", found):
        return _refused(request)
    printed = get_object_or_404(PaperCopy, paper=found, number=copy)
    suffix = f"-duplicata-{copy}" if copy else ""
    return attachment(
        printed.stored_as, name=f"{found.reference}{suffix}.pdf", media_type=PDF, size=printed.size
    )


@access.signed_in
@require_POST
def reprint(request: HttpRequest, uid: UUID) -> HttpResponseRedirect:
    """Print a duplicate and send the reader to it."""
    found = _paper(uid)
    if found is None or not access.may(request.user, "documents.reprint_paper", found):
        raise Http404
    printed = papers.reprint(found, actor=request.user, at=timezone.now())
    return redirect("documents:paper_copy", uid=uid, copy=printed.number)


def _paper(uid: UUID) -> Paper | None:
    return Paper.objects.filter(uid=uid).select_related("erasure").prefetch_related("subject").first()


def _refused(request: HttpRequest) -> HttpResponse:
    """Nobody learns whether there is something: strangers are all asked to sign in, others find nothing."""
    if not request.user.is_authenticated:
        return access.ask_to_sign_in(request)
    raise Http404


@access.public
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Say what paper carries a code: kind, number, date, digests, whether replaced. No name, no amount."""
    found = (
        Paper.objects.filter(code=papers.typed_code(code))
        .select_related("superseded_by", "erasure")
        .prefetch_related("copies")
        .first()
    )
    context: dict[str, object] = {"code": papers.shown_code(papers.typed_code(code)), "paper": found}
    if found:
        context |= {"kind": kinds.title(found.kind), "copies": list(found.copies.all())}
    response = render(request, "documents/verify.html", context, status=200 if found else 404)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
