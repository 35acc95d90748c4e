"""Taking in attendance lists ticked on a phone: a list once, whoever ticked it elsewhere meanwhile.

    {"session": 12, "clock_offset": 0, "ticks": [{"row": 7, "present": true, "seen": null, "at": "...Z"}],
     "more": ["P-3F2A91AB"]}

The later tick counts, by the corrected clock. Where somebody else had ticked otherwise than the device had
seen, both ticks stay and the place is disputed: the session is not closed before somebody has looked at it.
A sound list is never refused: one of a closed session waits until somebody decides.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup.arriving import MOST_BYTES, MOST_OFFSET, Unreadable, bounded, moment, whole
from followup.attendance import (
    Tick,
    UnknownNumbers,
    persons_meant,
    put_on_the_list,
    read_numbers,
    tick,
)
from followup.models import AttendanceReport, SupportSession
from followup.models.attendance import ReportFlag, ReportStatus
from programmes.models import Membership
from programmes.predicates import Role
from workflow import Refused, access, acts
from workflow.states import BLOCKED, DOING

KIND = "followup.AttendanceReport"
OPEN = ("planned", "held")
MOST_ROWS = 1000
MOST_MORE = 200


class OtherContent(Exception):
    """Another list lies under this identifier."""


class TickedList(NamedTuple):
    """A list as a device sent it."""

    sha256: str
    session: int
    clock_offset: int
    ticks: tuple[Tick, ...]
    more: tuple[str, ...]


def register() -> None:
    """Name what happens to lists, for the history of a session."""
    acts.declare(KIND, "arrive", gettext_lazy("Attendance list arrived from a phone"), meaning=DOING)
    acts.declare(KIND, "take", gettext_lazy("Attendance list from a phone taken over"), meaning=DOING)
    acts.declare(KIND, "set_aside", gettext_lazy("Attendance list from a phone set aside"), meaning=BLOCKED)


def read(body: bytes) -> TickedList:
    """Return the list in a body; raises Unreadable when it is none."""
    try:
        data = json.loads(body) if len(body) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        data = None
    ticks, more = (data.get("ticks"), data.get("more") or []) if isinstance(data, dict) else (None, [])
    if not isinstance(data, dict) or not isinstance(ticks, list) or not isinstance(more, list):
        raise Unreadable({"": [_("This is not an attendance list.")]})
    if len(ticks) > MOST_ROWS or len(more) > MOST_MORE:
        raise Unreadable({"": [_("Too many lines.")]})
    return TickedList(
        sha256=hashlib.sha256(body).hexdigest(),
        session=whole(data, "session"),
        clock_offset=bounded(whole(data, "clock_offset", 0, lowest=-MOST_OFFSET)),
        ticks=tuple(_tick(one) for one in ticks),
        more=tuple(number for one in more for number in read_numbers(str(one)[:40])),
    )


def _tick(one: Any) -> Tick:
    if not isinstance(one, dict) or not isinstance(one.get("present"), bool):
        raise Unreadable({"": [_("This is not an attendance list.")]})
    seen = one.get("seen")
    return Tick(
        row=whole(one, "row"),
        present=one["present"],
        seen=seen if isinstance(seen, bool) else None,
        at=moment(one.get("at"), "at"),
    )


def receive(
    uid: UUID,
    ticked: TickedList,
    *,
    sender: Any,
    now: datetime,
    offset: int | None = None,
    rescued_by: Any = None,
) -> tuple[AttendanceReport, bool]:
    """Keep a list and apply its ticks if they can count; return it, and whether it is new.

    offset: seconds that the device is slow, measured with this request; None takes what the device measured.
    Raises Unreadable, OtherContent.
    """
    if (known := _known(uid, ticked, sender)) is not None:
        return known, False
    worked = Membership.objects.filter(user=sender.pk, role=Role.COACH).values("programme")
    session = SupportSession.objects.filter(pk=ticked.session, programme__in=worked).first()
    if session is None:
        raise Unreadable({"session": [_("This session is not known here.")]})
    report = AttendanceReport(
        uid=uid,
        session=session,
        sender=sender,
        sha256=ticked.sha256,
        clock_offset=ticked.clock_offset if offset is None else offset,
        received_at=now,
        ticks=[{**one._asdict(), "at": one.at.isoformat()} for one in ticked.ticks],
        more=list(ticked.more),
        status=ReportStatus.WAITING,
        rescued_by=rescued_by,
    )
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            acts.record(report, "arrive", actor=rescued_by or sender, at=now)
            session = SupportSession.objects.select_for_update().get(pk=session.pk)
            if session.state not in OPEN:
                _wait(report, ReportFlag.CLOSED)
            elif not access.may(sender, "followup.record_attendance", session):
                _wait(report, ReportFlag.REVOKED)
            else:
                _apply(report, session)
    except IntegrityError:
        # Another request with the same identifier was faster.
        known = _known(uid, ticked, sender)
        if known is None:
            raise
        return known, False
    return report, True


def _known(uid: UUID, ticked: TickedList, sender: Any) -> AttendanceReport | None:
    stored = AttendanceReport.objects.filter(uid=uid).first()
    if stored is not None and (stored.sender_id != sender.pk or stored.sha256 != ticked.sha256):
        raise OtherContent
    return stored


def _wait(report: AttendanceReport, flag: ReportFlag) -> None:
    report.flag = flag
    report.save(update_fields=["flag"])


def _apply(report: AttendanceReport, session: SupportSession) -> None:
    """Put a report's ticks into the list of its session, which is locked."""
    slow = timedelta(seconds=report.clock_offset)
    ticks = [
        Tick(
            said["row"],
            said["present"],
            said["seen"],
            min(datetime.fromisoformat(said["at"]) + slow, report.received_at),
        )
        for said in report.ticks
    ]
    tick(session, ticks, by=report.sender, report=report)
    report.unknown = _add(report, session)
    report.status, report.flag = ReportStatus.APPLIED, ReportFlag.NONE
    report.save(update_fields=["status", "flag", "unknown"])


def _add(report: AttendanceReport, session: SupportSession) -> list[str]:
    """Put people whose references were typed on the list, as present; return unknown numbers."""
    numbers, unknown = [number.upper() for number in report.more], []
    try:
        persons_meant(session.programme_id, numbers)
    except UnknownNumbers as error:
        unknown = error.numbers
    persons = persons_meant(session.programme_id, [one for one in numbers if one not in unknown])
    put_on_the_list(session, persons)
    fresh = session.attendance.filter(person__in=persons, present__isnull=True).values_list("pk", flat=True)
    tick(
        session,
        [Tick(row, True, None, report.received_at) for row in fresh],
        by=report.sender,
        report=report,
    )
    return unknown


@transaction.atomic
def decide(report: AttendanceReport, *, take: bool, actor: Any, at: datetime) -> None:
    """Take a list that waits over into its session, or set it aside. Raises `Refused`."""
    acts.record(report, "take" if take else "set_aside", actor=actor, at=at)
    session = SupportSession.objects.select_for_update().get(pk=report.session_id)
    locked = AttendanceReport.objects.select_for_update().get(pk=report.pk)
    if not locked.is_waiting:
        raise Refused([_("Somebody has decided about this list already.")])
    if take and session.state not in OPEN:
        raise Refused([_("The list of a closed session no longer changes.")])
    if take:
        _apply(locked, session)
    else:
        locked.status = ReportStatus.SET_ASIDE
        locked.save(update_fields=["status"])


def carried(user: Any, now: datetime) -> list[dict[str, Any]]:
    """Return the sessions that a coach leads and whose list is open: references, no names."""
    today = timezone.localdate(now)
    ahead, back = today + timedelta(days=30), today - timedelta(days=30)
    sessions = (
        SupportSession.objects.visible_to(user)
        .filter(leader=user.pk, state__in=OPEN, held_on__range=(back, ahead), programme__state="running")
        .select_related("site", "programme")
        .prefetch_related("attendance__person")
    )
    return [
        {
            "id": session.pk,
            "title": session.title,
            "kind": str(session.purpose),
            "day": session.held_on.isoformat(),
            "site": str(session.site) if session.site else "",
            "programme": session.programme.code,
            "rows": [
                {
                    "row": row.pk,
                    "person": str(row.person),
                    "present": row.present,
                    "disputed": row.disputed,
                }
                for row in sorted(session.attendance.all(), key=lambda row: row.pk)
            ],
        }
        for session in sessions.order_by("held_on", "pk")[:50]
    ]
