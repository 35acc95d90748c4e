"""Questions about a call: asked on its public page, answered for all by those who run the call."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programmes import questions
from programmes.forms.questions import AnswerForm, AskForm
from programmes.models import Call, CallQuestion
from programmes.scope import enter, in_call
from programmes.views.public import shown_or_sign_in
from programmes.views.setup import read_only
from workflow import Refused, access, display

STEPS = {"up": -1, "down": 1}

answering = access.rule("programmes.answer_questions", lookup=in_call)


@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str, call: str) -> HttpResponse:
    """Ask a question about a call; nobody is asked for a name, and nothing but the question is kept."""
    found = shown_or_sign_in(
        request, Call.objects.select_related("programme__logo"), programme__code=code, code=call
    )
    if isinstance(found, HttpResponse):
        return found
    if not questions.may_ask(found):
        raise Http404
    enter(request, found.programme, found)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _kept(request, found, form):
        messages.success(
            request, _("Your question has arrived. The answer will stand on the page of the call.")
        )
        return redirect("programmes:public_call", code, call)
    context = {"call": found, "programme": found.programme, "form": form}
    return render(request, "programmes/ask.html", context, status=422 if request.method == "POST" else 200)


def _kept(request: HttpRequest, call: Call, form: AskForm) -> bool:
    if form.is_a_program:
        return True  # it is told the same and nothing is kept
    if not ratelimit.consume(request, action="ask_question", key=f"{call.pk}"):
        form.add_error(None, _("Too many questions came from here. Please try again later."))
        return False
    try:
        questions.ask(call, form.cleaned_data["question"], language=display.language(), at=timezone.now())
    except Refused as refused:
        form.add_error("question", refused.sentences)
        return False
    return True


@access.rule("programmes.view_questions", lookup=in_call)
@require_safe
def page(request: HttpRequest, code: str, call: str) -> HttpResponse:
    """The questions of a call: those that wait, those that everybody reads with their versions."""
    found: Call = access.object_of(request)
    rows = CallQuestion.objects.visible_to(request.user).filter(call=found)
    context = {
        "call": found,
        "programme": found.programme,
        "waiting": list(rows.waiting().order_by("asked_at")),
        "shown": list(rows.shown().prefetch_related("versions__published_by")),
        "steps": [("up", _("Up")), ("down", _("Down"))],
        "taken_down": list(
            rows.filter(is_shown=False, current__isnull=False).select_related("current").order_by("pk")
        ),
        "may_answer": access.may(request.user, "programmes.answer_questions", found)
        and not found.programme.is_closed,
    }
    return render(request, "programmes/questions.html", context)


@answering
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str, call: str, pk: int | None = None) -> HttpResponse:
    """Answer a question for all, write one that nobody asked, or correct what was published."""
    found: Call = access.object_of(request)
    if refused := read_only(request, found.programme):
        return refused
    question = _question(found, pk)
    form = AnswerForm(request.POST or None, call=found, before=question.current)
    if request.method == "POST" and form.is_valid():
        try:
            questions.publish(question, form.texts(), actor=request.user, at=timezone.now())
        except Refused as refused_:
            form.add_error(None, refused_.sentences)
        else:
            messages.success(request, _("Published on the page of the call."))
            return _back(found)
    title = _("Correct the answer") if question.current else _("Answer for all")
    context = {
        "form": form,
        "programme": found.programme,
        "call": found,
        "question": question,
        "title": title,
        "button": _("Publish"),
        "back": reverse("programmes:questions", args=[code, call]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "programmes/answer.html", context, status=status)


@answering
@require_POST
def set_aside(request: HttpRequest, code: str, call: str, pk: int) -> HttpResponse:
    """Leave a question unanswered and empty it."""
    found: Call = access.object_of(request)
    return _done(
        request,
        found,
        lambda: questions.set_aside(_question(found, pk), actor=request.user, at=timezone.now()),
        _("Set aside; what was asked is deleted."),
    )


@answering
@require_POST
def take_down(request: HttpRequest, code: str, call: str, pk: int) -> HttpResponse:
    """Show an answer no longer, with a reason."""
    found: Call = access.object_of(request)
    reason = request.POST.get("reason", "")[:2_000]
    question = _question(found, pk)
    return _done(
        request,
        found,
        lambda: questions.take_down(question, reason=reason, actor=request.user, at=timezone.now()),
        _("It is not shown any more."),
    )


@answering
@require_POST
def arrange(request: HttpRequest, code: str, call: str, pk: int) -> HttpResponse:
    """Move a shown question one place."""
    found: Call = access.object_of(request)
    if by := STEPS.get(request.POST.get("do", "")):
        questions.move(_question(found, pk), by)
    return _back(found)


def _question(call: Call, pk: int | None) -> CallQuestion:
    if pk is None:
        return CallQuestion(call=call)
    found = get_object_or_404(CallQuestion.objects.select_related("current"), call=call, pk=pk)
    found.call = call
    return found


def _done(request: HttpRequest, call: Call, act: Any, said: str) -> HttpResponse:
    try:
        act()
        messages.success(request, said)
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    return _back(call)


def _back(call: Call) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("programmes:questions", args=[call.programme.code, call.code]))
