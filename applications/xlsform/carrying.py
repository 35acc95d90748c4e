"""Walk through an XLSForm and carry it over: a definition, and for every row what became of it.

Groups become sections; groups within them a heading, their questions stay where they stand. Questions outside
any group get a section of their own. What is not carried over is listed with its row, column and reason;
nothing is dropped without being named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from applications.builder.editing import free_key
from applications.form_definition import CHOICE, CHOICES, NOTE
from applications.xlsform.expressions import Asked
from applications.xlsform.languages import language_of
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
from applications.xlsform.workbook import CHOICES as CHOICES_SHEET
from applications.xlsform.workbook import SETTINGS, SURVEY, Row, Workbook

SECTION, QUESTION, HEADING, ANSWER, END, USED, NOTHING = (
    "section",
    "question",
    "heading",
    "answer",
    "end",
    "used",
    "",
)
LOOSE_TITLE = {"fr": "Questions", "en": "Questions", "ar": "الأسئلة"}
LONGEST_VALUE = 40
SHOWN = 120


@dataclass
class Fate:
    """What became of a row: section, question (its kind), heading, answer, end of a group, used; "": nothing.

    what: type and name as the file has them; name: the section's or question's key, or those of the questions
    that offer an answer; lost: what of the row is not carried over, all of it where nothing became of it.
    """

    sheet: str
    row: int
    what: str = ""
    became: str = NOTHING
    name: str = ""
    kind: str = ""
    lost: list[Loss] = field(default_factory=list)


@dataclass(frozen=True)
class Carried:
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
    """A group that is open: repeated ones carry nothing over; shown_if: its condition."""

    repeats: bool
    fate: Fate
    shown_if: list[str] | None = None
    section: dict[str, Any] | None = None


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
    fates = [*_sheets(book), *walk.fates]
    return Carried({"sections": walk.sections, "summary": {}, "currency": currency}, fates)


class _Walk:
    """One walk through the sheets, with what was met so far."""

    def __init__(self, book: Workbook, spoken: str, currency: str, kept: Mapping[str, str]) -> None:
        self.book, self.spoken, self.currency, self.kept = book, spoken, currency, kept
        self.sections: list[dict[str, Any]] = []
        self.fates: list[Fate] = []
        self.groups: list[_Group] = []
        self.asked: dict[str, Asked] = {}
        self.named: set[str] = set()
        self.used: dict[str, list[str]] = {}
        self.keys: set[str] = set()
        self.loose: dict[str, Any] | None = None
        self.lists = _lists(book, spoken)
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
        elif control := _control(type_):
            self._control(control, cells, fate, name)
        elif any(group.repeats for group in self.groups):
            self._nothing(fate, "in_repeat")
        else:
            self._question(cells, fate, type_, name)

    def _nothing(self, fate: Fate, reason: str) -> None:
        fate.lost = [Loss("type", reason, fate.what)]

    def _control(self, control: tuple[str, str], cells: Cells, fate: Fate, name: str) -> None:
        what, kind = control
        if what == "end":
            group = self.groups.pop() if self.groups else None
            if any(one.repeats for one in self.groups) or (group and group.repeats):
                self._nothing(fate, "in_repeat")
                return
            fate.became = END
            cells.lose_rest()
            fate.lost = cells.losses
            if group and group.section is not None and not group.section["questions"]:
                group.fate.became, group.fate.name = NOTHING, ""
                self._nothing(group.fate, "empty_group")
            return
        self.loose = None
        if kind != "group" or any(group.repeats for group in self.groups):
            self._nothing(fate, "in_repeat" if any(one.repeats for one in self.groups) else "repeat")
            self.groups.append(_Group(kind != "group", fate))
            return
        self._begin(cells, fate, name)

    def _begin(self, cells: Cells, fate: Fate, name: str) -> None:
        outer = self.groups[-1] if self.groups else None
        own = condition_of(cells, self.asked)
        if own and outer and outer.shown_if and own != outer.shown_if:
            cells.lose(("bind", "relevant"), "group_condition", " = ".join(outer.shown_if))
        shown_if = own or (outer.shown_if if outer else None)
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
        select = _select(type_)
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


def _lists(book: Workbook, spoken: str) -> dict[str, tuple[list[list[Any]], dict[str, str]]]:
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


def _control(type_: str) -> tuple[str, str] | None:
    """Return ("begin" or "end", "group" or another) of a row that opens or closes something."""
    from pyxform import aliases
    from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL

    for pattern, what in ((RE_BEGIN_CONTROL, "begin"), (RE_END_CONTROL, "end")):
        match = pattern.search(type_)
        if match and match.groupdict().get(what) and match.groupdict().get("type"):
            return what, aliases.control[match["type"]]
    return None


def _select(type_: str) -> tuple[str, str, str] | None:
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
