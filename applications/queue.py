"""The order in which files are screened: the one that waits longest first, one file an officer."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Application, FileOpening
from applications.presence import STILL_THERE


def next_file(
    rows: "QuerySet[Any]", *, user: Any, at: datetime, after: Application | None = None
) -> Application | None:
    """Return the file to open next among those that wait; None when there is none but the present one.

    The first after `after`, else the first of all; files that somebody else has open come last.
    """
    waiting = rows.filter(state="submitted").order_by("state_since", "pk")
    if after is not None:
        waiting = waiting.exclude(pk=after.pk)
    taken = FileOpening.objects.filter(application=OuterRef("pk"), seen_at__gt=at - STILL_THERE)
    free = waiting.filter(~Exists(taken.exclude(user=user)))
    for candidates in (free, waiting):
        if after is not None and after.state_since is not None:
            later = candidates.filter(_later(after)).first()
            if later is not None:
                return _whole(later)
        if (first := candidates.first()) is not None:
            return _whole(first)
    return None


def _later(after: Application) -> Q:
    return Q(state_since__gt=after.state_since) | Q(state_since=after.state_since, pk__gt=after.pk)


def _whole(row: Any) -> Application:
    found: Application = Application.objects.select_related("case").get(pk=row.pk)
    return found
