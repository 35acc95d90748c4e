"""Digits as people type them: Arabic and Persian ones read like western ones."""

import re

ARABIC, PERSIAN = 0x660, 0x6F0
_WESTERN = {zero + digit: str(digit) for zero in (ARABIC, PERSIAN) for digit in range(10)}


def western(text: str) -> str:
    """Return a text with its Arabic and Persian digits as western ones; nothing else changes."""
    return text.translate(_WESTERN)


def plain_number(text: str) -> str:
    """Return a number as it is typed in plain decimal form: "١٢٬٥٠٠٫٥" and "12 500,5" are "12500.5".

    A comma is the decimal sign, blanks stand between thousands. What is no number is not judged here.
    """
    return re.sub(r"[\s\u066c]", "", western(text)).replace("\u066b", ".").replace(",", ".")
