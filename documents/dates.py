"""Dates on papers: written out in the paper's language, months as in its country, Latin digits."""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from babel import Locale


def paper_locale(language: str) -> "Locale":
    """Return the locale of a language code such as "fr", "ar" or "ar-ma", of its base when it has none."""
    from babel import Locale, UnknownLocaleError  # heavy

    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(settings.LANGUAGE_CODE)


def paper_date(day: date, language: str) -> str:
    """Return "14 mars 2026", "14 March 2026", "14 مارس 2026"."""
    from babel.dates import format_date  # heavy

    pattern = "d MMMM y"
    return format_date(day, pattern, locale=paper_locale(language))
