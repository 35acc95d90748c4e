"""Conditions and limits of an XLSForm as far as our forms have them. Pure; tokens are pyxform's.

`relevant` becomes `shown_if` when it names answers to one choice or declaration, joined by "or". `constraint`
becomes least, most and number of letters when it compares the answer with a number, joined by "and". A
calculation becomes a computed column or a total when it multiplies two questions or adds and takes away. What
is anything else is not guessed at: the caller says that it was not carried over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from applications.form_definition import CHOICE, CHOICES, DECLARATION

LONGEST_EXPRESSION = 1_000
TICKED = ("OK", "yes", "true")
FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "="}
VALUE, LENGTH, SELECTED = "value", "string-length(", "count-selected("
MOST_DIGITS = 12
QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})  # as word processors write them


class NotExpressible(Exception):
    """The expression says more than our forms can."""


@dataclass(frozen=True)
class Asked:
    """An earlier question as conditions name it: its key in the form, kind, answers by their names."""

    key: str
    kind: str
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Limits:
    """What a constraint says, as far as it can be said; whole: it says nothing beyond."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    letters: int | None = None
    least_chosen: int | None = None
    most_chosen: int | None = None
    whole: bool = True


Tokens = Sequence[tuple[str, str]]


def condition(text: str, asked: Mapping[str, Asked]) -> list[str]:
    """Return `shown_if` of a relevant expression: the key of an earlier question, then answers to it.

    Raises NotExpressible.
    """
    parts = _split(_bare(_tokens(text)), "or")
    found: dict[str, list[str]] = {}
    for part in parts:
        key, value = _answer(_bare(part), asked)
        found.setdefault(key, []).append(value)
    if len(found) != 1:
        raise NotExpressible
    ((key, values),) = found.items()
    return [key, *dict.fromkeys(values)]


def limits(text: str, *, whole_numbers: bool) -> Limits:
    """Return what a constraint limits; raises NotExpressible when nothing of it can be said.

    whole_numbers: "more than 3" is "at least 4" for them alone.
    """
    found, said = Limits(), 0
    for part in _split(_bare(_tokens(text)), "and"):
        try:
            _limit(_bare(part), found, whole_numbers)
            said += 1
        except NotExpressible:
            found.whole = False
    if not said:
        raise NotExpressible
    return found


def computed(text: str) -> dict[str, list[str]]:
    """Return what a line computes: a product of two questions, or those added and those taken away.

    Values are names of questions as the file has them. Raises NotExpressible.
    """
    tokens = _bare(_tokens(text))
    if [kind for kind, _text in tokens] == ["PYXFORM_REF", "OPS_MATH", "PYXFORM_REF"] and tokens[1][1] == "*":
        return {"product": [_reference(tokens[0]), _reference(tokens[2])]}
    plus, minus = _added(tokens, 1)
    if len(plus) + len(minus) < 2:
        raise NotExpressible
    return {"plus": plus, "minus": minus}


def summed(text: str) -> tuple[list[str], list[str]]:
    """Return the questions of a repeat whose sums a calculation adds, and those whose sums it takes away.

    Raises NotExpressible.
    """
    return _added(_bare(_tokens(text)), 3)


def _added(tokens: Tokens, width: int) -> tuple[list[str], list[str]]:
    """Read `a + b - c`; width: tokens of each part, 1 for `${a}`, 3 for `sum(${a})`."""
    plus: list[str] = []
    minus: list[str] = []
    sign = "+"
    for at in range(0, len(tokens) + 1, width + 1):
        part, rest = tokens[at : at + width], tokens[at + width : at + width + 1]
        if len(part) < width or (rest and rest[0][0] != "OPS_MATH"):
            raise NotExpressible
        if width > 1 and (part[0] != ("FUNC_CALL", "sum(") or part[2][0] != "CLOSE_PAREN"):
            raise NotExpressible
        (plus if sign == "+" else minus).append(_reference(part[width // 2]))
        if not rest:
            break
        sign = rest[0][1]
        if sign not in ("+", "-"):
            raise NotExpressible
    if not plus or len({*plus, *minus}) < len([*plus, *minus]):
        raise NotExpressible
    return plus, minus


def _reference(token: tuple[str, str]) -> str:
    if token[0] != "PYXFORM_REF":
        raise NotExpressible
    return token[1][2:-1].strip()


def _tokens(text: str) -> list[tuple[str, str]]:
    """Return kind and text of the tokens; "<" and "=" that stand together are one comparison."""
    from lark.exceptions import LarkError
    from pyxform.parsing.expression import parse_expression

    if not text.strip() or len(text) > LONGEST_EXPRESSION:
        raise NotExpressible
    found: list[tuple[str, str]] = []
    try:
        tokens = parse_expression(text.strip().translate(QUOTES))
    except LarkError as error:
        raise NotExpressible from error
    for token in tokens:
        if token.type == "WHITESPACE":
            continue
        if token.type == "OPS_COMP" and found and found[-1][0] == "OPS_COMP":
            found[-1] = ("OPS_COMP", found[-1][1] + str(token))
        else:
            found.append((str(token.type), str(token).strip()))
    return found


def _depths(tokens: Tokens) -> list[int]:
    """Return how many brackets are open after each token; raises NotExpressible where they do not match."""
    depth, found = 0, []
    for kind, _text in tokens:
        depth += (kind in ("OPEN_PAREN", "FUNC_CALL")) - (kind == "CLOSE_PAREN")
        if depth < 0:
            raise NotExpressible
        found.append(depth)
    if depth:
        raise NotExpressible
    return found


def _bare(tokens: Tokens) -> Tokens:
    """Take away brackets around the whole."""
    while tokens and tokens[0][0] == "OPEN_PAREN" and 0 not in _depths(tokens)[:-1]:
        tokens = tokens[1:-1]
    return tokens


def _split(tokens: Tokens, word: str) -> list[Tokens]:
    """Split at "and" or "or" outside brackets; the other word outside brackets cannot be expressed."""
    parts: list[list[tuple[str, str]]] = [[]]
    for (kind, text), depth in zip(tokens, _depths(tokens), strict=True):
        if kind == "OPS_BOOL" and depth == 0:
            if text != word:
                raise NotExpressible
            parts.append([])
        else:
            parts[-1].append((kind, text))
    return list(parts)


def _answer(tokens: Tokens, asked: Mapping[str, Asked]) -> tuple[str, str]:
    """Return question and answer of `${q} = 'a'` or `selected(${q}, 'a')`."""
    kinds, texts = [kind for kind, _text in tokens], [text for _kind, text in tokens]
    if kinds == ["FUNC_CALL", "PYXFORM_REF", "COMMA", "SYSTEM_LITERAL", "CLOSE_PAREN"]:
        if texts[0] != "selected(":
            raise NotExpressible
        question, literal, means_only = _named(texts[1], asked), texts[3], False
    elif kinds in (["PYXFORM_REF", "OPS_COMP", "SYSTEM_LITERAL"], ["PYXFORM_REF", "OPS_COMP", "NUMBER"]):
        question, literal, means_only = _named(texts[0], asked), texts[2], True
        if texts[1] != "=":
            raise NotExpressible
    else:
        raise NotExpressible
    value = literal.strip("'\"")
    if question.kind == DECLARATION and value in TICKED:
        return question.key, "true"
    if question.kind not in (CHOICE, CHOICES) or value not in question.answers:
        raise NotExpressible
    if question.kind == CHOICES and means_only:  # "this answer and no other" is not what we can say
        raise NotExpressible
    return question.key, question.answers[value]


def _named(reference: str, asked: Mapping[str, Asked]) -> Asked:
    found = asked.get(reference.removeprefix("${").removesuffix("}"))
    if found is None:
        raise NotExpressible
    return found


def _limit(tokens: Tokens, found: Limits, whole_numbers: bool) -> None:
    """Put one comparison of the answer with a number into the limits."""
    side = next((at for at, (kind, _text) in enumerate(tokens) if kind == "OPS_COMP"), None)
    if side is None:
        raise NotExpressible
    left, sign, right = tokens[:side], tokens[side][1], tokens[side + 1 :]
    if sign not in FLIPPED:
        raise NotExpressible
    if _is_number(left):
        left, sign, right = right, FLIPPED[sign], left
    what = _measured(left)
    if not _is_number(right):
        raise NotExpressible
    number = Decimal(right[0][1])
    counted = what != VALUE or whole_numbers
    least, most = _range(sign, number, counted)
    if what == VALUE:
        found.minimum, found.maximum = _tighter(found.minimum, least, max), _tighter(found.maximum, most, min)
        return
    if what == LENGTH:
        if most is None or (least is not None and least > 0):
            raise NotExpressible
        found.letters = _tighter(found.letters, int(most), min)
        return
    found.least_chosen = _tighter(found.least_chosen, None if least is None else int(least), max)
    found.most_chosen = _tighter(found.most_chosen, None if most is None else int(most), min)


def _is_number(tokens: Tokens) -> bool:
    return [kind for kind, _text in tokens] == ["NUMBER"] and len(tokens[0][1]) <= MOST_DIGITS


def _measured(tokens: Tokens) -> str:
    """Return what of the answer is compared: its value, its letters, or how many answers were chosen."""
    kinds, texts = [kind for kind, _text in tokens], [text for _kind, text in tokens]
    if kinds == ["SELF_REF"]:
        return VALUE
    if kinds == ["FUNC_CALL", "SELF_REF", "CLOSE_PAREN"] and texts[0] in (LENGTH, SELECTED):
        return texts[0]
    raise NotExpressible


def _range(sign: str, number: Decimal, counted: bool) -> tuple[Decimal | None, Decimal | None]:
    """Return least and most of a comparison; "more than" is exact for what is counted in whole numbers."""
    if sign in ("<", ">") and not (counted and number == number.to_integral_value()):
        raise NotExpressible
    if counted and number != number.to_integral_value():
        raise NotExpressible
    if sign == "=":
        return number, number
    if sign.startswith(">"):
        return (number if sign == ">=" else number + 1), None
    return None, (number if sign == "<=" else number - 1)


def _tighter(before: Any, now: Any, choose: Any) -> Any:
    if now is None or before is None:
        return before if now is None else now
    return choose(before, now)
