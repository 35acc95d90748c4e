"""Pages of the person who applies, made for a phone: one's applications, where each stands, taking one back.

Beginning is in `starting.py`, writing in `writing.py` and `uploads.py`, sending in `sending.py`, appeals in
`appealing.py`.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from applications import appeal_guards, guards
from applications.form_definition import Section
from applications.models import Application
from applications.standing import standing
from programmes.scope import enter
from workflow import Refused, access, display, fire, new_key
from workflow.actions import can
from workflow.notices import of_stream, preview

STAGES = {"draft": "idea", "incomplete": "idea", "plan_requested": "plan"}
SENDING = {"draft": "submit", "incomplete": "answer", "plan_requested": "submit_plan"}
OWN_VERBS = ("withdraw", "decline")


def own(request: HttpRequest, number: str, **_arguments: Any) -> Application:
    """Return the application that the visitor writes, the own one or as a helper; raises Http404."""
    rows = Application.objects.with_papers().written_by(request.user)
    found: Application | None = rows.filter(case__number=number).first()
    if found is None:
        raise Http404
    enter(request, found.call.programme, found.call)
    return found


editing = access.rule("applications.edit_application", lookup=own)


def asked(application: Application) -> set[str] | None:
    """Return the questions that a missing-piece request opened, None when all are open."""
    request = application.open_request if application.state == "incomplete" else None
    return set(request.questions) if request else None


def frame_of(application: Application) -> dict[str, Any]:
    """Return what every page about an application tells its frame."""
    programme = application.call.programme
    return {"application": application, "programme": programme, "frame_title": programme.title}


@access.signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """All of one's applications; a single one is shown at once."""
    found = list(Application.objects.own(request.user).with_papers())
    if len(found) == 1:
        return redirect("applications:status", found[0].case.number)
    return render(request, "applications/mine.html", {"applications": found})


@editing
@never_cache
@require_safe
def status(request: HttpRequest, number: str) -> HttpResponse:
    """Where the application is, since when, what is next, who has it."""
    application: Application = access.object_of(request)
    now = timezone.now()
    words = standing(application, now)
    writing = application.state in STAGES
    piece = application.open_request if application.state == "incomplete" else None
    told = [
        {"what": preview(notice, display.language()).subject, "at": notice.created_at, "meaning": "waiting"}
        for notice in of_stream(application.stream)
    ]
    context = frame_of(application) | {
        "standing": words,
        "next_step": _first_step(application),
        "writing": writing,
        "piece": piece,
        "asked": _labels(application, piece.questions) if piece else [],
        "messages_sent": told,
        "closed_draft": application.state == "draft"
        and not can(application, "submit", request.user)
        and guards.call_is_open_or_draft_was_begun_before_closing(application, request.user, None),
        "appeal": application.appeals.order_by("-lodged_at").first(),
        "may_appeal": appeal_guards.why_not_lodge(application, now) is None,
        "may": [verb for verb in OWN_VERBS if can(application, verb, request.user)],
    }
    return render(request, "applications/status.html", context)


def _labels(application: Application, keys: list[str]) -> list[str]:
    given = application.answers_at("idea")
    found = [given.form.by_key.get(key) for key in keys] if given else []
    return [question.label_in(display.language()) for question in found if question]


def open_sections(given: Any, only: set[str] | None) -> list[Section]:
    """Return the sections in which something can be changed: all, or those with a question that is asked."""
    sections = list(given.form.sections)
    if only is None:
        return sections
    return [one for one in sections if any(question.key in only for question in one.questions)]


def _first_step(application: Application) -> str:
    """Where the applicant goes on: what is asked for, else the beginning of a draft, else the review."""
    number, only = application.case.number, asked(application)
    given = application.answers_at(STAGES[application.state]) if only else None
    if given is not None and (sections := open_sections(given, only)):
        return reverse("applications:section", args=[number, sections[0].key])
    return reverse(f"applications:{'about' if application.state == 'draft' else 'review'}", args=[number])


@editing
@never_cache
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Withdraw the application or decline the award, after a sentence that says what happens."""
    application: Application = access.object_of(request)
    if verb not in OWN_VERBS:
        raise Http404
    if request.method == "POST":
        try:
            fire(application, verb, actor=request.user, key=request.POST.get("key", "")[:80] or new_key())
        except Refused as refused:
            for sentence in refused.sentences:
                messages.error(request, sentence)
        return redirect("applications:status", number)
    if not can(application, verb, request.user):
        raise Http404
    from workflow.machines import machine_of

    arrow = machine_of(Application).arrow(verb, application.state)
    context = frame_of(application) | {
        "label": arrow.label if arrow else "",
        "sentence": arrow.confirm(application) if arrow and arrow.confirm else "",
        "key": new_key(),
    }
    return render(request, "applications/act.html", context)
