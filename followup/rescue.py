"""Rescue files: what a phone held, saved as a file and handed in by a manager. Safe to hand in twice.

{"kind": "jalon-rescue", "version": 1, "user": 7, "saved_at": "...Z",
 "reports": [{"uid", "body": "the report as it would be sent", "unfinished": false,
              "media": [{"uid", "data": base64}]}],
 "attendance": [{"uid", "body": "the list as it would be sent"}]}
"""

import base64
import binascii
import io
import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from followup import attendance_sync, sync
from followup import media as media_files
from followup.arriving import Unreadable, read
from followup.models import Enterprise, SupportSession, Visit
from programmes.models import Membership, Programme
from programmes.predicates import Role

KIND = "jalon-rescue"
MOST_BYTES = 60 * 1024 * 1024
MOST_REPORTS = 500


class NotARescueFile(ValueError):
    """The file is none of ours; the message says why."""


@dataclass
class Outcome:
    """What a rescue file brought. refused: identifier and sentence of each report that could not be kept."""

    new: int = 0
    known: int = 0
    files: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def read_file(data: bytes, programme: Programme) -> tuple[User, list[dict[str, Any]]]:
    """Return whose phone it was and its reports; raises NotARescueFile."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("kind") != KIND or not isinstance(found.get("reports"), list):
        raise NotARescueFile(_("This is not a rescue file of the app."))
    if len(found["reports"]) > MOST_REPORTS:
        raise NotARescueFile(_("There are too many reports in this file."))
    coaches = Membership.objects.filter(programme=programme, role=Role.COACH).values("user")
    number = found.get("user")
    sender = User.objects.filter(pk=number, pk__in=coaches).first() if isinstance(number, int) else None
    if sender is None:
        raise NotARescueFile(_("This file comes from somebody who never was a coach of this programme."))
    return sender, [one for one in found["reports"] if isinstance(one, dict)]


def take(data: bytes, programme: Programme, *, actor: Any, now: datetime) -> Outcome:
    """Keep every report of a rescue file as if its phone had sent it; raises NotARescueFile."""
    sender, reports = read_file(data, programme)
    outcome = Outcome()
    for one in reports:
        _take_one(one, programme, sender, outcome, actor=actor, now=now)
    lists = json.loads(data).get("attendance")
    for one in lists[:MOST_REPORTS] if isinstance(lists, list) else ():
        if isinstance(one, dict):
            _take_list(one, programme, sender, outcome, actor=actor, now=now)
    return outcome


def _take_list(
    one: dict[str, Any], programme: Programme, sender: User, outcome: Outcome, *, actor: Any, now: datetime
) -> None:
    """Keep one attendance list."""
    name = str(one.get("uid"))[:36]
    try:
        ticked = attendance_sync.read(str(one.get("body", "")).encode())
        if not SupportSession.objects.filter(pk=ticked.session, programme=programme).exists():
            outcome.refused.append((name, _("It is about a session of another programme.")))
            return
        _report, is_new = attendance_sync.receive(
            uuid.UUID(name), ticked, sender=sender, now=now, rescued_by=actor
        )
    except Unreadable as unreadable:
        outcome.refused.append((name, " ".join(next(iter(unreadable.faults.values()), [""]))))
    except attendance_sync.OtherContent:
        outcome.refused.append((name, _("Another list lies here under the same identifier.")))
    except ValueError:
        outcome.refused.append((name, _("This is no identifier.")))
    else:
        outcome.new += is_new
        outcome.known += not is_new


def _take_one(
    one: dict[str, Any], programme: Programme, sender: User, outcome: Outcome, *, actor: Any, now: datetime
) -> None:
    name = str(one.get("uid"))[:36]
    try:
        uid = uuid.UUID(name)
        report = read(str(one.get("body", "")).encode())
        if not _is_here(report, programme):
            outcome.refused.append((name, _("It is about an enterprise of another programme.")))
            return
        receipt = sync.receive(
            uid,
            report,
            sender=sender,
            now=now,
            rescued_by=actor,
            unfinished=one.get("unfinished") is True,
        )
    except Unreadable as unreadable:
        said = next(iter(unreadable.faults.values()), [""])
        outcome.refused.append((name, " ".join(said)))
        return
    except sync.OtherContent:
        outcome.refused.append((name, _("Another report lies here under the same identifier.")))
        return
    except ValueError:
        outcome.refused.append((name, _("This is no identifier.")))
        return
    outcome.new += receipt.is_new
    outcome.known += not receipt.is_new
    for file in one.get("media") or []:
        if isinstance(file, dict):
            _take_file(uid, file, sender, outcome, name, now=now)


def _is_here(report: Any, programme: Programme) -> bool:
    if report.planned is not None:
        return Visit.objects.filter(pk=report.planned, programme=programme).exists()
    return Enterprise.objects.filter(pk=report.enterprise, programme=programme).exists()


def _take_file(
    uid: uuid.UUID, file: dict[str, Any], sender: User, outcome: Outcome, name: str, *, now: datetime
) -> None:
    try:
        found = media_files.find(uid, uuid.UUID(str(file.get("uid"))), sender)
        data = base64.b64decode(str(file.get("data", "")), validate=True)
        if found is not None:
            outcome.files += media_files.take(found, io.BytesIO(data), actor=sender, at=now)
    except (ValueError, binascii.Error, media_files.BrokenOff, media_files.MediaRefused):
        outcome.refused.append((name, _("A photo of this report is damaged.")))
