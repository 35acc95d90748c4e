"""Which programme a page is about: found by the address, its time zone meant while the page lasts.

Views name these functions as the lookup of `access.rule`; the frame then shows title and accent.
"""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from programmes import predicates
from programmes.models import Call, Programme, SelectionSession
from workflow import access

LAST_PROGRAMME = "last_programme"


def enter(request: HttpRequest, programme: Programme, call: Call | None = None) -> None:
    """Let the page be about a programme: the frame shows it, times are meant in its zone.

    call: the call that it is about, if it is; pages of a trial say so at the top.
    """
    request.programme = programme  # type: ignore[attr-defined]
    request.trial = call is not None and call.is_test  # type: ignore[attr-defined]
    timezone.activate(programme.zone)


def worked_on(user: Any) -> dict[str, Programme]:
    """Return the programmes that a user works on by code, running ones first: one query per user object.

    The frame offers them on every page; a page about one of them takes it from here.
    """
    found: dict[str, Programme] | None = getattr(user, predicates.WORKED_ON, None)
    if found is None:
        rows = Programme.objects.worked_on_by(user)
        found = {row.code: row for row in rows.order_by("-state", "code")}
        if getattr(user, "pk", None) is not None:
            setattr(user, predicates.WORKED_ON, found)
    return found


def find_programme(user: Any, code: str) -> Programme:
    """Return the programme with a code that the user may see; raises Http404."""
    if kept := worked_on(user).get(code):
        return copy(kept)  # forms write on what a page is about, even what they then refuse
    found: Programme = access.get_visible(Programme.objects, user, code=code)
    return found


def programme_by_key(user: Any, programme_id: int) -> Programme:
    """Return the programme of a record that the user may see: no query where the user works on it."""
    for programme in worked_on(user).values():
        if programme.pk == programme_id:
            return copy(programme)
    return Programme.objects.get(pk=programme_id)


def enter_by_key(request: HttpRequest, programme_id: int, members: bool) -> None:
    """Let the page be about the programme of a record that the visitor sees, as a member or as its person.

    members: only as a member.
    """
    if not members or programme_id in predicates.programme_ids(request.user):
        enter(request, programme_by_key(request.user, programme_id))


def in_programme(request: HttpRequest, code: str, **_arguments: Any) -> Programme:
    """Return the programme with a code that the visitor may see; raises Http404."""
    programme = find_programme(request.user, code)
    enter(request, programme)
    return programme


def in_call(request: HttpRequest, code: str, call: str, **_arguments: Any) -> Call:
    """Return a call of the programme with a code, looked up through it; raises Http404."""
    programme = in_programme(request, code)
    found: Call = access.get_visible(Call.objects, request.user, programme=programme, code=call)
    found.programme = programme
    enter(request, programme, found)
    return found


def in_session(
    request: HttpRequest, code: str, call: str, number: int, **_arguments: Any
) -> SelectionSession:
    """Return a session of a call, looked up through it; raises Http404."""
    parent = in_call(request, code, call)
    found: SelectionSession = access.get_visible(
        SelectionSession.objects, request.user, call=parent, number=number
    )
    found.call = parent
    return found


class TimeZoneMiddleware:
    """Forget the time zone of the last page: workers live longer than requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        timezone.deactivate()
        return self.get_response(request)
