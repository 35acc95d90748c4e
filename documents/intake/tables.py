"""Tables that come in, CSV or XLSX: examined like every file, then read into plain rows of text.

A CSV is told apart by what it is not (no program, no picture), its encoding by its bytes: UTF-8 with or
without mark, UTF-16 with mark, else Windows-1252 (French) or Windows-1256 (Arabic). A first line "sep=;", as
Excel writes it, says the separator and is no row. Formulas of an XLSX are not computed: such a cell is
marked, so that whoever reads the table can say so. What stands beyond the headings has a column of its own.
"""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from documents.intake import ACCEPTED_MARKS, REFUSED_MARKS, FileRefused, inspect
from documents.limits import MAX_FILE_BYTES, MEGABYTE, XLSX

FORMULA = "\x1aformula"
SEPARATORS = ";,\t|"
MOST_ROWS, MOST_COLUMNS = 20_000, 300
FIGURES = re.compile(r"\d{3}|^[\d.,/ -]+$")
MOST_ABOVE = 6
BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
SAID = re.compile(r"\s*\"?sep=(.)\"?[ \t]*(?:\r\n?|\n|\Z)", re.IGNORECASE)
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
PLAIN = ("utf-8-sig", "utf-16", "utf-8", "cp1252", "cp1256")


class Number(str):
    """A number of a workbook, in digits with a point before its decimals, whoever wrote the workbook."""

    __slots__ = ()


class Sheet(NamedTuple):
    """A table: headings (each once, numbered where they repeat) and rows with their number in the file.

    above: what stands over the headings, with the number of its row.
    """

    headings: list[str]
    rows: list[tuple[int, list[str]]]
    above: tuple[tuple[int, str], ...] = ()


Lines = list[list[str]]


def first_filled(lines: Lines) -> int | None:
    """Return the place of the first row that holds something, None when none does."""
    return next((at for at, cells in enumerate(lines) if any(cell.strip() for cell in cells)), None)


def likely_headings(lines: Lines) -> int | None:
    """Return the place of the row that looks like headings: below a title, or below headings of groups.

    That is one of the first six that hold something, all words, of four cells or more, and at least twice as
    full as any above it; else the first.
    """
    filled = [at for at, cells in enumerate(lines) if any(cell.strip() for cell in cells)][:MOST_ABOVE]
    found, fullest = (filled[0] if filled else None), 0
    for at in filled:
        words = [cell for cell in lines[at] if cell.strip()]
        if len(words) >= max(4, 2 * fullest) and not any(FIGURES.search(word) for word in words):
            found = at
        fullest = max(fullest, len(words))
    return found


def read_table(data: bytes, name: str, *, headings: Callable[[Lines], int | None] = first_filled) -> Sheet:
    """Return the table in an uploaded file; raises FileRefused with a sentence.

    headings: says in which row they stand.
    """
    if not data:
        raise FileRefused("empty")
    if len(data) > MAX_FILE_BYTES:
        raise FileRefused("too_big", limit=MAX_FILE_BYTES // MEGABYTE)
    if data.startswith(b"PK\x03\x04"):
        return _sheet(_xlsx_rows(inspect(data, name, (XLSX,)).data), headings)
    foreign = data.startswith(tuple(mark for mark, _type in (*ACCEPTED_MARKS, *REFUSED_MARKS)))
    if foreign or not name.lower().endswith((".csv", ".tsv", ".txt")):
        inspect(data, name, (XLSX,))  # says what it is instead
    return _sheet(_csv_rows(decode(data)), headings)


def read_tables(data: bytes, name: str) -> dict[str, Sheet]:
    """Return every table in an uploaded file by the name of its sheet, in order; that of a CSV is "".

    Sheets that hold nothing are left out. Raises FileRefused with a sentence.
    """
    if not data.startswith(b"PK\x03\x04"):
        return {"": read_table(data, name)}
    if len(data) > MAX_FILE_BYTES:
        raise FileRefused("too_big", limit=MAX_FILE_BYTES // MEGABYTE)
    found = {title: _sheet(rows) for title, rows in _pages(inspect(data, name, (XLSX,)).data)}
    if not found:
        raise FileRefused("empty")
    return found


def encoding_of(data: bytes) -> str:
    """Return the encoding of a text; Arabic letters stand beside each other, French accents mostly alone."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        high = [byte > 0x7F for byte in data[:200_000]]
        beside = sum(one and other for one, other in itertools.pairwise(high))
        return "cp1256" if beside * 2 > sum(high) else "cp1252"
    return "utf-8"


def decode(data: bytes) -> str:
    """Return the text of a CSV; raises FileRefused when it is none."""
    encoding = encoding_of(data)
    if encoding != "utf-16" and len(BINARY.findall(data)) * 200 > len(data):
        raise FileRefused("unknown_type")
    try:
        return data.decode(encoding, errors="replace")
    except UnicodeError as error:
        raise FileRefused("damaged") from error


def _csv_rows(text: str) -> list[list[str]]:
    said = SAID.match(text)
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    separator = said[1] if said else max(SEPARATORS, key=lambda sign: _steadiness(lines, sign))
    csv.field_size_limit(MAX_FILE_BYTES)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except (csv.Error, ValueError) as error:  # ValueError: a separator that csv does not take
        raise FileRefused("damaged") from error
    return [[], *rows[1:]] if said else rows


def _steadiness(lines: list[str], sign: str) -> tuple[int, int]:
    """How many lines have the most frequent number of separators, and that number; none is the worst."""
    counts = Counter(line.count(sign) for line in lines)
    counts.pop(0, None)
    if not counts:
        return (0, 0)
    number, often = counts.most_common(1)[0]
    return (often, number)


def _xlsx_rows(data: bytes) -> list[list[str]]:
    for _title, rows in _pages(data):
        return rows
    raise FileRefused("empty")


def _pages(data: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the sheets of a workbook that hold something, each with its rows."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        for page in book.worksheets:
            page.reset_dimensions()
            rows = [[_text(cell) for cell in row] for row in page.iter_rows()]
            if any(any(cells) for cells in rows):
                yield page.title, rows
    except (ValueError, KeyError, OSError, AttributeError) as error:
        raise FileRefused("damaged") from error


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, datetime):
        return (
            value.isoformat(sep=" ") if value.time().isoformat() != "00:00:00" else value.date().isoformat()
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):  # fifteen digits are what a workbook keeps of a number
        return Number(int(value) if value.is_integer() else f"{value:.15g}")
    return Number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _sheet(lines: Lines, place: Callable[[Lines], int | None] = first_filled) -> Sheet:
    start = place(lines)
    if start is None or start >= len(lines):
        raise FileRefused("empty")
    width = max((_width(cells) for cells in lines[start:]), default=0)
    headings = headings_of(lines[start], width)
    if len(headings) > MOST_COLUMNS or len(lines) > MOST_ROWS + start + 1:
        raise FileRefused("bomb")
    rows = [
        (number, [*cells[:width], *[""] * (width - len(cells))])
        for number, cells in enumerate(lines[start + 1 :], start=start + 2)
        if any(cell.strip() for cell in cells)
    ]
    above = [
        (number, " · ".join(" ".join(cell.split()) for cell in cells if cell.strip()))
        for number, cells in enumerate(lines[:start], start=1)
    ]
    return Sheet(headings, rows, tuple(line for line in above if line[1]))


def _width(cells: list[str]) -> int:
    """How many columns a row has, empty ones at its end left out."""
    return next((at for at in range(len(cells), 0, -1) if cells[at - 1].strip()), 0)


def headings_of(cells: list[str], width: int) -> list[str]:
    """Return a row as headings, each meaning one column: those that repeat numbered, empty ones named."""
    headings = [" ".join(cell.split()) for cell in cells]
    headings = [*headings[:width], *[""] * (width - len(headings))]
    seen: Counter[str] = Counter()
    found = []
    for place, heading in enumerate(headings, start=1):
        name = heading[:200] or f"({place})"
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
