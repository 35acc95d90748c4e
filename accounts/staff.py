"""Who counts as staff, and so needs a second factor.

Roles live in memberships, which stand on a higher floor: the package that holds them registers here how to
tell, and is asked at every request.
"""

from collections.abc import Callable
from typing import Any

Predicate = Callable[[Any], bool]

_predicates: list[Predicate] = []


def register(predicate: Predicate) -> None:
    """Add a way of being staff: `user -> bool`."""
    if predicate not in _predicates:
        _predicates.append(predicate)


def is_staff(user: Any) -> bool:
    """Whether the user has a role that handles other people's files or money."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_superuser or any(predicate(user) for predicate in _predicates)
