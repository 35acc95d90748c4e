"""A visit form out of an XLSForm: read as the forms of applications are, then fitted to what visits ask.

Questions that the standard form asks already are left to it; what a visit cannot ask is left out and listed.
The account of every row stays with the version.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from applications.form_definition import NOTE, PHONE, PLACE, TABLE, TEXT
from applications.xlsform.carrying import NOTHING, QUESTION, Carried, carry_over
from applications.xlsform.workbook import open_workbook
from followup import form_versions
from followup.form_parts import CHOICE, VERSION_1, YES_NO, asks_of
from followup.form_versions import KINDS, TAKEN
from followup.models import VisitFormVersion
from workflow import Refused

AS_TEXT = (PHONE, PLACE)
DROPPED = ("sensitivity", "jurors", "only", "rows")
CELL_LIMITS = ("required", "minimum", "maximum", "whole")


def hand_in(draft: VisitFormVersion, data: bytes, name: str, *, spoken: str) -> None:
    """Put the questions of an XLSForm in the place of the draft's own ones, with the account of every row.

    spoken: language of texts whose column names none. Raises FileRefused and FormRefused with what stands
    against the file, Refused when it asks nothing beyond the standard form.
    """
    programme = draft.programme
    kept = dict.fromkeys(form_versions.keys_ever_used(programme) - TAKEN, "")
    kept |= {question.key: question.kind for question in draft.form.questions()}
    book = open_workbook(data, name)
    carried = fitted(carry_over(book, spoken=spoken, currency=programme.currency, kept=kept))
    sections = carried.definition["sections"]
    if not any(one["kind"] != NOTE for section in sections for one in section["questions"]):
        raise Refused([_("The file has no question that can be carried over.")])

    def edit(definition: dict[str, Any]) -> dict[str, Any]:
        return {**definition, "sections": sections, "currency": programme.currency}

    form_versions.change_draft(draft, edit, findings=carried.as_json(), file_name=name[-200:])


def fitted(carried: Carried) -> Carried:
    """Return a carried form with what visits can ask of it; what is left out is listed. Pure."""
    fates = {fate.name: fate for fate in carried.fates if fate.became == QUESTION}
    answers = _standard_answers()
    gone: set[str] = set()
    sections = []
    for section in carried.definition["sections"]:
        questions = []
        for question in section["questions"]:
            key, fate = question["key"], fates.get(question["key"])
            if key in TAKEN or question["kind"] not in (*KINDS, *AS_TEXT):
                gone.add(key)
                for cell in carried.fates:
                    if cell.name.startswith(f"{key}."):
                        cell.became = NOTHING
                if fate is not None:
                    fate.became = NOTHING
                    fate.lost = [_loss("type", "visit_standard" if key in TAKEN else "no_kind", fate.what)]
                continue
            made, losses = _fitted(question)
            source, *wanted = made.get("shown_if") or ("",)
            if source in gone and not set(wanted) <= answers.get(source, set()):
                made.pop("shown_if")
                losses.append("condition")
            for cell in carried.fates:
                if cell.name in bounded_cells(question):
                    cell.lost.append(_loss("", "visit_cells", ""))
            if fate is not None:
                fate.kind = made["kind"]
                fate.lost += [_loss("", reason, "") for reason in losses]
            questions.append(made)
        if questions:
            sections.append({**section, "questions": questions})
    return Carried({**carried.definition, "summary": {}, "sections": sections}, carried.fates)


def _fitted(question: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    made = {name: value for name, value in question.items() if name not in DROPPED}
    losses = []
    if made["kind"] in AS_TEXT:
        made["kind"] = TEXT
    if made["kind"] == TABLE:
        typed = [one for one in made.get("columns", ()) if not _is_computed(one)]
        if len(typed) < len(made.get("columns", ())) or made.get("totals"):
            losses.append("visit_computed")
        if made.pop("row_labels", None):
            losses.append("visit_rows")
        made["columns"] = [
            {name: value for name, value in one.items() if name not in CELL_LIMITS} for one in typed
        ]
        made.pop("totals", None)
    return made, losses


def bounded_cells(question: Mapping[str, Any]) -> set[str]:
    """Return the names of the columns of a table, such as "wares.many", that lose what bounds their cells."""
    return {
        f"{question['key']}.{column['key']}"
        for column in question.get("columns", ())
        if not _is_computed(column) and set(column) & set(CELL_LIMITS)
    }


def _is_computed(column: Mapping[str, Any]) -> bool:
    return any(column.get(name) for name in ("product", "plus", "minus", "running"))


def _standard_answers() -> dict[str, set[str]]:
    """The answers of standard questions on which own ones may depend."""
    found = {}
    for ask in asks_of(VERSION_1):
        if ask.kind == CHOICE:
            found[ask.name] = {value for value, _label in ask.choices}
        elif ask.kind == YES_NO:
            found[ask.name] = {"true", "false"}
    return found


def _loss(column: str, reason: str, value: str) -> Any:
    from applications.xlsform.rows import Loss

    return Loss(column, reason, value[:120])
