"""What coaches' phones sent in the living programme: it counts, it competes, it waits, or it came late."""

import hashlib
import io
import json
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from demo.living.stage import Stage
from demo.living.visits import GOOD, asked_at, visit_of
from disbursements.models import Grant
from followup import attendance_sync, media, sync
from followup.arriving import read
from followup.attendance import mark, put_on_the_list
from followup.caseload import note_contact
from followup.models import SupportSession, Visit

SHORT, USUAL = timedelta(minutes=7), timedelta(minutes=50)


def send(
    stage: Stage,
    visit: Visit,
    sender: User,
    made: datetime,
    *,
    arrived: datetime | None = None,
    lasted: timedelta = USUAL,
    photos: int = 2,
    left_on_phone: int = 0,
    **answers: Any,
) -> None:
    """A phone sends the report of a visit. left_on_phone: photos that are announced and have not arrived."""
    at = arrived or made
    files = [stage.picture(visit.case.number, "Atelier", str(number)) for number in range(photos)]
    media_lines = list(_announced(files, made))
    version, own = asked_at(stage, made)
    body = {
        "visit": str(visit.pk),
        "form": version,
        "base": visit.revision,
        "started_at": (made - lasted).isoformat(),
        "ended_at": made.isoformat(),
        "performed_at": (made - lasted).isoformat(),
        "answers": {**GOOD, **_place(visit), **own, "performed_on": made.date().isoformat(), **answers},
        "media": media_lines,
    }
    uid = uuid.uuid4()
    sync.receive(uid, read(json.dumps(body).encode()), sender=sender, now=at)
    for line, data in list(zip(media_lines, files, strict=True))[: photos - left_on_phone]:
        found = media.find(uid, uuid.UUID(line["uid"]), sender)
        if found is not None:
            media.take(found, io.BytesIO(data), actor=sender, at=at)


def _place(visit: Visit) -> dict[str, Any]:
    """A position not far from the site; two enterprises of one site have the same."""
    site = visit.enterprise.site
    if site is None or site.latitude is None or site.longitude is None:
        return {}
    north, east = float(site.latitude) + 0.004, float(site.longitude) - 0.003
    return {"latitude": round(north, 6), "longitude": round(east, 6), "accuracy": 9}


def _announced(files: list[bytes], made: datetime) -> Iterator[dict[str, Any]]:
    for data in files:
        yield {
            "uid": str(uuid.uuid4()),
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
            "type": "image/jpeg",
            "kind": "photo",
            "field": "photos",
            "consent": True,
            "taken_at": made.isoformat(),
        }


def reports(stage: Stage, grants: list[Grant]) -> None:
    """Four visits of these days: two reports of one, one that waits for a decision, two that came late."""
    first, second, third, fourth = (visit_of(grant, "M3") for grant in grants)
    lead, stand_in = _lead(first), stage.staff.coaches[1]
    send(stage, first, lead, stage.at(-2, 11))
    send(stage, first, lead, stage.at(-1, 17), turnover=545_000, profit=190_000, photos=1)
    send(stage, second, _another(stage, second), stage.at(-1, 12), lasted=SHORT)
    send(stage, third, _lead(third), stage.at(-6, 10), arrived=stage.at(-1, 18), left_on_phone=1)
    gone = {"reason": "La route était coupée."}
    stage.fire(fourth, "cancel", "supervisor", stage.at(-4, 9), **gone)
    send(stage, fourth, _lead(fourth), stage.at(-5, 15), arrived=stage.at(-1, 19))
    note_contact(lead, now=stage.at(-1, 19), waiting=0, offset=0, app="demo", sent=True)
    note_contact(stand_in, now=stage.at(-7, 8), waiting=3, offset=0, app="demo")


def _lead(visit: Visit) -> User:
    if visit.coach is None:
        raise LookupError(f"{visit}: no coach")
    return visit.coach


def _another(stage: Stage, visit: Visit) -> User:
    """A coach who does not follow the enterprise."""
    return next(one for one in stage.staff.coaches if one.pk != visit.coach_id)


def attendance(stage: Stage) -> None:
    """A list ticked on a coach's phone, on which the field agent had ticked one person otherwise."""
    coach = stage.staff.coaches[0]
    session = SupportSession.objects.create(
        programme=stage.programme,
        purpose="coaching",
        title="Accompagnement collectif : fixer ses prix",
        site=stage.sites["RAB"],
        held_on=stage.day(-1),
        leader=coach,
    )
    put_on_the_list(session, stage.persons[6:11])
    rows = list(session.attendance.order_by("pk").values_list("pk", flat=True))
    mark(session, rows[:1], rows[1:2], by=stage.staff["field_agent"], at=stage.at(-1, 12))
    said = stage.at(-1, 11).isoformat()
    ticks = [{"row": row, "present": True, "seen": None, "at": said} for row in rows]
    body = json.dumps({"session": session.pk, "ticks": ticks}).encode()
    attendance_sync.receive(uuid.uuid4(), attendance_sync.read(body), sender=coach, now=stage.at(-1, 18))
