"""Files that leave through a list: noted always, with a reason where rows are people, by two when large.

A file of more rows than settings.EXPORT_ROW_LIMIT is asked for with a reason, approved by a second person who
manages the programme and reads the list too, and then fetched once a reader asks, with a watermark. What is
fetched is read again with the rights that its reader has then.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from workflow import display, list_scope, saved_views
from workflow.door import NotAllowed, Refused
from workflow.export import Watermark
from workflow.models import ListExport

if TYPE_CHECKING:
    from workflow.lists import ListView

SHORTEST_REASON = 8
FETCHED_WITHIN = timedelta(days=7)


def is_large(rows: int) -> bool:
    """Whether a file of so many rows needs a second person; a limit of 0 is none."""
    limit: int = settings.EXPORT_ROW_LIMIT
    return bool(limit) and rows > limit


def address_to_ask(request: HttpRequest, kind: str) -> str:
    """Return the address of the page on which the file of a list is asked for."""
    query = request.GET.copy()
    for name in saved_views.PASSING:
        query.pop(name, None)
    wanted = {"list": request.path, "query": query.urlencode(), "kind": kind}
    return f"{reverse('workflow:export_ask')}?{urlencode(wanted)}"


def note(view: "ListView", kind: str, rows: int, *, reason: str = "") -> ListExport | None:
    """Write down that somebody takes a file of a list away now; nobody is noted where nobody is signed in."""
    if not view.request.user.is_authenticated:
        return None
    made = _record(view, kind, rows, reason, timezone.now())
    made.fetched_at = made.asked_at
    made.save()
    return made


def ask(view: "ListView", kind: str, rows: int, *, reason: str, at: datetime) -> ListExport:
    """Ask for a file: it may be fetched at once, or when a second person agreed. Raises `Refused`."""
    said = " ".join(reason.split())[:300]
    if len(said) < SHORTEST_REASON:
        raise Refused([_("Say in a few words what the file is for.")])
    made = _record(view, kind, rows, said, at)
    if made.needs_second and any(view.request.GET.get(name) for name in view.private_filters):
        raise Refused([_("A file for which somebody else must agree cannot search for a name.")])
    made.save()
    return made


def _record(view: "ListView", kind: str, rows: int, reason: str, at: datetime) -> ListExport:
    return ListExport(
        path=view.request.path,
        query=saved_views.kept(view.request.GET, view.private_filters),
        programme_id=saved_views.programme_id_of(view.request),
        title=str(view.get_title())[:200],
        kind=kind,
        rows=rows,
        asked_by_id=view.request.user.pk or 0,
        asked_at=at,
        reason=reason,
        needs_second=is_large(rows),
    )


def may_answer(user: Any, asked: ListExport) -> bool:
    """Whether a user is the second person: another one, who manages the programme."""
    return (
        asked.needs_second
        and asked.answered_at is None
        and asked.asked_by_id != user.pk
        and asked.programme_id in list_scope.approves_in(user)
    )


def answer(asked: ListExport, *, granted: bool, by: Any, at: datetime) -> None:
    """Let a large file leave, or not; raises `NotAllowed`, or `Refused` when it was answered meanwhile."""
    if not may_answer(by, asked):
        raise NotAllowed([_("You may not do this.")])
    taken = ListExport.objects.filter(pk=asked.pk, answered_at__isnull=True).update(
        answered_by=by, answered_at=at, granted=granted
    )
    if not taken:
        raise Refused([_("Somebody else has just answered this. Reload the page.")])


def may_fetch(user: Any, asked: ListExport, now: datetime) -> bool:
    """Whether a user can fetch the file now: the one who asked, once nothing is in the way, for a week."""
    since = asked.answered_at if asked.needs_second else asked.asked_at
    free = asked.granted if asked.needs_second else True
    return bool(free and since and now - since < FETCHED_WITHIN and asked.asked_by_id == user.pk)


def fetched(asked: ListExport, at: datetime) -> None:
    """Note that the file left."""
    ListExport.objects.filter(pk=asked.pk, fetched_at__isnull=True).update(fetched_at=at)


def watermark(asked: ListExport) -> Watermark | None:
    """Return what a large file carries, None for a small one."""
    if not asked.needs_second:
        return None
    values = {
        "reference": asked.reference,
        "asked": str(asked.asked_by),
        "agreed": str(asked.answered_by),
        "date": display.date_text(asked.asked_at),
        "reason": asked.reason,
    }
    return Watermark(
        heading=_("File"),
        reference=asked.reference,
        lines=[
            _("File %(reference)s of %(date)s: for the use that is named here and no other.") % values,
            _("Taken by %(asked)s, approved by %(agreed)s.") % values,
            _("For: %(reason)s") % values,
        ],
    )


def waiting_for(user: Any) -> Any:
    """Return the large files that a user may let leave, and one's own that can be fetched now."""
    managed = list_scope.approves_in(user)
    recent = timezone.now() - FETCHED_WITHIN
    own = Q(
        asked_by=user.pk, needs_second=True, granted=True, fetched_at__isnull=True, answered_at__gt=recent
    )
    wanted = own
    if managed:
        to_answer = Q(needs_second=True, answered_at__isnull=True, programme_id__in=managed)
        wanted |= to_answer & ~Q(asked_by=user.pk)
    rows = ListExport.objects.filter(wanted).select_related("asked_by").order_by("asked_at")
    return rows.only("uid", "title", "rows", "asked_at", "answered_at", "asked_by__full_name")


def query_of(asked: ListExport) -> QueryDict:
    """Return the filters, order and columns of a file."""
    return QueryDict(asked.query)
