"""What the frame of every page offers: the entries of the rail and the programmes one may switch to.

Packages register here from their `apps.py`; this module knows none of them. How the frame looks lives in
`templates/base.html` and `templates/components/rail.html`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from workflow import access

Predicate = Callable[[Any, Any], bool]
Counter = Callable[[Any, Any], int | None]
FOOT_ENTRIES = 5


@dataclass(frozen=True)
class Entry:
    """One section of the product: who sees it, where it leads, how many things wait in it."""

    key: str
    label: str | Promise
    icon: str
    url_name: str
    predicate: Predicate
    order: int
    in_programme: bool = False
    count: Counter | None = None


@dataclass(frozen=True)
class Place:
    """An entry as one reader meets it: address resolved, current or not, with its count."""

    key: str
    label: str | Promise
    icon: str
    url: str
    current: bool
    count: int | None


class ProgrammeChoice(NamedTuple):
    """A programme in the switcher: title, code, address of its home, accent as `#rrggbb`."""

    title: str
    code: str
    url: str
    accent: str


ProgrammeList = Callable[[Any], Iterable[ProgrammeChoice]]
RoleName = Callable[[Any, Any], str]
Enter = Callable[[Any, int, bool], None]

_entries: dict[str, Entry] = {}
_programmes: list[ProgrammeList] = []
_role_names: list[RoleName] = []
_enter: list[Enter] = []


def register(
    key: str,
    label: str | Promise,
    icon: str,
    url_name: str,
    predicate: Predicate,
    order: int,
    *,
    in_programme: bool = False,
    count: Counter | None = None,
) -> None:
    """Offer a section in the rail.

    `predicate(user, programme)` says who sees it (programme is None outside of one). With `in_programme` the
    address takes the programme's code as its only argument and the entry is hidden outside of a programme.
    `count(user, programme)` is the number of things that wait there. Lower `order` stands first; on a phone
    the first four stay in the bar when there are more than five. Registering a key again replaces it.
    """
    _entries[key] = Entry(key, label, icon, url_name, predicate, order, in_programme, count)


def register_section(key: str, label: str | Promise, icon: str, url_name: str, rule: str, order: int) -> None:
    """Offer a section of a programme to whom a rule opens it there; otherwise like `register`."""

    def predicate(user: Any, programme: Any) -> bool:
        return programme is not None and access.may(user, rule, programme)

    register(key, label, icon, url_name, predicate, order, in_programme=True)


def register_programmes(choices: ProgrammeList) -> None:
    """Name the function `choices(user)` that lists the programmes of the switcher."""
    _programmes[:] = [choices]


def register_role_name(role_name: RoleName) -> None:
    """Name the function `role_name(user, programme)` that says what the user is there, for the user menu."""
    _role_names[:] = [role_name]


def register_enter(enter: Enter) -> None:
    """Name the function `enter(request, programme_id, members)` that lets a page be about a programme."""
    _enter[:] = [enter]


def enter(request: Any, programme_id: int | None, *, members: bool = False) -> None:
    """Let a page be about the programme of what its reader sees: the frame shows it.

    members: only where the reader works on it, for what is seen as one's own long after one has left.
    """
    if programme_id is None:
        return
    for entering in _enter:
        entering(request, programme_id, members)


def programme_choices(user: Any) -> list[ProgrammeChoice]:
    """Return the programmes that the user may switch to."""
    return [choice for listing in _programmes for choice in listing(user)]


def role_name(user: Any, programme: Any) -> str:
    """Return what the user is in this programme, in words, or nothing."""
    return next((name(user, programme) for name in _role_names), "")


def address(entry: Entry, programme: Any) -> str | None:
    """Return the entry's address, or None where it has none (outside of a programme, URL not mounted)."""
    if entry.in_programme and programme is None:
        return None
    return _address(settings.ROOT_URLCONF, entry.url_name, programme.code if entry.in_programme else "")


@lru_cache(maxsize=1024)
def _address(urlconf: str, url_name: str, code: str) -> str | None:
    """Made once: every page draws the same twenty."""
    try:
        return reverse(url_name, urlconf, args=[code] if code else [])
    except NoReverseMatch:
        return None


def places(request: HttpRequest, programme: Any) -> list[Place]:
    """Return the sections that this reader sees, in order; the longest fitting address is the current one."""
    user = request.user
    found = []
    for entry in sorted(_entries.values(), key=lambda item: (item.order, item.key)):
        if (url := address(entry, programme)) and entry.predicate(user, programme):
            found.append((entry, url))
    # Inside a programme, what lies outside of it ("All programmes") is current on its own page alone.
    fitting = [
        url
        for entry, url in found
        if request.path == url or (_below(request.path, url) and (programme is None or entry.in_programme))
    ]
    here = max(fitting, key=len, default=None)
    return [
        Place(
            key=entry.key,
            label=str(entry.label),  # in the reader's language, for the rail and the bar of a phone
            icon=entry.icon,
            url=url,
            current=url == here,
            count=entry.count(user, programme) if entry.count else None,
        )
        for entry, url in found
    ]


def _below(path: str, url: str) -> bool:
    return url != "/" and url.endswith("/") and path.startswith(url)


def split_for_phone(entries: list[Place]) -> tuple[list[Place], list[Place]]:
    """Return (entries of the bar at the foot, entries behind "More"): at most five in the bar in all."""
    if len(entries) <= FOOT_ENTRIES:
        return entries, []
    return entries[: FOOT_ENTRIES - 1], entries[FOOT_ENTRIES - 1 :]
