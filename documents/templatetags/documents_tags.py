"""Files and papers on pages: `{% papers_of grant %}`, `{% papers_of_case stream %}`, `{% files_of grant %}`.

They show only what the reader may see; what waits for the virus scanner is named, without a link.
"""

from typing import Any, NamedTuple

from django import template
from django.db.models import Model
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.bidi import isolate
from documents.digests import grouped
from documents.limits import DOCX, PDF, TYPE_NAMES, XLSX, size_text
from documents.models import Document, Paper, Scan
from documents.readers import is_blind, may_know, may_reprint
from workflow import display

register = template.Library()

ICONS = {PDF: "file-earmark-pdf", DOCX: "file-earmark-text", XLSX: "file-earmark-spreadsheet"}


class FileLine(NamedTuple):
    """One uploaded file as a page shows it."""

    name: str
    note: str
    url: str
    meaning: str
    icon: str


class PaperLine(NamedTuple):
    """One paper as a page shows it."""

    paper: Paper
    note: str
    url: str
    may_reprint: bool


register.filter("file_size", size_text)


@register.filter
def digest_groups(digest: str) -> str:
    """Show a digest in groups of eight."""
    return grouped(digest)


@register.inclusion_tag("documents/_files.html", takes_context=True)
def files_of(context: Context, record: Model, kind: str = "") -> dict[str, Any]:
    """List the files of a record that the reader may see, those of one kind only when it is given."""
    user = context["request"].user
    documents = Document.objects.of(record)
    if kind:
        documents = documents.filter(kind=kind)
    known = [document for document in _owned(documents, record) if may_know(user, document)]
    return {"files": [_file_line(user, document) for document in known]}


@register.inclusion_tag("documents/_papers.html", takes_context=True)
def papers_of(context: Context, record: Model) -> dict[str, Any]:
    """List the papers about a record that the reader may see, with a button for duplicates where allowed."""
    request = context["request"]
    papers = Paper.objects.of(record).with_standing()
    known = [paper for paper in _owned(papers, record) if may_know(request.user, paper)]
    return {
        "papers": [_paper_line(request.user, paper) for paper in known],
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("documents/_papers.html", takes_context=True)
def papers_of_case(context: Context, stream: str) -> dict[str, Any]:
    """List the papers of a whole case that the reader may see, newest first."""
    request = context["request"]
    known = Paper.objects.of_stream(stream).visible_to(request.user)
    return {
        "papers": [_paper_line(request.user, paper) for paper in known],
        "csrf_token": context.get("csrf_token"),
    }


def _owned(rows: Any, record: Model) -> list[Any]:
    """Fetch rows and hand them the record that they belong to, so that no rule fetches it again."""
    found = list(rows)
    for row in found:
        setattr(row, "subject" if isinstance(row, Paper) else "owner", record)
    return found


def _joined(parts: list[str]) -> str:
    """Put remarks side by side, each in its own direction."""
    return " · ".join(map(isolate, parts))


def _file_line(user: Any, document: Document) -> FileLine:
    parts = [str(TYPE_NAMES.get(document.media_type, document.media_type))]
    if document.pages:
        parts.append(ngettext("%(n)d page", "%(n)d pages", document.pages) % {"n": document.pages})
    parts.append(size_text(document.size))
    parts.append(display.date_text(document.uploaded_at))
    waits = document.scan == Scan.QUARANTINED
    if waits:
        parts.append(_("waiting for the virus scanner"))
    return FileLine(
        name=document.neutral_name if is_blind(user, document) else document.name,
        note=_joined(parts),
        url="" if waits else reverse("documents:download", kwargs={"uid": document.uid}),
        meaning="waiting" if waits else "",
        icon=ICONS.get(document.media_type, "camera"),
    )


def _paper_line(user: Any, paper: Any) -> PaperLine:
    parts = [display.date_text(paper.issued_at)]
    if paper.reprints:
        parts.append(ngettext("%(n)d duplicate", "%(n)d duplicates", paper.reprints) % {"n": paper.reprints})
    if paper.successor:
        parts.append(_("replaced by %(number)s") % {"number": paper.successor.reference})
    if not paper.is_served:
        parts.append(_("erased"))
    url = reverse("documents:paper", kwargs={"uid": paper.uid}) if paper.is_served else ""
    return PaperLine(paper, _joined(parts), url, may_reprint(user, paper))
