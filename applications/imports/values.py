"""Reading one cell: what people type becomes an answer, or a sentence that says what is wrong. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from applications import answers
from applications.form_definition import (
    CHOICE,
    CHOICES,
    DATE,
    DECLARATION,
    MONEY,
    NUMBER,
    PHONE,
    Question,
)
from applications.vault import fold
from applications.written_dates import DAY_FIRST, NotADate, read_date
from documents.intake.tables import FORMULA
from programmes.money import parse
from workflow.digits import plain_number, western

DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ufffe\uffff]")
LONGEST = 20_000
ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#VALEUR!", "#NOM?", "#NUL!")
NOTHING = ("n/a", "n.a.", "-", "\u2013", "\u2014")
SERIAL = re.compile(r"[1-6]\d{4}(?:\.\d+)?\Z")
YES = {"yes", "oui", "نعم", "true", "vrai", "1", "x", "ok", "y", "o", "d accord"}
NO = {"no", "non", "لا", "false", "faux", "0", "n"}
WORDS_FOR_WOMAN = "f w female woman femme feminin fem mme fille انثى مؤنث امرأة بنت"
WORDS_FOR_MAN = "m h male man homme masculin masc garcon ذكر مذكر رجل ولد"
WOMAN, MAN = set(map(fold, WORDS_FOR_WOMAN.split())), set(map(fold, WORDS_FOR_MAN.split()))


class Unreadable(Exception):
    """A cell that cannot be read; the text says why."""


def clean(raw: str) -> str:
    """Return the text of a cell in one normal form, without signs of direction; raises `Unreadable`.

    What people write for "nothing", such as "N/A", is nothing.
    """
    if raw == FORMULA:
        raise Unreadable(_("This cell holds a formula. Put its value there instead."))
    if raw.strip().upper() in ERRORS:
        raise Unreadable(_("This cell holds an error of the spreadsheet. Put its value there instead."))
    if ODD.search(raw):
        raise Unreadable(
            _("This cell holds characters that cannot be read. Is the file in another encoding?")
        )
    if len(raw) > LONGEST:
        raise Unreadable(_("This text is longer than any answer can be."))
    text = unicodedata.normalize("NFC", DIRECTION.sub("", raw)).strip()
    return "" if text.lower() in NOTHING else text


def yes(text: str) -> bool:
    """Return yes or no; raises `Unreadable` for anything else."""
    word = fold(western(text))
    if word in YES:
        return True
    if word in NO or not word:
        return False
    raise Unreadable(_("Write yes or no."))


def a_date(text: str, order: str = DAY_FIRST) -> str:
    """Return a date as "2019-05-14", or a year alone; order: how 03/04/2019 is meant. Raises `Unreadable`."""
    try:
        return read_date(text, order)
    except NotADate:
        if SERIAL.match(western(text)):
            raise Unreadable(
                _("Excel keeps this day as a number. Give the column the format of a date.")
            ) from None
        raise Unreadable(_("This is not a date: write 14/05/1994 or 1994.")) from None


def a_phone(text: str, country: str) -> str:
    """Return a telephone number in international form; raises `Unreadable`."""
    import phonenumbers  # heavy: the numbering plans of the world

    plain = re.sub(r"[^\d+]", "", western(text))
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    try:
        number = phonenumbers.parse(plain, country or None)
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        pass
    raise Unreadable(_("This is not a telephone number."))


def one_of(text: str, names: Mapping[str, Iterable[str]]) -> str:
    """Return the key whose names fit a text, whatever the language and the spelling; raises `Unreadable`."""
    wanted = fold(text)
    for key, known in names.items():
        if wanted == _folded(key) or any(wanted == _folded(name) for name in known if name):
            return key
    raise Unreadable(_("Not one of the possible answers."))


@lru_cache(maxsize=2048)
def _folded(name: str) -> str:
    """The name of a choice, folded once for all rows; never what a cell says of a person."""
    return fold(name)


def sex(text: str) -> str:
    """Return "f", "m" or "" for nothing; raises `Unreadable`."""
    word = fold(text)
    if not word:
        return ""
    if word in WOMAN:
        return "f"
    if word in MAN:
        return "m"
    raise Unreadable(_("Write woman or man, or leave it empty."))


def answer(question: Question, text: str, *, currency: str, language: str, country: str, order: str) -> Any:
    """Return the answer to a question of the form; raises `Unreadable`."""
    try:
        value = _answer(question, text, currency, language, country, order)
    except ValidationError as error:
        raise Unreadable(" ".join(error.messages)) from error
    if not answers.is_empty(value) and (sentence := answers.malformed(question, value)):
        raise Unreadable(sentence)
    return value


def _answer(question: Question, text: str, currency: str, language: str, country: str, order: str) -> Any:
    if question.kind == DECLARATION:
        return yes(text)
    if question.kind == CHOICE:
        return one_of(text, {value: texts.values() for value, texts in question.choices})
    if question.kind == DATE:
        return a_date(text, order)
    if question.kind == PHONE:
        return a_phone(text, country)
    if question.kind == MONEY:
        return parse(text, currency, language).minor
    if question.kind == NUMBER:
        return a_number(text)
    if question.kind == CHOICES:
        return _several(text, {value: texts.values() for value, texts in question.choices})
    return text


def a_number(text: str) -> str:
    """Return a number in plain decimal form; raises `Unreadable`."""
    plain = plain_number(text)
    if answers.decimal_of(plain) is None:
        raise Unreadable(_("Write a number."))
    return plain


def _several(text: str, names: Mapping[str, Iterable[str]]) -> list[str]:
    """Several choices: between commas or the like, else, as KoboToolbox writes keys, between spaces."""
    parts = [part for part in re.split(r"[;,،؛|\n]", text) if part.strip()]
    try:
        found = [one_of(part, names) for part in parts]
    except Unreadable:
        found = [one_of(part, names) for part in text.split()]
    return list(dict.fromkeys(found))
