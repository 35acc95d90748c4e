"""Which of our languages a column of an XLSForm is written in: by its code, else by its name."""

import re
import unicodedata

CODE = re.compile(r"\(([a-zA-Z]{2,3})(?:[-_][a-zA-Z]+)?\)\s*\Z")
CODES = {"fr": "fr", "fra": "fr", "fre": "fr", "en": "en", "eng": "en", "ar": "ar", "ara": "ar"}
NAMES = {
    "fr": ("francais", "french", "الفرنسية", "فرنسية", "فرنسي"),
    "en": ("english", "anglais", "الانجليزية", "انجليزية", "الانكليزية", "انجليزي"),
    "ar": ("arabic", "arabe", "العربية", "عربية", "عربي"),
}


def language_of(name: str) -> str:
    """Return "fr", "en" or "ar" for the name of a language as headings have it, "" for any other."""
    if match := CODE.search(name):
        return CODES.get(match[1].lower(), "")
    plain = "".join(
        sign
        for sign in unicodedata.normalize("NFKD", name.strip().lower())
        if not unicodedata.combining(sign)
    )
    found = (code for code, names in NAMES.items() if plain in names)
    return CODES.get(plain) or next(found, "")
