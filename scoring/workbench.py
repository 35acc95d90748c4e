"""The workbench of masked copies: every text with the places that may give somebody away, decided one by one.

Rows for the page in `scoring/views/copies.py`, and saving what it sent. Proposals come from the vault's
values as they are now; a person confirms, refuses or adds. Releasing the copy is `redacted_copies.confirm`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from applications import form_definition
from applications.models import Application
from documents.models import Document
from programmes.models import SelectionSession
from scoring import blackening, copy_texts, redacted_copies, redaction
from scoring.models import CopiedFile, CopySpan, RedactedCopy
from scoring.models.jury import DRAWN_IN
from workflow import Refused

LONGEST_PHRASE = 200
MOST_PHRASES = 50

Where = tuple[str, int, int]
"""A place: key of its text, first character, character after the last."""


class Place(NamedTuple):
    """One place of a text with what was decided about it; `verdict` is empty where nobody was asked yet."""

    number: int
    where: Where
    words: str
    kind: str
    verdict: str = ""
    by_hand: bool = False

    @property
    def name(self) -> str:
        """The name of its form field."""
        return field_of(self.where)

    @property
    def kind_label(self) -> str:
        """What it may be, in words."""
        return str(CopySpan.Kind(self.kind).label)

    @property
    def is_hidden(self) -> bool:
        """Whether jurors would not read it; what is not decided is hidden."""
        return self.verdict != CopySpan.Verdict.SHOW


class Text(NamedTuple):
    """One text as it was written, cut at its places: each run is a text or a place.

    label: the question; column and row (from 1) where it stands in a table.
    """

    label: Mapping[str, str] | None
    column: Mapping[str, str] | None
    row: int
    runs: list[tuple[str, Place | None]]
    places: list[Place]


class Part(NamedTuple):
    """A section of the form with its texts."""

    title: Mapping[str, str] | None
    texts: list[Text]


class FileRow(NamedTuple):
    """One file with what may be done with it. pages: how many of it can be blackened here."""

    file: CopiedFile
    can_travel: bool
    replacements: list[Document]
    pages: int

    @property
    def name(self) -> str:
        """The name of its form field."""
        return file_field_of(self.file)

    @property
    def allowed(self) -> list[str]:
        """What may be decided: only a picture travels as it is."""
        verdicts = CopiedFile.Verdict
        first = [verdicts.TRAVEL.value] if self.can_travel else []
        return [*first, verdicts.REPLACE.value, verdicts.WITHHOLD.value]

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """(value, words, chosen) of each decision; held back where nobody decided."""
        now = self.file.verdict or CopiedFile.Verdict.WITHHOLD
        return [(value, str(CopiedFile.Verdict(value).label), value == now) for value in self.allowed]


class Page(NamedTuple):
    """A whole copy on the workbench."""

    parts: list[Part]
    files: list[FileRow]

    @property
    def places(self) -> list[Place]:
        """All places in the order of the page."""
        return [place for part in self.parts for text in part.texts for place in text.places]

    @property
    def undecided(self) -> int:
        """How many places and files wait."""
        return sum(not place.verdict for place in self.places) + sum(
            not row.file.verdict for row in self.files
        )


def field_of(where: Where) -> str:
    """Return the name of a place's form field."""
    key, start, end = where
    return f"place-{key}-{start}-{end}"


def file_field_of(file: CopiedFile) -> str:
    """Return the name of a file's form field."""
    return f"file-{file.pk}"


def page_of(copy: RedactedCopy) -> Page:
    """Return a copy with its texts, places and files."""
    cut = _Cutter(copy)
    parts = []
    if copy.application.title:
        parts.append(Part(None, [cut(_Leaf(copy_texts.TITLE, copy.application.title))]))
    for part in copy_texts.parts(copy.application, _uncut):
        leaves = [leaf for answer in part["answers"] for leaf in _leaves(answer)]
        texts = [cut(leaf) for leaf in leaves if leaf.is_words or cut.known.get(leaf.key)]
        if texts:
            parts.append(Part(part["title"], texts))
    files = [
        FileRow(
            file,
            redacted_copies.can_travel(file.document),
            redacted_copies.replacements(file),
            blackening.pages_of(file),
        )
        for file in copy.files.select_related("document")
    ]
    return Page(parts, files)


def _uncut(key: str, text: str) -> list[redaction.Piece]:
    return [{"key": key, "text": text}] if text else []


class _Leaf(NamedTuple):
    """One text of an answer: its key and words, the question, and where it stands in a table."""

    key: str
    text: str
    label: Mapping[str, str] | None = None
    column: Mapping[str, str] | None = None
    row: int = 0
    is_words: bool = True


def _leaves(answer: Mapping[str, Any]) -> Iterator[_Leaf]:
    label = answer["label"]
    for piece in answer.get("pieces", []):
        yield _Leaf(piece["key"], piece["text"], label)
    for row, cells in enumerate(answer.get("rows", []), start=1):
        for column, cell in zip(answer["columns"], cells, strict=True):
            words = column["kind"] == form_definition.TEXT
            for piece in cell.get("pieces", []):
                yield _Leaf(piece["key"], piece["text"], label, column["label"], row, is_words=words)


class _Cutter:
    """Cuts texts at the places that a copy knows, and numbers those."""

    def __init__(self, copy: RedactedCopy) -> None:
        self.numbers = count(1)
        self.known: dict[str, list[tuple[int, int, str, str, bool]]] = defaultdict(list)
        for span in copy.spans.all():
            self.known[span.text].append((span.start, span.end, span.kind, span.verdict, span.by_hand))
        for key, spans in redacted_copies.unseen(copy).items():
            self.known[key] += [(start, end, kind, "", False) for start, end, kind in spans]

    def __call__(self, leaf: _Leaf) -> Text:
        text = leaf.text
        runs: list[tuple[str, Place | None]] = []
        places, done = [], 0
        for start, end, kind, verdict, by_hand in sorted(self.known.get(leaf.key, [])):
            place = Place(
                next(self.numbers), (leaf.key, start, end), text[start:end], kind, verdict, by_hand=by_hand
            )
            places.append(place)
            if start > done:
                runs.append((text[done:start], None))
            if end > done:
                runs.append((text[max(start, done) : end], place))
                done = end
        if done < len(text):
            runs.append((text[done:], None))
        return Text(leaf.label, leaf.column, leaf.row, runs, places)


class Sent(NamedTuple):
    """What the form of the workbench sent."""

    places: Mapping[Where, str]
    files: Mapping[int, str]
    phrases: Sequence[str]


def read(page: Page, data: Mapping[str, Any]) -> Sent:
    """Read decisions and further words to hide from what a form sent; raises `Refused` for too much."""
    places = {
        place.where: str(data.get(place.name))
        for place in page.places
        if data.get(place.name) in CopySpan.Verdict.values
    }
    files = {
        row.file.pk: str(data.get(file_field_of(row.file)))
        for row in page.files
        if data.get(file_field_of(row.file)) in row.allowed
    }
    lines = [" ".join(line.split()) for line in str(data.get("phrases") or "").splitlines()]
    phrases = list(dict.fromkeys(line for line in lines if line))
    if len(phrases) > MOST_PHRASES or any(len(phrase) > LONGEST_PHRASE for phrase in phrases):
        raise Refused(
            [_("Write at most %(n)s lines of %(m)s characters.") % {"n": MOST_PHRASES, "m": LONGEST_PHRASE}]
        )
    return Sent(places, files, phrases)


def save(copy: RedactedCopy, sent: Sent, *, by: Any, at: datetime) -> list[str]:
    """Save decisions; return the phrases that stand in no text. Raises `Refused` for a confirmed copy."""
    with transaction.atomic():
        held = RedactedCopy.objects.select_for_update(of=("self",)).get(pk=copy.pk)
        if held.is_confirmed:
            raise Refused([_("This copy is confirmed already.")])
        decided = {"decided_by_id": by.pk, "decided_at": at}
        rows = {(span.text, span.start, span.end): span for span in held.spans.all()}
        kinds = {
            (key, start, end): kind
            for key, spans in redacted_copies.unseen(held).items()
            for start, end, kind in spans
        }
        for where, verdict in sent.places.items():
            span = rows.get(where)
            if span is None and where in kinds:
                key, start, end = where
                CopySpan.objects.create(
                    copy=held, text=key, start=start, end=end, kind=kinds[where], verdict=verdict, **decided
                )
            elif span is not None and span.verdict != verdict:
                CopySpan.objects.filter(pk=span.pk).update(verdict=verdict, **decided)
        for file in held.files.all():
            chosen = sent.files.get(file.pk)
            if chosen and file.verdict != chosen:
                CopiedFile.objects.filter(pk=file.pk).update(verdict=chosen, **decided)
        return _hide_phrases(held, sent.phrases, decided)


def accept(copy: RedactedCopy, *, by: Any, at: datetime) -> None:
    """Decide whatever is open as it is proposed: places are hidden, pictures travel, other files do not."""
    page = page_of(copy)
    places = {place.where: CopySpan.Verdict.HIDE.value for place in page.places if not place.verdict}
    verdicts = CopiedFile.Verdict
    files = {
        row.file.pk: (verdicts.TRAVEL if row.can_travel else verdicts.WITHHOLD).value
        for row in page.files
        if not row.file.verdict
    }
    save(copy, Sent(places, files, ()), by=by, at=at)


def _hide_phrases(copy: RedactedCopy, phrases: Iterable[str], decided: dict[str, Any]) -> list[str]:
    texts = copy_texts.texts(copy.application)
    nowhere = []
    for phrase in phrases:
        places = [
            (key, start, end)
            for key, text in texts.items()
            for start, end in redaction.occurrences(text, phrase)
        ]
        for key, start, end in places:
            CopySpan.objects.update_or_create(
                copy=copy,
                text=key,
                start=start,
                end=end,
                defaults={"verdict": CopySpan.Verdict.HIDE, **decided},
                create_defaults={
                    "kind": CopySpan.Kind.OTHER,
                    "by_hand": True,
                    "verdict": CopySpan.Verdict.HIDE,
                    **decided,
                },
            )
        if not places:
            nowhere.append(phrase)
    return nowhere


# The copies of a session


class Progress(NamedTuple):
    """How far the copies of a session are: confirmed, prepared in all, and files without any copy."""

    confirmed: int
    total: int
    missing: int

    @property
    def waiting(self) -> int:
        """How many wait for a person."""
        return self.total - self.confirmed


def _files_to_read(*sessions: SelectionSession) -> "QuerySet[Application]":
    states = {state for stage in DRAWN_IN.values() for state in stage}
    return Application.objects.filter(session__in=sessions, state__in=states)


def counts_of(sessions: Iterable[SelectionSession]) -> Iterable[Any]:
    """Return how many newest copies sessions have and how many are confirmed: one query."""
    found = RedactedCopy.objects.newest().filter(application__in=_files_to_read(*sessions))
    return (
        found.order_by()
        .values("application__session")
        .annotate(total=Count("application"), confirmed=Count("confirmed_at"))
    )


def copies_of(session: SelectionSession) -> "QuerySet[RedactedCopy]":
    """Return the newest copy of every file of a session that jurors read or will read."""
    return RedactedCopy.objects.newest().filter(application__in=_files_to_read(session))


def waiting_in(session: SelectionSession) -> "QuerySet[RedactedCopy]":
    """Return those that wait to be confirmed, oldest first."""
    return _in_order(session, confirmed=False)


def _in_order(session: SelectionSession, *, confirmed: bool) -> "QuerySet[RedactedCopy]":
    """Return the copies of a list in its order: one after another from its index, until a page is full."""
    own = _files_to_read(session).filter(pk=OuterRef("application")).order_by()
    found = RedactedCopy.objects.newest().filter(Exists(own), confirmed_at__isnull=not confirmed)
    return found.order_by("-confirmed_at" if confirmed else "made_at", "pk")


def rows_of(session: SelectionSession, *, confirmed: bool) -> "QuerySet[RedactedCopy]":
    """Return the copies for a list, each with `places`, `open_places` and `held_files`; not their texts."""
    spans = CopySpan.objects.filter(copy=OuterRef("pk")).order_by().values("copy")
    files = CopiedFile.objects.filter(copy=OuterRef("pk")).order_by().values("copy")

    def counted(rows: Any, **only: Any) -> Any:
        number = rows.filter(**only).annotate(n=Count("pk")).values("n")
        return Coalesce(Subquery(number, output_field=IntegerField()), Value(0))

    return (
        _in_order(session, confirmed=confirmed)
        .select_related("application__case", "application__track", "confirmed_by")
        .defer("texts", "title", "content")
        .annotate(places=counted(spans), open_places=counted(spans, verdict=""), held_files=counted(files))
    )


def progress_of(session: SelectionSession) -> Progress:
    """Return how far the copies of a session are: two queries, each over one index."""
    found = copies_of(session).aggregate(total=Count("application"), confirmed=Count("confirmed_at"))
    # every file with a copy has one newest
    return Progress(found["confirmed"], found["total"], _files_to_read(session).count() - found["total"])


def missing_in(session: SelectionSession) -> "QuerySet[Application]":
    """Return the files for which no copy was ever prepared."""
    copies = RedactedCopy.objects.filter(application=OuterRef("pk"))
    return _files_to_read(session).filter(~Exists(copies))


def prepare_missing(session: SelectionSession, *, at: datetime, limit: int) -> int:
    """Prepare copies where there are none; return how many."""
    waiting = missing_in(session).select_related("case", "call", "applicant").order_by("pk")[:limit]
    return len(redacted_copies.make_all([(application, at) for application in waiting]))
