"""A group that repeats becomes a table: its questions columns, what a line computes a column, sums totals.

A cell of our tables takes text, a number or an amount. Dates, telephone numbers and answers of a list are
written as text there; files, notes and declarations have no place in a line. Both is listed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from applications.builder.editing import free_key
from applications.form_definition import (
    CELLS,
    DATE,
    INTERNAL,
    LONG_TEXT,
    MONEY,
    MOST_ROWS,
    NUMBER,
    PHONE,
    PLACE,
    RESTRICTED,
    SENSITIVITIES,
    TABLE,
    TEXT,
    VAULT,
)
from applications.xlsform.expressions import NotExpressible, computed, summed
from applications.xlsform.rows import (
    LONGEST,
    WHOLE,
    Cells,
    appearance,
    bound,
    check_length,
    kind_of,
    readers,
    required,
)

LONGEST_HEADING = 120
MOST_LETTERS_IN_CELL = 2_000
AS_TEXT = (DATE,)
SAME_TEXT = (LONG_TEXT, PLACE, PHONE)
TOTAL_OF = {"fr": "Total : %s", "en": "Total: %s", "ar": "المجموع: %s"}


@dataclass
class Table:
    """A table in the making. columns: those met so far by the names of their questions in the file."""

    made: dict[str, Any]
    columns: dict[str, dict[str, Any]] = field(default_factory=dict)


def begin_table(cells: Cells, key: str, shown_if: list[str] | None) -> Table:
    """Return the table of a row that begins a repeat, without columns yet."""
    made: dict[str, Any] = {"key": key, "kind": TABLE, "label": cells.texts("label")}
    check_length(cells, ("label",), made["label"], LONGEST["label"])
    if texts := cells.texts("hint"):
        made["help"] = texts
        check_length(cells, ("hint",), texts, LONGEST["help"])
    count = cells.see("control", "jr:count")
    if count.isdecimal() and count.isascii() and 0 < len(count) <= 3 and 0 < int(count) <= MOST_ROWS:
        made["rows"] = int(count)
    if shown_if:
        made["shown_if"] = list(shown_if)
    return Table(made | {"sensitivity": INTERNAL, "columns": [], "totals": []})


def add_column(
    table: Table, cells: Cells, type_: str, name: str, currency: str, *, chosen: bool
) -> tuple[str, str]:
    """Make a question of a repeat a column; return its key and "", else "" and the reason against it.

    currency: of amounts. chosen: it has answers to choose from.
    """
    if type_ == "calculate":
        return _computed(table, cells, name)
    kind, reason = (TEXT, "") if chosen else kind_of(type_, cells.see("control", "appearance").split())
    if reason:
        return "", reason
    if kind not in (*CELLS, *AS_TEXT, *SAME_TEXT):
        return "", "no_cell"
    if chosen or kind in AS_TEXT:
        cells.lose(("type",), "cell_text", type_)
    column = _column(table, cells, name, kind if kind in CELLS else TEXT)
    required(cells, column)
    whole = type_ in WHOLE and column["kind"] == NUMBER
    if whole:
        column["whole"] = True
    bound(cells, column, currency, whole=whole, letters=MOST_LETTERS_IN_CELL)
    asked = {"kind": kind}
    readers(cells, asked)
    _keep_apart(table.made, asked)
    appearance(cells, asked, type_)
    _lose_in_cell(cells)
    return column["key"], ""


def add_total(tables: Iterable[Table], cells: Cells, name: str) -> str:
    """Make a sum over the lines of a table its total; return "table.total", "" where it is no such sum."""
    try:
        plus, minus = summed(cells.see("bind", "calculate"))
    except NotExpressible:
        return ""
    table = next((one for one in tables if {*plus, *minus} <= set(one.columns)), None)
    if table is None:
        return ""
    columns = [table.columns[one] for one in (*plus, *minus)]
    if len({column["kind"] for column in columns}) > 1 or columns[0]["kind"] == TEXT:
        return ""
    cells.take("bind", "calculate")
    label = cells.texts("label") or {
        language: TOTAL_OF[language] % text for language, text in columns[0]["label"].items()
    }
    key = free_key(name, [total["key"] for total in table.made["totals"]], "total")
    total: dict[str, Any] = {"key": key, "label": label}
    total |= {"plus": [table.columns[one]["key"] for one in plus]}
    total |= {"minus": [table.columns[one]["key"] for one in minus]}
    if minus:
        total["signed"] = True
    table.made["totals"].append(total)
    return f"{table.made['key']}.{key}"


def _column(table: Table, cells: Cells, name: str, kind: str) -> dict[str, Any]:
    columns = table.made["columns"]
    key = free_key(name, [one["key"] for one in columns], "column")
    column: dict[str, Any] = {"key": key, "kind": kind, "label": cells.texts("label")}
    check_length(cells, ("label",), column["label"], LONGEST_HEADING)
    columns.append(column)
    table.columns[name] = column
    return column


def _computed(table: Table, cells: Cells, name: str) -> tuple[str, str]:
    """A calculation from columns before it; "calculated" where it says more than a column can."""
    try:
        parts = computed(cells.see("bind", "calculate"))
        sources = {part: [table.columns[one] for one in names] for part, names in parts.items()}
    except (NotExpressible, KeyError):
        return "", "calculated"
    kinds = sorted(column["kind"] for columns in sources.values() for column in columns)
    if "product" in parts and kinds not in ([MONEY, NUMBER], [NUMBER, NUMBER]):
        return "", "calculated"
    if "plus" in parts and (len(set(kinds)) > 1 or kinds[0] == TEXT):
        return "", "calculated"
    cells.take("bind", "calculate")
    column = _column(table, cells, name, MONEY if MONEY in kinds else NUMBER)
    column |= {part: [one["key"] for one in columns] for part, columns in sources.items()}
    _lose_in_cell(cells)
    return column["key"], ""


def _keep_apart(made: dict[str, Any], asked: Mapping[str, Any]) -> None:
    """Give the table the readers of its most sensitive column: a line is read as a whole."""
    made["sensitivity"] = max(made["sensitivity"], asked["sensitivity"], key=SENSITIVITIES.index)
    if "jurors" in asked:
        made["jurors"] = made.get("jurors", True) and asked["jurors"]
    if made["sensitivity"] in (RESTRICTED, VAULT):
        made["jurors"] = False


def _lose_in_cell(cells: Cells) -> None:
    """Note what a column cannot have although a question can."""
    for text in cells.texts("hint").values():
        cells.lose(("hint",), "cell_help", text)
    if text := cells.take("bind", "relevant"):
        cells.lose(("bind", "relevant"), "cell_condition", text)
