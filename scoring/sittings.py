"""Sittings of a jury: scheduled with everybody who is expected, and with who must leave the room for what."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from programmes.models import Membership
from scoring.models import (
    Attendance,
    DecisionBatch,
    DeclaredConflict,
    Deliberation,
    JurorEngagement,
    JuryAssignment,
    Part,
    StepAside,
)
from scoring.models.deliberations import VOTING
from workflow import Refused

OPEN = ("scheduled", "in_session")


def schedule(
    batch: DecisionBatch,
    *,
    sits_at: datetime,
    quorum: int,
    place: str = "",
    chair: Any = None,
    secretary: Any = None,
) -> Deliberation:
    """Schedule a sitting on a batch and expect its jury: chair, jurors who take part, secretary.

    Members with a known conflict are put down as out of the room for that file. Raises `Refused` when the
    batch is no draft or has a sitting that is not over.
    """
    with transaction.atomic():
        held = DecisionBatch._base_manager.select_for_update(of=("self",)).get(pk=batch.pk)
        if held.state != "draft":
            raise Refused([_("These decisions can no longer be changed.")])
        if held.deliberations.filter(state__in=OPEN).exists():
            raise Refused([_("A sitting on these decisions is scheduled already.")])
        last = Deliberation.objects.filter(session=held.session_id).aggregate(last=Max("number"))["last"]
        sitting = Deliberation.objects.create(
            session=held.session,
            batch=held,
            number=(last or 0) + 1,
            sits_at=sits_at,
            place=place,
            quorum=quorum,
        )
        Attendance.objects.bulk_create(_expected(sitting, chair, secretary))
        put_aside_known_conflicts(sitting)
    return sitting


def _expected(sitting: Deliberation, chair: Any, secretary: Any) -> Iterable[Attendance]:
    seen: set[int] = set()
    jurors = JurorEngagement.objects.filter(session=sitting.session_id, state="accepted").order_by("pk")
    for user, part in (
        (chair, Part.CHAIR),
        (secretary, Part.SECRETARY),
        *((engagement.user, Part.MEMBER) for engagement in jurors),
    ):
        if user is not None and user.pk not in seen:
            seen.add(user.pk)
            yield Attendance(deliberation=sitting, user=user, part=part)


def put_aside_known_conflicts(sitting: Deliberation) -> int:
    """Put down who declared a conflict or stepped aside before; return how many pairs were added."""
    files = sitting.batch.decisions.values("application")
    members = {row.user_id: row for row in sitting.attendances.filter(user__isnull=False)}
    declared = DeclaredConflict.objects.filter(
        application__in=files, engagement__user__in=members, lifted_at__isnull=True
    ).values_list("engagement__user_id", "application_id")
    recused = JuryAssignment.objects.filter(
        application__in=files, engagement__user__in=members, state="recused"
    ).values_list("engagement__user_id", "application_id")
    known = set(sitting_pairs(sitting))
    pairs = {(members[user].pk, application) for user, application in {*declared, *recused}} - known
    StepAside.objects.bulk_create(
        [
            StepAside(attendance_id=attendance, application_id=application, declared=True)
            for attendance, application in sorted(pairs)
        ]
    )
    return len(pairs)


def sitting_pairs(sitting: Deliberation) -> list[tuple[int, int]]:
    """Return (attendance, application) of everybody who is out of the room for a file."""
    found = StepAside.objects.filter(attendance__deliberation=sitting)
    return list(found.values_list("attendance_id", "application_id"))


def voters_by_file(sitting: Deliberation) -> dict[int, int]:
    """Return how many present voting members decided on each file that somebody left the room for."""
    voting = sitting.attendances.filter(present=True, part__in=VOTING)
    present = voting.count()
    out = StepAside.objects.filter(attendance__in=voting).order_by().values_list("application")
    left = dict(out.annotate(Count("pk")))
    files = StepAside.objects.filter(attendance__deliberation=sitting).values_list("application", flat=True)
    return {file: present - left.get(file, 0) for file in files}


def record_attendance(sitting: Deliberation, present: Iterable[int]) -> None:
    """Note who is there, by the id of the attendance; raises `Refused` once the sitting is over."""
    _check_open(sitting)
    wanted = set(present)
    with transaction.atomic():
        sitting.attendances.filter(pk__in=wanted).update(present=True)
        sitting.attendances.exclude(pk__in=wanted).update(present=False)


def step_aside(sitting: Deliberation, attendance: Attendance, application: Any) -> None:
    """Note that a member leaves the room while a file is decided; safe to repeat."""
    _check_open(sitting)
    StepAside.objects.get_or_create(attendance=attendance, application=application)


def come_back(sitting: Deliberation, aside: StepAside) -> None:
    """Take back a step aside that was noted in the sitting; known conflicts stay."""
    _check_open(sitting)
    if aside.declared:
        raise Refused([_("This conflict was declared; it cannot be taken back in the sitting.")])
    aside.delete()


def expect(sitting: Deliberation, values: Mapping[str, Any]) -> Attendance:
    """Expect one more person: a user with a role in the programme, or a guest by name."""
    _check_open(sitting)
    return Attendance.objects.create(deliberation=sitting, **values)


def chairs_of(programme_id: int) -> list[Any]:
    """Return the users who may chair a sitting of a programme."""
    rows = Membership.objects.filter(programme=programme_id, role="jury_chair", valid_until__isnull=True)
    return [row.user for row in rows.select_related("user")]


def _check_open(sitting: Deliberation) -> None:
    if sitting.state not in OPEN:
        raise Refused([_("The sitting is over.")])
