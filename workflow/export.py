"""Tables that leave the product as files: harmless cells, streamed CSV, typed XLSX.

What a cell says comes from `workflow/listing.py`, which rows from `workflow/lists.py`.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

from django.utils import timezone

DANGEROUS = ("=", "+", "-", "@", "\t", "\n", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet reads Arabic and accents as noise
LARGEST = 10**15  # a spreadsheet keeps 15 digits; larger numbers stay text
CSV_LINES = 200  # lines in one chunk of the answer


class Watermark(NamedTuple):
    """What a large file carries: its reference in every row; below, or on a sheet, who took it and why."""

    heading: str
    reference: str
    lines: Sequence[str]


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe stands before a dangerous sign."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def csv_cell(value: Any) -> str:
    """Return one cell: numbers and dates in their plain form, text made harmless, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat(
            sep=" ", timespec="minutes"
        )[:16]
    if isinstance(value, date):
        return value.isoformat()
    return harmless(str(value))


class _Lines:
    """A file for `csv.writer` that hands back what was written."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, text: str) -> None:
        self.parts.append(text)

    def take(self) -> str:
        text = "".join(self.parts)
        self.parts.clear()
        return text


def csv_chunks(
    header: Sequence[Any], rows: Iterable[Sequence[Any]], watermark: Watermark | None = None
) -> Iterator[str]:
    """Yield a CSV table piece by piece; memory does not grow with the rows."""
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow([csv_cell(str(name)) for name in _with(header, watermark and watermark.heading)])
    yield BYTE_ORDER_MARK + lines.take()
    for number, row in enumerate(_marked(rows, watermark), start=1):
        writer.writerow([csv_cell(value) for value in row])
        if number % CSV_LINES == 0:
            yield lines.take()
    for line in watermark.lines if watermark else ():
        writer.writerow([csv_cell(line)])
    yield lines.take()


def _with(cells: Sequence[Any], more: Any) -> list[Any]:
    return [*cells, more] if more else [*cells]


def _marked(rows: Iterable[Sequence[Any]], watermark: Watermark | None) -> Iterator[Sequence[Any]]:
    """Put the reference of a watermark at the end of every row."""
    for row in rows:
        yield _with(row, watermark.reference) if watermark else row


def xlsx_file(
    sheet: str,
    header: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    watermark: Watermark | None = None,
) -> BinaryIO:
    """Return an XLSX table as an open temporary file: typed cells, text as text, frozen header.

    Rows are written as they come (constant memory); nothing is evaluated, text is always a string cell.
    """
    import xlsxwriter  # heavy, and most workers never write one

    file = tempfile.TemporaryFile()  # noqa: SIM115 the answer closes it
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    page = book.add_worksheet(_sheet_name(sheet))
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    page.freeze_panes(1, 0)
    for column, name in enumerate(_with(header, watermark and watermark.heading)):
        page.write_string(0, column, harmless(str(name)), bold)
    for line, row in enumerate(_marked(rows, watermark), start=1):
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, int | Decimal) and -LARGEST < value < LARGEST:
                page.write_number(line, column, value)
            elif isinstance(value, datetime):
                local = timezone.localtime(value) if timezone.is_aware(value) else value
                page.write_datetime(line, column, local.replace(tzinfo=None), moment)
            elif isinstance(value, date):
                page.write_datetime(line, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
            else:
                page.write_string(line, column, harmless(str(value)))
    if watermark:
        page.set_footer(f"&L{watermark.reference}&R&P/&N")
        about = book.add_worksheet(_sheet_name(watermark.heading))
        for line, text in enumerate(watermark.lines):
            about.write_string(line, 0, harmless(text))
    book.close()
    file.seek(0)
    return file


def _sheet_name(title: str) -> str:
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or "1"
