"""Pages of the form builder that change a column or a total of a table."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.builder import editing
from applications.builder.table_forms import ColumnForm, TotalForm
from applications.form_definition import TABLE, Question
from applications.form_faults import question_name
from applications.models import FormVersion
from applications.views.builder import STEPS, building, draft_or_back, save, url
from applications.views.builder_parts import digest, form_page, get_or_post, question_or_404, unchanged
from programmes.models import Call
from workflow import access

PARTS = ("columns", "totals")


@building
@get_or_post
def edit_part(
    request: HttpRequest, code: str, call: str, stage: str, question: str, part: str, row: str = ""
) -> HttpResponse:
    """Add a column or a total to a table, or change one."""
    found: Call = access.object_of(request)
    draft = draft_or_back(request, found, stage)
    if isinstance(draft, HttpResponse):
        return draft
    item, read = _table(draft, question, part)
    old = _part(item, part, row) if row else {}
    form: ColumnForm | TotalForm
    if part == "columns":
        keys = [column.key for column in read.columns]
        before = read.columns[: keys.index(row)] if row else read.columns
        form = ColumnForm(request.POST or None, languages=found.languages, column=old, before=before)
    else:
        form = TotalForm(request.POST or None, languages=found.languages, total=old, columns=read.columns)
    back = url("edit_question", found, stage, question)
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
            return editing.change_question(definition, question, editing.put_part(now, part, made))

        return save(request, draft, edit, back=back, anchor=part)
    titles = {"columns": (_("Column"), _("New column")), "totals": (_("Total"), _("New total"))}
    return form_page(
        request,
        draft,
        "form",
        form=form,
        title=titles[part][0 if row else 1],
        seen=digest(old) if row else "",
        question=read,
        question_title=question_name(read),
        back=back,
    )


@building
@require_POST
def arrange_part(
    request: HttpRequest, code: str, call: str, stage: str, question: str, part: str, row: str
) -> HttpResponse:
    """Move a column or a total, or take it away."""
    found: Call = access.object_of(request)
    draft = draft_or_back(request, found, stage)
    if isinstance(draft, HttpResponse):
        return draft
    item, _read = _table(draft, question, part)
    _part(item, part, row)
    do = request.POST.get("do", "")

    def edit(definition: dict[str, Any]) -> dict[str, Any]:
        now = editing.question_at(definition, question)
        if do == "remove":
            changed = editing.remove_part(definition, now, part, row)
        else:
            changed = editing.move_part(now, part, row, STEPS.get(do, 0))
        return editing.change_question(definition, question, changed)

    back = url("edit_question", found, stage, question)
    return save(request, draft, edit, back=back, anchor=part, quiet=True)


def _table(draft: FormVersion, key: str, part: str) -> tuple[dict[str, Any], Question]:
    item = question_or_404(draft, key)
    if item["kind"] != TABLE or part not in PARTS:
        raise Http404
    return item, draft.form.question(key)


def _part(item: Mapping[str, Any], part: str, row: str) -> dict[str, Any]:
    try:
        return editing.part_at(item, part, row)
    except LookupError:
        raise Http404 from None
