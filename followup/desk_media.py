"""Photos and signatures handed in on the page of a visit: each photo with its own consent, once only.

A signature is drawn on the page, or handed in as a picture of the paper that was signed or marked.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from documents.filing import erase, read_upload, store
from documents.intake import Accepted, FileRefused
from documents.limits import JPEG, PNG, WEBP
from followup.form_parts import MOST_PHOTOS, PHOTOS, SIGNATURE, Ask
from followup.models import Visit, VisitMedia
from followup.models.submissions import MediaKind

AT_ONCE = 3
"""How many photos of a question can be handed in with one page, each beside its consent."""
PICTURES = (JPEG, PNG, WEBP)
MOST_DRAWN = 400_000
KINDS = {PHOTOS: MediaKind.PHOTO, SIGNATURE: MediaKind.SIGNATURE}


def receive(
    visit: Visit,
    asks: Iterable[Ask],
    post: Mapping[str, Any],
    files: Mapping[str, Any],
    *,
    actor: Any,
    at: datetime,
) -> dict[str, str]:
    """Keep what came with the page, note consents, take away what was to go; return refusals by question."""
    _note_consents(visit, post)
    _take_away(visit, str(post.get("remove", "")), at=at)
    refused = {}
    for ask in asks:
        for number in range(AT_ONCE if ask.kind == PHOTOS else 1):
            name = f"file-{ask.name}-{number}"
            try:
                accepted = _accepted(ask, name, post, files)
                if accepted is not None:
                    consent = ask.kind == SIGNATURE or f"agreed-{ask.name}-{number}" in post
                    caption = str(post.get(f"caption-{ask.name}-{number}", ""))[:200].strip()
                    _add(visit, ask, accepted, consent=consent, caption=caption, actor=actor, at=at)
            except FileRefused as error:
                refused[ask.name] = " ".join(error.messages)
    return refused


def _accepted(ask: Ask, name: str, post: Mapping[str, Any], files: Mapping[str, Any]) -> Accepted | None:
    if upload := files.get(name):
        accepted = read_upload(upload)
        if accepted.media_type not in PICTURES:
            raise FileRefused("unknown_type")
        return accepted
    drawn = str(post.get(f"drawn-{ask.name}", "")) if ask.kind == SIGNATURE else ""
    if not drawn:
        return None
    if len(drawn) > MOST_DRAWN or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", drawn):
        raise FileRefused("damaged")
    try:
        data = base64.b64decode(drawn, validate=True)
    except binascii.Error as error:
        raise FileRefused("damaged") from error
    return read_upload(SimpleUploadedFile("signature.jpg", data, "image/jpeg"))


@transaction.atomic
def _add(
    visit: Visit,
    ask: Ask,
    accepted: Accepted,
    *,
    consent: bool,
    caption: str,
    actor: Any,
    at: datetime,
) -> None:
    Visit.objects.select_for_update().get(pk=visit.pk)
    held = VisitMedia.objects.filter(visit=visit, field=ask.name)
    if held.filter(document__received_sha256=accepted.received_sha256).exists():
        return  # it came twice, because the answer got lost
    if ask.kind == PHOTOS and held.count() >= MOST_PHOTOS:
        raise FileRefused("too_many_files", limit=MOST_PHOTOS)
    if ask.kind == SIGNATURE:
        for old in held.filter(submission__isnull=True):
            _erase(old, at=at)
    media = VisitMedia.objects.create(
        visit=visit,
        kind=KINDS[ask.kind],
        field=ask.name,
        media_type=accepted.media_type,
        size=accepted.size,
        consent=consent,
        caption=caption,
        received_at=at,
    )
    kind = "visit-signature" if ask.kind == SIGNATURE else "visit-photo"
    media.document = store(accepted, owner=media, kind=kind, actor=actor, at=at, stream=visit.stream)
    media.save(update_fields=["document"])


def _note_consents(visit: Visit, post: Mapping[str, Any]) -> None:
    """Note for each photo that the page showed whether the person agrees to it."""
    for media in VisitMedia.objects.filter(visit=visit, kind=MediaKind.PHOTO):
        if f"shown-{media.uid}" in post:
            agreed = f"consent-{media.uid}" in post
            if agreed != media.consent:
                VisitMedia.objects.filter(pk=media.pk).update(consent=agreed)


def _take_away(visit: Visit, uid: str, *, at: datetime) -> None:
    """Take away a file that was handed in on the page; what a phone sent stays with its report."""
    try:
        wanted = UUID(uid)
    except ValueError:
        return
    media = VisitMedia.objects.filter(visit=visit, uid=wanted, submission__isnull=True).first()
    if media is not None:
        _erase(media, at=at)


@transaction.atomic
def _erase(media: VisitMedia, *, at: datetime) -> None:
    document = media.document
    media.delete()
    if document is not None:
        erase(document, at=at)


def drawn(visit: Visit | None, ask: Ask, refused: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page shows of a question that files answer. visit: None in a preview."""
    rows = VisitMedia.objects.filter(visit=visit, field=ask.name).select_related("document")
    held = list(rows) if visit is not None else []
    return {
        "held": held,
        "slots": range(AT_ONCE if ask.kind == PHOTOS else 1),
        "refused": refused.get(ask.name, ""),
        "is_photos": ask.kind == PHOTOS,
        "missing": _("has not arrived yet"),
    }
