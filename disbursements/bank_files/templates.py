"""Tables as each bank and operator asks for them: columns, order, delimiter, encoding, form of numbers.

A template is data declared on screen (`models/paying_accounts.py`); here it is read and written.
Row by row, nothing is computed but the form: the same data give the same bytes.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from disbursements.bank_files.content import Payment, PaymentFile, latin
from workflow.export import harmless

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_COLUMNS = 20

SOURCES: dict[str, Any] = {
    "position": gettext_lazy("Number of the row"),
    "reference": gettext_lazy("Number of the order"),
    "holder": gettext_lazy("Holder's name"),
    "holder_latin": gettext_lazy("Holder's name, plain letters"),
    "number": gettext_lazy("Account or telephone number"),
    "bic": gettext_lazy("BIC"),
    "institution": gettext_lazy("Bank or operator"),
    "town": gettext_lazy("Town"),
    "country": gettext_lazy("Country"),
    "amount": gettext_lazy("Amount"),
    "currency": gettext_lazy("Currency"),
    "value_date": gettext_lazy("Day of payment"),
    "text": gettext_lazy("Text for the payee"),
    "payer_number": gettext_lazy("Paying account"),
    "message": gettext_lazy("Number of the batch"),
    "fixed": gettext_lazy("Always the same text"),
}
"""What a column can hold."""

DELIMITERS = {";": ";", ",": ",", "tab": "\t", "|": "|"}
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "cp1256")
PHONES = ("digits", "plus", "zeros", "national")
DECIMALS = ("point", "comma", "minor")
DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%Y%m%d")


class Column(NamedTuple):
    """One column: its heading, what it holds, and the text of one that is always the same."""

    heading: str
    source: str
    text: str = ""


class Template(NamedTuple):
    """How a table is written. row_cap: the most rows that one file may have, None without a limit."""

    kind: str
    columns: tuple[Column, ...]
    delimiter: str = ";"
    encoding: str = "utf-8"
    with_header: bool = True
    phone: str = "digits"
    decimal: str = "point"
    date: str = "%d/%m/%Y"
    row_cap: int | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Template":
        """Return the template of its stored form; raises KeyError or TypeError when it is none."""
        columns = tuple(Column(**column) for column in stored["columns"])
        return cls(**{**stored, "columns": columns})


class NotEncodable(ValueError):
    """A text has letters that the encoding of the file does not have; the message names them."""


def cells(template: Template, file: PaymentFile, payment: Payment, position: int) -> list[str]:
    """Return one row as text, in the order of the columns."""
    found: dict[str, Callable[[], str]] = {
        "position": lambda: str(position),
        "reference": lambda: payment.end_to_end,
        "holder": lambda: payment.payee.name,
        "holder_latin": lambda: latin(payment.payee.name),
        "number": lambda: phone(payment.payee.number, payment.payee.country, template.phone),
        "bic": lambda: payment.payee.bic,
        "institution": lambda: payment.payee.institution,
        "town": lambda: payment.payee.town,
        "country": lambda: payment.payee.country,
        "amount": lambda: amount(file, payment.amount_minor, template.decimal),
        "currency": lambda: file.currency,
        "value_date": lambda: day(file.value_date, template.date),
        "text": lambda: payment.text,
        "payer_number": lambda: file.payer.number,
        "message": lambda: file.message_id,
    }
    return [
        column.text if column.source == "fixed" else found[column.source]() for column in template.columns
    ]


def amount(file: PaymentFile, minor: int, form: str) -> str:
    """Return an amount with the currency's decimals after a point or comma, or in minor units."""
    if form == "minor":
        return str(minor)
    text = file.amount(minor)
    return text.replace(".", ",") if form == "comma" else text


def day(value: date, form: str) -> str:
    """Return a day in one of `DATES`."""
    return value.strftime(form if form in DATES else DATES[0])


def phone(number: str, country: str, form: str) -> str:
    """Return a telephone number in the operator's form; account numbers stay as they are."""
    if not number.startswith("+"):
        return number
    if form == "plus":
        return number
    if form == "zeros":
        return f"00{number[1:]}"
    if form == "national":
        import phonenumbers  # heavy: the numbering plans of the world

        parsed = phonenumbers.parse(number, country or None)
        return "".join(
            sign
            for sign in phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
            if sign.isdigit()
        )
    return number[1:]


def rows(template: Template, file: PaymentFile, most: int | None = None) -> list[list[str]]:
    """Return the rows of a file without the header, `most` of them for a preview."""
    chosen = file.payments[:most]
    return [cells(template, file, payment, place) for place, payment in enumerate(chosen, start=1)]


def write(file: PaymentFile, template: Template) -> bytes:
    """Return the bytes of the table. Raises `NotEncodable`, and ValueError above the row cap."""
    if template.row_cap is not None and file.count > template.row_cap:
        raise ValueError(f"{file.count} rows, {template.row_cap} at most")
    body = rows(template, file)
    header = [column.heading for column in template.columns]
    if template.kind == XLSX:
        return _xlsx(file.created_at, header if template.with_header else None, body)
    return _csv(template, [header, *body] if template.with_header else body)


def _csv(template: Template, lines: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=DELIMITERS[template.delimiter], lineterminator="\r\n")
    writer.writerows([[safe(cell) for cell in line] for line in lines])
    try:
        return out.getvalue().encode(template.encoding)
    except UnicodeEncodeError as error:
        odd = error.object[error.start : error.end][:10]
        raise NotEncodable(
            _("The letters “%(odd)s” cannot be written in the encoding of this file.") % {"odd": odd}
        ) from error


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; a plain telephone number is none."""
    return cell if cell[:1] == "+" and cell[1:].isdigit() else harmless(cell)


def _xlsx(made_at: datetime, header: Sequence[str] | None, body: Sequence[Sequence[str]]) -> bytes:
    import xlsxwriter  # heavy, and most workers never write one

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    page = book.add_worksheet("1")
    lines = [header, *body] if header is not None else body
    for line, row in enumerate(lines):
        for column, value in enumerate(row or ()):
            page.write_string(line, column, value)
    book.close()
    return out.getvalue()
