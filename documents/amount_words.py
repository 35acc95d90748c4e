"""Amounts of money in words for papers, in French, English and Arabic.

French and English numbers come from num2words, Arabic ones from `documents.arabic_numbers`; the words of the
currencies and how they follow the number are here. Amounts are integers of minor units, as everywhere.
"""

from typing import NamedTuple

from documents.arabic_numbers import AND as ARABIC_AND
from documents.arabic_numbers import MAXIMUM, Noun, counted


class Unit(NamedTuple):
    """A unit's words: singular and plural in French and English, all counted forms in Arabic."""

    fr: tuple[str, str]
    en: tuple[str, str]
    ar: Noun


class CurrencyWords(NamedTuple):
    """A currency's unit, its minor unit and how many decimals (ISO 4217) the minor unit stands for."""

    exponent: int
    unit: Unit
    minor: Unit | None = None


CENTIME = Unit(
    ("centime", "centimes"),
    ("centime", "centimes"),
    Noun("سنتيم", "سنتيمان", "سنتيمات", "سنتيماً", "سنتيم"),
)
CENT_AR = Noun("سنت", "سنتان", "سنتات", "سنتاً", "سنت")

CURRENCIES = {
    "MAD": CurrencyWords(
        2,
        Unit(
            ("dirham", "dirhams"),
            ("dirham", "dirhams"),
            Noun("درهم", "درهمان", "دراهم", "درهماً", "درهم"),
        ),
        CENTIME,
    ),
    "XOF": CurrencyWords(
        0,
        Unit(
            ("franc CFA", "francs CFA"),
            ("CFA franc", "CFA francs"),
            Noun("فرنك أفريقي", "فرنكان أفريقيان", "فرنكات أفريقية", "فرنكاً أفريقياً", "فرنك أفريقي"),
        ),
    ),
    "EUR": CurrencyWords(
        2,
        Unit(("euro", "euros"), ("euro", "euros"), Noun("يورو", "يوروان", "يورو", "يورو", "يورو")),
        Unit(("centime", "centimes"), ("cent", "cents"), CENT_AR),
    ),
    "LYD": CurrencyWords(
        3,
        Unit(
            ("dinar libyen", "dinars libyens"),
            ("Libyan dinar", "Libyan dinars"),
            Noun("دينار ليبي", "ديناران ليبيان", "دنانير ليبية", "ديناراً ليبياً", "دينار ليبي"),
        ),
        Unit(
            ("dirham", "dirhams"),
            ("dirham", "dirhams"),
            Noun("درهم", "درهمان", "دراهم", "درهماً", "درهم"),
        ),
    ),
    "USD": CurrencyWords(
        2,
        Unit(
            ("dollar des États-Unis", "dollars des États-Unis"),
            ("US dollar", "US dollars"),
            Noun("دولار أمريكي", "دولاران أمريكيان", "دولارات أمريكية", "دولاراً أمريكياً", "دولار أمريكي"),
        ),
        Unit(("cent", "cents"), ("cent", "cents"), CENT_AR),
    ),
}
JOINING = {"fr": " et ", "en": " and ", "ar": ARABIC_AND}


def amount_in_words(minor_units: int, currency: str, language: str) -> str:
    """Spell an amount, for instance "quatorze mille dirhams et cinquante centimes".

    minor_units: at least 0; currency: ISO 4217 code, one of CURRENCIES; language: fr, en, ar or a variant of
    them. Raises ValueError for a negative or unspeakable amount, LookupError for an unknown currency or
    language.
    """
    language = language.split("-")[0].split("_")[0]
    if language not in JOINING:
        raise LookupError(f"no words for amounts in {language!r}")
    if currency not in CURRENCIES:
        raise LookupError(f"no words for the currency {currency!r}")
    words = CURRENCIES[currency]
    whole, part = divmod(minor_units, 10**words.exponent)
    if minor_units < 0 or whole > MAXIMUM:
        raise ValueError(f"cannot spell an amount of {minor_units}")
    spelled = []
    if whole or not part:
        spelled.append(_counted(whole, words.unit, language))
    if part and words.minor:
        spelled.append(_counted(part, words.minor, language))
    return JOINING[language].join(spelled)


def _counted(number: int, unit: Unit, language: str) -> str:
    if language == "ar":
        return counted(number, unit.ar)
    from num2words import num2words  # heavy: fifty languages, of which two are needed

    spelled = num2words(number, lang=language)
    if language == "fr":
        noun = unit.fr[number >= 2]
        return f"{spelled} {_de(noun) if number and number % 1_000_000 == 0 else noun}"
    return f"{spelled} {unit.en[number != 1]}"


def _de(noun: str) -> str:
    """French joins the noun to a full million with "de": un million d'euros."""
    return f"d'{noun}" if noun[0] in "aeiouéè" else f"de {noun}"
