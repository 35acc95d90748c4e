"""What the papers of scoring share: how they are issued, who reads them, how figures are written in them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import timezone, translation

from documents.bidi import isolate
from documents.dates import paper_date
from documents.models import Paper
from documents.papers import issue_paper
from documents.sheet import Sheet
from programmes.letterhead import letterhead_of
from programmes.models import SelectionSession
from workflow import access, display

LANGUAGES = ("fr", "en", "ar")
MINUTES = "deliberation_minutes"
POSTED_LIST = "posted_list"

Blocks = Callable[[], Iterable[Any]]


def sheet_of(
    session: SelectionSession,
    language: str,
    *,
    title: str,
    blocks: Blocks,
    seals: Iterable[tuple[str, str]] = (),
) -> Sheet:
    """Return a sheet on the programme's letterhead; title and blocks come in the active language."""
    return Sheet(
        title=title,
        language=language,
        letterhead=letterhead_of(session.call.programme),
        blocks=list(blocks()),
        subtitle=isolate(session.call.title),
        place=session.place,
        seals=list(seals),
    )


def issue(
    kind: str,
    subject: Model,
    language: str,
    *,
    session: SelectionSession,
    by: Any,
    at: datetime,
    sensitivity: str,
    sheet: Callable[[], Sheet],
) -> Paper:
    """Issue a paper about a sitting or a batch; a second print in a language replaces the first."""
    before = valid_papers(subject, kind).filter(language=language).last()
    with translation.override(language):
        return issue_paper(
            kind,
            subject=subject,
            stream=subject.stream,  # type: ignore[attr-defined]
            language=language,
            actor=by,
            at=at,
            scope=session.call.programme.code,
            sensitivity=sensitivity,
            supersedes=before,
            build=lambda context: context.render(sheet()),
        )


def valid_papers(subject: Any, kind: str) -> Any:
    """Return the papers of a kind about a record that no other one replaces, oldest first."""
    return Paper.objects.of(subject).filter(kind=kind, superseded_by__isnull=True).order_by("issued_at", "pk")


def may_read_minutes(user: Any, paper: Paper) -> bool:
    """Whether a person may read the papers of a sitting."""
    return access.may(user, "scoring.view_decisions", paper.owner)


def may_read_list(user: Any, paper: Paper) -> bool:
    """Whether a person may read the papers of a batch: everybody, once it is announced."""
    return paper.owner.state == "announced" or access.may(user, "scoring.view_decisions", paper.owner)


def may_reprint_list(user: Any, paper: Paper) -> bool:
    """Whether a person may print a duplicate of a list."""
    return access.may(user, "scoring.view_decisions", paper.owner)


def day(moment: date | datetime | None, language: str) -> str:
    """Return a date written out; empty for none."""
    if moment is None:
        return ""
    local = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    return paper_date(local, language)


def points(value: Decimal | None) -> str:
    """Return a mark with two decimals."""
    return "–" if value is None else display.number_text(value, 2)
