"""Whom a coach stands beside: the package that names coaches says whose cases each of them follows.

While nobody is named for a case, every coach of its programme stands beside it; from then on only those who
are named. Nothing else is decided here: which roles read what is in `roles.py`.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

KEPT = "_cases_followed_by_others"
_named: list[Callable[[], "QuerySet[Any]"]] = []
_followed: list[Callable[[Any], "QuerySet[Any]"]] = []


def register(named: Callable[[], "QuerySet[Any]"], followed: Callable[[Any], "QuerySet[Any]"]) -> None:
    """Add an answer. named: the keys of the cases that have a coach today; followed: of those of a user."""
    _named.append(named)
    _followed.append(followed)


def of_nobody_else(user: Any, case: str) -> Q:
    """The condition "no coach is named for the case, or this one is". case: the path to its key."""
    found = Q()
    for named, followed in zip(_named, _followed, strict=True):
        found &= ~Q(**{f"{case}__in": named()}) | Q(**{f"{case}__in": followed(user)})
    return found


def stands_beside(user: Any, case_id: int) -> bool:
    """Whether nobody is named for a case, or this user is; kept on the user object for one request."""
    kept: dict[int, bool] = user.__dict__.setdefault(KEPT, {})
    if case_id not in kept:
        kept[case_id] = all(
            not named().filter(case=case_id).exists() or followed(user).filter(case=case_id).exists()
            for named, followed in zip(_named, _followed, strict=True)
        )
    return kept[case_id]
