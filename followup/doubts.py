"""What speaks against a report without refusing it: laid beside other visits, for whoever judges it.

The phone warns of what it can know by itself; the same position for several enterprises and a photo that was
sent before show only here. Warnings never block (`followup/visit_form.py` words them).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from followup.models import Visit, VisitMedia, VisitSubmission
from followup.models.submissions import MediaKind
from followup.visit_form import Context, Problem, check, kilometres
from followup.visit_guards import form_context

WITHIN = timedelta(hours=1)
NEAR_KM = 0.1
MADE = ("submitted", "returned", "validated")
MOST_NAMED = 3


def doubts_of(visit: Visit) -> list[Problem]:
    """Return the warnings about a visit that was made: of its answers, and of the report they came with."""
    if visit.performed_at is None or not visit.answers:
        return []
    report = visit.submissions.filter(status="applied").order_by("-received_at", "-pk").first()
    return warnings(visit, report)


def doubts_about(report: VisitSubmission) -> list[Problem]:
    """Return the warnings about a report that nobody has decided about, whichever visit it will be."""
    visit = Visit(
        pk=report.planned_id or report.uid,
        enterprise=report.enterprise,
        programme_id=report.programme_id,
        coach_id=report.sender_id,
        author_id=report.sender_id,
        due_on=timezone.localdate(report.performed_at),
        performed_at=report.performed_at,
        answers=report.answers,
    )
    return warnings(visit, report)


def warnings(visit: Visit, report: VisitSubmission | None) -> list[Problem]:
    """Return what only warns. report: the one that the answers came with, none when they were typed here."""
    context = _of_the_place(visit, form_context(visit))
    if report is not None:
        context = _of_the_photos(report, context)
        context = context._replace(started_at=report.started_at, ended_at=report.ended_at)
    return [problem for problem in check(visit.answers, context) if not problem.blocks]


def _of_the_place(visit: Visit, context: Context) -> Context:
    """Add who else was visited at this position."""
    latitude, longitude = visit.answers.get("latitude"), visit.answers.get("longitude")
    if latitude is None or longitude is None or visit.performed_at is None:
        return context
    others = Visit.objects.filter(programme=visit.programme_id, state__in=MADE).exclude(
        enterprise=visit.enterprise_id
    )
    exact = others.filter(answers__latitude=latitude, answers__longitude=longitude)
    return context._replace(
        same_place=_near(visit, visit.performed_at, others),
        copied_from=_named(exact.values_list("case__number", flat=True).order_by("case__number").distinct()),
    )


def _near(visit: Visit, made_at: datetime, others: QuerySet[Visit]) -> int:
    """Return how many other enterprises the same coach visited within an hour and a hundred metres."""
    here = (float(visit.answers["latitude"]), float(visit.answers["longitude"]))
    span = (made_at - WITHIN, made_at + WITHIN)
    rows = others.filter(author=visit.author_id, performed_at__range=span)
    places = rows.values_list("enterprise", "answers__latitude", "answers__longitude")
    near = {
        enterprise
        for enterprise, latitude, longitude in places
        if latitude is not None
        and longitude is not None
        and kilometres(here, (float(latitude), float(longitude))) <= NEAR_KM
    }
    return len(near)


def _of_the_photos(report: VisitSubmission, context: Context) -> Context:
    """Add when the photos were taken, and whether they were sent before."""
    photos = list(
        report.media.filter(kind=MediaKind.PHOTO).exclude(sha256="").values_list("sha256", "taken_at")
    )
    if not photos:
        return context
    digests = [digest for digest, _taken in photos]
    slow = timedelta(seconds=report.clock_offset)
    days = [timezone.localdate(taken + slow) for _digest, taken in photos if taken is not None]
    elsewhere = (
        VisitMedia.objects.filter(sha256__in=digests, submission__programme=report.programme_id)
        .exclude(submission__enterprise=report.enterprise_id)
        .values_list("submission__enterprise__case__number", flat=True)
    )
    return context._replace(
        oldest_photo=min(days, default=None),
        photos_of=_named(elsewhere.order_by("submission__enterprise__case__number").distinct()),
        photo_twice=len(set(digests)) < len(digests),
    )


def _named(numbers: QuerySet[Any, str]) -> tuple[str, ...]:
    """Case numbers for a sentence, the first few of them."""
    return tuple(numbers[:MOST_NAMED])
