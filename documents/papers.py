"""Issuing papers: a number without gaps, a verification code, bytes that are stored once and kept for ever.

    paper = issue_paper(
        "payment_order", subject=order, stream=order.stream, language="fr", actor=actor, at=now,
        scope=programme.code, build=lambda context: context.render(sheet_of(order)),
    )

Number, row and bytes are one transaction: the counter's row stays locked until it ends, so that a paper that
is rolled back leaves no gap. Bytes are written before the commit; those of a paper rolled back are swept up.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone, translation

from documents import kinds
from documents.models import Paper, PaperCopy, PaperCounter, PaperErasure, Sensitivity
from documents.sheet import Sheet, Stamp, content_digest
from documents.storage import keep, pieces, private_storage

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 and O, 1, I and L, U: a code is read aloud and typed
CODE_LENGTH = 12
NumberedKind = tuple[str, str, int]


def new_code() -> str:
    """Return a random verification code: 12 characters, 59 bits."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def shown_code(code: str) -> str:
    """Return a code in groups of four, as printed."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def typed_code(text: str) -> str:
    """Return the code that somebody typed or scanned, without hyphens and in capitals."""
    return text.replace("-", "").upper()


def verify_url(code: str) -> str:
    """Return the public address at which a paper is verified."""
    path = reverse("documents:verify", kwargs={"code": shown_code(code)})
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


@dataclass
class PaperContext:
    """What `build` is told about the paper it builds. `render` turns a sheet into the PDF of this paper."""

    kind: str
    reference: str
    number: int
    year: int
    code: str
    language: str
    issued_at: datetime
    content_sha256: str = field(default="", init=False)

    @property
    def stamp(self) -> Stamp:
        """Number, date and verification as printed."""
        day = timezone.localtime(self.issued_at).date()
        return Stamp(self.reference, shown_code(self.code), verify_url(self.code), day)

    def render(self, sheet: Sheet) -> bytes:
        """Return the PDF of a sheet under this paper's number; remembers the digest printed on it."""
        from documents.rendering import render  # heavy: loads ReportLab and HarfBuzz

        self.content_sha256 = content_digest(sheet, self.stamp)
        return render(sheet, self.stamp)


Build = Callable[[PaperContext], bytes]


def issue_paper(
    kind: str,
    *,
    subject: models.Model,
    stream: str,
    language: str,
    actor: Any,
    at: datetime,
    build: Build,
    scope: str = "",
    title: str = "",
    sensitivity: str = Sensitivity.INTERNAL,
    supersedes: Paper | None = None,
) -> Paper:
    """Number, build and keep a paper; return its record.

    kind: registered with `documents.kinds.register`. subject: the record that it is about, whose package says
    who may read it. scope: what numbers are counted within, usually the programme's code. build: gets a
    `PaperContext` and returns PDF bytes, normally `context.render(sheet)`. title: the kind's own name when
    empty. supersedes: the paper that this one replaces, which the verification page then says.
    Raises LookupError for an unknown kind, ValueError when `build` returns no PDF.
    """
    about = kinds.kind(kind)
    year = timezone.localtime(at).year
    with translation.override(language):
        title = title or str(about.title)
    with transaction.atomic():
        number = _next_number((kind, scope, year))
        context = PaperContext(
            kind, kinds.reference(kind, year, number), number, year, new_code(), language, at
        )
        data = build(context)
        if not data.startswith(b"%PDF-"):
            raise ValueError(f"building {context.reference} gave no PDF")
        paper = Paper.objects.create(
            kind=kind,
            scope=scope,
            year=year,
            number=number,
            code=context.code,
            title=title,
            language=language,
            sensitivity=sensitivity,
            content_sha256=context.content_sha256 or hashlib.sha256(data).hexdigest(),
            stream=stream,
            subject_type=ContentType.objects.get_for_model(subject),
            subject_id=subject.pk,
            issued_by_id=actor.pk,
            issued_at=at,
            supersedes=supersedes,
        )
        _keep_copy(paper, 0, data, actor, at)
    return paper


def _next_number(counted: NumberedKind) -> int:
    """Give out the next number; the counter's row stays locked until the transaction ends."""
    kind, scope, year = counted
    counters = PaperCounter.objects.filter(kind=kind, scope=scope, year=year)
    if not counters.exists():
        PaperCounter.objects.bulk_create(
            [PaperCounter(kind=kind, scope=scope, year=year)], ignore_conflicts=True
        )
    counter = counters.select_for_update().get()
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _keep_copy(paper: Paper, number: int, data: bytes, actor: Any, at: datetime) -> PaperCopy:
    return PaperCopy.objects.create(
        paper=paper,
        number=number,
        stored_as=keep(data),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        printed_by_id=actor.pk,
        printed_at=at,
    )


def original(paper: Paper) -> PaperCopy:
    """Return the copy that was issued."""
    return paper.copies.get(number=0)


def bytes_of(copy: PaperCopy) -> bytes:
    """Return the stored bytes of a copy."""
    return b"".join(pieces(copy.stored_as))


def reprint(paper: Paper, *, actor: Any, at: datetime) -> PaperCopy:
    """Print a duplicate: the original marked "DUPLICATA n", counted, with a digest of its own.

    Raises ValueError when the paper's bytes were erased.
    """
    with transaction.atomic():
        locked = Paper.objects.select_for_update().get(pk=paper.pk)
        if PaperErasure.objects.filter(paper=locked).exists():
            raise ValueError(f"{locked.reference} was erased")
        number = locked.copies.count()
        from documents.duplicates import duplicate  # heavy: loads the PDF reader

        data = duplicate(bytes_of(original(locked)), number, timezone.localtime(at).date(), locked.language)
        return _keep_copy(locked, number, data, actor, at)


def erase_paper(paper: Paper, *, at: datetime) -> None:
    """Erase a paper's bytes with the identity in them; number, dates and digests stay. Safe to repeat."""
    with transaction.atomic():
        _erasure, is_new = PaperErasure.objects.get_or_create(paper=paper, defaults={"erased_at": at})
        if is_new:
            for copy in paper.copies.all():
                transaction.on_commit(lambda name=copy.stored_as: private_storage().delete(name))  # type: ignore[misc]
