"""The start page: what waits for staff, the way to one's own case, or what anybody may read."""

from copy import copy
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone

from programmes import desk, landing, predicates
from programmes.models import Call, Programme
from programmes.scope import LAST_PROGRAMME, enter, in_programme, worked_on
from workflow import access
from workflow.inbox import inbox

ROWS_PER_QUEUE = 8


@access.public
def home(request: HttpRequest) -> HttpResponse:
    """Staff: what waits for them. Applicants: their own page. Everybody else: programmes and open calls."""
    user: Any = request.user
    if not user.is_authenticated:
        return public_home(request)
    if predicates.is_staff(user):
        programme = last_programme(request)
        if programme is not None:
            enter(request, programme)
        if address := landing.first_screen_of(user, programme):
            return HttpResponseRedirect(address)
        return start_page(request)
    if predicates.is_administrator(user):
        return redirect("programmes:list")
    if address := landing.landing_of(user):
        return HttpResponseRedirect(address)
    return public_home(request)


@access.rule("programmes.work_on_programme", lookup=in_programme)
def start(request: HttpRequest, code: str) -> HttpResponse:
    """The start page in one programme; it stays the chosen one until another is chosen."""
    request.session[LAST_PROGRAMME] = code
    if address := landing.first_screen_of(request.user, access.object_of(request)):
        return HttpResponseRedirect(address)
    return start_page(request)


def last_programme(request: HttpRequest) -> Programme | None:
    """Return the programme chosen last, else the newest running one in which the user has a role.

    Out of those that the frame of the page offers: no query of its own.
    """
    own = worked_on(request.user)
    chosen = own.get(request.session.get(LAST_PROGRAMME, "")) or _newest(list(own.values()))
    return copy(chosen)


def _newest(rows: list[Programme]) -> Programme | None:
    """The one that began last, or is planned to, of those in the state of the first; equals by code."""

    def begins(row: Programme) -> tuple[date, date]:
        return row.actual_start or date.min, row.planned_start or date.min

    return max((row for row in rows if row.state == rows[0].state), key=begins, default=None)


def start_page(request: HttpRequest) -> HttpResponse:
    """What waits for a member of staff, in all of his programmes; the chosen one's panels beside it."""
    now = timezone.now()
    programme = getattr(request, "programme", None)
    context = {
        "desk": desk.arrange(inbox(request.user, rows=ROWS_PER_QUEUE), now),
        "today": timezone.localtime(now),
        "programme": programme,
        "own_address": landing.landing_of(request.user),
    }
    return render(request, "programmes/start.html", context)


def public_home(request: HttpRequest) -> HttpResponse:
    """Programmes that anybody may read about, and the calls that are open now."""
    calls = Call.objects.public().select_related("programme").filter(state__in=["published", "open"])
    context = {
        "programmes": Programme.objects.public().order_by("state", "code"),
        "open_calls": calls.order_by("closes_at"),
    }
    return render(request, "programmes/public_home.html", context)
