"""Where people land: those without a role on their own page, a role on its own first screen.

Packages above say so for their own people; everybody else begins at what waits for them.
"""

from collections.abc import Callable
from typing import Any

Landing = Callable[[Any], "str | None"]
FirstScreen = Callable[[Any, Any], "str | None"]
_landings: list[Landing] = []
_first_screens: list[FirstScreen] = []


def register(landing: Landing) -> None:
    """Add a function `user -> address or None`; the first address wins (an applicant's own case)."""
    if landing not in _landings:
        _landings.append(landing)


def landing_of(user: Any) -> str | None:
    """Return where this user's own page is, None when no package has one."""
    return next((found for landing in _landings if (found := landing(user))), None)


def register_first_screen(first_screen: FirstScreen) -> None:
    """Add a function `(user, programme) -> address or None` for a role that begins at a page of its own."""
    if first_screen not in _first_screens:
        _first_screens.append(first_screen)


def first_screen_of(user: Any, programme: Any) -> str | None:
    """Return where this member of staff begins in a programme, None for the start page."""
    return next((found for screen in _first_screens if (found := screen(user, programme))), None)
