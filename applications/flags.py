"""Doubts about a file: raised with a reason, resolved in words, by named persons. An open one holds it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application, Flag, FlagKind
from workflow import Refused, access, once
from workflow.door import NotAllowed

LONGEST = 500
# Where a flag can still matter: until the jury has the file.
OPEN_STATES = ("submitted", "incomplete", "eligible")


def raise_flag(application: Application, *, kind: str, reason: str, actor: Any, at: datetime) -> Flag:
    """Raise a flag on a file; raises `NotAllowed`, or `Refused` with a sentence."""
    if not access.may(actor, "applications.raise_flag", application):
        raise NotAllowed([_("You may not do this.")])
    said = " ".join(reason.split())[:LONGEST]
    if kind not in FlagKind.values:
        raise Refused([_("Choose what is doubtful.")])
    if not said:
        raise Refused([_("Say why the flag is raised.")])
    if application.state == "draft":
        raise Refused([_("This application is not sent yet.")])
    return Flag.objects.create(application=application, kind=kind, reason=said, raised_by=actor, raised_at=at)


@transaction.atomic
def resolve(flag: Flag, *, resolution: str, actor: Any, at: datetime) -> Flag:
    """Resolve a flag in words; raises `NotAllowed`, or `Refused` when it is resolved already."""
    if not access.may(actor, "applications.resolve_flag", flag):
        raise NotAllowed([_("You may not do this.")])
    said = " ".join(resolution.split())[:LONGEST]
    if not said:
        raise Refused([_("Say how the doubt was resolved.")])
    taken = Flag.objects.filter(pk=flag.pk, resolved_at__isnull=True).update(
        resolved_at=at, resolved_by=actor, resolution=said
    )
    if not taken:
        raise Refused([_("Somebody else has resolved this flag meanwhile.")])
    flag.refresh_from_db()
    return flag


def is_flagged(application: Application) -> bool:
    """Whether a flag is still open."""
    return bool(once.ask_of(application, "open flags", _flagged))


def _flagged(applications: Collection[int]) -> dict[int, bool]:
    still_open = Flag.objects.filter(application__in=applications, resolved_at__isnull=True)
    return dict.fromkeys(still_open.values_list("application_id", flat=True), True)


def first_open(application: Application) -> Flag | None:
    """Return the oldest flag that is still open."""
    return application.flags.filter(resolved_at__isnull=True).first()
