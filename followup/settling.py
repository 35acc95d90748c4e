"""Deciding about reports that could not count at once: second ones of a visit, and those in quarantine."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup import sync
from followup.models import Visit, VisitMedia, VisitSubmission
from followup.models.submissions import SubmissionFlag, SubmissionStatus
from workflow import acts


class Choice(models.TextChoices):
    """What a manager may decide."""

    KEEP_FIRST = "keep_first", gettext_lazy("Keep the first report; this one does not count")
    KEEP_SECOND = "keep_second", gettext_lazy("Keep this report in place of the first")
    MERGE = "merge", gettext_lazy("Merge: choose answer by answer")
    UNPLANNED = "unplanned", gettext_lazy("Two visits took place: make this one an unplanned visit")
    ACCEPT = "accept", gettext_lazy("Accept it for the visit that it was made for")
    SET_ASIDE = "set_aside", gettext_lazy("Do not count it; it stays on file")


OF_CONFLICT = (Choice.KEEP_FIRST, Choice.KEEP_SECOND, Choice.MERGE, Choice.UNPLANNED)
OF_QUARANTINE = (Choice.ACCEPT, Choice.UNPLANNED, Choice.SET_ASIDE)


class CannotSettle(Exception):
    """The decision is not possible; the message says why, in the reader's language."""


def choices_for(submission: VisitSubmission) -> tuple[Choice, ...]:
    """Return what can be decided about a report now."""
    if submission.status == SubmissionStatus.CONFLICT:
        return OF_CONFLICT
    if submission.status == SubmissionStatus.QUARANTINED:
        return OF_QUARANTINE if submission.planned_id else (Choice.UNPLANNED, Choice.SET_ASIDE)
    return ()


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return name, first and second answer wherever two reports differ, in the order of the names."""
    names = sorted({*first, *second})
    return [
        (name, first.get(name), second.get(name)) for name in names if first.get(name) != second.get(name)
    ]


def merged(first: Mapping[str, Any], second: Mapping[str, Any], taken: set[str]) -> dict[str, Any]:
    """Return the first report's answers with those named in `taken` from the second."""
    found = {name: second.get(name) if name in taken else first.get(name) for name in {*first, *second}}
    return {name: value for name, value in found.items() if value is not None}


@transaction.atomic
def settle(
    submission: VisitSubmission,
    choice: str,
    *,
    actor: Any,
    at: datetime,
    reason: str,
    taken: set[str] | None = None,
) -> VisitSubmission:
    """Carry a decision out and return the report as it stands then.

    taken: names of answers that a merge takes from this report. Raises CannotSettle.
    """
    data = {"choice": str(choice), "visit": str(submission.visit_id or submission.planned_id or "")}
    acts.record(submission, "settle", actor=actor, at=at, reason=reason, data=data)
    locked = VisitSubmission.objects.select_for_update().get(pk=submission.pk)
    if choice not in choices_for(locked):
        raise CannotSettle(_("Somebody has decided about this report already."))
    locked.settled_by_id, locked.settled_at = actor.pk, at
    locked.save(update_fields=["settled_by", "settled_at"])
    match choice:
        case Choice.KEEP_FIRST | Choice.SET_ASIDE:
            _set_aside(locked)
        case Choice.UNPLANNED:
            _made(sync.make_unplanned(locked, SubmissionFlag.UNPLANNED, now=at), locked)
        case Choice.KEEP_SECOND:
            _replace(locked)
        case Choice.MERGE:
            _merge(locked, taken or set())
        case Choice.ACCEPT:
            _accept(locked, at)
    return locked


def _set_aside(submission: VisitSubmission) -> None:
    submission.status = SubmissionStatus.SET_ASIDE
    submission.save(update_fields=["status"])


def _made(visit: Visit, submission: VisitSubmission) -> None:
    if submission.status != SubmissionStatus.APPLIED:
        raise CannotSettle(_("The report is not complete enough to be a visit of its own."))


def _submitted(submission: VisitSubmission) -> Visit:
    visit = Visit.objects.select_for_update().get(pk=submission.visit_id)
    if visit.state != "submitted":
        raise CannotSettle(_("The visit is no longer waiting for validation: reopen it first."))
    return visit


def _replace(submission: VisitSubmission) -> None:
    """Put the second report in the first one's place; the first stays on file."""
    visit = _submitted(submission)
    others = visit.submissions.filter(status=SubmissionStatus.APPLIED)
    VisitMedia.objects.filter(submission__in=others).update(visit=None)
    others.update(status=SubmissionStatus.SET_ASIDE)
    _carry(visit, submission, submission.answers)
    Visit.objects.filter(pk=visit.pk).update(
        author=submission.sender_id,
        performed_at=submission.performed_at,
        form_version=submission.form_version,
    )


def _merge(submission: VisitSubmission, taken: set[str]) -> None:
    visit = _submitted(submission)
    _carry(visit, submission, merged(visit.answers, submission.answers, taken))


def _carry(visit: Visit, submission: VisitSubmission, answers: dict[str, Any]) -> None:
    Visit.objects.filter(pk=visit.pk).update(answers=answers, revision=F("revision") + 1)
    submission.media.update(visit=visit)
    submission.status = SubmissionStatus.APPLIED
    submission.save(update_fields=["status"])


def _accept(submission: VisitSubmission, at: datetime) -> None:
    """Apply a report out of quarantine to its visit, or keep it as a second report if one came meanwhile."""
    visit = Visit.objects.select_for_update().get(pk=submission.planned_id)
    if visit.state in sync.MADE:
        submission.visit = visit
        submission.status, submission.flag = SubmissionStatus.CONFLICT, SubmissionFlag.SECOND
        submission.save(update_fields=["visit", "status", "flag"])
    elif visit.state not in sync.EDITABLE:
        raise CannotSettle(_("The visit was cancelled or rescheduled: make this an unplanned visit."))
    elif not sync.apply(submission, visit, now=at):
        raise CannotSettle(_("The report is not complete enough to be submitted."))
