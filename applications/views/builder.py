"""The form builder: a form of a call on one page, its versions, and what happens to it as a whole.

Single sections, questions, columns and totals are changed in `applications/views/builder_pages.py`.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import form_versions, standard_forms
from applications.builder import editing, ready_parts
from applications.builder.bench import CallBench
from applications.builder.overview import sections_of
from applications.builder.summary_form import SummaryForm
from applications.form_faults import (
    FORM,
    NAMED_PARTS,
    QUESTION,
    SUMMED,
    Fault,
    count_missing_texts,
    language_name,
    question_name,
)
from applications.models import FormVersion, Stage
from applications.views.builder_pages import save
from programmes.models import Call
from programmes.scope import in_call
from programmes.views.setup import read_only
from workflow import Refused, access, display

STANDARD = {"idea": standard_forms.idea_form, "plan": standard_forms.plan_form}


def in_form(request: HttpRequest, code: str, call: str, stage: str, **_arguments: Any) -> Call:
    """Return the call whose form of a stage the page is about; raises Http404."""
    if stage not in Stage.values:
        raise Http404
    return in_call(request, code, call)


building = access.rule("applications.change_forms", lookup=in_form)


def url(name: str, call: Call, stage: str, *more: str) -> str:
    """Return the address of a page of the builder."""
    return reverse(f"applications:{name}", args=[call.programme.code, call.code, stage, *more])


def draft_or_back(request: HttpRequest, call: Call, stage: str) -> FormVersion | HttpResponse:
    """Return the draft that may be changed, or the answer that leads back to the page of the form."""
    if refused := read_only(request, call.programme):
        return refused
    draft = form_versions.draft_of(call, stage)
    if draft is None or call.state in form_versions.OVER:
        messages.error(request, _("A published version does not change: begin a new version."))
        return HttpResponseRedirect(url("builder", call, stage))
    draft.call = call
    return draft


def bench_or_back(request: HttpRequest, code: str, call: str, stage: str) -> CallBench | HttpResponse:
    """Return the draft on its bench, or the answer that leads back, for the pages of its parts."""
    draft = draft_or_back(request, access.object_of(request), stage)
    return draft if isinstance(draft, HttpResponse) else CallBench(draft)


@building
@require_safe
def page(request: HttpRequest, code: str, call: str, stage: str) -> HttpResponse:
    """A form on one page: its sections and questions, what is missing, its versions."""
    found: Call = access.object_of(request)
    versions = list(form_versions.history(found, stage))
    version = versions[0][0] if versions else None
    over = found.state in form_versions.OVER or found.programme.is_closed
    context: dict[str, Any] = {
        "call": found,
        "programme": found.programme,
        "stage": stage,
        "stage_name": Stage(stage).label,
        "version": version,
        "versions": versions,
        "may_begin": not over and (version is None or not version.is_draft),
        "may_change": not over and version is not None and version.is_draft,
        "may_publish": not over and version is not None and version.is_draft and found.state != "draft",
        "others": _other_forms(request, found, stage) if version is None else [],
        "parts": list(ready_parts.PARTS.items()),
        "languages": ("fr", "ar", "en"),
    }
    if version is not None:
        context |= _whole(version)
    return render(request, "applications/builder/page.html", context)


def _whole(version: FormVersion) -> dict[str, Any]:
    bench = CallBench(version)
    form, faults = version.form, bench.faults()
    missing = count_missing_texts(form, version.call.languages)
    return {
        "bench": bench,
        "sections": sections_of(bench, faults),
        "faults": [{"fault": fault, "url": _where(fault, version)} for fault in faults],
        "missing": [(language_name(language), number) for language, number in missing.items()],
        "summary": [(str(NAMED_PARTS[name]).capitalize(), _summed(version, name)) for name in NAMED_PARTS],
        "question_count": sum(question.is_asked for question in form.questions()),
    }


def _summed(version: FormVersion, name: str) -> str:
    key, _dot, total = version.form.summary.get(name, "").partition(".")
    question = version.form.by_key.get(key)
    if question is None:
        return display.DASH
    found = next((one for one in question.totals if one.key == total), None)
    label = question_name(question)
    return display.labelled(label, found.label_in(display.language())) if found else label


def _where(fault: Fault, version: FormVersion) -> str:
    call, stage = version.call, version.stage
    if not version.is_draft or fault.place == FORM:
        return ""
    if fault.place == SUMMED:
        return url("form_lists", call, stage)
    return url("edit_question" if fault.place == QUESTION else "edit_section", call, stage, fault.key)


def _other_forms(request: HttpRequest, call: Call, stage: str) -> list[tuple[int, str]]:
    """Forms of other calls that the manager may see, to begin with: (key of the version, what it is)."""
    calls = Call.objects.visible_to(request.user).filter(programme=call.programme).exclude(pk=call.pk)
    rows = FormVersion.objects.filter(call__in=calls, stage=stage).select_related("call").order_by("-pk")
    newest: dict[int, FormVersion] = {}
    for row in rows:
        newest.setdefault(row.call_id, row)
    return [(row.pk, row.call.title) for row in newest.values()]


@building
@require_POST
def begin(request: HttpRequest, code: str, call: str, stage: str) -> HttpResponse:
    """Begin a draft: with the standard form, with nothing, with another call's form, or a new version."""
    found: Call = access.object_of(request)
    if refused := read_only(request, found.programme):
        return refused
    source = request.POST.get("source", "standard")
    definition: Any = None
    if form_versions.newest(found, stage) is None:
        definition = _source(request, found, stage, source)
        if definition is None:
            messages.error(request, _("Choose what to begin with."))
            return HttpResponseRedirect(url("builder", found, stage))
    try:
        form_versions.begin(found, stage, definition)
        messages.success(request, _("The form can be changed now."))
    except Refused as refused_:
        messages.error(request, " ".join(refused_.sentences))
    return HttpResponseRedirect(url("builder", found, stage))


def _source(request: HttpRequest, call: Call, stage: str, source: str) -> Any:
    if source == "standard":
        return STANDARD[stage]()
    if source == "blank":
        return form_versions.BLANK
    known = {str(pk) for pk, _label in _other_forms(request, call, stage)}
    return FormVersion.objects.get(pk=int(source)).definition if source in known else None


@building
@require_POST
def drop(request: HttpRequest, code: str, call: str, stage: str) -> HttpResponse:
    """Drop the draft; what was published stays."""
    found: Call = access.object_of(request)
    draft = draft_or_back(request, found, stage)
    if isinstance(draft, HttpResponse):
        return draft
    try:
        form_versions.drop(draft)
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    else:
        messages.success(request, _("The draft is dropped."))
    return HttpResponseRedirect(url("builder", found, stage))


@building
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, code: str, call: str, stage: str) -> HttpResponse:
    """Publish a further version, after a page that says what changes and for how many people."""
    found: Call = access.object_of(request)
    draft = draft_or_back(request, found, stage)
    if isinstance(draft, HttpResponse):
        return draft
    if request.method == "POST":
        try:
            published = form_versions.publish(draft, actor=request.user, at=timezone.now())
        except Refused as refused:
            for sentence in refused.sentences:
                messages.error(request, sentence)
            return HttpResponseRedirect(url("builder", found, stage))
        messages.success(request, _("Version %(number)s is published.") % {"number": draft.version})
        if published.mailing is not None:
            messages.success(request, _("A mailing tells those who are writing: read it and release it."))
            return redirect("programmes:mailing", found.programme.code, published.mailing.pk)
        return HttpResponseRedirect(url("builder", found, stage))
    before = FormVersion.objects.filter(call=found, stage=stage, frozen_at__isnull=False).order_by("-version")
    old = before.first()
    context = {
        "call": found,
        "programme": found.programme,
        "stage": stage,
        "stage_name": Stage(stage).label,
        "version": draft,
        "changes": _changes(old, draft) if old else [],
        "writing": form_versions.writing(found, stage),
        "faults": form_versions.faults_of(draft),
    }
    return render(request, "applications/builder/publish.html", context)


def _changes(old: FormVersion, new: FormVersion) -> list[tuple[str, list[str]]]:
    change, before, now = form_versions.change(old.form, new.form), old.form.by_key, new.form.by_key
    groups = (
        (_("New questions"), [question_name(now[key]) for key in change.added]),
        (_("Questions that are gone"), [question_name(before[key]) for key in change.removed]),
        (_("Questions asked otherwise"), [question_name(now[key]) for key in change.changed]),
    )
    return [(title, names) for title, names in groups if names]


@building
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest, code: str, call: str, stage: str) -> HttpResponse:
    """Choose which answers lists show as title, sector and amount."""
    found: Call = access.object_of(request)
    draft = draft_or_back(request, found, stage)
    if isinstance(draft, HttpResponse):
        return draft
    form = SummaryForm(request.POST or None, form=draft.form)
    if request.method == "POST" and form.is_valid():
        return save(
            request,
            CallBench(draft),
            lambda definition: {**definition, "summary": form.to_definition()},
            anchor="lists",
        )
    context = {
        **CallBench(draft).frame(),
        "form": form,
        "title": _("What lists show"),
        "back": url("builder", found, stage),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/builder/form.html", context, status=status)


@building
@require_POST
def insert(request: HttpRequest, code: str, call: str, stage: str, section: str) -> HttpResponse:
    """Insert a ready part at the end of a section: a budget, a cash-flow forecast."""
    found: Call = access.object_of(request)
    draft = draft_or_back(request, found, stage)
    if isinstance(draft, HttpResponse):
        return draft
    name = request.POST.get("part", "")
    if name not in ready_parts.PARTS or section not in editing.section_keys(draft.definition):
        messages.error(request, _("Choose what to insert."))
        return HttpResponseRedirect(url("builder", found, stage))
    taken = form_versions.keys_ever_used(found, stage)
    questions, summary = ready_parts.part(name, taken)
    return save(
        request,
        CallBench(draft),
        lambda definition: editing.add_part(definition, section, questions, summary),
        anchor=f"question-{questions[0]['key']}",
    )
