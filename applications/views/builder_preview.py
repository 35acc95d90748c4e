"""A form as those who use it will see it: the applicant, the juror, whoever fills it in on paper.

The pages are the real ones; nothing that is typed into them is stored.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from applications import answers, blank_form
from applications.answer_forms import SectionForm
from applications.form_definition import LANGUAGES
from applications.form_faults import section_name
from applications.models import AnswerSet, Application, Case, FormVersion, Person, Stage, current_form
from applications.views import uploads, writing
from applications.views.builder import in_form, url
from programmes.models import Call
from programmes.scope import enter
from programmes.views.public import shown_or_sign_in
from workflow import access, panels

reading = access.rule("programmes.work_on_programme", lookup=in_form)
NOBODY = "00000-0"


def chosen(request: HttpRequest, call: Call, stage: str) -> FormVersion | None:
    """Return the version that a page shows: the one asked for, else the newest; None when there is none."""
    rows = FormVersion.objects.filter(call=call, stage=stage).order_by("-version")
    wanted = request.GET.get("version", "")
    if wanted:
        found = rows.filter(version=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 5 else None
        if found is None:
            raise Http404
    else:
        found = rows.first()
    if found is not None:
        found.call = call
    return found


@reading
@require_http_methods(["GET", "HEAD", "POST"])
def as_applicant(request: HttpRequest, code: str, call: str, stage: str) -> HttpResponse:
    """One section as the applicant will see it; what is sent is checked and forgotten."""
    found: Call = access.object_of(request)
    version = chosen(request, found, stage)
    if version is None or not version.form.sections:
        return HttpResponseRedirect(found.get_absolute_url())
    if request.headers.get("X-Autosave") == "1":
        return JsonResponse({"errors": {}}, status=422)
    keys = [section.key for section in version.form.sections]
    key = request.GET.get("section", "")
    key = key if key in keys else keys[0]
    section = version.form.section(key)
    form = SectionForm(section, {}, found.currency, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.is_valid()
        given = form.given()
        questions = {question.key: question for question in section.questions}
        form.mark(
            {
                name: sentence
                for name in given
                if (sentence := answers.problem(questions[name], given[name])) is not None
            }
        )
    case, person = Case(number=NOBODY, programme=found.programme), Person(user=request.user)  # type: ignore[misc]  # signed in
    application = Application(call=found, case=case, applicant=person)
    given_set = AnswerSet(application=application, form_version=version)
    context = {
        "preview": True,
        "application": application,
        "programme": found.programme,
        "frame_title": found.programme.title,
        "call": found,
        "stage": stage,
        "version": version,
        "form": form,
        "fields": [
            (form[name], writing.condition(given_set, section.questions, name)) for name in form.fields
        ],
        "uploads": uploads.drawn(application, given_set, section, None, {}),
        "title": section_name(section, keys.index(key) + 1),
        "step": keys.index(key) + 2,
        "steps": len(keys) + 2,
        "parts": [
            (one.key, section_name(one, number), one.key == key)
            for number, one in enumerate(version.form.sections, start=1)
        ],
    }
    return render(request, "applications/builder/preview.html", context)


@reading
@require_safe
def as_juror(request: HttpRequest, code: str, call: str, stage: str) -> HttpResponse:
    """What a juror would read of the answers, with examples in place of them."""
    found: Call = access.object_of(request)
    version = chosen(request, found, stage)
    if version is None:
        return HttpResponseRedirect(found.get_absolute_url())
    context: dict[str, Any] = {
        "call": found,
        "programme": found.programme,
        "stage": stage,
        "stage_name": Stage(stage).label,
        "version": version,
        "shown": panels.rendered("applications.form_for_jurors", request, version),
    }
    return render(request, "applications/builder/preview_jurors.html", context)


def _paper(version: FormVersion, language: str) -> HttpResponse:
    call = version.call
    name = f"{call.code}-{version.stage}-{version.version}-{language}.pdf"
    response = HttpResponse(blank_form.render(version, language), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    return response


@reading
@require_safe
def blank(request: HttpRequest, code: str, call: str, stage: str, language: str) -> HttpResponse:
    """The form to be filled in on paper, any version, for those who work on the programme."""
    found: Call = access.object_of(request)
    version = chosen(request, found, stage)
    if version is None:
        return HttpResponseRedirect(url("builder", found, stage))
    if language not in LANGUAGES:
        raise Http404
    return _paper(version, language)


@access.public
@require_safe
def public_blank(request: HttpRequest, code: str, call: str, stage: str, language: str) -> HttpResponse:
    """The published form to be filled in on paper, for anybody who may read the call."""
    rows = Call.objects.select_related("programme__logo")
    found = shown_or_sign_in(request, rows, programme__code=code, code=call)
    if isinstance(found, HttpResponse):
        return found
    enter(request, found.programme, found)
    version = current_form(found, stage) if stage in Stage.values else None
    if version is None or version.is_draft or language not in found.languages:
        raise Http404
    version.call = found
    return _paper(version, language)
