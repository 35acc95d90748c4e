"""Keeping, scanning and erasing uploaded files: where intake's pure checks meet storage and database.

Bytes are written before the row, so that a committed row always has its bytes; bytes whose row was rolled
back are swept up by `tick`, one of the 256 folders at a time.
"""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction

from documents import scanning
from documents.intake import Accepted, FileRefused, inspect
from documents.limits import MAX_DOSSIER_BYTES, MAX_DOSSIER_FILES, MAX_FILE_BYTES, MEGABYTE
from documents.models import Document, PaperCopy, Scan, Sensitivity
from documents.storage import keep, pieces, private_storage

KIND = re.compile(r"[a-z][a-z0-9_-]{0,59}\Z")
ORPHAN_AFTER = timedelta(days=1)


def read_upload(file: "UploadedFile[Any]") -> Accepted:
    """Read and inspect an uploaded file; raises FileRefused. Too large a file is not even read."""
    if (file.size or 0) > MAX_FILE_BYTES:
        raise FileRefused("too_big", limit=MAX_FILE_BYTES // MEGABYTE)
    file.seek(0)
    return inspect(file.read(), file.name or "")


def store(
    file: "UploadedFile[Any] | Accepted",
    *,
    owner: models.Model,
    kind: str,
    actor: Any,
    at: datetime,
    stream: str = "",
    sensitivity: str = Sensitivity.INTERNAL,
    juror_visible: bool = False,
) -> Document:
    """Keep one file for `owner` and return its record.

    file: an upload, or what `UploadField` cleaned. kind: a short code such as "quotation". actor: a user, or
    a system actor (then nobody is named). Raises FileRefused: the file itself, what the scanner found, more
    than 20 files or 100 MB for this owner. Without an answer from a configured scanner the file waits in
    quarantine, readable by nobody, until `rescan` hears one.
    """
    if not KIND.match(kind):
        raise ValueError(f"not a kind of file: {kind!r}")
    accepted = file if isinstance(file, Accepted) else read_upload(file)
    verdict = scanning.scan(accepted.data)
    if verdict is scanning.Verdict.INFECTED:
        raise FileRefused("infected")
    with transaction.atomic():
        _lock(owner)
        _check_room(owner, accepted.size)
        return Document.objects.create(
            owner_type=ContentType.objects.get_for_model(owner),
            owner_id=owner.pk,
            stream=stream,
            kind=kind,
            name=accepted.name,
            media_type=accepted.media_type,
            stored_as=keep(accepted.data),
            size=accepted.size,
            sha256=accepted.sha256,
            received_sha256=accepted.received_sha256,
            width=accepted.width,
            height=accepted.height,
            pages=accepted.pages,
            sensitivity=sensitivity,
            juror_visible=juror_visible,
            scan=Scan.CLEAN if verdict is scanning.Verdict.CLEAN else Scan.QUARANTINED,
            uploaded_by_id=actor.pk,
            uploaded_at=at,
        )


def _lock(owner: models.Model) -> None:
    """Let two uploads to one dossier wait for each other, so that together they respect its limits."""
    type(owner)._base_manager.select_for_update().filter(pk=owner.pk).values("pk").first()


def _check_room(owner: models.Model, size: int) -> None:
    kept = Document.objects.of(owner)
    if kept.count() >= MAX_DOSSIER_FILES:
        raise FileRefused("too_many_files", limit=MAX_DOSSIER_FILES)
    if kept.bytes_kept() + size > MAX_DOSSIER_BYTES:
        raise FileRefused("dossier_full", limit=MAX_DOSSIER_BYTES // MEGABYTE)


def erase(document: Document, *, at: datetime) -> None:
    """Erase a file's bytes and name; its row stays and says that there was one. Safe to repeat."""
    erased = Document.objects.filter(pk=document.pk, erased_at=None).update(
        erased_at=at, name=document.neutral_name
    )
    if erased:
        transaction.on_commit(lambda: private_storage().delete(document.stored_as))
    document.refresh_from_db(fields=["erased_at", "name"])


def rescan(now: datetime) -> int:
    """Ask the scanner again about files in quarantine; infected ones are erased. Return how many left it."""
    done = 0
    for document in Document.objects.filter(scan=Scan.QUARANTINED, erased_at=None).iterator(chunk_size=100):
        verdict = scanning.scan(b"".join(pieces(document.stored_as)))
        if verdict is scanning.Verdict.UNKNOWN:
            continue
        if verdict is scanning.Verdict.CLEAN:
            Document.objects.filter(pk=document.pk).update(scan=Scan.CLEAN)
        else:
            erase(document, at=now)
        done += 1
    return done


def sweep(now: datetime) -> int:
    """Delete bytes that belong to no row and are older than a day, in one folder; return how many.

    Each minute draws its folder, so that a `tick` of any rhythm comes by all of them.
    """
    minute = int(now.timestamp() // 60)
    folder = f"{hashlib.sha256(str(minute).encode()).digest()[0]:02x}"
    storage = private_storage()
    try:
        names = [f"{folder}/{name}" for name in storage.listdir(folder)[1]]
    except FileNotFoundError:
        return 0
    known = set(Document.objects.filter(stored_as__in=names).values_list("stored_as", flat=True))
    known |= set(PaperCopy.objects.filter(stored_as__in=names).values_list("stored_as", flat=True))
    orphans = [
        name for name in names if name not in known and storage.get_modified_time(name) < now - ORPHAN_AFTER
    ]
    for name in orphans:
        storage.delete(name)
    return len(orphans)
