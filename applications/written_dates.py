"""Dates as people write them: 14/05/1994, 14.5.94, ١٤/٠٥/١٩٩٤, 14 mai 1994, 1994-05-14, or a year alone.

Kept as "1994-05-14" or "1994". Pure but for the field, which shows a day as it is written here: 14/05/1994.
"""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from applications import answers
from applications.vault import fold
from workflow.digits import western

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
LONGEST = 40
_DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_FIGURES = re.compile(r"(\d{1,4})\s?[./\- ]\s?(\d{1,2})\s?[./\- ]\s?(\d{1,4})(?:[ T].*)?\Z")
_WORDS = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?[\s./\-]+([^\W\d]+\.?)[\s./\-,]+(\d{4}|\d{2})\Z")
_MONTHS = (
    "january jan janvier janv يناير جانفي",
    "february feb fevrier fevr فبراير فيفري شباط",
    "march mar mars مارس اذار",
    "april apr avril avr ابريل افريل نيسان",
    "may mai مايو ماي ايار",
    "june jun juin يونيو جوان حزيران",
    "july jul juillet juil يوليو يوليوز جويليه تموز",
    "august aug aout غشت اغسطس اوت",
    "september sep sept septembre شتنبر سبتمبر ايلول",
    "october oct octobre اكتوبر",
    "november nov novembre نونبر نوفمبر",
    "december dec decembre دجنبر ديسمبر",
)
_MONTH_OF = {fold(name): number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}


class NotADate(ValueError):
    """What was written is neither a date nor a year."""


def read_date(text: str, order: str = DAY_FIRST) -> str:
    """Return a date as "2019-05-14", or a year alone as "2019"; raises `NotADate`.

    order: how 03/04/2019 is meant; what can be meant in one way only is read so. Digits may be Arabic, months
    may be named in French, English or Arabic. Two figures of a year below 40 are of this century.
    """
    plain = " ".join(western(_DIRECTION.sub("", text)).split())
    if re.fullmatch(r"\d{4}", plain) and answers.is_date_or_year(plain):
        return plain
    try:
        written = _in_figures(plain, order) or _in_words(plain)
    except ValueError:  # the 31st of February
        written = ""
    if written and answers.is_date_or_year(written):
        return written
    raise NotADate(text)


def _in_figures(plain: str, order: str) -> str:
    match = _FIGURES.match(plain)
    if match is None:
        return ""
    one, two, three = match.groups()
    if len(one) == 4:
        return date(int(one), int(two), int(three)).isoformat()
    first, second = int(one), int(two)
    swapped = (order == MONTH_FIRST and first <= 12) or second > 12
    day, month = (second, first) if swapped else (first, second)
    return date(_year(three), month, day).isoformat()


def _in_words(plain: str) -> str:
    match = _WORDS.match(plain)
    month = _MONTH_OF.get(fold(match[2].strip("."))) if match else None
    return date(_year(match[3]), month, int(match[1])).isoformat() if match and month else ""


def _year(figures: str) -> int:
    if len(figures) == 2:
        return int(figures) + (2000 if int(figures) < 40 else 1900)
    return int(figures)


def shown(value: str) -> str:
    """Return a kept date as it is written here, 14/05/1994; a year, and what is no date, as they are."""
    if len(value) == 10 and answers.is_date_or_year(value):
        year, month, day = value.split("-")
        return f"{day}/{month}/{year}"
    return value


class DateOrYearField(forms.CharField):
    """A date or a year, written in any way that can be meant in one way only.

    past: days and years to come are refused, as for a birth.
    """

    widget = forms.TextInput(attrs={"dir": "ltr"})

    def __init__(self, *args: Any, past: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST)
        super().__init__(*args, **kwargs)
        self.past = past

    def to_python(self, value: Any) -> str:
        """Return the date as it is kept, "" for nothing."""
        text: str = super().to_python(value) or ""
        if not text:
            return ""
        try:
            found = read_date(text)
        except NotADate:
            raise ValidationError(_("Write a date, or a year alone.")) from None
        if self.past and found > timezone.localdate().isoformat():
            raise ValidationError(_("This day lies in the future."))
        return found

    def prepare_value(self, value: Any) -> Any:
        """Show a kept date as it is written."""
        return shown(value) if isinstance(value, str) else value
