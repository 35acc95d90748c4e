"""Taking in what coaches' devices send: a report of a visit, once, whatever became of the visit meanwhile.

One transaction a report. The identifier is unique in the database, so that of two requests with the same one
the second waits and finds the first; the case's stream is locked before the visit is looked at. A sound
report is never refused: what cannot count at once is kept as a second report or in quarantine, for a manager.
"""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup.arriving import Announced, Report, Unreadable
from followup.form_versions import UnknownVersion, parts_for
from followup.models import CaseloadAssignment, Enterprise, Visit, VisitMedia, VisitSubmission
from followup.models.submissions import SubmissionFlag, SubmissionStatus
from followup.visit_answers import Faults, clean
from followup.visit_guards import problems_of
from programmes.models import Membership
from programmes.predicates import Role
from workflow import Refused, access, acts, clock, fire
from workflow.actors import System, name_system
from workflow.states import BLOCKED, DOING

EDITABLE = ("planned", "confirmed", "in_progress", "missed", "returned")
MADE = ("submitted", "validated")
UNPLANNED_CODE = "U"
DEVICE = System("field-device")
KIND = "followup.VisitSubmission"


class OtherContent(Exception):
    """Another report lies under this identifier; `stored` is the server's copy, None if it is not theirs."""

    def __init__(self, stored: VisitSubmission | None) -> None:
        self.stored = stored
        super().__init__("other content")


class Receipt(NamedTuple):
    """A report that is safe here. is_new: it was not before this request."""

    submission: VisitSubmission
    is_new: bool


def register() -> None:
    """Name what happens to reports, for the history of a case."""
    name_system(str(DEVICE), gettext_lazy("A coach's phone"))
    acts.declare(
        KIND,
        "arrive",
        gettext_lazy("Report of a visit arrived from a phone"),
        facts=("sender",),
        meaning=DOING,
    )
    acts.declare(
        KIND,
        "settle",
        gettext_lazy("Report of a visit decided about"),
        facts=("choice", "visit"),
        meaning=DOING,
        reason=True,
    )
    acts.declare(
        KIND,
        "waive",
        gettext_lazy("Missing files of a visit excused"),
        facts=("visit",),
        meaning=BLOCKED,
        reason=True,
    )


def receive(
    uid: UUID,
    report: Report,
    *,
    sender: Any,
    now: datetime,
    offset: int | None = None,
    rescued_by: Any = None,
    unfinished: bool = False,
) -> Receipt:
    """Keep a report, apply it to its visit if it can count, and return the receipt.

    offset: seconds that the device is slow, measured with this request; None takes what the device measured.
    rescued_by: who handed in the rescue file that it comes from. unfinished: a draft; it waits in quarantine.
    Raises Unreadable with faults by field (the device keeps the report), OtherContent.
    """
    if known := _known(uid, report, sender):
        return known
    enterprise, planned = _meant(report, sender)
    answers, faults = _read(report, enterprise.programme_id)
    correction = report.clock_offset if offset is None else offset
    submission = VisitSubmission(
        uid=uid,
        programme_id=enterprise.programme_id,
        enterprise=enterprise,
        planned=planned,
        sender=sender,
        form_version=report.form_version,
        base_revision=report.base_revision,
        started_at=report.started_at,
        ended_at=report.ended_at,
        device_at=report.device_at,
        clock_offset=correction,
        performed_at=min(report.performed_at(correction), now),
        received_at=now,
        sha256=report.sha256,
        answers=report.answers if unfinished else answers,
        status=SubmissionStatus.QUARANTINED,
        rescued_by=rescued_by,
    )
    try:
        with transaction.atomic():
            submission.save(force_insert=True)
            _announce(submission, report.media)
            acts.record(submission, "arrive", actor=rescued_by or sender, at=now, data={"sender": sender.pk})
            _route(submission, faults, now=now, unfinished=unfinished)
    except IntegrityError:
        # Another request with the same identifier was faster, or a file of it belongs to another report.
        known = _known(uid, report, sender)
        if known is None:
            raise Unreadable({"media": [_("A file of this report belongs to another report.")]}) from None
        return known
    return Receipt(submission, is_new=True)


def _known(uid: UUID, report: Report, sender: Any) -> Receipt | None:
    stored = VisitSubmission.objects.filter(uid=uid).first()
    if stored is None:
        return None
    if stored.sender_id != sender.pk:
        raise OtherContent(None)
    if stored.sha256 != report.sha256:
        raise OtherContent(stored)
    return Receipt(stored, is_new=False)


def _meant(report: Report, sender: Any) -> tuple[Enterprise, Visit | None]:
    """Return the enterprise and the planned visit that a report is about; raises Unreadable."""
    worked = Membership.objects.filter(user=sender.pk, role=Role.COACH).values("programme")
    rows = Enterprise.objects.filter(programme__in=worked).select_related("case", "programme")
    planned = None
    if report.planned is not None:
        planned = Visit.objects.filter(pk=report.planned, enterprise__in=rows).first()
        enterprise = rows.filter(pk=planned.enterprise_id).first() if planned else None
    else:
        enterprise = rows.filter(pk=report.enterprise).first() if report.enterprise else None
    if enterprise is None:
        raise Unreadable({"visit": [_("This visit is not known here.")]})
    return enterprise, planned


def _announce(submission: VisitSubmission, media: tuple[Announced, ...]) -> None:
    VisitMedia.objects.bulk_create(
        VisitMedia(
            uid=one.uid,
            submission=submission,
            kind=one.kind,
            field=one.field,
            media_type=one.media_type,
            size=one.size,
            sha256=one.sha256,
            consent=one.consent,
            caption=one.caption,
            taken_at=one.taken_at,
        )
        for one in media
    )


def _read(report: Report, programme_id: int) -> tuple[dict[str, Any], Faults]:
    """Return the answers worth keeping and the faults of the others, by the version that was filled in."""
    try:
        return clean(report.answers, parts_for(programme_id, report.form_version))
    except UnknownVersion:
        raise Unreadable({"form": [_("This version of the form is not known.")]}) from None


def _route(submission: VisitSubmission, faults: Faults, *, now: datetime, unfinished: bool) -> None:
    """Decide what a new report is, under the lock of its case; raises Unreadable on faults that block."""
    if unfinished:
        _put_aside(submission, SubmissionFlag.UNFINISHED)
        return
    if faults:
        raise Unreadable(faults)
    planned = None
    if submission.planned_id:
        planned = Visit.objects.select_for_update().get(pk=submission.planned_id)
    _refuse_incomplete(submission, planned, now)
    if Role.COACH not in _roles(submission, now):
        _put_aside(submission, SubmissionFlag.REVOKED)
    elif not _follows(submission, planned, now):
        _put_aside(submission, SubmissionFlag.REASSIGNED)
    elif planned is None:
        make_unplanned(submission, SubmissionFlag.UNPLANNED, now=now)
    elif planned.state in EDITABLE:
        apply(submission, planned, now=now)
    elif planned.state in MADE:
        submission.visit = planned
        submission.status, submission.flag = SubmissionStatus.CONFLICT, SubmissionFlag.SECOND
        submission.save(update_fields=["visit", "status", "flag"])
    else:
        make_unplanned(submission, SubmissionFlag(planned.state), now=now)


def _roles(submission: VisitSubmission, now: datetime) -> set[str]:
    rows = Membership.objects.filter(user=submission.sender_id, programme=submission.programme_id)
    return set(rows.in_force(timezone.localdate(now)).values_list("role", flat=True))


def _follows(submission: VisitSubmission, planned: Visit | None, now: datetime) -> bool:
    if planned is not None and planned.coach_id == submission.sender_id:
        return True
    rows = CaseloadAssignment.objects.in_force(timezone.localdate(now))
    return rows.filter(coach=submission.sender_id, enterprise=submission.enterprise_id).exists()


def _refuse_incomplete(submission: VisitSubmission, planned: Visit | None, now: datetime) -> None:
    probe = planned or Visit(
        enterprise=submission.enterprise,
        programme=submission.programme,
        code=UNPLANNED_CODE,
        due_on=submission.programme.day_of(submission.performed_at),
    )
    probe.form_version = submission.form_version
    with clock.at(now):
        problems = [one for one in problems_of(probe, submission.answers) if one.blocks]
    if problems:
        faults: dict[str, list[str]] = {}
        for problem in problems:
            faults.setdefault(problem.field, []).append(problem.sentence)
        raise Unreadable(faults)


def _put_aside(submission: VisitSubmission, flag: SubmissionFlag) -> None:
    submission.status, submission.flag = SubmissionStatus.QUARANTINED, flag
    submission.save(update_fields=["status", "flag"])


def apply(submission: VisitSubmission, visit: Visit, *, now: datetime) -> bool:
    """Let a visit carry a report and be submitted; return whether it could be, else it is put aside.

    What stood in the visit without the device's knowledge is kept in `replaced`.
    """
    unseen = visit.revision != submission.base_revision and visit.answers != submission.answers
    submission.replaced = visit.answers if unseen and visit.answers else None
    submission.visit, submission.status = visit, SubmissionStatus.APPLIED
    try:
        with transaction.atomic():
            submission.save(update_fields=["replaced", "visit", "status", "flag"])
            submission.media.update(visit=visit)
            Visit.objects.filter(pk=visit.pk).update(
                answers=submission.answers,
                form_version=submission.form_version,
                revision=F("revision") + 1,
            )
            visit.refresh_from_db()
            fire(
                visit,
                "submit",
                actor=_actor(submission, visit),
                data={"performed_at": submission.performed_at.isoformat()},
                at=now,
            )
    except Refused:
        submission.replaced, submission.visit = None, None
        _put_aside(submission, SubmissionFlag.REFUSED)
        return False
    return True


def _actor(submission: VisitSubmission, visit: Visit) -> Any:
    """The sender, where they may submit the visit themselves, else the device on their behalf."""
    sender = submission.sender
    return sender if access.may(sender, "followup.make_visit", visit) else DEVICE


def make_unplanned(submission: VisitSubmission, flag: SubmissionFlag, *, now: datetime) -> Visit:
    """Make a visit of its own for a report and submit it."""
    submission.flag = flag
    visit = Visit.objects.create(
        id=submission.uid if not Visit.objects.filter(pk=submission.uid).exists() else None,
        case=submission.enterprise.case,
        enterprise=submission.enterprise,
        programme_id=submission.programme_id,
        code=UNPLANNED_CODE,
        due_on=timezone.localdate(submission.performed_at),
        coach_id=submission.sender_id,
    )
    if not apply(submission, visit, now=now):
        visit.delete()
    return visit
