"""Amounts of money: whole minor units and an ISO 4217 currency; reading, writing, splitting, converting.

Pure functions and one form field; no float anywhere. What is done with money (grants, orders, postings)
belongs to the packages above. How an amount looks on a page is `workflow/display.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from workflow import display
from workflow.digits import western

# ISO 4217, list one of 2025-05, without metals, funds and test codes; 2 decimals unless named below.
_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD
HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP
PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
CURRENCIES = frozenset(_CODES.split())
_EXPONENTS = dict.fromkeys(_NO_DECIMALS.split(), 0) | dict.fromkeys(_THREE_DECIMALS.split(), 3)
MAX_MINOR = 10**17  # a column holds 9.2 * 10**18: sums of many rows still fit

_SPACES = "\u0020\u00a0\u202f\u2009'\u2019\u066c"  # between thousands, U+066C being the Arabic sign
_WRITTEN = re.compile(r"(?P<sign>-?)(?P<whole>\d+)(?:\.(?P<fraction>\d+))?")
_SIGNS = str.maketrans({"\u066b": ".", "\u2212": "-"})
_ISOLATES = re.compile("[\u200e\u200f\u2066-\u2069]")


class CurrencyMismatch(ValueError):
    """Amounts of two currencies were added or compared."""


class AmountRefused(ValidationError):
    """A text is no amount of that currency; its message says why."""


def exponent(currency: str) -> int:
    """Return how many decimals a currency has by ISO 4217 (XOF 0, MAD 2, LYD 3).

    Raises `ValueError` for a code that is no currency.
    """
    if currency not in CURRENCIES:
        raise ValueError(f"{currency!r} is no ISO 4217 currency")
    return _EXPONENTS.get(currency, 2)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `Money(3760000, "LYD")` is 3,760.000 LYD. Zero is an amount; unknown is None."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are whole: {self.minor!r}")
        exponent(self.currency)

    @property
    def exponent(self) -> int:
        """How many decimals the currency has."""
        return exponent(self.currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with all its decimals."""
        return Decimal(self.minor).scaleb(-self.exponent)

    def __str__(self) -> str:
        return f"{self.decimal:f} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def _same(self, other: "Money") -> int:
        if not isinstance(other, Money):
            raise TypeError(f"an amount is needed, not {other!r}")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self} and {other}")
        return other.minor


def amount_property(minor: str, currency: str = "currency") -> property:
    """Return a property of a model: the `Money` of two of its columns, None when the amount is not known."""

    def amount(record: Any) -> Money | None:
        value = getattr(record, minor)
        return None if value is None else Money(value, getattr(record, currency))

    return property(amount)


# Reading and writing


def parse(text: str, currency: str, language: str | None = None) -> Money:
    """Return the amount that a person wrote, with or without the currency's code.

    Thousands may be apart by spaces, apostrophes, commas or points; Arabic digits are read. One comma or
    point before exactly three digits is read as `language` (the active one) writes it: "1,234" is a decimal
    in French and a thousand in English.

    Raises `AmountRefused` with a sentence: no amount, another currency, more decimals than the currency has.
    """
    digits = exponent(currency)
    plain = _plain(text, currency, (language or display.language()).split("-")[0])
    match = _WRITTEN.fullmatch(plain)
    if match is None:
        raise AmountRefused(_("“%(text)s” is not an amount.") % {"text": text.strip()})
    fraction = match["fraction"] or ""
    if len(fraction) > digits:
        raise AmountRefused(_too_precise(text.strip(), currency, digits))
    minor = int(match["whole"] + fraction.ljust(digits, "0"))
    if minor > MAX_MINOR:
        raise AmountRefused(_("This amount is too large."))
    return Money(-minor if match["sign"] else minor, currency)


def _too_precise(text: str, currency: str, digits: int) -> str:
    if not digits:
        return _("%(currency)s has no decimals: “%(text)s” is refused.") % {
            "currency": currency,
            "text": text,
        }
    return _("%(currency)s has %(digits)s decimals: “%(text)s” has more.") % {
        "currency": currency,
        "text": text,
        "digits": digits,
    }


def _plain(text: str, currency: str, language: str) -> str:
    """Return a text with a point before the decimals and nothing between the thousands, "" if it is odd."""
    bare = western(_ISOLATES.sub("", text)).translate(_SIGNS).strip().upper()
    bare = bare.removesuffix(currency).removeprefix(currency).strip()
    bare = re.sub(f"(?<=[0-9])[{_SPACES}](?=[0-9]{{3}}(?![0-9]))", "", bare)
    sign = _decimal_sign(bare, language)
    whole, point, fraction = bare.rpartition(sign) if sign else (bare, "", "")
    groups = re.split("[.,]", whole if point else bare)
    if len(groups) > 1 and (len(groups[0].lstrip("-")) > 3 or any(len(group) != 3 for group in groups[1:])):
        return ""
    return "".join(groups) + (f".{fraction}" if point else "")


def _decimal_sign(bare: str, language: str) -> str:
    """Return which of "." and "," stands before the decimals, "" when neither does."""
    seen = {sign: bare.count(sign) for sign in ".," if sign in bare}
    if len(seen) == 2:
        last = max(seen, key=bare.rindex)
        return last if seen[last] == 1 else "."
    sign = next(iter(seen), "")
    if not sign or seen[sign] > 1:
        return ""
    three = re.search(re.escape(sign) + r"\d{3}$", bare) is not None
    return "" if three and sign == "," and language != "fr" else sign


def format_money(money: Money, language: str) -> str:
    """Return an amount with its currency as a language writes it, in Latin digits: `3 760,000 LYD`."""
    with translation.override(language):
        return display.money_text(money)


# Splitting and converting


def split(minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weights so that the parts add up to it.

    Largest remainder (Hare quota); equal remainders go to the earlier part. Raises `ValueError` when there
    is no weight above zero, or one below.
    """
    total = sum(weights)
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError(f"cannot split by {list(weights)}")
    if minor < 0:
        return [-part for part in split(-minor, weights)]
    shares = [divmod(minor * weight, total) for weight in weights]
    parts = [whole for whole, _rest in shares]
    left = minor - sum(parts)
    for index in sorted(range(len(parts)), key=lambda index: (-shares[index][1], index))[:left]:
        parts[index] += 1
    return parts


def convert(money: Money, rate: Decimal | Fraction | int, currency: str) -> Money:
    """Return the amount in another currency, rounded half up. rate: what one unit of the first one costs."""
    return Money(convert_cumulative([money.minor], rate, money.currency, currency)[0], currency)


def convert_cumulative(
    parts: Sequence[int], rate: Decimal | Fraction | int, source: str, target: str
) -> list[int]:
    """Convert parts by cumulative difference: they add up to the converted whole.

    parts: minor units of `source`, in a fixed order. rate: units of `target` for one unit of `source`.
    """
    if isinstance(rate, float):
        raise TypeError("a rate is exact, never a float")
    factor = Fraction(rate) * Fraction(10) ** (exponent(target) - exponent(source))
    converted, total, before = [], 0, 0
    for part in parts:
        total += part
        after = _round_half_up(total * factor)
        converted.append(after - before)
        before = after
    return converted


def _round_half_up(value: Fraction) -> int:
    sign = -1 if value < 0 else 1
    return sign * int((abs(value) * 2 + 1) // 2)


# Asking for an amount


class MoneyFormField(forms.CharField):
    """Asks for an amount in a known currency; `cleaned_data` holds whole minor units (int) or None.

    currency: may be set later, `form.fields["amount"].currency = call.currency`. Negative amounts are
    refused, zero is not. unit_shown: off where the currency is another field of the form.
    """

    widget = forms.TextInput

    def __init__(self, currency: str = "", *, unit_shown: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency, self.unit_shown = currency, unit_shown
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("dir", "ltr")
        self.widget.attrs.setdefault("autocomplete", "off")
        self.widget.attrs.setdefault("class", "num")

    @property
    def unit(self) -> str:
        """What stands after the control."""
        return self.currency if self.unit_shown else ""

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]  # minor units, not text
        """Return the minor units; raises `AmountRefused`. What is stored (a field that is fixed) stays."""
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        money = parse(str(text), self.currency)
        if money.minor < 0:
            raise AmountRefused(_("An amount cannot be negative."))
        return money.minor

    def run_validators(self, value: Any) -> None:
        """Nothing more to check: what `parse` returned is an amount."""

    def prepare_value(self, value: Any) -> Any:
        """Show stored minor units as the reader's language writes them; what was typed stays as typed."""
        if isinstance(value, int) and not isinstance(value, bool) and self.currency:
            return display.amount_text(Money(value, self.currency))
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the amount changed, not the way it is written."""
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True
