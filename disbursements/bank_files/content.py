"""What a payment file says, as plain data: one debtor account, one currency, one day, one row a payment."""

import hashlib
import json
import unicodedata
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal

from programmes.money import Money

_SEPA = """
AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS
SE SI SK SM VA
"""
IBAN_COUNTRIES_OF_SEPA = frozenset(_SEPA.split())
"""Countries whose IBANs the SEPA schemes reach (European Payments Council, EPC409-09)."""


@dataclass(frozen=True)
class Party:
    """Who pays or is paid, and where: name, account number (IBAN or national), agent."""

    name: str
    number: str
    bic: str = ""
    institution: str = ""
    town: str = ""
    country: str = ""

    @property
    def has_iban(self) -> bool:
        """Whether the number is an IBAN: it begins with two letters and two digits."""
        return self.number[:2].isalpha() and self.number[2:4].isdigit()


@dataclass(frozen=True)
class Payment:
    """One payment. amount_minor: minor units of the file's currency. uetr: a UUID, version 4."""

    end_to_end: str
    amount_minor: int
    payee: Party
    text: str = ""
    uetr: str = ""


@dataclass(frozen=True)
class PaymentFile:
    """Everything that a file says. message_id: unique per file; created_at: aware; value_date: pay on."""

    message_id: str
    created_at: datetime
    value_date: date
    currency: str
    payer: Party
    payments: tuple[Payment, ...] = field(default_factory=tuple)

    @property
    def count(self) -> int:
        """How many payments."""
        return len(self.payments)

    @property
    def total_minor(self) -> int:
        """The sum of all payments, in minor units."""
        return sum(payment.amount_minor for payment in self.payments)

    @property
    def is_sepa(self) -> bool:
        """Whether all of it is in euro between accounts that the SEPA schemes reach."""
        parties = [self.payer, *(payment.payee for payment in self.payments)]
        reached = all(one.has_iban and one.number[:2] in IBAN_COUNTRIES_OF_SEPA for one in parties)
        return self.currency == "EUR" and reached

    def amount(self, minor: int) -> str:
        """An amount as ISO 20022 writes it: a point, and exactly the currency's own decimals."""
        money = Money(minor, self.currency)
        return f"{money.decimal:.{money.exponent}f}"


def plain_total(file: PaymentFile) -> Decimal:
    """The control sum in major units, exact."""
    return Money(file.total_minor, file.currency).decimal


def latin(text: str) -> str:
    """Return a text in the letters that banks exchange: accents off, dashes and quotes made plain.

    What has no plain Latin form (Arabic letters) stays, for `checking.py` to name it.
    """
    swapped = text.translate(_PLAIN)
    parts = unicodedata.normalize("NFKD", swapped)
    return " ".join("".join(sign for sign in parts if not unicodedata.combining(sign)).split())


_PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": "'",
        "”": "'",
        '"': "'",
        "–": "-",
        "—": "-",
        "_": "-",
        "&": "+",
        "œ": "oe",
        "Œ": "OE",
        "æ": "ae",
        "Æ": "AE",
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "ı": "i",
        "°": "o",
        "№": "No",
        "@": "(at)",
    }
)


def digest(file: PaymentFile, written_as: object) -> str:
    """Return the SHA-256 of everything that a file says, whenever it is written.

    written_as: the format, or the template's definition. The moment of writing is left out: what people sign
    is the content, and the bytes of the file get a digest of their own.
    """
    said = asdict(file)
    said.pop("created_at")
    text = json.dumps([said, written_as], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
