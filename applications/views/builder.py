"""The form builder: a form of a call on one page, its versions, and what happens to it as a whole.

Single sections, questions, columns and totals are changed in `applications/views/builder_parts.py`.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import form_versions, standard_forms
from applications.builder import editing, ready_parts
from applications.builder.kinds import KIND_LABELS, SENSITIVITY_LABELS
from applications.builder.summary_form import SummaryForm
from applications.form_definition import DECLARATION, INTERNAL, TABLE, Question
from applications.form_faults import (
    FORM,
    NAMED_PARTS,
    QUESTION,
    SECTION,
    SUMMED,
    Fault,
    count_missing_texts,
    language_name,
    question_name,
    section_name,
)
from applications.models import FormVersion, Stage
from programmes.models import Call
from programmes.scope import in_call
from programmes.views.setup import read_only
from workflow import Refused, access, display

STANDARD = {"idea": standard_forms.idea_form, "plan": standard_forms.plan_form}
STEPS = {"up": -1, "down": 1}


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
    form, faults = version.form, form_versions.faults_of(version)
    by_place: dict[tuple[str, str], list[str]] = defaultdict(list)
    for fault in faults:
        by_place[fault.place, fault.key].append(fault.sentence)
    sections = [
        {
            "section": section,
            "name": section_name(section, number),
            "faults": by_place[SECTION, section.key],
            "first": number == 1,
            "last": number == len(form.sections),
            "questions": [
                {
                    "question": question,
                    "label": question.label_in(display.language()) or question.key,
                    "kind": KIND_LABELS[question.kind],
                    "notes": _notes(question, version),
                    "faults": by_place[QUESTION, question.key],
                }
                for question in section.questions
            ],
        }
        for number, section in enumerate(form.sections, start=1)
    ]
    missing = count_missing_texts(form, version.call.languages)
    return {
        "sections": sections,
        "faults": [{"fault": fault, "url": _where(fault, version)} for fault in faults],
        "missing": [(language_name(language), number) for language, number in missing.items()],
        "summary": [(str(NAMED_PARTS[name]).capitalize(), _summed(version, name)) for name in NAMED_PARTS],
        "question_count": sum(question.is_asked for question in form.questions()),
    }


def _notes(question: Question, version: FormVersion) -> list[str]:
    """What is to be known of a question at a glance."""
    found = []
    if question.required:
        found.append(_("required"))
    if question.limit:
        letters = ngettext("at most %(number)s letter", "at most %(number)s letters", question.limit)
        found.append(letters % {"number": question.limit})
    if question.is_asked:
        found.append(_("jurors see it") if question.jurors else _("jurors do not see it"))
        if question.sensitivity != INTERNAL:
            found.append(str(SENSITIVITY_LABELS[question.sensitivity]).partition(":")[0].lower())
    if question.shown_if:
        found.append(_condition(question, version))
    if question.kind == TABLE:
        columns = ngettext("%(number)s column", "%(number)s columns", len(question.columns))
        found.append(columns % {"number": len(question.columns)})
    return found


def _condition(question: Question, version: FormVersion) -> str:
    key, *values = question.shown_if or ("",)
    asked = version.form.by_key.get(key)
    if asked is None:
        return _("shown only after an answer that is gone")
    if asked.kind == DECLARATION:
        return _("only if “%(question)s” is ticked") % {"question": question_name(asked)}
    chosen = ", ".join(asked.choice_in(value, display.language()) for value in values)
    return _("only if “%(question)s” is: %(answers)s") % {
        "question": question_name(asked),
        "answers": chosen,
    }


def _summed(version: FormVersion, name: str) -> str:
    key, _dot, total = version.form.summary.get(name, "").partition(".")
    question = version.form.by_key.get(key)
    if question is None:
        return display.DASH
    found = next((one for one in question.totals if one.key == total), None)
    label = question_name(question)
    return f"{label}: {found.label_in(display.language())}" if found else label


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
            draft,
            lambda definition: {**definition, "summary": form.to_definition()},
            anchor="lists",
        )
    context = {
        "call": found,
        "programme": found.programme,
        "stage": stage,
        "stage_name": Stage(stage).label,
        "form": form,
        "title": _("What lists show"),
        "back": url("builder", found, stage),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/builder/form.html", context, status=status)


@building
@require_POST
def arrange(request: HttpRequest, code: str, call: str, stage: str) -> HttpResponse:
    """Move a section or a question one place up or down."""
    found: Call = access.object_of(request)
    draft = draft_or_back(request, found, stage)
    if isinstance(draft, HttpResponse):
        return draft
    what, key = request.POST.get("what", ""), request.POST.get("key", "")
    by = STEPS.get(request.POST.get("do", ""))
    movers = {"section": editing.move_section, "question": editing.move_question}
    move = movers.get(what)
    if move is None or by is None:
        messages.error(request, _("Nothing was moved."))
        return HttpResponseRedirect(url("builder", found, stage))
    anchor = f"{what}-{key[:60]}"
    return save(request, draft, lambda definition: move(definition, key, by), anchor=anchor, quiet=True)


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
        draft,
        lambda definition: editing.add_part(definition, section, questions, summary),
        anchor=f"question-{questions[0]['key']}",
    )


def save(
    request: HttpRequest,
    draft: FormVersion,
    edit: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    anchor: str = "",
    back: str = "",
    quiet: bool = False,
) -> HttpResponse:
    """Change the draft and lead back to the page of the form; what stands against it is said there."""
    back = back or url("builder", draft.call, draft.stage)
    try:
        form_versions.change_draft(draft, edit)
        if not quiet:
            messages.success(request, _("Saved."))
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    except editing.EditRefused as refused:
        messages.error(request, str(refused))
    except (LookupError, ValueError):
        messages.error(request, _("This is not in the form any more."))
    return HttpResponseRedirect(f"{back}#{anchor}" if anchor else back)
