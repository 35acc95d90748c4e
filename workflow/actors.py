"""Who acts: a signed-in user, or the system under a name (`tick`, a reaction, a loader)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import rules

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


@dataclass(frozen=True)
class System:
    """The system acting under a name, for instance `System("tick")`."""

    name: str

    is_active = True
    is_authenticated = True
    is_anonymous = False
    is_superuser = False
    pk = None

    def __str__(self) -> str:
        return self.name


_words: dict[str, Any] = {}


def name_system(name: str, word: Any) -> None:
    """Say how histories call a system actor that stands for somebody, such as the holder of a slip."""
    _words[name] = word


def system_word(name: str) -> Any:
    """Return how histories call a system actor, None for the product itself."""
    return _words.get(name)


_known: list[Callable[[set[int]], set[int]]] = []


def register_known(lookup: Callable[[set[int]], set[int]]) -> None:
    """Say which of some users are known to staff by name; the others are persons of cases, never named."""
    _known.append(lookup)


def known_by_name(users: set[int]) -> set[int]:
    """Return those of some users whom a history may name."""
    if not _known or not users:
        return users
    return set().union(*(lookup(users) for lookup in _known))


Actor: TypeAlias = "User | AnonymousUser | System"


@rules.predicate
def is_system(actor: "Actor") -> bool:
    """True for the system, never for a person, a superuser included."""
    return isinstance(actor, System)
