"""Lists of a call or of one of its sessions for the notice board: case numbers and dates, never a person.

The decisions of one announced batch are posted by `scoring/`; these lists say where files stand on a day.
What a list reads from the database is `rows_of`: nothing in it could name anybody.
"""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import starmap
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application, PieceRequest
from documents import kinds
from documents.bidi import isolate, ltr
from documents.dates import paper_date
from documents.models import Paper
from documents.papers import issue_paper
from documents.readers import register_reader
from documents.sheet import Column, Facts, Heading, Notice, Paragraph, Sheet, Table
from programmes.letterhead import letterhead_of
from programmes.models import Call, SelectionSession
from workflow import Refused, access, display

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LANGUAGES = ("fr", "ar", "en")
ACROSS = 4
MOST_SHOWN = 30
SHORTLISTED = ("shortlisted", "plan_requested", "plan_submitted", "in_final_review")
TOLD = ("announced", "closed")


class Listed(NamedTuple):
    """One file on a list. until: by when it is completed; place: on the waiting list."""

    number: str
    until: datetime | None
    place: int | None


class ListKind(NamedTuple):
    """One list. parts: heading and condition of each; dated: the title of the date beside a number."""

    code: str
    title: "StrOrPromise"
    prefix: str
    parts: tuple[tuple["StrOrPromise", dict[str, Any]], ...]
    remark: "StrOrPromise"
    dated: "StrOrPromise" = ""


RECEIVED = ListKind(
    "list_received",
    gettext_lazy("List of files received"),
    "LR",
    (("", {"submitted_at__isnull": False}),),
    gettext_lazy(
        "Whoever has a receipt and does not find the case number here asks at the programme's office."
    ),
)
TO_COMPLETE = ListKind(
    "list_to_complete",
    gettext_lazy("List of files to complete"),
    "LC",
    (("", {"state": "incomplete"}),),
    gettext_lazy(
        "What is missing stands on the own file, under the own case number, and is told at the office."
    ),
    dated=gettext_lazy("Until"),
)
SHORT_LIST = ListKind(
    "list_shortlisted",
    gettext_lazy("List of short-listed files"),
    "LS",
    (("", {"state__in": SHORTLISTED}),),
    gettext_lazy("What comes next stands on the own file, under the own case number."),
)
RESULTS = ListKind(
    "list_results",
    gettext_lazy("List of results"),
    "LX",
    (
        (gettext_lazy("Chosen files"), {"state": "awarded", "session__state__in": TOLD}),
        (gettext_lazy("Files on the waiting list"), {"state": "waitlisted", "session__state__in": TOLD}),
    ),
    gettext_lazy(
        "Everybody finds the decision on the own file, with its reasons, under the own case number."
    ),
)
KINDS = {kind.code: kind for kind in (RECEIVED, TO_COMPLETE, SHORT_LIST, RESULTS)}


def rows_of(about: Call | SelectionSession, condition: dict[str, Any]) -> list[Listed]:
    """Return the files that fit in the order of their numbers, or by turn on a waiting list."""
    rows: QuerySet[Any] = Application.objects.exclude(state__in=["draft", "withdrawn"]).filter(**condition)
    rows = rows.filter(session=about) if isinstance(about, SelectionSession) else rows.filter(call=about)
    asked = PieceRequest.objects.filter(application=OuterRef("pk"), answered_at__isnull=True)
    rows = rows.annotate(until=Subquery(asked.values("due_at")[:1]))
    order = ["session__number", "waiting_rank"] if condition.get("state") == "waitlisted" else []
    return list(
        starmap(
            Listed, rows.order_by(*order, "case__serial").values_list("case__number", "until", "waiting_rank")
        )
    )


@transaction.atomic
def issue(
    kind: ListKind, about: Call | SelectionSession, *, language: str, actor: Any, at: datetime
) -> Paper:
    """Print a list as it stands; an earlier print in the language is replaced.

    Raises `Refused` when the actor may not, when the language is none of ours, when nobody is on the list.
    """
    if not access.may(actor, "applications.print_lists", about):
        raise Refused([_("You may not do this.")])
    if language not in LANGUAGES:
        raise Refused([_("Choose a language.")])
    call = _call_of(about)
    Call.objects.select_for_update().filter(pk=call.pk).values("pk").first()
    before = _valid().of(about).filter(kind=kind.code, language=language).order_by("issued_at", "pk").last()
    with translation.override(language):
        parts = list(_parts(kind, about, language, call))
        if not parts:
            raise Refused([_empty(kind)])
        day = paper_date(at.astimezone(call.programme.zone).date(), language)
        blocks = [*_head(about, call, day), *parts, Paragraph(str(kind.remark), small=True)]
        return issue_paper(
            kind.code,
            subject=about,
            stream=about.stream,
            language=language,
            actor=actor,
            at=at,
            scope=call.programme.code,
            supersedes=before,
            build=lambda context: context.render(
                Sheet(
                    title=str(kind.title),
                    language=language,
                    letterhead=letterhead_of(call.programme),
                    blocks=blocks,
                    subtitle=isolate(call.title),
                )
            ),
        )


def _call_of(about: Any) -> Call:
    found: Call = about.call if isinstance(about, SelectionSession) else about
    return found


def printed_in(programme: Any) -> list[Paper]:
    """Return the lists of a programme that no later one replaces, newest first."""
    owners = [Call.objects.all(), SelectionSession.objects.select_related("call")]
    rows = _valid().filter(kind__in=KINDS, scope=programme.code)
    rows = rows.prefetch_related(GenericPrefetch("subject", owners))
    return list(rows.order_by("-issued_at", "-pk")[:MOST_SHOWN])


def _valid() -> Any:
    return Paper.objects.filter(superseded_by__isnull=True)


def _empty(kind: ListKind) -> str:
    if kind is RESULTS:
        return _("No result is announced yet: nothing is printed before.")
    return _("No file stands on this list.")


def _head(about: Call | SelectionSession, call: Call, day: str) -> Iterator[Any]:
    if call.is_test:
        yield Notice(
            _(
                "This call is a trial: nothing of it ever counts in a report, a figure or a list for the"
                " public."
            )
        )
    session = str(about.number) if isinstance(about, SelectionSession) else _("All sessions")
    yield Facts([(_("Session"), session), (_("As it stands on"), isolate(day))])


def _parts(kind: ListKind, about: Any, language: str, call: Call) -> Iterator[Any]:
    for heading, condition in kind.parts:
        found = rows_of(about, condition)
        if not found:
            continue
        words = heading or _("Case numbers")
        yield Heading(f"{words} ({display.number_text(len(found))})")
        columns = [Column(_("Case number"))]
        if kind.dated:
            columns.append(Column(str(kind.dated)))
            yield _filled([[ltr(one.number), _day(one.until, language, call)] for one in found], columns)
        else:
            in_turn = condition.get("state") == "waitlisted"
            yield _filled([[ltr(_in_turn(one) if in_turn else one.number)] for one in found], columns)


def _in_turn(one: Listed) -> str:
    return f"{one.place}. {one.number}" if one.place else one.number


def _day(moment: datetime | None, language: str, call: Call) -> str:
    if moment is None:
        return "–"
    day: date = moment.astimezone(call.programme.zone).date()
    return isolate(paper_date(day, language))


def _filled(cells: list[list[str]], columns: list[Column]) -> Table:
    """A table of cells side by side, read along the lines; the last line is filled up with nothing."""
    beside = min(ACROSS // len(columns), len(cells))
    padded = [*cells, *[[""] * len(columns)] * (-len(cells) % beside)]
    rows = [
        [text for cell in padded[start : start + beside] for text in cell]
        for start in range(0, len(padded), beside)
    ]
    return Table(columns * beside, rows)


def may_read(user: Any, paper: Any) -> bool:
    """Whether somebody may read a list: who reads the files of the programme."""
    return access.may(user, "applications.read_lists", paper.owner)


def may_reprint(user: Any, paper: Any) -> bool:
    """Whether somebody may print a duplicate of a list: who may print the list."""
    return access.may(user, "applications.print_lists", paper.owner)


def register() -> None:
    """Name the papers and say who reads them."""
    for kind in KINDS.values():
        kinds.register(kind.code, title=kind.title, prefix=kind.prefix)
    for owner in ("programmes.call", "programmes.selectionsession"):
        register_reader(owner, may_read, reprint=may_reprint)
