"""CSV and XLSX statements, read by what a person said once about the columns of an account's files.

A mapping is plain data: {"booked_on": heading, "amount": heading, "order": "dmy", "decimal": "point"}.
Amounts stand in one signed column, or in two: money out and money in.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from disbursements.statements.lines import Statement, StatementLine, StatementRefused, to_minor
from documents.intake.tables import FORMULA, Number, Sheet, headings_of, read_table
from workflow.digits import western

MEANINGS: dict[str, Any] = {
    "booked_on": gettext_lazy("Day of booking"),
    "amount": gettext_lazy("Amount, below zero when money went out"),
    "debit": gettext_lazy("Money out"),
    "credit": gettext_lazy("Money in"),
    "value_on": gettext_lazy("Value day"),
    "currency": gettext_lazy("Currency"),
    "end_to_end": gettext_lazy("Reference of the payment"),
    "bank_reference": gettext_lazy("Reference of the bank"),
    "name": gettext_lazy("Name of the other side"),
    "text": gettext_lazy("Text"),
}
MOVES = ("booked_on", "amount", "debit", "credit")
"""What a row without any of them is no movement."""
ORDERS = ("dmy", "mdy", "ymd")
DECIMALS = ("comma", "point")
MOST_ABOVE, MOST_LINES_ABOVE = 2, 30
_NUMBERS = re.compile(r"\d+")
_UNNAMED = re.compile(r"\(\d+\)")


def sheet_of(data: bytes, name: str) -> Sheet:
    """Return the table in a file. Raises `StatementRefused` with a sentence."""
    try:
        return without_preamble(read_table(data, name))
    except ValidationError as error:
        raise StatementRefused(" ".join(error.messages)) from error


def without_preamble(sheet: Sheet) -> Sheet:
    """Return a table from its headings on, when a bank wrote a few words above them.

    Above them stand rows of two cells at most ("Account; 0115…"); the headings are three words at least and
    no figure. Where that is not so, the table stays as it is: no movement is ever taken for a heading.
    """
    if sum(not _UNNAMED.fullmatch(heading) for heading in sheet.headings) > MOST_ABOVE:
        return sheet
    for place, (_number, cells) in enumerate(sheet.rows[:MOST_LINES_ABOVE]):
        if sum(bool(cell.strip()) for cell in cells) > MOST_ABOVE:
            if any(_NUMBERS.search(western(cell)) for cell in cells):
                break
            return Sheet(headings_of(cells, len(cells)), sheet.rows[place + 1 :])
    return sheet


def missing(mapping: Mapping[str, str], headings: Sequence[str]) -> list[str]:
    """Return what a mapping lacks to read a table with these headings, in words."""
    named = {meaning: heading for meaning, heading in mapping.items() if meaning in MEANINGS and heading}
    said = [str(MEANINGS["booked_on"])] if "booked_on" not in named else []
    if "amount" not in named and not {"debit", "credit"} & named.keys():
        said.append(str(_("Amount")))
    return said + [heading for heading in named.values() if heading not in headings]


def read(sheet: Sheet, mapping: Mapping[str, str], currency: str) -> Statement:
    """Return the statement in a table. currency: the account's. Raises `StatementRefused`, naming the row."""
    if lacking := missing(mapping, sheet.headings):
        raise StatementRefused(_("Missing in this table: %(what)s.") % {"what": ", ".join(lacking)})
    places = {
        meaning: sheet.headings.index(heading)
        for meaning, heading in mapping.items()
        if meaning in MEANINGS and heading
    }
    lines = []
    for number, cells in sheet.rows:
        given = {meaning: _cell(cells[place], mapping) for meaning, place in places.items()}
        if not any(given.get(meaning) for meaning in MOVES):
            continue  # a remark, or the second line of a text
        try:
            lines.append(_line(given, mapping, currency))
        except StatementRefused as refused:
            raise StatementRefused(
                _("Row %(row)s: %(problem)s") % {"row": number, "problem": refused}
            ) from refused
    return Statement("", currency, tuple(lines))


def _cell(text: str, mapping: Mapping[str, str]) -> str:
    """A cell as somebody would have written it: a number of a workbook has its point, whatever the account's
    tables have."""
    if isinstance(text, Number) and mapping.get("decimal", "comma") == "comma":
        return text.replace(".", ",")
    return text.strip()


def _line(given: Mapping[str, str], mapping: Mapping[str, str], currency: str) -> StatementLine:
    said = given.get("currency", "").upper() or currency
    if said != currency:
        raise StatementRefused(
            _("The account is in %(ours)s, this movement in %(theirs)s.")
            % {"ours": currency, "theirs": said[:10]}
        )
    value = given.get("value_on", "")
    return StatementLine(
        booked_on=_day(given["booked_on"], mapping.get("order", "dmy")),
        amount_minor=_amount(given, mapping.get("decimal", "comma"), currency),
        currency=currency,
        value_on=_day(value, mapping.get("order", "dmy")) if value else None,
        end_to_end=given.get("end_to_end", "")[:80],
        bank_reference=given.get("bank_reference", "")[:80],
        name=given.get("name", "")[:140],
        text=given.get("text", "")[:500],
    )


def _amount(given: Mapping[str, str], decimal: str, currency: str) -> int:
    if given.get("amount"):
        return _minor(given["amount"], decimal, currency)
    out = _minor(given["debit"], decimal, currency) if given.get("debit") else 0
    into = _minor(given["credit"], decimal, currency) if given.get("credit") else 0
    if (out and into) or not (out or into):
        raise StatementRefused(_("There is no amount, or two."))
    return into if into else -abs(out)


def _minor(text: str, decimal: str, currency: str) -> int:
    """An amount, with or without the currency of the account beside it, in minor units."""
    bare = text.strip()
    return to_minor(plain_amount(bare.removesuffix(currency).removeprefix(currency), decimal), currency)


def plain_amount(text: str, decimal: str) -> str:
    """Return an amount with a point before the decimals and nothing between the thousands."""
    if FORMULA in text:
        raise StatementRefused(_("The cell holds a formula: save the table with values only."))
    bare = re.sub(r"[\s\u00a0\u202f'’]", "", western(text)).replace("\u2212", "-")
    bare = bare.replace("\u066c", "").replace("\u066b", "," if decimal == "comma" else ".")
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare.strip("()").removeprefix("+")
    if bare.endswith("-"):
        bare, negative = bare[:-1], True
    thousands, point = (".", ",") if decimal == "comma" else (",", ".")
    if thousands in bare and not re.search(rf"{re.escape(thousands)}\d{{3}}(?:\D|$)", bare):
        raise StatementRefused(_("“%(text)s” is not an amount.") % {"text": text[:40]})
    bare = bare.replace(thousands, "").replace(point, ".")
    return f"-{bare}" if negative else bare


def _day(text: str, order: str) -> date:
    if not text:
        raise StatementRefused(_("There is no day. If the row is a sum or a balance, take it out."))
    parts = [int(part) for part in _NUMBERS.findall(western(text).split(" ")[0].split("T")[0])]
    if len(parts) == 1 and len(str(parts[0])) == 8:  # 20261231
        whole = str(parts[0])
        parts, order = [int(whole[:4]), int(whole[4:6]), int(whole[6:])], "ymd"
    try:
        first, second, third = parts
        if first > 31:
            order = "ymd"
        year, month, day = {
            "dmy": (third, second, first),
            "mdy": (third, first, second),
            "ymd": (first, second, third),
        }[order]
        return date(year + 2000 if year < 100 else year, month, day)
    except (ValueError, KeyError) as error:
        raise StatementRefused(_("“%(text)s” is not a day.") % {"text": text[:40]}) from error
