"""Judging whether two persons are one: evidence for and against, added up as weights.

The weights are logarithms of odds in the sense of I. Fellegi and A. Sunter, "A theory for record linkage",
JASA 64, 1969, rounded to halves and set on pairs of the test set's kind; what is not known weighs nothing. A
pair is LIKELY from `LIKELY_FROM` on, or with the same document; it is POSSIBLE when only the phone is shared,
as families do. The grounds are codes: no value of anybody leaves this module.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from rapidfuzz.distance import OSA

from applications.duplicates import names
from applications.duplicates.letters import figures, folded

LIKELY_FROM = 8.0
SURE_NAME, GOOD_NAME, FAIR_NAME, POOR_NAME = 0.97, 0.88, 0.8, 0.5
PHONE_DIGITS = 9
LOOKALIKES = str.maketrans("oil", "011")


class Grade(StrEnum):
    """How much speaks for it."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    NONE = "none"


@dataclass(frozen=True)
class Profile:
    """What is compared of a person. birth: a year or an ISO date; place: any short key; empty: not known."""

    key: int
    latin: str = field(default="", repr=False)
    arabic: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)
    document: str = field(default="", repr=False)
    document_kind: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    place: str = ""
    sex: str = ""


@dataclass(frozen=True)
class Verdict:
    """What comes of a comparison: weight, grade, and codes of what speaks for and against it."""

    weight: float
    grade: Grade
    grounds: tuple[str, ...] = ()


def document_of(number: str) -> str:
    """Return a document number without what people add and mistake: case, spaces, O for 0, I and l for 1."""
    letters = folded(number).replace(" ", "")
    return "".join(figures(char) or char for char in letters).translate(LOOKALIKES)


def phone_of(number: str) -> str:
    """Return the last nine digits of a phone number."""
    return figures(number)[-PHONE_DIGITS:]


def judge(one: Profile, other: Profile) -> Verdict:
    """Compare two persons."""
    found: list[tuple[float, str]] = []
    likeness = name_likeness(one, other)
    alike = likeness is not None and likeness.score >= FAIR_NAME
    found.append(_name(likeness))
    found.append(_birth(one.birth, other.birth))
    document = _document(one, other, alike=alike)
    phone = _phone(phone_of(one.phone), phone_of(other.phone), alike=alike)
    found += [document, phone]
    if one.place and other.place:
        found.append((1.0, "place_same") if one.place == other.place else (-0.5, "place_other"))
    if one.sex and other.sex and one.sex != other.sex:
        found.append((-3.0, "sex_other"))
    weight = sum(points for points, _ground in found)
    grounds = tuple(ground for _points, ground in found if ground)
    if document[1] == "document_same" or weight >= LIKELY_FROM:
        return Verdict(weight, Grade.LIKELY, grounds)
    if phone[1] == "phone_same":
        return Verdict(weight, Grade.POSSIBLE, grounds)
    return Verdict(weight, Grade.NONE, grounds)


def name_likeness(one: Profile, other: Profile) -> names.Likeness | None:
    """Compare names in the scripts that both have, else across; None when one has no name at all."""
    within = [(one.latin, other.latin), (one.arabic, other.arabic)]
    across = [(one.latin, other.arabic), (one.arabic, other.latin)]
    for pairs in (within, across):
        found = [names.compare(a, b) for a, b in pairs if a and b]
        if found:
            return max(found, key=lambda likeness: likeness.score)
    return None


def _name(likeness: names.Likeness | None) -> tuple[float, str]:
    if likeness is None:
        return 0.0, ""
    if likeness.words == 1 and likeness.score >= FAIR_NAME:
        return 2.0, "name_short"
    for least, points, ground in (
        (SURE_NAME, 6.0, "name_same"),
        (GOOD_NAME, 5.0, "name_like"),
        (FAIR_NAME, 4.0, "name_near"),
        (POOR_NAME, -4.0, "name_partly"),
    ):
        if likeness.score >= least:
            # A name written in the other script is never letter for letter the same.
            across = likeness.across and ground in ("name_same", "name_like")
            return (points, "name_across") if across else (points, ground)
    return -7.0, "name_other"


def _birth(one: str, other: str) -> tuple[float, str]:
    if not one or not other:
        return 0.0, ""
    if len(one) != 10 or len(other) != 10:
        if one[:4] == other[:4]:
            return 2.5, "year_same"
        return (-1.5, "year_near") if _one_slip(one[:4], other[:4]) else (-4.0, "birth_other")
    if one == other:
        return 5.0, "birth_same"
    if one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]:
        return 3.5, "birth_turned"
    if one[4:] == other[4:] and _one_slip(one[:4], other[:4]):
        return 3.0, "birth_slip"
    if one[:4] == other[:4] and _one_slip(one[5:].replace("-", ""), other[5:].replace("-", "")):
        return 1.0, "birth_slip"  # two days of one year often differ by one digit only
    if one[:4] == other[:4]:
        return -2.0, "year_same"
    return -4.0, "birth_other"


def _document(one: Profile, other: Profile, *, alike: bool) -> tuple[float, str]:
    first, second = document_of(one.document), document_of(other.document)
    if not first or not second:
        return 0.0, ""
    if first == second:
        return 9.0, "document_same"
    if _one_slip(first, second):
        # Brothers and sisters are often given papers one after the other.
        return (3.0, "document_slip") if alike else (0.0, "document_slip")
    kinds = {one.document_kind, other.document_kind}
    comparable = len(kinds) == 1 and _pattern(first) == _pattern(second)
    return (-6.0, "document_other") if comparable else (-0.5, "")


def _phone(one: str, other: str, *, alike: bool) -> tuple[float, str]:
    if len(one) < PHONE_DIGITS or len(other) < PHONE_DIGITS:
        return 0.0, ""
    if one == other:
        return 4.0, "phone_same"
    if alike and _one_slip(one, other):
        return 3.0, "phone_slip"
    return -0.5, ""


def _one_slip(one: str, other: str) -> bool:
    """Whether one digit was mistyped, left out, added, or two neighbours were exchanged."""
    return len(one) >= 4 and OSA.distance(one, other, score_cutoff=1) == 1


def _pattern(document: str) -> str:
    return re.sub("[a-z]", "a", re.sub("[0-9]", "9", document))
