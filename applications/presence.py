"""Who else has a file open: said to each of them, so that two officers do not do the same work twice.

Nobody is locked out. What one of them decides while the other reads is not written over silently: a state
changes once (the door), and a check that was changed meanwhile is shown before it is changed again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from applications.models import Application, FileOpening

STILL_THERE = timedelta(minutes=15)
BACK_AGAIN = timedelta(hours=1)


def open_file(application: Application, *, user: Any, at: datetime) -> list[FileOpening]:
    """Note that a user has the file open now; return who else has, the latest first."""
    own, made = FileOpening.objects.get_or_create(
        application=application, user=user, defaults={"opened_at": at, "seen_at": at}
    )
    if not made:
        opened = at if at - own.seen_at > BACK_AGAIN else own.opened_at
        FileOpening.objects.filter(pk=own.pk).update(seen_at=at, opened_at=opened)
    return others(application, user=user, at=at)


def others(application: Application, *, user: Any, at: datetime) -> list[FileOpening]:
    """Return who else was seen on the file lately."""
    rows = FileOpening.objects.filter(application=application, seen_at__gt=at - STILL_THERE)
    return list(rows.exclude(user=user).select_related("user").order_by("-seen_at"))


def leave(left: Iterable[tuple[Application, Any]]) -> None:
    """Note who is through with which file: pairs of a file and a user."""
    by_user: dict[int, list[int]] = {}
    for application, user in left:
        by_user.setdefault(user.pk, []).append(application.pk)
    for user_id, files in by_user.items():
        FileOpening.objects.filter(application__in=files, user=user_id).delete()
