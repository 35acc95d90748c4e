"""Phone numbers as people write them, and as they are kept: E.164, "+212612345678".

A number without country code is read as one of the countries that the agency works in, when it is a number
there and nowhere else of them. Pure functions; nothing here knows an account.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# Kinds of `phonenumbers.PhoneNumberType` that take no text messages, or cost whoever sends them.
UNREACHABLE = (
    "FIXED_LINE",
    "PREMIUM_RATE",
    "SHARED_COST",
    "TOLL_FREE",
    "UAN",
    "VOICEMAIL",
    "PAGER",
)


class NotANumber(ValueError):
    """What was written is no telephone number."""


class CountryNeeded(NotANumber):
    """The number stands for several countries, or for none that is known here."""


class TakesNoMessages(NotANumber):
    """The number is a fixed line or a service number."""


def read(text: str, regions: Sequence[str]) -> str:
    """Return a number in E.164.

    regions: ISO codes of the countries whose numbers may be written without country code. Digits may be
    Arabic, spaces and dashes may stand anywhere, "00" is read as "+". Raises `NotANumber`.
    """
    return _only(_candidates(text, regions), text)


def read_mobile(text: str, regions: Sequence[str]) -> str:
    """Return a number that can take a text message, in E.164; raises `NotANumber` and its kinds.

    What is a mobile number in one country and a fixed line in another is the mobile one.
    """
    from phonenumbers import PhoneNumberType, number_type  # heavy: the numbering plans of the world

    found = _candidates(text, regions)
    unreachable = {getattr(PhoneNumberType, name) for name in UNREACHABLE}
    reachable = [number for number in found if number_type(number) not in unreachable]
    if found and not reachable:
        raise TakesNoMessages(text)
    return _only(reachable, text)


def read_any(text: str, regions: Sequence[str]) -> str:
    """Return a number in E.164, a mobile one rather than a fixed line; raises `NotANumber` and its kinds."""
    try:
        return read_mobile(text, regions)
    except TakesNoMessages:
        return read(text, regions)


def _only(numbers: "Iterable[PhoneNumber]", text: str) -> str:
    from phonenumbers import PhoneNumberFormat, format_number

    found = {format_number(number, PhoneNumberFormat.E164) for number in numbers}
    if len(found) != 1:
        raise CountryNeeded(text)
    return found.pop()


def _candidates(text: str, regions: Sequence[str]) -> "list[PhoneNumber]":
    """Return what a text may stand for: one number with its country code, else one a country that has it."""
    from phonenumbers import is_valid_number_for_region

    plain = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in " ".join(text.split()))
    if not any(letter.isdecimal() for letter in plain):
        raise NotANumber(text)
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    if plain.startswith("+"):
        number = _parsed(plain, None)
        if number is None:
            raise NotANumber(text)
        return [number]
    numbers = ((_parsed(plain, region), region) for region in regions)
    return [
        number
        for number, region in numbers
        if number is not None and is_valid_number_for_region(number, region)
    ]


def _parsed(text: str, region: str | None) -> "PhoneNumber | None":
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def shown(number: str) -> str:
    """Return a number as it is read aloud: "+212 6 12 34 56 78"; what is no number comes back unchanged."""
    import phonenumbers  # heavy: the numbering plans of the world

    try:
        return phonenumbers.format_number(
            phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
    except phonenumbers.NumberParseException:
        return number


def hidden(number: str) -> str:
    """Return a number of which only the last two digits can be read, enough for its owner to know it."""
    return f"… {number[-2:]}"
