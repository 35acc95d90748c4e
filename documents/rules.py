"""Permissions of this package, for `rules`: both ask the package that owns the record."""

from typing import Any

import rules

from documents import readers


@rules.predicate
def may_read(user: Any, record: Any) -> bool:
    """The owner's package lets this user read the file or paper."""
    return record is not None and readers.may_read(user, record)


@rules.predicate
def may_reprint(user: Any, paper: Any) -> bool:
    """The owner's package lets this user print a duplicate."""
    return paper is not None and readers.may_reprint(user, paper)


rules.add_perm("documents.read_file", may_read)
rules.add_perm("documents.reprint_paper", may_reprint)
