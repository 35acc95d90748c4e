"""Walk through an XLSForm and carry it over: a definition, and for every row what became of it.

Groups become sections; groups within them a heading, their questions stay where they stand. Questions outside
any group get a section of their own; a group that repeats becomes a table (`repeats.py`). What is not carried
over is listed with its row, column and reason; nothing is dropped without being named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from applications.builder.editing import free_key
from applications.form_definition import NOTE, TABLE
from applications.xlsform.expressions import Asked
from applications.xlsform.languages import language_of
from applications.xlsform.repeats import Table, add_column, add_total, begin_table
from applications.xlsform.rows import (
    KNOWN,
    TRANSLATED,
    YES,
    Cells,
    Loss,
    Setting,
    asked_as,
    condition_of,
    kind_of,
    make,
)
from applications.xlsform.summary import summary_of
from applications.xlsform.types import control_of, lists_of, select_of
from applications.xlsform.workbook import CHOICES as CHOICES_SHEET
from applications.xlsform.workbook import SETTINGS, SURVEY, Row, Workbook

SECTION, QUESTION, COLUMN, TOTAL, HEADING, ANSWER, END, USED, NOTHING = (
    "section",
    "question",
    "column",
    "total",
    "heading",
    "answer",
    "end",
    "used",
    "",
)
LOOSE_TITLE = {"fr": "Questions", "en": "Questions", "ar": "الأسئلة"}
SHOWN = 120


@dataclass
class Fate:
    """What became of a row: section, question (its kind), column or total of a table, heading, answer, end of
    a group, used; "": nothing.

    what: type and name as the file has them; name: the key of the section or question (table.column for a
    column), or those of the questions that offer an answer; lost: what of the row is not carried over, all of
    it where nothing became of it.
    """

    sheet: str
    row: int
    what: str = ""
    became: str = NOTHING
    name: str = ""
    kind: str = ""
    lost: list[Loss] = field(default_factory=list)


class Carried(NamedTuple):
    """A form carried over: its definition, and the fate of every row, sheet by sheet."""

    definition: dict[str, Any]
    fates: list[Fate]

    @property
    def lost(self) -> int:
        """How many things are not carried over."""
        return sum(len(fate.lost) for fate in self.fates)

    def as_json(self) -> list[dict[str, Any]]:
        """Return the fates as JSON."""
        return [asdict(fate) for fate in self.fates]


@dataclass
class _Group:
    """A group that is open. table: what one that repeats becomes; shown_if: its condition."""

    repeats: bool
    fate: Fate
    shown_if: list[str] | None = None
    section: dict[str, Any] | None = None
    table: Table | None = None


def carry_over(book: Workbook, *, spoken: str, currency: str, kept: Mapping[str, str]) -> Carried:
    """Return the form that a workbook becomes.

    spoken: language of texts in columns without one, unless the file names its own; currency: of amounts;
    kept: questions of earlier versions (key -> kind): who is asked the same again keeps what was answered,
    and no question takes over the answers to another.
    """
    walk = _Walk(book, language_of(book.setting("default_language")) or spoken, currency, kept)
    walk.settings()
    walk.survey()
    walk.choices()
    fates, shown = [*_sheets(book), *walk.fates], summary_of(walk.sections)
    return Carried({"sections": walk.sections, "summary": shown, "currency": currency}, fates)


class _Walk:
    """One walk through the sheets, with what was met so far."""

    def __init__(self, book: Workbook, spoken: str, currency: str, kept: Mapping[str, str]) -> None:
        self.book, self.spoken, self.currency, self.kept = book, spoken, currency, kept
        self.sections: list[dict[str, Any]] = []
        self.fates: list[Fate] = []
        self.groups: list[_Group] = []
        self.tables: list[Table] = []
        self.asked: dict[str, Asked] = {}
        self.named: set[str] = set()
        self.used: dict[str, list[str]] = {}
        self.keys: set[str] = set()
        self.loose: dict[str, Any] | None = None
        self.lists = lists_of(book, spoken)
        self.title: dict[str, str] = {}

    # Settings

    def settings(self) -> None:
        """The title names the questions outside groups, the language what is written without one."""
        for number, row in enumerate(self.book.rows[SETTINGS]):
            fate = Fate(SETTINGS, row.number, became=USED)
            for column, text in row.cells.items():
                heading = self.book.headings[SETTINGS].get(column, "::".join(column))
                if column == ("title",) and number == 0:
                    self.title = {self.spoken: text[:SHOWN]}
                elif column != ("default_language",) or number:
                    fate.lost.append(Loss(heading, "setting", text[:200]))
            self.fates.append(fate)

    # Survey

    def survey(self) -> None:
        """Every row of the form itself."""
        for row in self.book.rows[SURVEY]:
            self._row(row)
        self.sections = [section for section in self.sections if section["questions"]]

    def _row(self, row: Row) -> None:
        cells = Cells(row, self.book.headings[SURVEY], self.spoken)
        type_, name = " ".join(cells.take("type").split()), cells.take("name")
        fate = Fate(SURVEY, row.number, " · ".join(part for part in (type_, name) if part)[:SHOWN])
        self.fates.append(fate)
        if cells.take("disabled") in YES:
            self._nothing(fate, "switched_off")
        elif not type_:
            self._nothing(fate, "remark")
        elif control := control_of(type_):
            self._control(control, cells, fate, name)
        elif any(group.repeats for group in self.groups):
            self._cell(cells, fate, type_, name)
        elif total := type_ == "calculate" and add_total(self.tables, cells, name):
            cells.lose_rest()
            fate.became, fate.name, fate.lost = TOTAL, total, cells.losses
        else:
            self._question(cells, fate, type_, name)

    def _nothing(self, fate: Fate, reason: str) -> None:
        fate.lost = [Loss("type", reason, fate.what)]

    def _control(self, control: tuple[str, str], cells: Cells, fate: Fate, name: str) -> None:
        what, kind = control
        if what == "end":
            self._end(cells, fate)
        elif any(group.repeats for group in self.groups):
            self._within_repeat(kind, cells, fate)
        elif kind == "group":
            self.loose = None
            self._begin(cells, fate, name)
        else:
            self._repeat(cells, fate, name)

    def _end(self, cells: Cells, fate: Fate) -> None:
        inside = self._table()
        group = self.groups.pop() if self.groups else None
        if any(one.repeats for one in self.groups) and (inside is None or (group and group.repeats)):
            self._nothing(fate, "in_repeat")
            return
        fate.became = END
        cells.lose_rest()
        fate.lost = cells.losses
        if group and group.section is not None and not group.section["questions"]:
            group.fate.became, group.fate.name = NOTHING, ""
            self._nothing(group.fate, "empty_group")
        if group and group.table is not None:
            self._finish(group.table, group.fate)

    # Groups that repeat

    def _table(self) -> Table | None:
        """The table that columns go into: none outside repeats, none within a repeat of a repeat."""
        repeats = [group for group in self.groups if group.repeats]
        return repeats[0].table if len(repeats) == 1 else None

    def _repeat(self, cells: Cells, fate: Fate, name: str) -> None:
        """Begin a table where the repeat stands."""
        shown_if = self._shown_if(cells)
        table = begin_table(cells, self._key(name, TABLE), shown_if)
        self._open_section()["questions"].append(table.made)
        self.tables.append(table)
        self.named.add(name)
        cells.lose_rest()
        fate.became, fate.name, fate.kind, fate.lost = QUESTION, table.made["key"], TABLE, cells.losses
        self.groups.append(_Group(True, fate, shown_if, table=table))

    def _finish(self, table: Table, fate: Fate) -> None:
        """A table without a column is none."""
        if any("product" not in one and "plus" not in one for one in table.made["columns"]):
            return
        for section in self.sections:
            section["questions"] = [one for one in section["questions"] if one is not table.made]
        self.tables.remove(table)
        fate.became, fate.name, fate.kind = NOTHING, "", ""
        self._nothing(fate, "repeat")

    def _within_repeat(self, kind: str, cells: Cells, fate: Fate) -> None:
        """A group within a repeat has its questions in the same line; a repeat within one has no place."""
        if kind != "group" or self._table() is None:
            self._nothing(fate, "repeat_in_repeat" if kind != "group" else "in_repeat")
            self.groups.append(_Group(kind != "group", fate))
            return
        fate.became = HEADING
        for name in ("label", "hint"):
            for text in cells.texts(name).values():
                cells.lose((name,), "heading_in_table", text)
        if text := cells.take("bind", "relevant"):
            cells.lose(("bind", "relevant"), "cell_condition", text)
        if cells.see("control", "appearance") == "field-list":
            cells.take("control", "appearance")
        cells.lose_rest()
        fate.lost = cells.losses
        self.groups.append(_Group(False, fate))

    def _cell(self, cells: Cells, fate: Fate, type_: str, name: str) -> None:
        table, select = self._table(), select_of(type_)
        if table is None:
            self._nothing(fate, "in_repeat")
            return
        if select and select[1]:
            self._nothing(fate, select[1])
            return
        key, reason = add_column(table, cells, type_, name, self.currency, chosen=select is not None)
        if reason:
            self._nothing(fate, reason)
            return
        self.asked.pop(name, None)
        self.named.add(name)
        cells.lose_rest()
        fate.became, fate.name, fate.lost = COLUMN, f"{table.made['key']}.{key}", cells.losses
        fate.kind = table.columns[name]["kind"]

    # Sections and headings

    def _shown_if(self, cells: Cells) -> list[str] | None:
        """Take the condition of a group: its own, else that of the group around it."""
        outer = self.groups[-1].shown_if if self.groups else None
        own = condition_of(cells, self.asked)
        if own and outer and own != outer:
            cells.lose(("bind", "relevant"), "group_condition", " = ".join(outer))
        return own or outer

    def _begin(self, cells: Cells, fate: Fate, name: str) -> None:
        outer = self.groups[-1] if self.groups else None
        shown_if = self._shown_if(cells)
        label, hint = cells.texts("label"), cells.texts("hint")
        look = [one for one in cells.take("control", "appearance").split() if one != "field-list"]
        if look:
            cells.lose(("control", "appearance"), "look", " ".join(look))
        if outer is None:
            section = self._section(name, label)
            fate.became, fate.name = SECTION, section["key"]
        else:
            section = self._open_section()
            fate.became = HEADING
            if label:
                fate.name = self._note(name, label, shown_if)
        self.groups.append(_Group(False, fate, shown_if, section if outer is None else None))
        if hint:
            self._note(f"{name}_hint", hint, shown_if)
        cells.lose_rest()
        fate.lost = cells.losses

    def _section(self, name: str, title: Mapping[str, str]) -> dict[str, Any]:
        taken = [section["key"] for section in self.sections]
        section = {"key": free_key(name, taken, "section"), "title": dict(title), "questions": []}
        self.sections.append(section)
        return section

    def _open_section(self) -> dict[str, Any]:
        """The section that questions go into: that of the outermost group, else one for loose questions."""
        if self.groups and self.groups[0].section is not None:
            return self.groups[0].section
        if self.loose is None:
            first = not any(section["key"].startswith("questions") for section in self.sections)
            self.loose = self._section("questions", {**LOOSE_TITLE, **(self.title if first else {})})
        return self.loose

    def _note(self, name: str, texts: Mapping[str, str], shown_if: list[str] | None) -> str:
        key = self._key(name, NOTE)
        note: dict[str, Any] = {"key": key, "kind": NOTE, "label": dict(texts)}
        if shown_if:
            note["shown_if"] = list(shown_if)
        self._open_section()["questions"].append(note)
        return key

    def _key(self, name: str, kind: str) -> str:
        """Return the key of a question: its name; another where that was of another kind before."""
        key = free_key(name, self.keys, "question")
        if self.kept.get(key, kind) != kind:
            key = free_key(name, {*self.keys, *self.kept}, "question")
        self.keys.add(key)
        return key

    def _question(self, cells: Cells, fate: Fate, type_: str, name: str) -> None:
        choices: list[list[Any]] = []
        answers: dict[str, str] = {}
        select = select_of(type_)
        if select is None:
            kind, reason = kind_of(type_, cells.see("control", "appearance").split())
        else:
            kind, reason, list_name = select
            choices, answers = self.lists.get(list_name, ([], {}))
        if reason:
            self._nothing(fate, reason)
            return
        key = self._key(name or f"note_{fate.row}", kind)
        group = self.groups[-1].shown_if if self.groups else None
        made = make(cells, key, kind, type_, Setting(self.asked, group, self.currency))
        if select is not None:
            made["choices"] = [list(pair) for pair in choices]
            self.used.setdefault(list_name, []).append(key)
            if type_.endswith(("or_other", "or other", "or specify other")):
                cells.lose(("type",), "other", type_)
        self._open_section()["questions"].append(made)
        self._remember(name, made, answers)
        cells.lose_rest()
        fate.became, fate.name, fate.kind, fate.lost = QUESTION, key, kind, cells.losses

    def _remember(self, name: str, made: Mapping[str, Any], answers: Mapping[str, str]) -> None:
        """Let later conditions name the question; a name that two questions have means neither."""
        if name in self.named:
            self.asked.pop(name, None)
        elif name:
            self.asked[name] = asked_as(made, answers)
        self.named.add(name)

    # Choices

    def choices(self) -> None:
        """Every row of the lists: which questions offer it."""
        met: set[tuple[str, str]] = set()
        for row in self.book.rows[CHOICES_SHEET]:
            cells = Cells(row, self.book.headings[CHOICES_SHEET], self.spoken)
            list_name, name = cells.take("list name"), cells.take("name")
            fate = Fate(
                CHOICES_SHEET, row.number, " · ".join(one for one in (list_name, name) if one)[:SHOWN]
            )
            self.fates.append(fate)
            if not list_name or not name:
                fate.lost = [Loss("list_name", "no_list", fate.what)]
            elif list_name not in self.used:
                fate.lost = [Loss("list_name", "list_unused", list_name[:SHOWN])]
            elif (list_name, name) in met:
                fate.lost = [Loss("name", "repeated_answer", name[:SHOWN])]
            else:
                fate.became, fate.name = ANSWER, ", ".join(self.used[list_name])
                cells.texts("label")
                cells.lose_rest()
                fate.lost = cells.losses
            met.add((list_name, name))


def _sheets(book: Workbook) -> Iterator[Fate]:
    """Yield what holds for whole sheets, columns and single cells."""
    for title in book.unread:
        yield Fate(title, 0, lost=[Loss("", "sheet")])
    for sheet, number, letter in book.unheaded:
        yield Fate(sheet, number, lost=[Loss(letter, "no_heading")])
    for sheet, number, letter in book.formulas:
        yield Fate(sheet, number, lost=[Loss(letter, "formula")])
    for sheet in (SURVEY, CHOICES_SHEET):
        met = {column for row in book.rows[sheet] for column in row.cells}
        for column, heading in book.headings.get(sheet, {}).items():
            if column not in met:
                continue
            if column[0] not in KNOWN[sheet]:
                yield Fate(sheet, 1, lost=[Loss(heading, "column")])
            elif column[0] in TRANSLATED and len(column) > 1 and not language_of(column[1]):
                yield Fate(sheet, 1, lost=[Loss(heading, "language")])
