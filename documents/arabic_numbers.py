"""Arabic cardinal numbers with the counted noun, as written on papers (modern standard, nominative).

num2words writes 101000 as "a hundred and a thousand thousand" in Arabic, separates the joining letter from
its word and keeps its state between calls, so the Arabic of an amount is made here. The noun's form follows
the last two digits: 3-10 plural, 11-99 accusative singular, full hundreds singular; one and two are said by
the noun itself ("a thousand dirhams and two dirhams").
Source: W. Wright, A Grammar of the Arabic Language, part III, sections 318-328.
"""

from typing import NamedTuple

MAXIMUM = 10**12 - 1

ONES = ["صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"]
TEENS = ["أحد عشر", "اثنا عشر", *(f"{ONES[n]} عشر" for n in range(3, 10))]
TENS = ["عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]
HUNDREDS = ["مائة", "مائتان", "ثلاثمائة", "أربعمائة", "خمسمائة", "ستمائة", "سبعمائة", "ثمانمائة", "تسعمائة"]
AND = " و"


class Noun(NamedTuple):
    """The forms of a masculine counted noun: one, two, three to ten, eleven to ninety-nine, hundreds.

    before: the form of "two" right before another noun, where the noun is itself a number word.
    """

    one: str
    two: str
    few: str
    many: str
    hundred: str
    before: str = ""


THOUSAND = Noun("ألف", "ألفان", "آلاف", "ألفاً", "ألف", before="ألفا")
MILLION = Noun("مليون", "مليونان", "ملايين", "مليوناً", "مليون", before="مليونا")
MILLIARD = Noun("مليار", "ملياران", "مليارات", "ملياراً", "مليار", before="مليارا")
SCALES = ((10**9, MILLIARD), (10**6, MILLION), (10**3, THOUSAND))


def _below_hundred(number: int) -> str:
    if number <= 10:
        return ONES[number]
    if number < 20:
        return TEENS[number - 11]
    tens = TENS[number // 10 - 2]
    return f"{ONES[number % 10]}{AND}{tens}" if number % 10 else tens


def _below_thousand(number: int, *, before_noun: bool) -> str:
    hundreds, rest = divmod(number, 100)
    parts = []
    if hundreds:
        is_bare_two_hundred = hundreds == 2 and not rest and before_noun
        parts.append("مائتا" if is_bare_two_hundred else HUNDREDS[hundreds - 1])
    if rest:
        parts.append(_below_hundred(rest))
    return AND.join(parts)


def _form(noun: Noun, number: int) -> str:
    """The noun's form after a number whose last two digits are not 01 or 02."""
    last = number % 100
    if last == 0:
        return noun.hundred
    return noun.few if last <= 10 else noun.many


def _group(count: int, noun: Noun, *, is_last: bool) -> str:
    """`count` (1-999) of a scale word; is_last: the thing counted follows at once."""
    if count > 100 and count % 100 in (1, 2):
        rest = _group(count % 100, noun, is_last=is_last)
        return f"{_below_thousand(count - count % 100, before_noun=True)} {noun.hundred}{AND}{rest}"
    if count == 1:
        return noun.one
    if count == 2:
        return noun.before if is_last else noun.two
    form = noun.hundred if is_last and 11 <= count % 100 <= 99 else _form(noun, count)
    return f"{_below_thousand(count, before_noun=True)} {form}"


def cardinal(number: int, *, before_noun: bool = False) -> str:
    """Spell 0 <= number < 10**12; before_noun drops the n of duals that the counted noun follows.

    Raises ValueError outside that range.
    """
    if not 0 <= number <= MAXIMUM:
        raise ValueError(f"cannot spell {number}")
    if number == 0:
        return ONES[0]
    parts, rest = [], number
    for scale, noun in SCALES:
        count, rest = divmod(rest, scale)
        if count:
            parts.append(_group(count, noun, is_last=before_noun and rest == 0))
    if rest:
        parts.append(_below_thousand(rest, before_noun=before_noun))
    return AND.join(parts)


def counted(number: int, noun: Noun) -> str:
    """Spell a number with what it counts: "two thousand dirhams", "a thousand dirhams and one dirham"."""
    last = number % 100
    if number > 2 and last in (1, 2):
        rest = number - last
        return f"{cardinal(rest, before_noun=True)} {noun.hundred}{AND}{counted(last, noun)}"
    if number == 1:
        return f"{noun.one} {ONES[1]}"
    if number == 2:
        return noun.two
    return f"{cardinal(number, before_noun=True)} {_form(noun, number)}"
