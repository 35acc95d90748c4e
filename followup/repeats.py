"""Tables of what repeats in an export of KoboToolbox or ODK: to which row each of their lines belongs. Pure.

A line names the line above it: KoboToolbox by `_parent_table_name` and `_parent_index`, ODK by `PARENT_KEY`
("uuid:…/shops[2]"). What repeats within a repeat is followed up to its submission, and carries what stands
in the lines above it. A line that leads to no submission is never dropped in silence: it is returned with
the reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from documents.intake.tables import Sheet

MAIN = ""
INDEX, PARENT_INDEX, PARENT_TABLE = "_index", "_parent_index", "_parent_table_name"
KEY, PARENT_KEY = "KEY", "PARENT_KEY"
UUID, SUBMISSION = "_uuid", "_submission__uuid"
DEEPEST = 10
SHEET_NAME = 31
"""A workbook cuts the names of its sheets after so many characters."""

Place = tuple[str, int]
"""A line: the name of its table ("" for the main one) and its number there."""


class Lost(NamedTuple):
    """A line that nothing takes, and why."""

    table: str
    number: int
    why: str


@dataclass
class Repeated:
    """Lines of each table by the row of the main table to which they belong.

    A line has its cells by heading, and those of the lines above it by "table, tab, heading". above: the
    tables in which the lines of a table hang, the nearest first. used: lines above that some line carries.
    """

    lines: dict[str, dict[int, list[dict[str, str]]]] = field(default_factory=dict)
    above: dict[str, list[str]] = field(default_factory=dict)
    used: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)


def is_own(heading: str) -> bool:
    """Whether a column of a repeat is the tool's own, and no answer."""
    return heading.startswith(("_", "SET-OF-")) or heading in (KEY, PARENT_KEY)


def attached(main: Sheet, repeats: Mapping[str, Sheet]) -> Repeated:
    """Return the lines of all tables of what repeats, each with its row of the main table."""
    return _Links(main, repeats).attached()


def ancestors(main: Sheet, repeats: Mapping[str, Sheet]) -> dict[str, list[str]]:
    """Return the tables in which the lines of each table hang, the nearest first."""
    return attached(main, repeats).above


class _Links:
    """By what the lines of an export name each other."""

    def __init__(self, main: Sheet, repeats: Mapping[str, Sheet]) -> None:
        self.tables = {MAIN: main, **repeats}
        self.cells = {
            (name, number): dict(zip(sheet.headings, cells, strict=False))
            for name, sheet in self.tables.items()
            for number, cells in sheet.rows
        }
        self.by_index = self._places(INDEX)
        self.by_key = {key: place for (_table, key), place in self._places(KEY).items()}
        self.by_uuid = {key: place for (table, key), place in self._places(UUID).items() if table == MAIN}

    def _places(self, heading: str) -> dict[tuple[str, str], Place]:
        return {
            (place[0], cells[heading].strip()): place
            for place, cells in self.cells.items()
            if cells.get(heading, "").strip()
        }

    def attached(self) -> Repeated:
        found = Repeated()
        for name, sheet in self.tables.items():
            if name == MAIN:
                continue
            lines = found.lines.setdefault(name, {})
            found.above.setdefault(name, [])
            for number, _cells in sheet.rows:
                path, why = self._path((name, number))
                if why:
                    found.lost.append(Lost(name, number, why))
                    continue
                *between, (_main, row) = path
                lines.setdefault(row, []).append(self._merged((name, number), between))
                found.used.setdefault(name, set()).update(between)
                found.above[name] += [table for table, _at in between if table not in found.above[name]]
        return found

    def _merged(self, place: Place, between: Sequence[Place]) -> dict[str, str]:
        carried = {
            f"{table}\t{heading}": text
            for table, number in between
            for heading, text in self.cells[table, number].items()
        }
        return {**carried, **self.cells[place]}

    def _path(self, place: Place) -> tuple[list[Place], str]:
        """Return the lines above a line up to its row of the main table, or why there is none."""
        path: list[Place] = []
        at = place
        while at[0] != MAIN:
            above, why = self._above(at)
            if above is None or len(path) > DEEPEST:
                return [], why or _("The lines above it lead round in a circle.")
            path.append(above)
            at = above
        said = self.cells[place].get(SUBMISSION, "").strip()
        if said and self.by_uuid.get(said, at) != at:
            return [], _("It names one visit, and the line above it belongs to another one.")
        return path, ""

    def _above(self, place: Place) -> tuple[Place | None, str]:
        cells = self.cells[place]
        key, index = cells.get(PARENT_KEY, "").strip(), cells.get(PARENT_INDEX, "").strip()
        said = cells.get(SUBMISSION, "").strip()
        if key:
            found, named = self.by_key.get(key), key
        elif index:
            table = self._table(cells.get(PARENT_TABLE, "").strip())
            found, named = self.by_index.get((table, index)), f"{table} {index}".strip()
        elif said:
            found, named = self.by_uuid.get(said), said
        else:
            return None, _("It names no visit to which it belongs.")
        why = _("The file has no line “%(key)s”, to which it belongs.") % {"key": named}
        return (found, "") if found is not None and found != place else (None, why)

    def _table(self, named: str) -> str:
        """Return the table that is meant by a name, which a workbook may have cut; else the main one."""
        if named in self.tables:
            return named
        cut = [
            name for name in self.tables if name and len(name) >= SHEET_NAME - 3 and named.startswith(name)
        ]
        return cut[0] if len(cut) == 1 else MAIN


def unused(found: Repeated, taken: Mapping[str, Iterable[str]], repeats: Mapping[str, Sheet]) -> list[Lost]:
    """Return lines whose cells only lines below them would carry, and that have none below.

    taken: for each table whose lines answer a question, the tables above it of which it takes a column.
    """
    direct = set(taken)
    lost = []
    for table in dict.fromkeys(name for above in taken.values() for name in above):
        if table in direct:
            continue
        used = {at for below, above in taken.items() if table in above for at in found.used.get(below, ())}
        already = {(one.table, one.number) for one in found.lost}
        lost += [
            Lost(table, number, _("No line that is taken hangs below it."))
            for number, _cells in repeats[table].rows
            if (table, number) not in used | already
        ]
    return lost
