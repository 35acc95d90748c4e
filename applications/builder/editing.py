"""Changes to a form: sections, questions, columns and totals added, changed, moved, removed.

Pure functions: definition in, new definition out; the old one is untouched. They raise `EditRefused`, whose
sentence says what else depends on the thing, so that no change leaves a hole behind. What a definition is,
says `applications/form_definition.py`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from applications.form_definition import KEY, RESERVED, read
from applications.form_faults import NAMED_PARTS, question_name

Definition = dict[str, Any]
LONGEST_KEY = 40


class EditRefused(Exception):
    """The change would leave a hole; the sentence says where."""


def free_key(text: str, taken: Iterable[str], fallback: str) -> str:
    """Return a key made of a text, with a number behind it when the key is taken; accents are dropped."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    base = words[: LONGEST_KEY - 4].rstrip("_")
    if not KEY.match(base):
        base = fallback
    used, key, number = {*taken, *RESERVED}, base, 2
    while key in used:
        key, number = f"{base}_{number}", number + 1
    return key


# Sections


def section_keys(definition: Mapping[str, Any]) -> list[str]:
    """Return the keys of the sections in order."""
    return [section["key"] for section in definition.get("sections", [])]


def question_keys(definition: Mapping[str, Any]) -> list[str]:
    """Return the keys of the questions in order."""
    return [one["key"] for section in definition.get("sections", []) for one in section.get("questions", [])]


def section_at(definition: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a section; raises LookupError."""
    for section in definition.get("sections", []):
        if section["key"] == key:
            return dict(section)
    raise LookupError(key)


def question_at(definition: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a question; raises LookupError."""
    section, at = _place(definition, key)
    return dict(section["questions"][at])


def _place(definition: Mapping[str, Any], key: str) -> tuple[dict[str, Any], int]:
    for section in definition.get("sections", []):
        for at, question in enumerate(section.get("questions", [])):
            if question["key"] == key:
                return section, at
    raise LookupError(key)


def add_section(definition: Definition, section: Mapping[str, Any]) -> Definition:
    """Return the definition with a section at its end."""
    made = deepcopy(definition)
    made.setdefault("sections", []).append({"questions": [], **section})
    return made


def change_section(definition: Definition, key: str, title: Mapping[str, str]) -> Definition:
    """Return the definition with another title for a section."""
    made = deepcopy(definition)
    for section in made["sections"]:
        if section["key"] == key:
            section["title"] = dict(title)
    return made


def move_section(definition: Definition, key: str, by: int) -> Definition:
    """Return the definition with a section one place up (-1) or down (1); at the edge it stays."""
    made = deepcopy(definition)
    _shift(made["sections"], section_keys(made).index(key), by)
    return made


def remove_section(definition: Definition, key: str) -> Definition:
    """Return the definition without a section and its questions."""
    made = deepcopy(definition)
    gone = [one["key"] for one in section_at(made, key).get("questions", [])]
    _refuse_dependents(made, gone)
    made["sections"] = [section for section in made["sections"] if section["key"] != key]
    return made


# Questions


def add_question(definition: Definition, section: str, question: Mapping[str, Any]) -> Definition:
    """Return the definition with a question at the end of a section."""
    made = deepcopy(definition)
    found = next(one for one in made["sections"] if one["key"] == section)
    found.setdefault("questions", []).append(dict(question))
    return made


def add_part(
    definition: Definition, section: str, questions: Iterable[Mapping[str, Any]], summary: Mapping[str, str]
) -> Definition:
    """Return the definition with several questions at the end of a section; what lists show only if unset."""
    made = deepcopy(definition)
    for question in questions:
        made = add_question(made, section, question)
    made["summary"] = {**summary, **made.get("summary", {})}
    return made


def change_question(
    definition: Definition, key: str, question: Mapping[str, Any], section: str = ""
) -> Definition:
    """Return the definition with a question replaced, at the end of another section when one is named."""
    made = deepcopy(definition)
    home, at = _place(made, key)
    changed = {**question, "key": key}
    if section and section != home["key"]:
        del home["questions"][at]
        return add_question(made, section, changed)
    home["questions"][at] = changed
    return made


def move_question(definition: Definition, key: str, by: int) -> Definition:
    """Return the definition with a question one place up (-1) or down (1), also into the next section."""
    made = deepcopy(definition)
    home, at = _place(made, key)
    if 0 <= at + by < len(home["questions"]):
        _shift(home["questions"], at, by)
        return made
    order = section_keys(made)
    beside = order.index(home["key"]) + by
    if 0 <= beside < len(order):
        question = home["questions"].pop(at)
        others = made["sections"][beside].setdefault("questions", [])
        others.insert(0 if by > 0 else len(others), question)
    return made


def remove_question(definition: Definition, key: str) -> Definition:
    """Return the definition without a question; refused while others depend on it."""
    made = deepcopy(definition)
    _refuse_dependents(made, [key])
    home, at = _place(made, key)
    del home["questions"][at]
    return made


def _refuse_dependents(definition: Definition, gone: list[str]) -> None:
    form = read(definition)
    for question in form.questions():
        if question.shown_if and question.shown_if[0] in gone and question.key not in gone:
            raise EditRefused(
                _("“%(question)s” is shown only after an answer to it: change that question first.")
                % {"question": question_name(question)}
            )
    for name, source in form.summary.items():
        if source.partition(".")[0] in gone:
            raise EditRefused(
                _("Lists take the %(part)s from it: choose another question for that first.")
                % {"part": NAMED_PARTS.get(name, name)}
            )


def _shift(items: list[Any], at: int, by: int) -> None:
    to = at + by
    if 0 <= to < len(items):
        items[at], items[to] = items[to], items[at]


# Columns and totals of a table: lists of a question, by the name of the list


def part_at(question: Mapping[str, Any], part: str, key: str) -> dict[str, Any]:
    """Return a column ("columns") or a total ("totals") of a table; raises LookupError."""
    for one in question.get(part, []):
        if one["key"] == key:
            return dict(one)
    raise LookupError(key)


def put_part(question: Mapping[str, Any], part: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table with a column or total added, or changed when one of its key is there."""
    made = deepcopy(dict(question))
    rows = made.setdefault(part, [])
    for at, one in enumerate(rows):
        if one["key"] == row["key"]:
            rows[at] = dict(row)
            return made
    rows.append(dict(row))
    return made


def move_part(question: Mapping[str, Any], part: str, key: str, by: int) -> dict[str, Any]:
    """Return the table with a column or total one place earlier (-1) or later (1)."""
    made = deepcopy(dict(question))
    _shift(made[part], [one["key"] for one in made[part]].index(key), by)
    return made


def remove_part(definition: Definition, question: Mapping[str, Any], part: str, key: str) -> dict[str, Any]:
    """Return the table without a column or total; refused while something is computed from it."""
    made = deepcopy(dict(question))
    if part == "columns":
        for one in [*made.get("columns", []), *made.get("totals", [])]:
            sources = [*(one.get("product") or ()), *one.get("plus", ()), *one.get("minus", ())]
            if one["key"] != key and key in (*sources, one.get("running")):
                names = (text for text in one.get("label", {}).values() if text)
                raise EditRefused(
                    _("“%(name)s” is computed from it: change that first.")
                    % {"name": next(names, one["key"])}
                )
    elif f"{made['key']}.{key}" in definition.get("summary", {}).values():
        raise EditRefused(_("Lists take the amount from it: choose another question for that first."))
    made[part] = [one for one in made.get(part, []) if one["key"] != key]
    return made
