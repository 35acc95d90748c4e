"""The hash chain of a stream: pure functions on plain data."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

FIELDS = (
    "stream",
    "seq",
    "kind",
    "object_id",
    "verb",
    "source",
    "target",
    "actor_id",
    "system",
    "second_person_id",
    "occurred_at",
    "recorded_at",
    "data",
    "note_digest",
    "cause_id",
)


def canonical(value: Any) -> str:
    """Return one spelling of a JSON value: sorted keys, no spaces, times in UTC."""

    def plain(item: Any) -> Any:
        if isinstance(item, datetime):
            return item.astimezone(UTC).isoformat(timespec="microseconds")
        return str(item)

    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=plain)


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical spelling, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def note_digest(text: str, salt: str) -> str:
    """Return the salted digest of a note; it stays in the chain when the text is erased."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def link(prev_hash: str, event: Mapping[str, Any]) -> str:
    """Return the hash of an event given the hash before it.

    prev_hash: 64 hexadecimal digits, empty for the first event of a stream.
    event: the values of `FIELDS`.
    """
    return digest([prev_hash, *(event[name] for name in FIELDS)])
