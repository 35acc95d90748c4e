"""Pages of writing at a person's side, beside those that the applicant has: begin, take over, read back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.language import current
from applications import answers, assisting, consents, dossier, read_back_sheet
from applications.assisted_forms import AboutSomebodyForm, BeginForm, ReadBackForm, SheetForm, TakeOverForm
from applications.models import AnswerSet, Application, Registration
from applications.reception_desk import person_url
from applications.views.applicant import asked, editing
from applications.views.people import in_person
from documents.intake import FileRefused
from programmes.scope import enter
from workflow import Refused, access, display


@access.rule("applications.help_people", lookup=in_person)
@never_cache
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, code: str, reference: UUID) -> HttpResponse:
    """Begin an application with a person: for what, in which language, and what the person agrees to."""
    row: Registration = access.object_of(request)
    if sentence := assisting.why_not(row.person):
        messages.error(request, sentence)
        return redirect(person_url(row))
    form = BeginForm(
        request.POST or None,
        programme=row.programme,
        person=row.person,
        initial={"written_in": current(), "language": ""},
    )
    if request.method == "POST" and form.is_valid():
        now, given = timezone.now(), form.cleaned_data
        try:
            application = assisting.begin(
                given["track"].call,
                given["track"],
                row.person,
                helper=request.user,
                language=given["language"],
                written_in=given["written_in"],
                at=now,
            )
        except Refused as refused:
            for sentence in refused.sentences:
                messages.error(request, sentence)
            return redirect(person_url(row))
        for kind in form.consents:
            consents.give(row.person, row.programme, kind, actor=request.user, at=now)
        return redirect("applications:about", application.case.number)
    context = {
        "form": form,
        "programme": row.programme,
        "row": row,
        "open": form.fields["track"].queryset.exists(),  # type: ignore[attr-defined]
    }
    return render(request, "applications/people/begin.html", context, status=422 if form.errors else 200)


def to_help(request: HttpRequest, number: str) -> Application:
    """Return an application that the visitor may see and somebody else or nobody writes; raises Http404."""
    rows = Application.objects.with_papers()
    found: Application = access.get_visible(rows, request.user, case__number=number)
    enter(request, found.call.programme, found.call)
    return found


@access.rule("applications.help_people", lookup=to_help)
@never_cache
@require_http_methods(["GET", "POST"])
def take_over(request: HttpRequest, number: str) -> HttpResponse:
    """Help with an application that somebody sent without account, or that a colleague began."""
    application: Application = access.object_of(request)
    if sentence := assisting.why_not(application.applicant):
        messages.error(request, sentence)
        return redirect("applications:reception", application.call.programme.code)
    form = TakeOverForm(request.POST or None, application=application)
    if request.method == "POST" and form.is_valid():
        try:
            assisting.assist(
                application,
                helper=request.user,
                language=form.cleaned_data["language"],
                at=timezone.now(),
                reason=form.cleaned_data.get("reason", ""),
            )
        except Refused as refused:
            for sentence in refused.sentences:
                messages.error(request, sentence)
        else:
            return redirect("applications:status", number)
    context = {"form": form, "application": application, "programme": application.call.programme}
    return render(request, "applications/people/take_over.html", context, status=422 if form.errors else 200)


def about(request: HttpRequest, application: Application) -> HttpResponse:
    """The first step as a helper sees it: what lies in the vault is written, never shown."""
    form = AboutSomebodyForm(request.POST or None, application=application)
    given = application.begin_answers("idea")
    if request.method == "POST" and form.is_valid():
        form.save(timezone.now())
        return redirect("applications:section", application.case.number, given.form.sections[0].key)
    context = {**_frame(application), "form": form, "step": 1, "steps": len(given.form.sections) + 2}
    return render(request, "applications/people/about.html", context, status=422 if form.errors else 200)


def helping(request: HttpRequest) -> Application:
    """Return the application of the page if the visitor writes it for somebody else; raises Http404."""
    application: Application = access.object_of(request)
    if not application.is_assisted_by(request.user):
        raise Http404
    return application


@editing
@never_cache
@require_http_methods(["GET", "POST"])
def read_back(request: HttpRequest, number: str) -> HttpResponse:
    """Read everything back to the person, note how the person confirmed it, and before whom."""
    application = helping(request)
    given = application.open_answers
    if given is None:
        return _sheet_alone(request, application)
    open_questions = _open_questions(application, given)
    form = ReadBackForm(request.POST or None, request.FILES or None, initial=_spoken(application))
    if request.method == "POST" and form.is_valid():
        try:
            assisting.record_read_back(
                application,
                form.cleaned_data,
                answers=request.POST.get("answers", "")[:64],
                actor=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            for sentence in refused.sentences:
                messages.error(request, sentence)
        except FileRefused as refused:
            form.add_error("sheet", refused)
        else:
            if open_questions:
                messages.warning(
                    request, _("Noted. Answers are missing: once they are written, read back again.")
                )
            else:
                messages.success(request, _("Noted. Now it can be sent."))
            return redirect("applications:review", number)
    context = {
        **_frame(application),
        "form": form,
        "digest": given.digest,
        "dossier": list(dossier.sections(given, application.currency, own=True)),
        "valid": assisting.valid_read_back(application),
        "open_questions": open_questions,
    }
    return render(request, "applications/people/read_back.html", context, status=422 if form.errors else 200)


def _open_questions(application: Application, given: AnswerSet) -> list[tuple[str, str]]:
    """Return what still stands against sending: each question, and where it is answered."""
    language, number = display.language(), application.case.number
    return [
        (
            given.form.question(key).label_in(language),
            reverse("applications:section", args=[number, given.form.section_of(key).key]),
        )
        for key in answers.problems(given.form, given.complete, only=asked(application))
    ]


def _spoken(application: Application) -> dict[str, Any]:
    assistance = application.assistance
    return {"language": assistance.language if assistance else ""}


def _frame(application: Application) -> dict[str, Any]:
    programme = application.call.programme
    return {"application": application, "programme": programme, "frame_title": programme.title}


def _sheet_alone(request: HttpRequest, application: Application) -> HttpResponse:
    """After sending: the photograph of the signed sheet may still be added."""
    last = assisting.read_back_without_sheet(application)
    if last is None:
        return redirect("applications:status", application.case.number)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            assisting.add_sheet(last, form.cleaned_data["sheet"], actor=request.user, at=timezone.now())
        except FileRefused as refused:
            form.add_error("sheet", refused)
        else:
            messages.success(request, _("The photograph is kept in the vault."))
            return redirect("applications:status", application.case.number)
    context = {**_frame(application), "form": form, "last": last}
    return render(request, "applications/people/sheet.html", context, status=422 if form.errors else 200)


@editing
@never_cache
@require_POST
def print_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """Print the sheet that the person signs or marks, of the answers as they stand."""
    application = helping(request)
    if application.open_answers is None:
        raise Http404
    paper = read_back_sheet.issue(application, actor=request.user, at=timezone.now())
    return redirect(reverse("documents:paper", args=[paper.uid]))
