"""Whether an application meets the eligibility rules of its call: met, not met, or to be checked by hand.

Pure, on plain facts (`applications/screening.py` gathers them from the records). What is not known is never
guessed: then a person checks it. Parameters by kind of rule:

    age               {"from": 18, "to": 35}            whole years when it is sent; either may be left out
    residence         {"sites": ["rabat", "fes"]}       codes of the programme's sites
    status            {"categories": ["refugee"]}       displacement categories, read from the vault
    composition       {"of": "women_or_youth", "percent": 30, "youth_until": 35}   or "women", "youth"
                      with "waivable": true, a group that does not meet it can send, and an officer decides
    previous_winner   {}                                nobody of them was funded before
    own_contribution  {"percent": 10}                   of the whole budget
    by_hand           {}                                always a person
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

MET, NOT_MET, BY_HAND = "met", "not_met", "by_hand"
YOUTH_UNTIL = 35


class Member(NamedTuple):
    """What is known of one person of an application; None and "" where it is not."""

    birth_year: int | None = None
    sex: str = ""
    category: str = ""


class Facts(NamedTuple):
    """What is known of an application. own, total: of the budget, in minor units, None without a budget."""

    year: int
    members: Sequence[Member] = ()
    site: str = ""
    funded_before: bool = False
    own: int | None = None
    total: int | None = None


def evaluate(kind: str, parameters: Mapping[str, Any], facts: Facts) -> str:
    """Return `MET`, `NOT_MET` or `BY_HAND` for one rule; an unknown kind is checked by hand."""
    rule = _RULES.get(kind)
    return rule(parameters, facts) if rule else BY_HAND


def _known(answers: Sequence[bool | None]) -> str:
    """All must hold: one that does not decides, else one that is not known leaves it to a person."""
    if False in answers:
        return NOT_MET
    return BY_HAND if not answers or None in answers else MET


def _age(parameters: Mapping[str, Any], facts: Facts) -> str:
    return _known([_within(parameters, facts.year, member.birth_year) for member in facts.members])


def _within(parameters: Mapping[str, Any], year: int, born: int | None) -> bool | None:
    """Only the year of birth is known: who might still be one year younger on the day is checked by hand."""
    if born is None:
        return None
    youngest, oldest = year - born - 1, year - born
    least, most = parameters.get("from"), parameters.get("to")
    if (least is not None and oldest < least) or (most is not None and youngest > most):
        return False
    sure = (least is None or youngest >= least) and (most is None or oldest <= most)
    return True if sure else None


def _residence(parameters: Mapping[str, Any], facts: Facts) -> str:
    if not facts.site:
        return BY_HAND
    return MET if facts.site in parameters.get("sites", ()) else NOT_MET


def _status(parameters: Mapping[str, Any], facts: Facts) -> str:
    allowed = set(parameters.get("categories", ()))
    return _known([member.category in allowed if member.category else None for member in facts.members])


def _composition(parameters: Mapping[str, Any], facts: Facts) -> str:
    until = int(parameters.get("youth_until", YOUTH_UNTIL))
    tests: dict[str, Callable[[Member], bool | None]] = {
        "women": _is_woman,
        "youth": lambda member: _is_young(member, facts.year, until),
        "women_or_youth": lambda member: _either(_is_woman(member), _is_young(member, facts.year, until)),
    }
    test = tests.get(str(parameters.get("of", "women_or_youth")))
    if test is None or not facts.members:
        return BY_HAND
    answers = [test(member) for member in facts.members]
    wanted = int(parameters.get("percent", 0)) * len(answers)
    surely, perhaps = 100 * answers.count(True), 100 * (len(answers) - answers.count(False))
    if surely >= wanted:
        return MET
    return BY_HAND if perhaps >= wanted else NOT_MET


def _is_woman(member: Member) -> bool | None:
    return member.sex == "f" if member.sex else None


def _is_young(member: Member, year: int, until: int) -> bool | None:
    return year - member.birth_year <= until if member.birth_year is not None else None


def _either(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if None in (one, other) else False


def _previous_winner(parameters: Mapping[str, Any], facts: Facts) -> str:
    return NOT_MET if facts.funded_before else MET


def _own_contribution(parameters: Mapping[str, Any], facts: Facts) -> str:
    if facts.own is None or not facts.total:
        return BY_HAND
    return MET if 100 * facts.own >= int(parameters.get("percent", 0)) * facts.total else NOT_MET


_RULES: dict[str, Callable[[Mapping[str, Any], Facts], str]] = {
    "age": _age,
    "residence": _residence,
    "status": _status,
    "composition": _composition,
    "previous_winner": _previous_winner,
    "own_contribution": _own_contribution,
}
