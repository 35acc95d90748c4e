"""Making and confirming the masked copies that jurors read: the database's edge of `redaction.py`.

A copy is prepared inside the change that calls for it: what to hide is proposed, no juror can read any of it.
It becomes readable when a person confirmed it (`confirm`): then its texts are written without what that
person hid, and the pictures that may travel follow right after the commit, or with the next `tick`. Only
pictures are copied: re-encoded without metadata, under names that say nothing. Any other file is held back,
or replaced by pictures in which somebody blackened what gives a person away.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from documents import filing
from documents.intake import Accepted, FileRefused, inspect
from documents.models import Document
from documents.storage import pieces
from scoring import copy_sources, copy_texts, redaction
from scoring.copy_sources import Source
from scoring.models import CopiedFile, CopySpan, RedactedCopy
from scoring.redaction import Piece
from workflow import Refused, acts, display
from workflow.actors import System
from workflow.door import head_of
from workflow.states import DONE

if TYPE_CHECKING:
    from applications.models import Application

COPIER = System("redaction")
SUBJECT = "scoring.RedactedCopy"
PICTURE = "picture"

Hidden = dict[str, list[redaction.Span]]
"""What to hide, by the key of its text."""


def make(application: "Application", *, at: datetime, again: bool = False) -> RedactedCopy:
    """Prepare the next version of an application's copy with what it proposes to hide.

    Where nothing changed since the last version, that one is returned, unless it is wanted `again` to correct
    it. A text that did not change keeps what a person decided about it.
    """
    return make_all([(application, at)], again=again)[0]


def make_all(wanted: "list[tuple[Application, datetime]]", *, again: bool = False) -> list[RedactedCopy]:
    """Do the same for several applications, each at its moment, once each: so many queries as for one."""
    copies: list[RedactedCopy] = []
    made: list[tuple[RedactedCopy, Source]] = []
    moments = dict(wanted)
    for source in copy_sources.read(list(moments)):
        digests = {key: _digest(text) for key, text in source.texts.items()}
        last = source.last
        if last is None or again or last.texts != digests or not _same_files(last, source.documents):
            copy = RedactedCopy(
                application=source.application,
                version=last.version + 1 if last is not None else 1,
                texts=digests,
                language=source.application.language,
                made_at=moments[source.application],
            )
            copies.append(copy)
            made.append((copy, source))
        else:
            copies.append(last)
    RedactedCopy.objects.bulk_create(copy for copy, _source in made)
    CopySpan.objects.bulk_create(span for copy, source in made for span in _first_spans(copy, source))
    CopiedFile.objects.bulk_create(
        file for copy, source in made for file in _first_files(copy, source.documents, source.last)
    )
    return copies


def proposals(application: "Application") -> Hidden:
    """Return what the vault's values as they are now ask to hide, by text."""
    return _proposed(copy_texts.texts(application), copy_texts.identity_of(application))


def _proposed(texts: dict[str, str], identity: redaction.Identity) -> Hidden:
    return {key: found for key, text in texts.items() if (found := redaction.spans(text, identity))}


def objections(copy: RedactedCopy) -> list[str]:
    """Return the sentences that stand against confirming a copy."""
    if copy.confirmed_at is not None:
        return [_("This copy is confirmed already.")]
    if copy.application.redacted_copies.filter(version__gt=copy.version).exists():
        return [_("The application changed: there is a newer copy to confirm.")]
    if copy.texts != {key: _digest(text) for key, text in copy_texts.texts(copy.application).items()}:
        return [_("The application changed since this copy was prepared.")]
    found = []
    open_spans = sum(len(spans) for spans in unseen(copy).values())
    open_spans += copy.spans.filter(verdict="").count()
    if open_spans:
        found.append(
            ngettext("%(n)s place is not decided.", "%(n)s places are not decided.", open_spans)
            % {"n": display.number_text(open_spans)}
        )
    if files := copy.files.filter(verdict="").count():
        found.append(
            ngettext("%(n)s file is not decided.", "%(n)s files are not decided.", files)
            % {"n": display.number_text(files)}
        )
    for file in copy.files.filter(verdict=CopiedFile.Verdict.REPLACE):
        if not replacements(file):
            found.append(_("Add the blackened pictures of every file that they replace."))
            break
    return found


def unseen(copy: RedactedCopy) -> Hidden:
    """Return what the vault proposes now and nobody was asked about: names that were corrected since."""
    known = {(span.text, span.start, span.end) for span in copy.spans.all()}
    found: Hidden = {}
    for key, spans in proposals(copy.application).items():
        fresh = [span for span in spans if (key, span[0], span[1]) not in known]
        if fresh:
            found[key] = fresh
    return found


def confirm(copy: RedactedCopy, *, by: Any, at: datetime) -> RedactedCopy:
    """Let jurors read a copy as it was decided; raises `Refused` with what stands against it.

    The event in the history of the case says who confirmed it, and how much was hidden, shown and held back.
    """
    application = copy.application
    with transaction.atomic():
        head_of(application.case.stream)
        held = RedactedCopy.objects.select_for_update(of=("self",)).get(pk=copy.pk)
        held.application = application
        if sentences := objections(held):
            raise Refused(sentences)
        _release(held, by=by, at=at)
    return held


def take_as_proposed(copy: RedactedCopy, *, at: datetime) -> None:
    """Let jurors read a copy as it is proposed, where the round does not hide names. Inside a transition.

    Whatever nobody decided is hidden; pictures travel, other files are held back.
    """
    decided = {"decided_at": at}
    CopySpan.objects.bulk_create(
        CopySpan(copy=copy, text=key, start=start, end=end, kind=kind)
        for key, spans in unseen(copy).items()
        for start, end, kind in spans
    )
    copy.spans.filter(verdict="").update(verdict=CopySpan.Verdict.HIDE, **decided)
    for file in copy.files.filter(verdict="").select_related("document"):
        file.verdict = CopiedFile.Verdict.TRAVEL if can_travel(file.document) else CopiedFile.Verdict.WITHHOLD
        file.decided_at = at
        file.save(update_fields=["verdict", "decided_at"])
    _release(copy, by=COPIER, at=at)


def as_decided(copy: RedactedCopy) -> tuple[list[Piece], list[dict[str, Any]]]:
    """Return title and content as a juror would read them now: what is not decided yet is hidden."""
    hidden: Hidden = unseen(copy)
    for span in copy.spans.exclude(verdict=CopySpan.Verdict.SHOW):
        hidden.setdefault(span.text, []).append((span.start, span.end, span.kind))

    def mask(key: str, text: str) -> list[Piece]:
        return redaction.without(text, hidden.get(key, []))

    application = copy.application
    return mask(copy_texts.TITLE, application.title), list(copy_texts.parts(application, mask))


def _release(copy: RedactedCopy, *, by: Any, at: datetime) -> None:
    verdicts = list(copy.spans.values_list("verdict", "by_hand"))
    files = list(copy.files.values_list("verdict", flat=True))
    travels = CopiedFile.Verdict.TRAVEL in files
    acts.record(
        copy,
        "confirm",
        actor=by,
        at=at,
        stream=copy.application.case.stream,
        data={
            "version": copy.version,
            "hidden": sum(verdict == CopySpan.Verdict.HIDE for verdict, _hand in verdicts),
            "shown": sum(verdict == CopySpan.Verdict.SHOW for verdict, _hand in verdicts),
            "added": sum(by_hand for _verdict, by_hand in verdicts),
            "files": len(files) - files.count(CopiedFile.Verdict.WITHHOLD),
            "withheld": files.count(CopiedFile.Verdict.WITHHOLD),
        },
    )
    copy.title, copy.content = as_decided(copy)
    copy.withheld = files.count(CopiedFile.Verdict.WITHHOLD)
    copy.confirmed_at, copy.confirmed_by_id = at, by.pk
    copy.files_made_at = None if travels else at
    copy.save(update_fields=["title", "content", "withheld", "confirmed_at", "confirmed_by", "files_made_at"])
    _take_the_older_away(copy)
    if travels:
        transaction.on_commit(lambda: make_files(copy, at=at), robust=True)


def _take_the_older_away(copy: RedactedCopy) -> None:
    """Whoever reads an older copy of the very same texts goes on with the corrected one."""
    older = copy.application.redacted_copies.filter(version__lt=copy.version)
    same = [one.pk for one in older if one.texts == copy.texts]
    reading = copy.application.jury_assignments.filter(copy__in=same, state="opened")
    reading.update(copy=copy)


# Files


def can_travel(document: Document) -> bool:
    """Whether a file can be copied without its metadata: pictures alone."""
    return document.is_picture and document.is_served


def replacements(file: CopiedFile) -> list[Document]:
    """The pictures that were handed in to stand in for a file."""
    return list(Document.objects.of(file.copy).filter(kind=_stands_for(file), erased_at=None))


def replace(file: CopiedFile, uploads: Iterable[Any], *, by: Any, at: datetime) -> int:
    """Keep blackened pictures that stand in for a file; return how many. Raises `FileRefused`."""
    accepted = [filing.read_upload(upload) for upload in uploads]
    if any(not one.media_type.startswith("image/") for one in accepted):
        raise FileRefused("not_allowed")
    keep_replacements(file, accepted, by=by, at=at)
    return len(accepted)


def keep_replacements(file: CopiedFile, pictures: Iterable[Accepted], *, by: Any, at: datetime) -> None:
    """Keep pictures that stand in for a file. Raises `FileRefused` where there is no room."""
    for one in pictures:
        filing.store(one, owner=file.copy, kind=_stands_for(file), actor=by, at=at, juror_visible=True)


def pictures_of(copy: RedactedCopy | None) -> list[Document]:
    """The pictures that jurors see in a copy: copied ones, and those that stand in for files."""
    if copy is None:
        return []
    replaced = copy.files.filter(verdict=CopiedFile.Verdict.REPLACE)
    kinds = [PICTURE, *(_stands_for(file) for file in replaced)]
    return list(Document.objects.of(copy).filter(kind__in=kinds, erased_at=None))


def make_missing_files(now: datetime) -> int:
    """Copy the pictures of confirmed copies that still lack them; return how many copies were completed."""
    waiting = RedactedCopy.objects.filter(confirmed_at__isnull=False, files_made_at__isnull=True)
    return sum(make_files(copy, at=now) for copy in waiting.order_by("made_at")[:100])


def make_files(copy: RedactedCopy, *, at: datetime) -> bool:
    """Give a confirmed copy its own pictures, once; False when another process has just done it."""
    with transaction.atomic():
        waiting = RedactedCopy.objects.filter(pk=copy.pk, confirmed_at__isnull=False)
        if not waiting.filter(files_made_at__isnull=True).update(files_made_at=at):
            return False
        failed = 0
        for file in copy.files.filter(verdict=CopiedFile.Verdict.TRAVEL).select_related("document"):
            if not (can_travel(file.document) and _copy_picture(file.document, copy, at)):
                failed += 1
        if failed:
            RedactedCopy.objects.filter(pk=copy.pk).update(withheld=copy.withheld + failed)
    return True


def _copy_picture(document: Document, copy: RedactedCopy, at: datetime) -> bool:
    try:
        data = b"".join(pieces(document.stored_as))
        # Written anew once more: nothing of the original but its pixels reaches the copy.
        accepted = inspect(data, f"picture.{document.name.rpartition('.')[2]}")
        filing.store(accepted, owner=copy, kind=PICTURE, actor=COPIER, at=at, juror_visible=True)
    except (FileRefused, OSError):
        return False
    return True


def _stands_for(file: CopiedFile) -> str:
    return f"stands-for-{file.pk}"


# What a new version takes over


def _first_spans(copy: RedactedCopy, source: Source) -> list[CopySpan]:
    last = source.last
    same = {key for key in source.texts if last is not None and last.texts.get(key) == copy.texts[key]}
    kept: dict[tuple[str, int, int], CopySpan] = {}
    if last is not None and same:
        for span in last.spans.filter(text__in=same).exclude(verdict=""):
            kept[span.text, span.start, span.end] = span
    rows = [
        CopySpan(
            copy=copy,
            text=span.text,
            start=span.start,
            end=span.end,
            kind=span.kind,
            by_hand=span.by_hand,
            verdict=span.verdict,
            decided_by_id=span.decided_by_id,
            decided_at=span.decided_at,
        )
        for span in kept.values()
    ]
    for key, spans in _proposed(source.texts, source.identity).items():
        rows += [
            CopySpan(copy=copy, text=key, start=start, end=end, kind=kind)
            for start, end, kind in spans
            if (key, start, end) not in kept
        ]
    return rows


def _first_files(
    copy: RedactedCopy, documents: Iterable[Document], last: RedactedCopy | None
) -> list[CopiedFile]:
    """The files with what was decided on the last version and its boxes; their pictures are made anew."""
    known = {file.document_id: file for file in last.files.all()} if last is not None else {}
    rows = []
    for document in documents:
        row = CopiedFile(copy=copy, document=document)
        old = known.get(document.pk)
        if old is not None:
            row.boxes = old.boxes
        if old is not None and old.verdict not in ("", CopiedFile.Verdict.REPLACE):
            row.verdict, row.decided_by_id, row.decided_at = old.verdict, old.decided_by_id, old.decided_at
        rows.append(row)
    return rows


def _same_files(copy: RedactedCopy, documents: Iterable[Document]) -> bool:
    return set(copy.files.values_list("document", flat=True)) == {document.pk for document in documents}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def register() -> None:
    """Name the act."""
    acts.declare(
        SUBJECT,
        "confirm",
        gettext_lazy("Masked copy confirmed for the jury"),
        facts=("version", "hidden", "shown", "added", "files", "withheld"),
        meaning=DONE,
    )
