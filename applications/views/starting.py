"""Before and at the beginning: would I be eligible, what is asked, what do I apply for."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.language import current
from applications import asked_questions, drafting
from applications.models import Application, Person, Stage, current_form
from applications.quiz import QuizForm
from programmes.models import Call, Track
from programmes.scope import enter
from programmes.views.public import shown_or_sign_in
from workflow import access


def _public_call(request: HttpRequest, code: str, call: str) -> Any:
    """Return a call that the visitor may see, or the answer that sends him to sign in."""
    rows = Call.objects.select_related("programme")
    found = shown_or_sign_in(request, rows, programme__code=code, code=call)
    if not isinstance(found, HttpResponse):
        if found.state == "draft":
            raise Http404
        enter(request, found.programme, found)
    return found


def _frame(call: Call) -> dict[str, Any]:
    return {"call": call, "programme": call.programme, "frame_title": call.programme.title}


@access.public
@never_cache
@require_http_methods(["GET", "POST"])
def eligible(request: HttpRequest, code: str, call: str) -> HttpResponse:
    """A few questions that tell whether it is worth beginning. What is answered is stored nowhere."""
    found = _public_call(request, code, call)
    if isinstance(found, HttpResponse):
        return found
    rules = list(found.eligibility_rules.all())
    form = QuizForm(rules, list(found.programme.sites.all()), request.POST or None)
    verdict = None
    if request.method == "POST" and form.is_valid():
        verdict = form.verdict(timezone.localdate())
    context = _frame(found) | {"form": form, "rules": rules, "verdict": verdict}
    return render(request, "applications/eligible.html", context, status=422 if form.errors else 200)


@access.public
@require_safe
def questions(request: HttpRequest, code: str, call: str, stage: str) -> HttpResponse:
    """Everything that a form asks, to read and prepare before one begins."""
    found = _public_call(request, code, call)
    if isinstance(found, HttpResponse):
        return found
    version = current_form(found, stage) if stage in Stage.values else None
    if version is None:
        raise Http404
    context = _frame(found) | {
        "stage": stage,
        "stage_label": Stage(stage).label,
        "sections": asked_questions.sections(version.form, found.currency),
        "other": "plan" if stage == "idea" and current_form(found, "plan") else "",
    }
    return render(request, "applications/questions.html", context)


@access.signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, code: str, call: str) -> HttpResponse:
    """Choose a track and begin; who has begun already goes on where he stopped."""
    found: Call = access.get_visible(
        Call.objects.select_related("programme"), request.user, programme__code=code, code=call
    )
    enter(request, found.programme, found)
    before = Application.objects.own(request.user).filter(call=found).exclude(state="withdrawn").first()
    if before is not None:
        return redirect("applications:status", before.case.number)
    if found.state == "draft":
        raise Http404
    tracks = list(found.tracks.all())
    if request.method == "POST" and found.state == "open":
        chosen = next((track for track in tracks if str(track.pk) == request.POST.get("track")), None)
        if chosen is not None:
            return _begun(request, found, chosen)
        messages.error(request, _("Choose what you apply for."))
    context = _frame(found) | {"tracks": tracks, "open": found.state == "open"}
    return render(request, "applications/apply.html", context)


def _begun(request: HttpRequest, call: Call, track: Track) -> HttpResponse:
    application, _new = drafting.begin(
        call, track, Person.of(request.user), language=current(), at=timezone.now()
    )
    return redirect("applications:about", application.case.number)
