"""Pages of a form builder that change one section or one question, whatever the form is of.

What one manager changes, another may have changed meanwhile: each page carries what it was made from, and a
change to something else than that is refused with a sentence. The form is a `Bench`: calls and visits have
their own, with their addresses, their kinds of questions and their languages.
"""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from applications.builder import editing
from applications.builder.bench import Bench
from applications.builder.choice_forms import choice_set
from applications.builder.table_forms import ColumnForm, TotalForm
from applications.builder.table_lists import columns_of, totals_of
from applications.builder.texts import SectionForm
from applications.form_definition import OFFERED, TABLE, Question
from applications.form_faults import QUESTION, question_name, section_name
from workflow import Refused

STEPS = {"up": -1, "down": 1}


def save(
    request: HttpRequest,
    bench: Bench,
    edit: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    anchor: str = "",
    back: str = "",
    quiet: bool = False,
) -> HttpResponse:
    """Change the draft and lead back to the page of the form; what stands against it is said there."""
    back = back or bench.home
    try:
        bench.change(edit)
        if not quiet:
            messages.success(request, _("Saved."))
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    except editing.EditRefused as refused:
        messages.error(request, str(refused))
    except (LookupError, ValueError):
        messages.error(request, _("This is not in the form any more."))
    return HttpResponseRedirect(f"{back}#{anchor}" if anchor else back)


def arrange(request: HttpRequest, bench: Bench) -> HttpResponse:
    """Move a section or a question one place up or down."""
    what, key = request.POST.get("what", ""), request.POST.get("key", "")
    by = STEPS.get(request.POST.get("do", ""))
    movers = {"section": editing.move_section, "question": editing.move_question}
    move = movers.get(what)
    if move is None or by is None:
        messages.error(request, _("Nothing was moved."))
        return HttpResponseRedirect(bench.home)
    anchor = f"{what}-{key[:60]}"
    return save(request, bench, lambda definition: move(definition, key, by), anchor=anchor, quiet=True)


def digest(item: Mapping[str, Any]) -> str:
    """Return by what a page recognises that something was changed meanwhile."""
    return sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()[:16]


def unchanged(request: HttpRequest, item: Mapping[str, Any]) -> None:
    """Raise `EditRefused` when a thing is not what the page was made from any more."""
    seen = request.POST.get("seen", "")
    if seen and seen != digest(item):
        raise editing.EditRefused(_("Somebody else has just changed this. Open it again, then change it."))


def form_page(request: HttpRequest, bench: Bench, template: str, **context: Any) -> HttpResponse:
    """Render a page of the builder; 422 after a form that was not accepted."""
    context = {**bench.frame(), "back": bench.home, **context}
    status = 422 if request.method == "POST" else 200
    return render(request, f"applications/builder/{template}.html", context, status=status)


# Sections


def section(request: HttpRequest, bench: Bench, section: str = "") -> HttpResponse:
    """Add a section or change what it is called."""
    item = _section(bench, section) if section else {}
    form = SectionForm(request.POST or None, languages=bench.languages, section=item)
    if request.method == "POST" and form.is_valid():
        title = form.to_definition()
        key = section or editing.free_key(
            title.get("en") or title.get("fr") or "", editing.section_keys(bench.definition), "section"
        )

        def edit(definition: dict[str, Any]) -> dict[str, Any]:
            if not section:
                return editing.add_section(definition, {"key": key, "title": title})
            unchanged(request, {"title": editing.section_at(definition, section).get("title", {})})
            return editing.change_section(definition, section, title)

        return save(request, bench, edit, anchor=f"section-{key}")
    return form_page(
        request,
        bench,
        "form",
        form=form,
        title=_("Section") if section else _("New section"),
        seen=digest({"title": item.get("title", {})}) if section else "",
    )


def _section(bench: Bench, key: str) -> dict[str, Any]:
    try:
        return editing.section_at(bench.definition, key)
    except LookupError:
        raise Http404 from None


def remove_section(request: HttpRequest, bench: Bench, section: str) -> HttpResponse:
    """Remove a section with its questions, after a page that says which."""
    _section(bench, section)
    if request.method == "POST":
        return save(request, bench, lambda definition: editing.remove_section(definition, section))
    place = bench.form.section(section)
    number = [one.key for one in bench.form.sections].index(section) + 1
    return form_page(
        request,
        bench,
        "remove",
        title=_("Remove the section"),
        name=section_name(place, number),
        gone=[question_name(question) for question in place.questions],
    )


# Questions


def add_question(request: HttpRequest, bench: Bench, section: str) -> HttpResponse:
    """Add a question: first its kind is chosen, then it is written."""
    place = bench.form.section(_section(bench, section)["key"])
    kind = request.GET.get("kind", "")
    if kind not in bench.kinds:
        kinds = [(one, bench.kind_labels[one], bench.kind_hints[one]) for one in bench.kinds]
        return form_page(request, bench, "kinds", kinds=kinds, title=_("New question"))
    before = _before(bench, upto=place.questions[-1].key if place.questions else "", section=section)
    form = bench.question_form(
        request.POST or None,
        languages=bench.languages,
        kind=kind,
        question={},
        before=before,
        currency=bench.currency,
    )
    choices = choice_set({}, bench.languages, request.POST or None) if kind in OFFERED else None
    if request.method == "POST" and form.is_valid() and (choices is None or choices.is_valid()):
        question = form.to_definition()
        texts = question["label"]
        taken = bench.keys_ever_used()
        question["key"] = editing.free_key(texts.get("en") or texts.get("fr") or "", taken, "question")
        if choices is not None:
            question["choices"] = choices.to_definition()

        def edit(definition: dict[str, Any]) -> dict[str, Any]:
            made = editing.add_question(definition, section, question)
            return _with_currency(made, question, bench.currency)

        # A table goes on with its columns.
        back = bench.url("edit_question", question["key"]) if kind == TABLE else ""
        return save(request, bench, edit, anchor="" if back else f"question-{question['key']}", back=back)
    return form_page(
        request,
        bench,
        "question",
        form=form,
        choices=choices,
        kind=bench.kind_labels[kind],
        title=_("New question"),
        is_table=kind == TABLE,
    )


def edit_question(request: HttpRequest, bench: Bench, question: str) -> HttpResponse:
    """Change a question; the columns and totals of a table are listed below it."""
    item = question_or_404(bench, question)
    read = bench.form.question(question)
    home = bench.form.section_of(question).key
    form = bench.question_form(
        request.POST or None,
        languages=bench.languages,
        kind=read.kind,
        question=item,
        before=_before(bench, upto=question),
        currency=bench.currency,
        sections=_section_names(bench),
        section=home,
    )
    choices = choice_set(item, bench.languages, request.POST or None) if read.kind in OFFERED else None
    if request.method == "POST" and form.is_valid() and (choices is None or choices.is_valid()):
        made = form.to_definition()
        if choices is not None:
            made["choices"] = choices.to_definition()

        def edit(definition: dict[str, Any]) -> dict[str, Any]:
            unchanged(request, editing.question_at(definition, question))
            section = form.cleaned_data.get("section", "")
            changed = editing.change_question(definition, question, made, section)
            return _with_currency(changed, made, bench.currency)

        return save(request, bench, edit, anchor=f"question-{question}")
    return form_page(
        request,
        bench,
        "question",
        form=form,
        choices=choices,
        kind=bench.kind_labels[read.kind],
        title=question_name(read),
        seen=digest(item),
        question=read,
        is_table=read.kind == TABLE,
        columns=columns_of(read, bench.currency),
        totals=totals_of(read),
        faults=[
            fault.sentence for fault in bench.faults() if fault.place == QUESTION and fault.key == question
        ],
    )


def question_or_404(bench: Bench, key: str) -> dict[str, Any]:
    """Return a question as it stands in the draft; raises Http404."""
    try:
        return editing.question_at(bench.definition, key)
    except LookupError:
        raise Http404 from None


def _section_names(bench: Bench) -> list[tuple[str, str]]:
    return [(one.key, section_name(one, number)) for number, one in enumerate(bench.form.sections, start=1)]


def _before(bench: Bench, *, upto: str, section: str = "") -> list[Question]:
    """The questions above one, or all up to the end of a section for a new one."""
    found: list[Question] = bench.known()
    for place in bench.form.sections:
        for question in place.questions:
            if question.key == upto and not section:
                return found
            found.append(bench.as_asked(question))
        if place.key == section:
            return found
    return found


def _with_currency(definition: dict[str, Any], part: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Note in which currency the limits on money were written."""
    return {**definition, "currency": currency} if part.get("kind") == "money" else definition


def remove_question(request: HttpRequest, bench: Bench, question: str) -> HttpResponse:
    """Remove a question, after a page that names it."""
    question_or_404(bench, question)
    if request.method == "POST":
        return save(request, bench, lambda definition: editing.remove_question(definition, question))
    name = question_name(bench.form.question(question))
    return form_page(request, bench, "remove", title=_("Remove the question"), name=name, gone=[])


# Columns and totals of a table

PARTS = ("columns", "totals")


def edit_part(request: HttpRequest, bench: Bench, question: str, part: str, row: str = "") -> HttpResponse:
    """Add a column or a total to a table, or change one."""
    item, read = _table(bench, question, part)
    old = _part(item, part, row) if row else {}
    form: ColumnForm | TotalForm
    if part == "columns":
        keys = [column.key for column in read.columns]
        before = (read.columns[: keys.index(row)] if row else read.columns) if bench.computes else ()
        form = ColumnForm(
            request.POST or None,
            languages=bench.languages,
            column=old,
            before=before,
            currency=bench.currency if bench.limits_cells else None,
        )
    else:
        form = TotalForm(request.POST or None, languages=bench.languages, total=old, columns=read.columns)
    back = bench.url("edit_question", question)
    if request.method == "POST" and form.is_valid():
        made = form.to_definition()
        taken = [one["key"] for one in item.get(part, [])]
        made["key"] = row or editing.free_key(
            made["label"].get("en") or made["label"].get("fr") or "", taken, part.removesuffix("s")
        )

        def edit(definition: dict[str, Any]) -> dict[str, Any]:
            now = editing.question_at(definition, question)
            if row:
                unchanged(request, editing.part_at(now, part, row))
            changed = editing.change_question(definition, question, editing.put_part(now, part, made))
            return _with_currency(changed, made, bench.currency)

        return save(request, bench, edit, back=back, anchor=part)
    titles = {"columns": (_("Column"), _("New column")), "totals": (_("Total"), _("New total"))}
    return form_page(
        request,
        bench,
        "form",
        form=form,
        title=titles[part][0 if row else 1],
        seen=digest(old) if row else "",
        question=read,
        question_title=question_name(read),
        back=back,
    )


def arrange_part(request: HttpRequest, bench: Bench, question: str, part: str, row: str) -> HttpResponse:
    """Move a column or a total, or take it away."""
    item, _read = _table(bench, question, part)
    _part(item, part, row)
    do = request.POST.get("do", "")

    def edit(definition: dict[str, Any]) -> dict[str, Any]:
        now = editing.question_at(definition, question)
        if do == "remove":
            changed = editing.remove_part(definition, now, part, row)
        else:
            changed = editing.move_part(now, part, row, STEPS.get(do, 0))
        return editing.change_question(definition, question, changed)

    back = bench.url("edit_question", question)
    return save(request, bench, edit, back=back, anchor=part, quiet=True)


def _table(bench: Bench, key: str, part: str) -> tuple[dict[str, Any], Question]:
    item = question_or_404(bench, key)
    if item["kind"] != TABLE or part not in PARTS:
        raise Http404
    return item, bench.form.question(key)


def _part(item: Mapping[str, Any], part: str, row: str) -> dict[str, Any]:
    try:
        return editing.part_at(item, part, row)
    except LookupError:
        raise Http404 from None
