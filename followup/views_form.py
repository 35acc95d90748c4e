"""The visit form of a programme, for its manager: standard questions, own questions, versions, preview.

Pages that change one section or question are those of `applications/views/builder_pages.py`.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.builder.import_report import ImportForm, counts, lines
from applications.builder.overview import sections_of
from applications.form_faults import QUESTION, SECTION, count_missing_texts, language_name
from applications.views import builder_pages
from applications.xlsform.refusals import FormRefused
from followup import form_imports, form_parts, form_versions, visit_levels
from followup.answer_form import VisitAnswersForm
from followup.form_bench import LEVEL_LABELS, StandardForm, VisitBench
from followup.form_faults import languages_of
from followup.models import Visit, VisitFormVersion
from followup.views_filling import drawn, named
from followup.visit_form import Context, Problem, check
from programmes.scope import in_programme
from workflow import Refused, access

viewing = access.rule("followup.view_visit_form", in_programme)
building = access.rule("followup.edit_visit_form", in_programme)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _home(programme: Any) -> str:
    return reverse("followup:visit_builder", args=[programme.code])


def _draft_or_back(request: HttpRequest, programme: Any) -> VisitFormVersion | HttpResponse:
    draft = form_versions.draft_of(programme)
    if draft is None or programme.is_closed:
        messages.error(request, _("A published version does not change: begin a new version."))
        return HttpResponseRedirect(_home(programme))
    draft.programme = programme
    return draft


def bench_or_back(request: HttpRequest, code: str) -> VisitBench | HttpResponse:
    """Return the draft on its bench, or the answer that leads back, for the pages of its parts."""
    draft = _draft_or_back(request, access.object_of(request))
    return draft if isinstance(draft, HttpResponse) else VisitBench(draft)


@viewing
@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The form on one page: standard questions and why some are fixed, own questions, versions."""
    programme = access.object_of(request)
    versions = form_versions.history(programme)
    version = versions[0] if versions else None
    may_edit = access.may(request.user, "followup.edit_visit_form", programme) and not programme.is_closed
    is_draft = version is not None and version.is_draft
    definition = version.definition if version else {}
    begun = _begun(programme)
    context: dict[str, Any] = {
        "programme": programme,
        "version": version,
        "number": version.number if version else 1,
        "versions": [(one, begun.get(one.number, 0)) for one in versions],
        "begun_standard": begun.get(1, 0),
        "may_begin": may_edit and not is_draft,
        "may_change": may_edit and is_draft,
        "standard": _standard(definition),
        "languages": languages_of(programme),
    }
    if version is not None:
        version.programme = programme
        bench = VisitBench(version)
        faults = bench.faults()
        missing = count_missing_texts(bench.form, bench.languages)
        context |= {
            "bench": bench,
            "sections": sections_of(bench, faults),
            "faults": [{"fault": fault, "url": _where(fault, bench)} for fault in faults],
            "missing": [(language_name(language), number) for language, number in missing.items()],
        }
    return render(request, "followup/form/page.html", context)


def _begun(programme: Any) -> dict[int, int]:
    """How many visits answer each version."""
    rows = Visit.objects.filter(programme=programme).exclude(answers={}).order_by()
    return dict(rows.values_list("form_version").annotate(Count("pk")))


def _standard(definition: Any) -> list[dict[str, Any]]:
    """The standard parts with each question: fixed and why, left out, or how strictly it is asked."""
    off, wanted = form_versions.left_out(definition), definition.get("standard") or {}
    levels = dict(LEVEL_LABELS)
    return [
        {
            "title": part.title,
            "asks": [
                {
                    "ask": ask,
                    "fixed": form_parts.FIXED.get(ask.name, ""),
                    "off": ask.name in off,
                    "level": levels.get(wanted.get(ask.name, {}).get("level") or "x", ""),
                    "open": _can_change(ask),
                }
                for ask in part.asks
            ],
        }
        for part in form_parts.VERSION_1
    ]


def _can_change(ask: form_parts.Ask) -> bool:
    """Whether anything about a standard question can be chosen."""
    return ask.name not in form_parts.FIXED or not (ask.must or ask.is_file or ask.kind == form_parts.PLACE)


def _where(fault: Any, bench: VisitBench) -> str:
    if not bench.version.is_draft or fault.place not in (QUESTION, SECTION):
        return ""
    return bench.url("edit_question" if fault.place == QUESTION else "edit_section", fault.key)


@building
@get_or_post
def standard_question(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """Leave a standard question out, or say how strictly it is asked."""
    programme = access.object_of(request)
    draft = _draft_or_back(request, programme)
    if isinstance(draft, HttpResponse):
        return draft
    asks = {ask.name: ask for ask in form_parts.asks_of(form_parts.VERSION_1)}
    if question not in asks or not _can_change(asks[question]):
        raise Http404
    ask, bench = asks[question], VisitBench(draft)
    form = StandardForm(
        request.POST if request.method == "POST" else None,
        how=(draft.definition.get("standard") or {}).get(question, {}),
        fixed=question in form_parts.FIXED,
        always=ask.must or ask.is_file or ask.kind == form_parts.PLACE,
    )
    if request.method == "POST" and form.is_valid():
        how = form.to_definition()

        def edit(definition: dict[str, Any]) -> dict[str, Any]:
            standard = {
                key: kept for key, kept in (definition.get("standard") or {}).items() if key != question
            }
            return {**definition, "standard": {**standard, question: how} if how else standard}

        return builder_pages.save(request, bench, edit, anchor=f"standard-{question}")
    return builder_pages.form_page(request, bench, "form", form=form, title=ask.label)


@building
@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a draft: a copy of the newest version, else the standard form."""
    programme = access.object_of(request)
    if programme.is_closed:
        messages.error(request, _("The programme is closed: it is read-only."))
    else:
        form_versions.begin(programme, actor=request.user, at=timezone.now())
        messages.success(request, _("The form can be changed now."))
    return HttpResponseRedirect(_home(programme))


@building
@require_POST
def drop(request: HttpRequest, code: str) -> HttpResponse:
    """Drop the draft; what was published stays."""
    programme = access.object_of(request)
    draft = _draft_or_back(request, programme)
    if isinstance(draft, HttpResponse):
        return draft
    form_versions.drop(draft)
    messages.success(request, _("The draft is dropped."))
    return HttpResponseRedirect(_home(programme))


@building
@get_or_post
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the draft, after a page that says what is missing and what happens to visits."""
    programme = access.object_of(request)
    draft = _draft_or_back(request, programme)
    if isinstance(draft, HttpResponse):
        return draft
    if request.method == "POST":
        try:
            form_versions.publish(draft, actor=request.user, at=timezone.now())
        except Refused as refused:
            for sentence in refused.sentences:
                messages.error(request, sentence)
        else:
            messages.success(request, _("Version %(number)s is published.") % {"number": draft.number})
        return HttpResponseRedirect(_home(programme))
    bench = VisitBench(draft)
    rows = Visit.objects.filter(programme=programme).waiting()
    context = {
        **bench.frame(),
        "version": draft,
        "faults": bench.faults(),
        "begun": rows.exclude(answers={}).count(),
        "waiting": rows.filter(answers={}).count(),
    }
    return render(request, "followup/form/publish.html", context)


@viewing
@get_or_post
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """The form as the coach will see it; what is sent is checked and forgotten."""
    programme = access.object_of(request)
    versions = form_versions.history(programme)
    wanted = request.GET.get("version", "")
    version = next((one for one in versions if str(one.number) == wanted), versions[0] if versions else None)
    if wanted == "1":
        version = None
    is_group, code_ = request.GET.get("of") == "group", "V0" if request.GET.get("visit") == "V0" else "M1"
    form = VisitAnswersForm(
        request.POST or None,
        parts=form_versions.parts_of(version.definition if version else {}),
        answers={},
        code=code_,
        is_group=is_group,
        currency=programme.currency,
    )
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        problems = check(form.found, Context(today=timezone.localdate()))
        problems += visit_levels.problems(
            form.parts, form.found, code=code_, is_group=is_group, currency=programme.currency
        )
        problems.sort(key=lambda problem: not problem.blocks)
    number = version.number if version else 1
    query = "version={}&visit={}&of={}"
    context = {
        "programme": programme,
        "preview": True,
        "number": number,
        "form": form,
        "parts": drawn(form, None, {}),
        "problems": named(form, problems),
        "choices": [
            (title, query.format(number, visit, of), (visit, of) == (code_, "group" if is_group else "one"))
            for title, visit, of in (
                (_("One person"), "M1", "one"),
                (_("One person, before the first payment"), "V0", "one"),
                (_("Group"), "M1", "group"),
                (_("Group, before the first payment"), "V0", "group"),
            )
        ],
        "frame_title": programme.title,
    }
    status = 422 if request.method == "POST" and not form.is_valid() else 200
    return render(request, "followup/visit_form.html", context, status=status)


@building
@get_or_post
def import_form(request: HttpRequest, code: str) -> HttpResponse:
    """Hand an XLSForm in: its questions become the draft's own; what became of each row is listed."""
    programme = access.object_of(request)
    draft = _draft_or_back(request, programme)
    if isinstance(draft, HttpResponse):
        return draft
    bench = VisitBench(draft)
    form = ImportForm(request.POST or None, request.FILES or None, languages=bench.languages)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            form_imports.hand_in(draft, file.read(), file.name or "", spoken=form.cleaned_data["spoken"])
        except ValidationError as refused:
            form.add_error("file", refused)
        except (FormRefused, Refused) as refused:
            form.add_error("file", refused.sentences)
        else:
            messages.success(request, _("The questions are in the draft now: look at them, then publish."))
            return HttpResponseRedirect(bench.url("import_form"))
    every = lines(draft.findings)
    context = {
        **bench.frame(),
        "version": draft,
        "form": form,
        "back": bench.home,
        "counts": counts(draft.findings),
        "lines": every,
        "lost": [line for line in every if line.lost],
        "replaces": bool(draft.form.sections),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "followup/form/import.html", context, status=status)
