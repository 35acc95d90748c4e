"""Answers of a visit written on a page: saved as often as wanted, under the version it was begun with."""

from typing import Any

from django.db import transaction
from django.db.models import F

from followup.form_parts import Part
from followup.form_versions import UnknownVersion, newest_number, parts_for
from followup.models import Visit
from workflow import access

EDITABLE = ("planned", "confirmed", "in_progress", "missed", "returned")


def makes_it(user: Any, visit: Visit) -> bool:
    """Whether somebody makes the visit, as its coach or standing in; else they type a sheet in."""
    return access.may(user, "followup.make_visit", visit)


def version_of(visit: Visit, given: str = "") -> tuple[int, tuple[Part, ...]]:
    """Return the version that a visit is filled in with, and its parts.

    One that was begun keeps its version. given: the version of the page that was sent; a page that was opened
    before another version was published keeps its own too.
    """
    if visit.answers or visit.state == "returned":
        return visit.form_version, parts_for(visit.programme_id, visit.form_version)
    if given.isdecimal() and len(given) < 5:
        try:
            return int(given), parts_for(visit.programme_id, int(given))
        except UnknownVersion:
            pass
    number = newest_number(visit.programme_id)
    return number, parts_for(visit.programme_id, number)


def save_answers(
    visit: Visit, answers: dict[str, Any], revision: str, form_version: int, *, by: Any
) -> tuple[bool, int]:
    """Store answers if nobody saved since the revision that the page was made from.

    Somebody other than who makes the visit types the coach's paper sheet in: the visit says who.
    Returns whether they were stored, and the revision that is stored now.
    """
    with transaction.atomic():
        stored = Visit.objects.filter(pk=visit.pk, state__in=EDITABLE)
        if revision.isdecimal() and len(revision) < 9:
            stored = stored.filter(revision=int(revision))
        typed = {} if makes_it(by, visit) else {"typed_by": by.pk}
        changed = stored.update(
            answers=answers, form_version=form_version, revision=F("revision") + 1, **typed
        )
    visit.refresh_from_db()
    return bool(changed), visit.revision
