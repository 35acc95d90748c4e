"""In which order mixed Arabic and Latin text is read: Unicode's bidirectional algorithm over words.

python-bidi resolves the weak, neutral and implicit types (rules W, N1-N2, I of UAX #9); what its pure part
lacks and papers need is added here: directional isolates (X5a-X6a, without which 2026-0001 prints as
0001-2026 after an Arabic word) and paired brackets (N0). It runs over stretches of one type instead of single
characters, which is some ten times faster. Explicit embeddings and overrides are dropped: they serve only to
disguise. Shaping and drawing are done elsewhere (`documents.glyphs`, `documents.typesetting`).

Source: https://www.unicode.org/reports/tr9/ ; the tests compare with the Rust part of python-bidi.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeVar
from unicodedata import bidirectional

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
DROPPED = {"LRE", "RLE", "LRO", "RLO", "PDF", "B"}
GROUPED = {"L", "R", "AL", "EN", "AN", "WS"}
OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = {closing: opening for opening, closing in OPENING.items()}
MAX_DEPTH = 60

NEEDS_RESOLVING = re.compile("[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff]")
HAS_RTL = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff]")
ISOLATED = f"[{LRI}{RLI}{FSI}][^{PDI}]*{PDI}"
NUMBER_GAP = "[ \u00a0\u202f]"
UNIT = rf"(?:{NUMBER_GAP}?(?:[%€$]|[A-Z]{{3}}(?![A-Za-z])))?"
KEPT_TOGETHER = re.compile(
    rf"{ISOLATED}"
    r"|https?://[^\s،؛؟]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # addresses
    rf"|\+\d{{1,3}}(?:[ \u00a0\u202f.-]?\d{{1,4}}){{2,7}}|(?<!\w)0\d(?:[ .]\d{{2}}){{4}}(?!\d)"  # telephones
    rf"|(?<![A-Za-z0-9])[+-]?\d{{1,3}}(?:{NUMBER_GAP}\d{{3}})+(?!\d)(?:[.,]\d+)?{UNIT}"  # 1 500 000 XOF
    rf"|(?<![A-Za-z0-9])[+-]?\d+(?:[.,:/_\-–][A-Za-z0-9]+)*{UNIT}"  # dates, times, amounts, 2026-0001
    rf"|[A-Za-z][A-Za-z0-9]*(?:[/_\-][A-Za-z0-9]+)+",  # OP-2026-0001, MAR-REF-2018/CONV
    re.ASCII,
)

Levelled = TypeVar("Levelled", bound="Piece")


def isolate(value: object) -> str:
    """Wrap a value of unknown direction, such as a name, so that it cannot disturb the text around it."""
    return f"{FSI}{value}{PDI}"


def ltr(value: object) -> str:
    """Wrap a reference, telephone number, amount or date: always read from left to right."""
    return f"{LRI}{value}{PDI}"


def protect(text: str, *, after_rtl: bool = True) -> str:
    """Wrap references, dates, amounts, telephone numbers and addresses that stand after Arabic words.

    Those after Latin words keep their order by themselves, and belong to what they follow. after_rtl: what
    stands before the text's first letter, by default Arabic or the beginning of an Arabic paragraph.
    """
    out, at = [], 0
    for found in KEPT_TOGETHER.finditer(text):
        between = text[at : found.start()]
        after_rtl = ends_rtl(between, after_rtl)
        is_isolated = found[0][0] in (LRI, RLI, FSI)
        out += [between, ltr(found[0]) if after_rtl and not is_isolated else found[0]]
        at = found.end()
    return "".join([*out, text[at:]])


def ends_rtl(text: str, before: bool) -> bool:
    """Whether the last letter of a text is read from right to left; `before` when it has none."""
    for character in reversed(text):
        kind = _kind(character)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return before


def base_level(text: str, *, rtl_document: bool) -> int:
    """Return 1 for a paragraph that runs from right to left, 0 for the other direction.

    In a right-to-left document any paragraph with Arabic in it does; elsewhere one that is mostly Arabic.
    """
    arabic = len(HAS_RTL.findall(text))
    if not arabic and not rtl_document:
        return 0
    if rtl_document:
        latin = any(character.isalpha() for character in text)
        return int(arabic > 0 or not latin)
    return int(arabic * 2 > sum(character.isalpha() for character in text))


@dataclass(slots=True)
class Piece:
    """A stretch of text in logical order with its level; start: where it began in the text resolved."""

    text: str
    level: int
    start: int

    @property
    def rtl(self) -> bool:
        """Whether it is read from right to left."""
        return self.level % 2 == 1


@dataclass(slots=True)
class _Token:
    kind: str
    text: str
    start: int
    inner: str | None = None
    direction: str = ""


@lru_cache(maxsize=100_000)
def _kind(character: str) -> str:
    return bidirectional(character) or "L"


def resolve(text: str, base: int, breaks: Collection[int] = ()) -> list[Piece]:
    """Return the stretches of a paragraph with their levels, in logical order.

    base: 0 or 1, see `base_level`; breaks: offsets at which a stretch must end, for changes of style.
    In place of isolate characters stand empty stretches, which keep their neighbours apart when lines are
    ordered.
    """
    if base == 0 and not NEEDS_RESOLVING.search(text):
        cuts = [0, *sorted(breaks), len(text)]
        return [Piece(text[a:b], 0, a) for a, b in pairwise(cuts) if a < b]
    return _merged(_resolved(text, base, 0, breaks, depth=0), breaks)


def _resolved(text: str, base: int, offset: int, breaks: Collection[int], depth: int) -> Iterator[Piece]:
    tokens = list(_tokens(text, offset, breaks))
    levels = _levels([token.kind for token in tokens], [token.text for token in tokens], base)
    for token, level in zip(tokens, levels, strict=True):
        yield Piece(token.text, level, token.start)
        if token.inner is not None and depth < MAX_DEPTH:
            inner_base = _next_level(base, rtl=_isolate_is_rtl(token))
            yield from _resolved(token.inner, inner_base, token.start + 1, breaks, depth + 1)
            yield Piece("", level, token.start + 1 + len(token.inner))


def _tokens(text: str, offset: int, breaks: Collection[int]) -> Iterator[_Token]:
    current: _Token | None = None
    at = 0
    while at < len(text):
        character = text[at]
        kind = _kind(character)
        if kind in ("LRI", "RLI", "FSI"):
            if current:
                yield current
                current = None
            end = _end_of_isolate(text, at)
            yield _Token("ON", "", offset + at, text[at + 1 : end], kind)
            at = end + 1
            continue
        at += 1
        if kind in DROPPED:
            continue
        if kind == "PDI":  # ends nothing, and still is a neutral
            kind, character = "ON", ""
        joins = kind in ("NSM", "BN") or (kind in GROUPED and current is not None and kind == current.kind)
        if current and joins and offset + at - 1 not in breaks:
            current.text += character
            continue
        if current:
            yield current
        current = _Token("ON" if kind == "BN" else "WS" if kind == "S" else kind, character, offset + at - 1)
    if current:
        yield current


def _end_of_isolate(text: str, at: int) -> int:
    """Return the offset of the PDI that ends the isolate begun at `at`, the text's end without one (BD9)."""
    depth = 0
    for end in range(at, len(text)):
        if text[end] in (LRI, RLI, FSI):
            depth += 1
        elif text[end] == PDI:
            depth -= 1
            if not depth:
                return end
    return len(text)


def _isolate_is_rtl(token: _Token) -> bool:
    if token.direction != "FSI":
        return token.direction == "RLI"
    return _first_strong_is_rtl(token.inner or "")


def _first_strong_is_rtl(text: str) -> bool:
    """Rules P2 and P3: the first strong character outside nested isolates decides."""
    at = 0
    while at < len(text):
        kind = _kind(text[at])
        if kind in ("L", "R", "AL"):
            return kind != "L"
        at = _end_of_isolate(text, at) + 1 if kind in ("LRI", "RLI", "FSI") else at + 1
    return False


def _next_level(level: int, *, rtl: bool) -> int:
    return (level + 1) | 1 if rtl else (level + 2) & ~1


def _levels(kinds: list[str], texts: list[str], base: int) -> list[int]:
    """Resolve the level of every token of one isolating run sequence (all at level `base`)."""
    from bidi.algorithm import resolve_implicit_levels, resolve_neutral_types, resolve_weak_types

    if not kinds:
        return []
    towards = "R" if base % 2 else "L"
    characters: list[dict[str, Any]] = [{"level": base, "type": kind, "orig": kind} for kind in kinds]
    run = {"sor": towards, "eor": towards, "start": 0, "length": len(characters), "type": towards}
    storage = {"base_level": base, "base_dir": towards, "chars": characters, "runs": [run]}
    resolve_weak_types(storage)
    _resolve_brackets(characters, texts, towards)
    resolve_neutral_types(storage, False)
    resolve_implicit_levels(storage, False)
    return [character["level"] for character in characters]


def _resolve_brackets(characters: list[dict[str, Any]], texts: list[str], towards: str) -> None:
    """Rule N0 for round, square and curly brackets: a pair takes one direction, from inside or before."""

    def strong(index: int) -> str:
        kind: str = characters[index]["type"]
        return "R" if kind in ("EN", "AN") else kind if kind in ("L", "R") else ""

    for opening, closing in _bracket_pairs(characters, texts):
        inside = {strong(index) for index in range(opening + 1, closing)} - {""}
        if towards in inside:
            direction = towards
        elif inside:
            before = next(filter(None, map(strong, range(opening - 1, -1, -1))), towards)
            direction = before if before in inside else towards
        else:
            continue
        characters[opening]["type"] = characters[closing]["type"] = direction


def _bracket_pairs(characters: list[dict[str, Any]], texts: list[str]) -> list[tuple[int, int]]:
    """Return the pairs of brackets in the order of their openings (BD16)."""
    pairs, waiting = [], []
    for index, text in enumerate(texts):
        mark = text[:1]
        if characters[index]["type"] != "ON" or not mark:
            continue
        if mark in OPENING:
            waiting.append((OPENING[mark], index))
        elif mark in CLOSING:
            for place in range(len(waiting) - 1, -1, -1):
                if waiting[place][0] == mark:
                    pairs.append((waiting[place][1], index))
                    del waiting[place:]
                    break
    return sorted(pairs)


def _merged(pieces: Iterable[Piece], breaks: Collection[int]) -> list[Piece]:
    merged: list[Piece] = []
    for piece in pieces:
        if merged and merged[-1].level == piece.level and piece.start not in breaks:
            merged[-1].text += piece.text
        else:
            merged.append(piece)
    return merged


def visual_order(pieces: list[Levelled]) -> list[Levelled]:
    """Return the pieces of one line from left to right (rule L2); each is still in logical order inside."""
    order = list(pieces)
    highest = max((piece.level for piece in order), default=0)
    lowest_odd = min((piece.level for piece in order if piece.rtl), default=highest + 1)
    for level in range(highest, lowest_odd - 1, -1):
        start = None
        for index in range(len(order) + 1):
            inside = index < len(order) and order[index].level >= level
            if inside and start is None:
                start = index
            elif not inside and start is not None:
                order[start:index] = reversed(order[start:index])
                start = None
    return order


def display(text: str, base: int) -> str:
    """Return a line in visual order, left to right, unmirrored and unshaped: what tests and logs can read."""
    pieces = visual_order(resolve(text, base))
    return "".join(piece.text[::-1] if piece.rtl else piece.text for piece in pieces)
