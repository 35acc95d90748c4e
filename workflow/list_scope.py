"""Whose saved views and files of lists somebody shares or approves; the package that knows roles says so."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

Keys = Callable[[Any], Collection[int]]


def _nowhere(user: Any) -> Collection[int]:
    return ()


@dataclass
class _Scope:
    works_in: Keys = _nowhere
    manages: Keys = _nowhere


_scope = _Scope()


def register(*, works_in: Keys, manages: Keys) -> None:
    """Name the functions that give the keys of the programmes on which a user works, and that one manages."""
    _scope.works_in, _scope.manages = works_in, manages


def programmes_of(user: Any) -> Collection[int]:
    """Return the keys of the programmes whose shared views a user sees."""
    return _scope.works_in(user)


def shares_in(user: Any) -> Collection[int]:
    """Return the keys of the programmes in which a user may share a view with everybody."""
    return _scope.manages(user)


def approves_in(user: Any) -> Collection[int]:
    """Return the keys of the programmes in which a user may let a large file leave."""
    return _scope.manages(user)
