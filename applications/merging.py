"""Three texts of one answer become one: what a page was drawn with, what it sends, what is stored by now.

Pure; the database is in `applications/drafting.py`. A page knows the answers that it was drawn with by their
fingerprints. So it can be told who changed what: nobody, this page, somebody else, or both. Only where both
changed the same answer to different things a person has to choose; nothing is ever replaced by a page that
did not show it.

This is the merge of diff3, whole answers instead of lines: S. Khanna, K. Kunal and B. Pierce, "A formal
investigation of diff3", 2007.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from applications.answers import is_empty

EMPTY = ""
LENGTH = 12


def fingerprint(value: Any) -> str:
    """Return a short name of a value: equal for equal values, "" for every kind of nothing."""
    if is_empty(value):
        return EMPTY
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def same(one: Any, other: Any) -> bool:
    """Tell whether two answers say the same; nothing is nothing, whatever its kind."""
    return bool(one == other) or (is_empty(one) and is_empty(other))


class Merged(NamedTuple):
    """write: what to store; theirs: what the page has to show instead of its own; conflicts: both changed.

    A conflict holds the stored value: it stays until a person has chosen.
    """

    write: Mapping[str, Any]
    theirs: Mapping[str, Any]
    conflicts: Mapping[str, Any]


def merge(
    base: Mapping[str, str],
    mine: Mapping[str, Any],
    stored: Mapping[str, Any],
    *,
    own: Collection[str] = (),
) -> Merged:
    """Return what becomes of the answers that a page sends.

    base: fingerprints of what the page was drawn with, by question; a question that is not there was drawn
    empty. mine: what it sends. stored: what is there now. own: questions whose stored answer was sent by this
    very page, which may not have heard that it arrived.
    """
    write, theirs, conflicts = {}, {}, {}
    for key, value in mine.items():
        now, drawn = stored.get(key), base.get(key, EMPTY)
        if same(value, now):
            continue
        if fingerprint(now) == drawn or key in own:
            write[key] = value
        elif fingerprint(value) == drawn:
            theirs[key] = now
        else:
            conflicts[key] = now
    return Merged(write, theirs, conflicts)
