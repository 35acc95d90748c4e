"""Reading what a device sends: the body of a visit and its list of files. Pure; the database is in `sync.py`.

    {"visit": "uuid or null", "enterprise": 12, "form": 1, "base": 3, "started_at": "...Z",
     "ended_at": "...Z", "performed_at": "...Z", "clock_offset": 0, "answers": {...},
     "media": [{"uid", "sha256", "bytes", "type", "kind", "field", "consent", "caption", "taken_at"}]}

`enterprise` says whom an unplanned visit was made to; `clock_offset` is what the device measured last, in
seconds to add to its clock.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from followup.form_parts import MOST_PHOTOS
from followup.visit_answers import Faults

MOST_BYTES = 512 * 1024
MOST_MEDIA_BYTES = 5 * 1024 * 1024
MEDIA_TYPES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
KINDS = ("photo", "signature")
SHA256 = re.compile(r"[0-9a-f]{64}\Z")
MOST_OFFSET = 400 * 24 * 3600


class Unreadable(ValueError):
    """The body is no visit; `faults` say by field what is wrong."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        super().__init__(str(faults))


class Announced(NamedTuple):
    """One file that a report announces."""

    uid: uuid.UUID
    sha256: str
    size: int
    media_type: str
    kind: str
    field: str = ""
    consent: bool = False
    caption: str = ""
    taken_at: datetime | None = None


class Report(NamedTuple):
    """A visit as a device sent it: sha256 is the digest of the body's bytes, answers are as they came."""

    sha256: str
    planned: uuid.UUID | None
    enterprise: int | None
    form_version: int
    base_revision: int
    started_at: datetime | None
    device_at: datetime
    clock_offset: int
    answers: dict[str, Any]
    media: tuple[Announced, ...] = ()
    ended_at: datetime | None = None

    def performed_at(self, offset: int) -> datetime:
        """When the visit was made, the device's clock corrected by an offset in seconds."""
        return self.device_at + timedelta(seconds=offset)


def read(body: bytes) -> Report:
    """Return the report in a body; raises Unreadable when it is none. Answers are looked at by `sync`."""
    if len(body) > MOST_BYTES:
        raise Unreadable({"": [_("This report is too long.")]})
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable({"": [_("This is not a report of a visit.")]}) from None
    if not isinstance(data, dict) or not isinstance(data.get("answers"), dict):
        raise Unreadable({"": [_("This is not a report of a visit.")]})
    return Report(
        sha256=hashlib.sha256(body).hexdigest(),
        planned=_uid(data.get("visit"), "visit") if data.get("visit") else None,
        enterprise=whole(data, "enterprise") if data.get("enterprise") is not None else None,
        form_version=min(whole(data, "form", lowest=1), 32_767),
        base_revision=whole(data, "base", 0),
        started_at=moment(data["started_at"], "started_at") if data.get("started_at") else None,
        ended_at=moment(data["ended_at"], "ended_at") if data.get("ended_at") else None,
        device_at=moment(data.get("performed_at"), "performed_at"),
        clock_offset=bounded(whole(data, "clock_offset", 0, lowest=-MOST_OFFSET)),
        answers=data["answers"],
        media=_media(data.get("media") or []),
    )


def offset_between(device: str, now: datetime) -> int | None:
    """Return how many seconds a device is slow, from what its clock says while it speaks; None if nothing."""
    try:
        said = datetime.fromisoformat(device)
    except ValueError:
        return None
    if said.tzinfo is None:
        return None
    return bounded(round((now - said).total_seconds()))


def bounded(seconds: int) -> int:
    """Keep an offset within what a wrong clock can be."""
    return max(-MOST_OFFSET, min(MOST_OFFSET, seconds))


def _uid(value: Any, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except (TypeError, ValueError, AttributeError):
        raise Unreadable({name: [_("This is no identifier.")]}) from None


def whole(data: Mapping[str, Any], name: str, default: int | None = None, *, lowest: int = 0) -> int:
    """Return a whole number under a name; raises Unreadable."""
    value = data.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value < 2**31:
        raise Unreadable({name: [_("Give a whole number.")]})
    return value


def moment(value: Any, name: str) -> datetime:
    """Return a moment in ISO 8601, UTC where no zone is said; name: the field to blame. Raises Unreadable."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unreadable({name: [_("Give the date of the visit.")]}) from None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if not 2000 <= found.year <= 2100:
        raise Unreadable({name: [_("Give the date of the visit.")]})
    return found.astimezone(UTC)


def _media(rows: Any) -> tuple[Announced, ...]:
    if not isinstance(rows, list) or len(rows) > MOST_PHOTOS + 2:
        raise Unreadable({"media": [_("Too many files.")]})
    found = tuple(_announced(row) for row in rows)
    if len({one.uid for one in found}) != len(found):
        raise Unreadable({"media": [_("A file is listed twice.")]})
    return found


def _announced(row: Any) -> Announced:
    if not isinstance(row, dict):
        raise Unreadable({"media": [_("This is no list of files.")]})
    size = whole(row, "bytes")
    known = (
        isinstance(row.get("sha256"), str)
        and SHA256.match(row["sha256"])
        and row.get("type") in MEDIA_TYPES
        and row.get("kind") in KINDS
        and 0 < size <= MOST_MEDIA_BYTES
    )
    if not known:
        raise Unreadable({"media": [_("This is no list of files.")]})
    return Announced(
        uid=_uid(row.get("uid"), "media"),
        sha256=row["sha256"],
        size=size,
        media_type=row["type"],
        kind=row["kind"],
        field=str(row.get("field") or "")[:40],
        consent=row.get("consent") is True,
        caption=str(row.get("caption") or "")[:200],
        taken_at=moment(row["taken_at"], "media") if row.get("taken_at") else None,
    )
