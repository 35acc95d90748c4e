"""MT940 statements, read with the library `mt-940`; what it passes over in silence is refused here.

Every message must have both balances, every `:61:` must come back as a movement: a file that was cut off, or
of which the library understood a part, is not imported.
"""

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from disbursements.statements.lines import MAX_BYTES, Statement, StatementLine, StatementRefused, to_minor

SIGNS = {"D": -1, "C": 1, "RD": 1, "RC": -1}
"""Debit, credit, and their reversals, which go the other way."""
END_TO_END = re.compile(r"(?:EREF\+|/EREF/|\bEREF[: ])\s*([^?/\n]{1,35})")
NO_REFERENCE = (None, "", "NONREF", "EREF", "PREF", "MARF")
"""What stands in `:61:` when there is none, or when it stands in `:86:`."""
STARTS = re.compile(r"^:20:", re.M)
MOVEMENTS = re.compile(r"^:61:", re.M)
OPENINGS, CLOSINGS = re.compile(r"^:60[FM]:", re.M), re.compile(r"^:62[FM]:", re.M)


def looks_like(data: bytes) -> bool:
    """Whether the bytes look like SWIFT text: a message block or a tag at the beginning of a line."""
    head = data[:2000]
    return b":20:" in head and (b":25:" in head or b":60F:" in head or b":61:" in data[:20_000])


def read(data: bytes) -> list[Statement]:
    """Return the statements in a text file, of one account or of several.

    Raises `StatementRefused` with a sentence.
    """
    return [_statement(message) for message in _messages(_text(data))]


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise StatementRefused(_("This file is larger than 10 MB."))
    if b"\x00" in data:
        raise StatementRefused(_("This file is not written in the encoding of a statement."))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise StatementRefused(_("This file is not written in the encoding of a statement."))


def _messages(text: str) -> list[str]:
    starts = [match.start() for match in STARTS.finditer(text)]
    if not starts:
        raise StatementRefused(_("There is no statement in this file."))
    ends = [*starts[1:], len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _statement(message: str) -> Statement:
    if not OPENINGS.search(message) or not CLOSINGS.search(message):
        raise StatementRefused(_("The file is cut off: a balance is missing."))
    import mt940

    try:
        parsed = mt940.parse(message)
        movements = [movement.data for movement in parsed]
    except StatementRefused:
        raise
    except Exception as error:  # the library raises what it likes on a file that is none
        raise StatementRefused(_("The file is damaged: it could not be read as MT940.")) from error
    if len(movements) != len(MOVEMENTS.findall(message)):
        raise StatementRefused(_("A movement of this file could not be read."))
    opening = _balance(parsed.data, "opening")
    closing = _balance(parsed.data, "closing")
    currency = opening[1]
    lines = tuple(_line(movement, currency) for movement in movements)
    account = str(parsed.data.get("account_identification") or "").strip()
    return Statement(account, currency, lines, opening[0], closing[0])


def _balance(data: dict[str, Any], which: str) -> tuple[int, str]:
    found = data.get(f"final_{which}_balance") or data.get(f"intermediate_{which}_balance")
    amount = getattr(found, "amount", None)
    if amount is None:
        raise StatementRefused(_("The file is cut off: a balance is missing."))
    return to_minor(str(amount.amount), str(amount.currency)), str(amount.currency)


def _line(data: dict[str, Any], currency: str) -> StatementLine:
    sign, amount = SIGNS.get(str(data.get("status"))), data.get("amount")
    if sign is None or amount is None or data.get("date") is None:
        raise StatementRefused(_("A movement of this file could not be read."))
    minor = sign * abs(to_minor(str(amount.amount), currency))
    value = data["date"]
    booked = data.get("guessed_entry_date") or data.get("entry_date") or value
    words = " ".join(
        str(data.get(name) or "")
        for name in ("transaction_details", "purpose", "additional_purpose", "posting_text", "extra_details")
    )
    reference = str(data.get("end_to_end_reference") or "").strip()
    if not reference and (match := END_TO_END.search(words)):
        reference = match[1].strip()
    if not reference and data.get("customer_reference") not in NO_REFERENCE:
        reference = str(data["customer_reference"]).strip()
    return StatementLine(
        booked_on=_plain_day(booked),
        amount_minor=minor,
        currency=currency,
        value_on=_plain_day(value),
        end_to_end="" if reference == "NOTPROVIDED" else reference[:80],
        bank_reference=str(data.get("bank_reference") or "")[:80],
        name=str(data.get("applicant_name") or data.get("recipient_name") or "")[:140],
        text=" ".join(words.split())[:500],
    )


def _plain_day(value: Any) -> date:
    return date(value.year, value.month, value.day)
