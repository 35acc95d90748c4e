"""What the type of a row says: that a group begins or ends, or that there are answers to choose from."""

from typing import Any

from applications.builder.editing import free_key
from applications.form_definition import CHOICE, CHOICES
from applications.xlsform.rows import Cells
from applications.xlsform.workbook import CHOICES as CHOICES_SHEET
from applications.xlsform.workbook import Workbook

LONGEST_VALUE = 40


def lists_of(book: Workbook, spoken: str) -> dict[str, tuple[list[list[Any]], dict[str, str]]]:
    """Return the lists of answers by name: answers as in the definition, their values by their names."""
    found: dict[str, tuple[list[list[Any]], dict[str, str]]] = {}
    for row in book.rows[CHOICES_SHEET]:
        cells = Cells(row, book.headings[CHOICES_SHEET], spoken)
        list_name, name = cells.take("list name"), cells.take("name")
        if not list_name or not name:
            continue
        answers, values = found.setdefault(list_name, ([], {}))
        if name in values:
            continue
        taken = set(values.values())
        value = name if len(name) <= LONGEST_VALUE and name not in taken else free_key(name, taken, "answer")
        values[name] = value
        answers.append([value, cells.texts("label")])
    return found


def control_of(type_: str) -> tuple[str, str] | None:
    """Return ("begin" or "end", "group" or another) of a row that opens or closes something."""
    from pyxform import aliases
    from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL

    for pattern, what in ((RE_BEGIN_CONTROL, "begin"), (RE_END_CONTROL, "end")):
        match = pattern.search(type_)
        if match and match.groupdict().get(what) and match.groupdict().get("type"):
            return what, aliases.control[match["type"]]
    return None


def select_of(type_: str) -> tuple[str, str, str] | None:
    """Return (kind, reason against it, list) of a question with answers to choose from."""
    from pyxform import aliases, constants
    from pyxform.xls2json import RE_SELECT

    match = RE_SELECT.search(type_)
    if match is None:
        return None
    command, list_name = match["select_command"], match["list_name"]
    if command in aliases.select_from_file or "${" in list_name or "." in list_name:
        return "", "answers_elsewhere", list_name
    kinds = {constants.SELECT_ONE: CHOICE, constants.SELECT_ALL_THAT_APPLY: CHOICES}
    kind = kinds.get(aliases.select[command], "")
    if aliases.select[command] == constants.SELECT_ONE_EXTERNAL:
        return "", "answers_elsewhere", list_name
    return kind, "" if kind else "no_kind", list_name
