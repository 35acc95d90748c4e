"""Files of visits: taken in one by one after their report, streamed with bounded memory, the digest checked.

The bytes go to a temporary file while they come; only so many pictures at once are examined in memory.
"""

import hashlib
import tempfile
import threading
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from documents import readers
from documents.filing import store
from documents.intake import FileRefused, inspect
from documents.limits import JPEG, PNG, WEBP
from followup.arriving import MEDIA_TYPES, MOST_MEDIA_BYTES
from followup.models import VisitMedia
from followup.models.submissions import MediaKind
from workflow import access

STEP = 64 * 1024
IN_MEMORY = 256 * 1024
AT_ONCE = threading.BoundedSemaphore(2)


class MediaRefused(Exception):
    """The bytes cannot be kept and never will: the device marks this file and goes on with the others."""


class BrokenOff(Exception):
    """Fewer or other bytes came than were announced: send them again."""


def find(uid: UUID, media_uid: UUID, sender: Any) -> VisitMedia | None:
    """Return a file that a report of this sender announced."""
    rows = VisitMedia.objects.select_related("submission__enterprise__case")
    return rows.filter(uid=media_uid, submission__uid=uid, submission__sender=sender.pk).first()


def take(media: VisitMedia, stream: Any, *, actor: Any, at: datetime) -> bool:
    """Keep the bytes of an announced file; return whether they are new.

    stream: something to `read(n)` from. Raises BrokenOff, MediaRefused.
    """
    if media.document_id is not None:
        return False
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        _copy(stream, kept, media)
        with AT_ONCE:
            kept.seek(0)
            try:
                accepted = inspect(
                    kept.read(), f"{media.kind}.{MEDIA_TYPES[media.media_type]}", (JPEG, PNG, WEBP)
                )
            except FileRefused as refused:
                VisitMedia.objects.filter(pk=media.pk).update(refusal="unreadable")
                raise MediaRefused(" ".join(refused.messages)) from refused
            return keep(media, accepted, actor=actor, at=at)


def _copy(stream: Any, target: Any, media: VisitMedia) -> None:
    found, size = hashlib.sha256(), 0
    while piece := stream.read(STEP):
        size += len(piece)
        if size > min(media.size, MOST_MEDIA_BYTES):
            raise BrokenOff(_("More bytes came than were announced."))
        found.update(piece)
        target.write(piece)
    if size != media.size or found.hexdigest() != media.sha256:
        raise BrokenOff(_("The file did not arrive whole."))


@transaction.atomic
def keep(media: VisitMedia, accepted: Any, *, actor: Any, at: datetime) -> bool:
    """Keep examined bytes as an announced file; return whether they are new."""
    locked = VisitMedia.objects.select_for_update().get(pk=media.pk)
    if locked.document_id is not None:
        return False
    document = store(
        accepted,
        owner=media,
        kind="visit-signature" if media.kind == MediaKind.SIGNATURE else "visit-photo",
        actor=actor,
        at=at,
        stream=media.stream,
    )
    VisitMedia.objects.filter(pk=media.pk).update(document=document, received_at=at, refusal="")
    return True


def may_read(user: Any, record: Any) -> bool:
    """Whether somebody may look at a file of a visit: who reads the report that it belongs to."""
    media = record.owner
    if media.visit is not None:
        return access.may(user, "followup.read_answers", media.visit)
    return media.submission is not None and access.may(
        user, "followup.view_visitsubmission", media.submission
    )


def register() -> None:
    """Say who reads files of visits."""
    readers.register_reader("followup.visitmedia", may_read)
