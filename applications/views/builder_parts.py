"""Pages of the form builder that change one section or one question.

What one manager changes, another may have changed meanwhile: each page carries what it was made from, and a
change to something else than that is refused with a sentence.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications import form_versions
from applications.builder import editing
from applications.builder.choice_forms import choice_set
from applications.builder.kinds import KIND_HINTS, KIND_LABELS
from applications.builder.question_forms import QuestionForm
from applications.builder.table_lists import columns_of, totals_of
from applications.builder.texts import SectionForm
from applications.form_definition import KINDS, OFFERED, TABLE, Question
from applications.form_faults import QUESTION, question_name, section_name
from applications.models import FormVersion, Stage
from applications.views.builder import building, draft_or_back, save, url
from programmes.models import Call
from workflow import access

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def digest(item: Mapping[str, Any]) -> str:
    """Return by what a page recognises that something was changed meanwhile."""
    return sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()[:16]


def unchanged(request: HttpRequest, item: Mapping[str, Any]) -> None:
    """Raise `EditRefused` when a thing is not what the page was made from any more."""
    seen = request.POST.get("seen", "")
    if seen and seen != digest(item):
        raise editing.EditRefused(_("Somebody else has just changed this. Open it again, then change it."))


def form_page(request: HttpRequest, draft: FormVersion, template: str, **context: Any) -> HttpResponse:
    """Render a page of the builder about a draft; 422 after a form that was not accepted."""
    call: Call = draft.call
    context = {
        "call": call,
        "programme": call.programme,
        "stage": draft.stage,
        "stage_name": Stage(draft.stage).label,
        "back": url("builder", call, draft.stage),
        **context,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, f"applications/builder/{template}.html", context, status=status)


# Sections


@building
@get_or_post
def section(request: HttpRequest, code: str, call: str, stage: str, section: str = "") -> HttpResponse:
    """Add a section or change what it is called."""
    found: Call = access.object_of(request)
    draft = draft_or_back(request, found, stage)
    if isinstance(draft, HttpResponse):
        return draft
    item = _section(draft, section) if section else {}
    form = SectionForm(request.POST or None, languages=found.languages, section=item)
    if request.method == "POST" and form.is_valid():
        title = form.to_definition()
        key = section or editing.free_key(
            title.get("en") or title.get("fr") or "", editing.section_keys(draft.definition), "section"
        )

        def edit(definition: dict[str, Any]) -> dict[str, Any]:
            if not section:
                return editing.add_section(definition, {"key": key, "title": title})
            unchanged(request, {"title": editing.section_at(definition, section).get("title", {})})
            return editing.change_section(definition, section, title)

        return save(request, draft, edit, anchor=f"section-{key}")
    return form_page(
        request,
        draft,
        "form",
        form=form,
        title=_("Section") if section else _("New section"),
        seen=digest({"title": item.get("title", {})}) if section else "",
    )


def _section(draft: FormVersion, key: str) -> dict[str, Any]:
    try:
        return editing.section_at(draft.definition, key)
    except LookupError:
        raise Http404 from None


@building
@get_or_post
def remove_section(request: HttpRequest, code: str, call: str, stage: str, section: str) -> HttpResponse:
    """Remove a section with its questions, after a page that says which."""
    found: Call = access.object_of(request)
    draft = draft_or_back(request, found, stage)
    if isinstance(draft, HttpResponse):
        return draft
    _section(draft, section)
    if request.method == "POST":
        return save(request, draft, lambda definition: editing.remove_section(definition, section))
    place = draft.form.section(section)
    number = [one.key for one in draft.form.sections].index(section) + 1
    return form_page(
        request,
        draft,
        "remove",
        title=_("Remove the section"),
        name=section_name(place, number),
        gone=[question_name(question) for question in place.questions],
    )


# Questions


@building
@get_or_post
def add_question(request: HttpRequest, code: str, call: str, stage: str, section: str) -> HttpResponse:
    """Add a question: first its kind is chosen, then it is written."""
    found: Call = access.object_of(request)
    draft = draft_or_back(request, found, stage)
    if isinstance(draft, HttpResponse):
        return draft
    place = draft.form.section(_section(draft, section)["key"])
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        kinds = [(one, KIND_LABELS[one], KIND_HINTS[one]) for one in KINDS]
        return form_page(request, draft, "kinds", kinds=kinds, title=_("New question"))
    before = _before(draft, upto=place.questions[-1].key if place.questions else "", section=section)
    form = QuestionForm(
        request.POST or None,
        languages=found.languages,
        kind=kind,
        question={},
        before=before,
        currency=found.currency,
    )
    choices = choice_set({}, found.languages, request.POST or None) if kind in OFFERED else None
    if request.method == "POST" and form.is_valid() and (choices is None or choices.is_valid()):
        question = form.to_definition()
        texts = question["label"]
        taken = form_versions.keys_ever_used(found, stage)
        question["key"] = editing.free_key(texts.get("en") or texts.get("fr") or "", taken, "question")
        if choices is not None:
            question["choices"] = choices.to_definition()

        def edit(definition: dict[str, Any]) -> dict[str, Any]:
            made = editing.add_question(definition, section, question)
            return _with_currency(made, question, found.currency)

        # A table goes on with its columns.
        back = url("edit_question", found, stage, question["key"]) if kind == TABLE else ""
        return save(request, draft, edit, anchor="" if back else f"question-{question['key']}", back=back)
    return form_page(
        request,
        draft,
        "question",
        form=form,
        choices=choices,
        kind=KIND_LABELS[kind],
        title=_("New question"),
        is_table=kind == TABLE,
    )


@building
@get_or_post
def edit_question(request: HttpRequest, code: str, call: str, stage: str, question: str) -> HttpResponse:
    """Change a question; the columns and totals of a table are listed below it."""
    found: Call = access.object_of(request)
    draft = draft_or_back(request, found, stage)
    if isinstance(draft, HttpResponse):
        return draft
    item = question_or_404(draft, question)
    read = draft.form.question(question)
    home = draft.form.section_of(question).key
    form = QuestionForm(
        request.POST or None,
        languages=found.languages,
        kind=read.kind,
        question=item,
        before=_before(draft, upto=question),
        currency=found.currency,
        sections=_section_names(draft),
        section=home,
    )
    choices = choice_set(item, found.languages, request.POST or None) if read.kind in OFFERED else None
    if request.method == "POST" and form.is_valid() and (choices is None or choices.is_valid()):
        made = form.to_definition()
        if choices is not None:
            made["choices"] = choices.to_definition()

        def edit(definition: dict[str, Any]) -> dict[str, Any]:
            unchanged(request, editing.question_at(definition, question))
            section = form.cleaned_data.get("section", "")
            changed = editing.change_question(definition, question, made, section)
            return _with_currency(changed, made, found.currency)

        return save(request, draft, edit, anchor=f"question-{question}")
    return form_page(
        request,
        draft,
        "question",
        form=form,
        choices=choices,
        kind=KIND_LABELS[read.kind],
        title=question_name(read),
        seen=digest(item),
        question=read,
        is_table=read.kind == TABLE,
        columns=columns_of(read),
        totals=totals_of(read),
        faults=[
            fault.sentence
            for fault in form_versions.faults_of(draft)
            if fault.place == QUESTION and fault.key == question
        ],
    )


def question_or_404(draft: FormVersion, key: str) -> dict[str, Any]:
    """Return a question as it stands in the draft; raises Http404."""
    try:
        return editing.question_at(draft.definition, key)
    except LookupError:
        raise Http404 from None


def _section_names(draft: FormVersion) -> list[tuple[str, str]]:
    return [(one.key, section_name(one, number)) for number, one in enumerate(draft.form.sections, start=1)]


def _before(draft: FormVersion, *, upto: str, section: str = "") -> list[Question]:
    """The questions above one, or all up to the end of a section for a new one."""
    found: list[Question] = []
    for place in draft.form.sections:
        for question in place.questions:
            if question.key == upto and not section:
                return found
            found.append(question)
        if place.key == section:
            return found
    return found


def _with_currency(definition: dict[str, Any], question: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Note in which currency the limits on money were written."""
    return {**definition, "currency": currency} if question["kind"] == "money" else definition


@building
@get_or_post
def remove_question(request: HttpRequest, code: str, call: str, stage: str, question: str) -> HttpResponse:
    """Remove a question, after a page that names it."""
    found: Call = access.object_of(request)
    draft = draft_or_back(request, found, stage)
    if isinstance(draft, HttpResponse):
        return draft
    question_or_404(draft, question)
    if request.method == "POST":
        return save(request, draft, lambda definition: editing.remove_question(definition, question))
    name = question_name(draft.form.question(question))
    return form_page(request, draft, "remove", title=_("Remove the question"), name=name, gone=[])
