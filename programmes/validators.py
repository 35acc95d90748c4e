"""What may stand in the columns of a programme: countries, currencies, time zones, colours."""

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from programmes.accent import WeakAccent, accent_values
from programmes.money import CURRENCIES

if TYPE_CHECKING:
    from programmes.models import Programme

# CLDR also names regions (001 world, EU, UN) and its own codes (XA, ZZ): these are no countries.
_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "ZZ"})


def countries(language: str) -> dict[str, str]:
    """Return the countries of ISO 3166-1 by code, named in a language (CLDR)."""
    from babel import Locale  # heavy

    names = Locale(language).territories
    return {
        code: name
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES and not code.startswith("X")
    } | {"XK": names["XK"]}


def country(code: str) -> None:
    """Refuse what is no ISO 3166-1 code of two letters."""
    if code not in countries("en"):
        raise ValidationError(_("“%(code)s” is no country code.") % {"code": code})


def currency(code: str) -> None:
    """Refuse what is no ISO 4217 currency."""
    if code not in CURRENCIES:
        raise ValidationError(_("“%(code)s” is no currency code.") % {"code": code})


def time_zone(name: str) -> None:
    """Refuse a time zone that nobody knows."""
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is no time zone.") % {"name": name})


def accent(colour: str) -> None:
    """Refuse what is no colour, and a colour on which white words cannot be read."""
    try:
        accent_values(colour)
    except WeakAccent as weak:
        raise ValidationError(
            _(
                "This colour is too light: white words on it have a contrast of %(contrast)s to 1,"
                " at least 4.5 to 1 is needed. Choose a darker one."
            )
            % {"contrast": f"{weak.contrast:.1f}"}
        ) from weak
    except ValueError as error:
        raise ValidationError(_("Give a colour such as #1f5a7a.")) from error


def refuse_loop(programme: "Programme") -> None:
    """Refuse a programme that would be part of itself."""
    seen, above = {programme.pk}, programme.parent
    while above is not None:
        if above.pk in seen:
            raise ValidationError({"parent": _("A programme cannot be part of itself.")})
        seen.add(above.pk)
        above = above.parent
