"""Who may read a file: each package says so for the records that own files; nobody else may.

An upper package registers, in its `apps.ready()`, one predicate per model that owns files or papers:

    documents.register_reader("applications.application", may_read_dossier)

The predicate gets `(user, record)`, where record is a `Document` or a `Paper`; both have `owner`, `kind`,
`sensitivity` and `juror_visible`. It is asked for visitors who are not signed in too (AnonymousUser).
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from documents.models import Document, Paper

Readable = TypeVar("Readable", "Document", "Paper")
Predicate = Callable[[Any, Any], bool]


class Reader(NamedTuple):
    """The rules of one owning model, see `register_reader`."""

    may_read: Predicate
    vault: Predicate | None = None
    blind: Predicate | None = None
    reprint: Predicate | None = None


_readers: dict[str, Reader] = {}


def register_reader(
    model_label: str,
    may_read: Predicate,
    *,
    vault: Predicate | None = None,
    blind: Predicate | None = None,
    reprint: Predicate | None = None,
) -> None:
    """Say who may read the files and papers of a model, such as "applications.application".

    may_read: everything but vault files. vault: files of sensitivity `vault`; without it nobody.
    blind: readers who must not learn a name, such as jurors: they get neutral file names, and files that
    are not marked as visible to jurors do not exist for them. reprint: who may print a duplicate of a
    paper; without it nobody.
    """
    _readers[model_label.lower()] = Reader(may_read, vault, blind, reprint)


def unregister_reader(model_label: str) -> None:
    """Take the rules of a model back: nobody may read its files any more."""
    _readers.pop(model_label.lower(), None)


def reader_of(record: "Document | Paper") -> Reader | None:
    """Return the rules for a record's owner, None when its owner is gone or its model registered none."""
    owner = record.owner
    return _readers.get(owner._meta.label_lower) if owner is not None else None


def is_blind(user: Any, record: "Document | Paper") -> bool:
    """Whether this reader must not learn whose record it is."""
    reader = reader_of(record)
    return reader is not None and reader.blind is not None and bool(reader.blind(user, record))


def may_read(user: Any, record: "Document | Paper") -> bool:
    """Whether `user` may read the bytes: who may know of it, unless it waits in quarantine or is erased."""
    return record.is_served and may_know(user, record)


def may_know(user: Any, record: "Document | Paper") -> bool:
    """Whether `user` may see that a file or paper exists: no unless the owner's package says yes.

    Beyond what that package says: visitors who are not signed in see only what is public, blind readers only
    what is marked for them, and the vault has a rule of its own.
    """
    reader = reader_of(record)
    if reader is None or (not user.is_authenticated and record.sensitivity != "public"):
        return False
    if reader.blind is not None and reader.blind(user, record) and not record.juror_visible:
        return False
    if record.sensitivity == "vault":
        return reader.vault is not None and bool(reader.vault(user, record))
    return bool(reader.may_read(user, record))


def may_reprint(user: Any, paper: "Paper") -> bool:
    """Whether `user` may print a duplicate of a paper."""
    reader = reader_of(paper)
    if reader is None or reader.reprint is None or not may_read(user, paper):
        return False
    return bool(reader.reprint(user, paper))


def readable(user: Any, records: "Iterable[Readable]") -> "list[Readable]":
    """Keep the records that `user` may read, in order."""
    return [record for record in records if may_read(user, record)]
