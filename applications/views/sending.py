"""Reading everything again, seeing what is missing, and sending: once, however often one presses."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from applications import answers, dossier, receipts
from applications.identity_forms import said_about
from applications.models import AnswerSet, Application
from applications.views.applicant import SENDING, STAGES, asked, editing, frame_of, open_sections
from workflow import Refused, access, display, fire, new_key


@editing
@never_cache
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, number: str) -> HttpResponse:
    """Read everything again, see what is missing, and send: once, however often the button is pressed."""
    application: Application = access.object_of(request)
    if request.method == "POST":
        return _send(request, application)
    if application.state not in STAGES:
        return redirect("applications:status", number)
    given = application.begin_answers(STAGES[application.state])
    return _review_page(request, application, given, new_key())


def _send(request: HttpRequest, application: Application) -> HttpResponse:
    """Fire the verb that the page named; a repeated press finds its own event and leads to the status."""
    verb = request.POST.get("verb", "")
    if verb not in SENDING.values():
        return redirect("applications:status", application.case.number)
    key = request.POST.get("key", "")[:80] or new_key()
    data = {"answers": request.POST.get("answers", "")[:64]}
    try:
        fire(application, verb, actor=request.user, key=key, data=data)
    except Refused as refused:
        application.refresh_from_db()
        for sentence in refused.sentences:
            messages.error(request, sentence)
        if application.state not in STAGES:
            return redirect("applications:status", application.case.number)
        given = application.begin_answers(STAGES[application.state])
        return _review_page(request, application, given, new_key(), status=409)
    messages.success(request, _("Sent. Keep your case number."))
    return redirect("applications:status", application.case.number)


def _review_page(
    request: HttpRequest, application: Application, given: AnswerSet, key: str, status: int = 200
) -> HttpResponse:
    language = display.language()
    missing = [
        {
            "question": given.form.question(name).label_in(language),
            "sentence": sentence,
            "url": reverse(
                "applications:section", args=[application.case.number, given.form.section_of(name).key]
            ),
        }
        for name, sentence in answers.problems(given.form, given.complete, only=asked(application)).items()
    ]
    own = application.applicant is not None and application.applicant.user_id == request.user.pk
    context = frame_of(application) | {
        "about": said_about(application) if own else [],
        "dossier": list(dossier.sections(given, application.currency, own=True)),
        "sections": [(one.key, one.title_in(language)) for one in open_sections(given, asked(application))],
        "missing": missing,
        "key": key,
        "verb": SENDING[application.state],
        "digest": given.digest,
    }
    return render(request, "applications/review.html", context, status=status)


@editing
@never_cache
@require_POST
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Lead to the receipt in the reader's language; it is issued when it is asked for the first time."""
    application: Application = access.object_of(request)
    try:
        paper = receipts.receipt_of(
            application, language=display.language(), actor=request.user, at=timezone.now()
        )
    except LookupError:
        messages.error(request, _("Nothing was sent yet."))
        return redirect("applications:status", number)
    return redirect("documents:paper", paper.uid)
