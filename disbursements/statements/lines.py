"""What a statement says, as plain data, and when two lines are the same one.

A line has no number of its own that can be trusted: bank references repeat across years, files overlap. Its
fingerprint is the digest of everything it says; lines that say exactly the same are told apart by their
occurrence, the how-manieth of them it is in its file. Importing files in any order, any number of times, then
adds each line once: the lines kept are, for every fingerprint, as many as the file that has the most of it.
"""

import itertools
import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django.utils.translation import gettext as _

from programmes.money import CURRENCIES, MAX_MINOR, exponent

MOST_LINES = 20_000
MAX_BYTES = 10 * 1024 * 1024


class StatementRefused(ValueError):
    """A file that cannot be read as a statement; the message says why, in the reader's language."""


class StatementLine(NamedTuple):
    """One movement. amount_minor: minor units of the statement's currency; above zero when money came in."""

    booked_on: date
    amount_minor: int
    currency: str
    value_on: date | None = None
    end_to_end: str = ""
    bank_reference: str = ""
    name: str = ""
    text: str = ""

    def said(self) -> str:
        """Everything that the line says, as one text: what its fingerprint is the digest of."""
        return json.dumps(
            [
                self.booked_on.isoformat(),
                self.amount_minor,
                self.currency,
                self.value_on.isoformat() if self.value_on else "",
                *(" ".join(part.split()) for part in (self.end_to_end, self.bank_reference)),
                *(" ".join(part.split()).casefold() for part in (self.name, self.text)),
            ],
            ensure_ascii=False,
        )


class Statement(NamedTuple):
    """What a file says: whose account, which movements, and the balances where it tells them.

    account: the number as written, empty where the file does not say. Balances in minor units, signed.
    others: the other accounts of which the same file tells.
    """

    account: str
    currency: str
    lines: tuple[StatementLine, ...] = ()
    opening_minor: int | None = None
    closing_minor: int | None = None
    others: tuple[str, ...] = ()


def of_account(found: Sequence[Statement], account: str, currency: str) -> Statement:
    """Return what a file says of one account: its statements in the file's order, as one.

    found: the statements of the file, at least one; those of other accounts are left for a hand-in there.
    Raises `StatementRefused` when none is of the account in its currency, or one of its pages is missing.
    """
    own = [one for one in found if same_account(one.account, account)]
    if not own:
        theirs = ", ".join(dict.fromkeys(one.account[:40] for one in found))
        raise StatementRefused(
            _("This statement is of account %(theirs)s, not of this one.") % {"theirs": theirs[:200]}
        )
    right = [one for one in own if one.currency == currency]
    if not right:
        raise StatementRefused(
            _("The account is in %(ours)s, this statement in %(theirs)s.")
            % {"ours": currency, "theirs": own[0].currency[:10]}
        )
    for one, following in itertools.pairwise(right):
        if None not in (one.closing_minor, following.opening_minor) and (
            one.closing_minor != following.opening_minor
        ):
            raise StatementRefused(
                _("The movements do not lead from the opening to the closing balance: a part is missing.")
            )
    mine = [one.account for one in right]
    return Statement(
        right[0].account,
        currency,
        tuple(line for one in right for line in one.lines),
        right[0].opening_minor,
        right[-1].closing_minor,
        tuple(dict.fromkeys(one.account for one in found if one.account not in mine)),
    )


def with_occurrences(
    lines: Sequence[StatementLine], mark: Callable[[str], str]
) -> list[tuple[StatementLine, str, int]]:
    """Return every line with its fingerprint and its occurrence, from 1 on.

    mark: the keyed digest of a text; names must not be found by trying.
    """
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        fingerprint = mark(line.said())
        seen[fingerprint] += 1
        found.append((line, fingerprint, seen[fingerprint]))
    return found


def check(statement: Statement) -> Statement:
    """Return the statement; raises `StatementRefused` when it cannot be whole.

    It has lines of one known currency, not too many, and where it tells both balances the lines add up from
    one to the other: else a part is missing.
    """
    if statement.currency not in CURRENCIES:
        raise StatementRefused(_("%(code)s is not a currency.") % {"code": statement.currency[:10]})
    if not statement.lines and statement.opening_minor is None:
        raise StatementRefused(_("There is no movement in this file."))
    if len(statement.lines) > MOST_LINES:
        raise StatementRefused(_("This file has more than %(count)s movements.") % {"count": MOST_LINES})
    for line in statement.lines:
        if line.currency != statement.currency:
            raise StatementRefused(
                _("The movements are in several currencies: %(one)s and %(other)s.")
                % {"one": statement.currency, "other": line.currency}
            )
    if statement.opening_minor is not None and statement.closing_minor is not None:
        total = statement.opening_minor + sum(line.amount_minor for line in statement.lines)
        if total != statement.closing_minor:
            raise StatementRefused(
                _("The movements do not lead from the opening to the closing balance: a part is missing.")
            )
    return statement


def to_minor(text: str, currency: str) -> int:
    """Return an amount written with a point in minor units; raises `StatementRefused` for any other text."""
    try:
        digits = exponent(currency)
    except ValueError as error:
        raise StatementRefused(_("%(code)s is not a currency.") % {"code": currency[:10]}) from error
    try:
        scaled = Decimal(text.strip()).scaleb(digits)
    except InvalidOperation as error:
        raise StatementRefused(_("“%(text)s” is not an amount.") % {"text": text.strip()[:40]}) from error
    if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) > MAX_MINOR:
        raise StatementRefused(
            _("“%(text)s” is not an amount in %(currency)s.")
            % {"text": text.strip()[:40], "currency": currency}
        )
    return int(scaled)


def same_account(written: str, ours: str) -> bool:
    """Tell whether a number in a file is this account's: spaces aside, an IBAN holds the national number.

    Some banks write the account's currency behind its number (`NL69INGB0123456789EUR`), German ones the
    bank's code and a stroke before it (`10020030/1234567`).
    """
    bank, stroke, number = written.partition("/")
    if stroke and bank.isdigit() and number.isdigit():
        national = _plain(ours)[4:] == bank + number.zfill(10)
        return national or number.lstrip("0") == ours.strip().lstrip("0")
    one, other = _plain(written).lstrip("0"), _plain(ours).lstrip("0")
    if not one or not other:
        return False
    if one[-3:] in CURRENCIES and other[-3:] not in CURRENCIES:
        one = one[:-3]
    return (
        one == other or (len(one) >= 10 and other.endswith(one)) or (len(other) >= 10 and one.endswith(other))
    )


def _plain(number: str) -> str:
    return "".join(sign for sign in number if sign.isalnum()).upper()
