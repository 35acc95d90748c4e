"""The page of a long work: progress while it runs, then what came of it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from workflow import access, jobs, navigation
from workflow.models import Job


def _job(request: HttpRequest, uid: UUID) -> Job:
    found: Job = access.get_visible(Job.objects, request.user, uid=uid)
    try:
        kind = jobs.kind_of(found)
    except KeyError:
        raise Http404 from None
    if kind.may is not None and not kind.may(request.user, found):
        raise Http404
    navigation.enter(request, found.programme_id, members=True)
    return found


def _result(request: HttpRequest, job: Job) -> Any:
    kind = jobs.kind_of(job)
    if not job.is_over or not kind.template:
        return ""
    more = kind.context(request, job) if kind.context else {}
    return render_to_string(kind.template, {**more, "job": job}, request=request)


@access.signed_in
@require_safe
def job(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A long work of one's own."""
    found = _job(request, uid)
    if found.is_over and found.read_at is None:
        Job.objects.filter(pk=found.pk).update(read_at=timezone.now())
    result = _result(request, found)
    return render(request, "workflow/job.html", {"job": found, "result": result})


@access.signed_in
@require_safe
def job_progress(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The progress alone, which the page fetches again; a work that is over asks for the whole page."""
    found = _job(request, uid)
    response = render(request, "workflow/_job_progress.html", {"job": found})
    if found.is_over:
        response["HX-Refresh"] = "true"
    return response


@access.signed_in
@require_POST
def stop_job(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask the work to stop after the step at which it is."""
    found = _job(request, uid)
    jobs.stop(found)
    return redirect(found)
