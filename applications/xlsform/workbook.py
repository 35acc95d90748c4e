"""Open an XLSForm: examined like every file, read in bounds, headings named and the whole judged by pyxform.

We read the cells ourselves: pyxform stops at sixty blank rows and at twenty blank columns, and believes the
size that a sheet declares: what stands beyond would be lost without a word.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from applications.xlsform.refusals import FormRefused, of_pyxform
from documents.intake import FileRefused, inspect
from documents.limits import MEGABYTE, XLSX

SURVEY, CHOICES, SETTINGS = READ_SHEETS = ("survey", "choices", "settings")
MOST_BYTES = 2 * MEGABYTE
MOST_ROWS = {SURVEY: 1_000, CHOICES: 5_000, SETTINGS: 10}
MOST_COLUMNS = 200
MOST_LETTERS = 5_000
LAST_ROW = 20_000
LAST_SHEET = 40

Column = tuple[str, ...]


class Row(NamedTuple):
    """One row of a sheet that says something: its number in the file, its cells by column."""

    sheet: str
    number: int
    cells: Mapping[Column, str]


class Workbook(NamedTuple):
    """The sheets of a form. headings: how the file itself calls a column; unread: its other sheets.

    unheaded: (sheet, row, column letter) of cells below no heading; formulas: of those without a value.
    """

    rows: Mapping[str, tuple[Row, ...]]
    headings: Mapping[str, Mapping[Column, str]]
    unread: tuple[str, ...] = ()
    unheaded: tuple[tuple[str, int, str], ...] = ()
    formulas: tuple[tuple[str, int, str], ...] = ()

    def setting(self, name: str) -> str:
        """Return what the sheet of settings says under a heading, else nothing."""
        return next((row.cells[(name,)] for row in self.rows[SETTINGS] if (name,) in row.cells), "")


@dataclass
class _Sheet:
    """A sheet as it stands: headings by place, rows by number, cells without a heading."""

    name: str
    headings: dict[int, str] = field(default_factory=dict)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    unheaded: list[tuple[str, int, str]] = field(default_factory=list)
    formulas: list[tuple[str, int, str]] = field(default_factory=list)


def open_workbook(data: bytes, name: str) -> Workbook:
    """Return the sheets of an uploaded XLSForm.

    Raises FileRefused for what is no clean Excel file, FormRefused for what is no form, each with sentences.
    """
    if len(data) > MOST_BYTES:
        raise FileRefused("too_big", limit=MOST_BYTES // MEGABYTE)
    sheets, unread = _sheets(inspect(data, name, (XLSX,)).data)
    if SURVEY not in sheets:
        raise FormRefused([_("There is no sheet called “survey”: this is no XLSForm.")])
    _judge(sheets, [*sheets, *unread])
    columns = {one: _columns(one, list(sheet.headings.values())) for one, sheet in sheets.items()}
    return Workbook(
        rows={
            one: tuple(
                Row(one, number, {columns[one][heading]: text for heading, text in cells.items()})
                for number, cells in sheets[one].rows
            )
            if one in sheets
            else ()
            for one in READ_SHEETS
        },
        headings={one: {column: heading for heading, column in columns[one].items()} for one in sheets},
        unread=tuple(unread),
        unheaded=tuple(cell for sheet in sheets.values() for cell in sheet.unheaded),
        formulas=tuple(cell for sheet in sheets.values() for cell in sheet.formulas),
    )


def _sheets(data: bytes) -> tuple[dict[str, _Sheet], list[str]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        if len(book.sheetnames) > LAST_SHEET:
            raise FileRefused("bomb")
        found, unread = {}, []
        for title in book.sheetnames:
            key = title.strip().lower()
            if key not in READ_SHEETS or key in found:
                unread.append(title[:60])
                continue
            found[key] = _read_sheet(key, book[title], formulas[title])
    except (ValueError, KeyError, OSError, AttributeError, TypeError, IndexError) as error:
        raise FileRefused("damaged") from error
    return found, unread


def _read_sheet(name: str, page: Any, written: Any) -> _Sheet:
    """Read a sheet row by row; the second reading shows formulas that have no value."""
    from openpyxl.utils import get_column_letter

    sheet = _Sheet(name)
    page.reset_dimensions()
    written.reset_dimensions()
    pairs = zip(_lines(page), _lines(written), strict=False)
    for number, (values, formulas) in enumerate(pairs, start=1):
        texts = {at: _text(value) for at, value in enumerate(values)}
        for at, formula in enumerate(formulas):
            if formula is not None and not texts.get(at):
                sheet.formulas.append((name, number, get_column_letter(at + 1)))
        if not sheet.headings:
            sheet.headings = {at: " ".join(text.split())[:100] for at, text in texts.items() if text}
            _once(name, list(sheet.headings.values()))
            continue
        cells = {}
        for at, text in texts.items():
            if text and at in sheet.headings:
                cells[sheet.headings[at]] = text
            elif text:
                sheet.unheaded.append((name, number, get_column_letter(at + 1)))
        if cells:
            sheet.rows.append((number, cells))
        if len(sheet.rows) > MOST_ROWS[name]:
            raise FormRefused(
                [
                    _("The sheet “%(sheet)s” has more than %(count)s rows.")
                    % {"sheet": name, "count": MOST_ROWS[name]}
                ]
            )
    return sheet


def _lines(page: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a sheet, no further and no wider than a form can be."""
    for number, values in enumerate(page.iter_rows(values_only=True)):
        if number >= LAST_ROW or len(values) > MOST_COLUMNS:
            raise FileRefused("bomb")
        yield values


def _text(value: Any) -> str:
    from pyxform.xls2json_backends import xlsx_value_to_str

    return "" if value is None else str(xlsx_value_to_str(value)).strip()[:MOST_LETTERS]


def _once(sheet: str, headings: list[str]) -> None:
    if twice := sorted({heading for heading in headings if headings.count(heading) > 1}):
        raise FormRefused(
            [
                _("On the sheet “%(sheet)s”, two columns are called “%(heading)s”.")
                % {"sheet": sheet, "heading": twice[0]}
            ]
        )


def _columns(sheet: str, headings: list[str]) -> dict[str, Column]:
    """Return what each heading means: pyxform's name of the column, then its language or part."""
    from pyxform import aliases
    from pyxform.parsing.sheet_headers import process_header
    from pyxform.question import MultipleChoiceQuestion, Option
    from pyxform.survey import Survey

    known = {
        SURVEY: (aliases.survey_header, MultipleChoiceQuestion),
        CHOICES: (aliases.list_header, Option),
        SETTINGS: (aliases.settings_header, Survey),
    }
    names, kind = known[sheet]
    double = any("::" in heading for heading in headings)
    columns = {
        heading: process_header(heading, double, names, set(kind.get_slot_names()))[1] for heading in headings
    }
    met: set[Column] = set()
    for heading, column in columns.items():
        if column in met:  # pyxform would have refused: one of the two would be lost
            columns[heading] = (*column, heading)
        met.add(columns[heading])
    return columns


def _judge(sheets: Mapping[str, _Sheet], names: list[str]) -> None:
    """Let pyxform say what is wrong with the form, if anything is."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2json import workbook_to_json
    from pyxform.xls2json_backends import DefinitionData

    given: dict[str, Any] = {"sheet_names": names}
    for name, sheet in sheets.items():
        last = sheet.rows[-1][0] if sheet.rows else 1
        by_number = dict(sheet.rows)
        given[name] = [dict(by_number.get(number, {})) for number in range(2, last + 1)]
        given[f"{name}_header"] = [dict.fromkeys(sheet.headings.values())]
    try:
        workbook_to_json(DefinitionData(**given), form_name="data")
    except PyXFormError as error:
        raise of_pyxform(error) from error
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise FormRefused([_("pyxform, which reads XLSForms, cannot make sense of this file.")]) from error
