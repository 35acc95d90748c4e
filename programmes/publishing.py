"""What a call still lacks before it is published: each sentence of a guard with the place to mend it.

The packages whose guards ask for something say where it is given: `mend_at(guard, where)` in `apps.ready()`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.urls import reverse

from programmes import guards
from programmes.models import Call
from workflow.declare import Guard
from workflow.guards import guards_of
from workflow.machines import machine_of

Where = Callable[[Call], str]
_places: dict[Guard, Where] = {}


class Missing(NamedTuple):
    """One thing that is missing, and the address where it is mended, "" when nobody said."""

    sentence: str
    url: str


def mend_at(guard: Guard, where: Where) -> None:
    """Say where a manager mends what a guard of publishing asks for: `call -> address`."""
    _places[guard] = where


def missing(call: Call, actor: Any) -> list[Missing]:
    """Return what stands against publishing a draft call now, in the order of the guards."""
    arrow = machine_of(Call).arrow("publish", call.state)
    if arrow is None:
        return []
    found = []
    for guard in guards_of(call, arrow):
        sentence = guard(call, actor, None)
        if sentence is not None:
            where = _places.get(guard)
            found.append(Missing(str(sentence), where(call) if where else ""))
    return found


def on_the_page(anchor: str) -> Where:
    """Return the place of a panel on the page of the call."""
    return lambda call: f"{call.get_absolute_url()}#{anchor}"


def _page(name: str) -> Where:
    return lambda call: reverse(f"programmes:{name}", args=[call.programme.code, call.code])


def register() -> None:
    """Name the places of this package."""
    mend_at(
        guards.programme_is_running, lambda call: reverse("programmes:settings", args=[call.programme.code])
    )
    mend_at(guards.dates_are_set, _page("edit_call"))
    mend_at(guards.envelope_is_set, _page("edit_call"))
    mend_at(guards.has_a_track, on_the_page("tracks"))
    mend_at(guards.has_a_session, on_the_page("sessions"))
