"""Paragraphs become lines: direction, order, line breaks, widths. Nothing is drawn here.

Text is a string or a sequence of strings and `Bold` strings. Lines are cached by text, width and size, so
that the sentences that a batch of letters has in common are broken once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias
from unicodedata import normalize

from documents.bidi import HAS_RTL, Piece, base_level, ends_rtl, protect, resolve, visual_order
from documents.glyphs import Row, join, shape, width
from documents.sheet import Bold, Text

SPACE = re.compile(r"( +)")
# Where no line may end: before high punctuation and units, inside guillemets, inside a grouped number.
GLUED = re.compile(r" (?=[;:!?%»€$])|(?<=«) |(?<=\d) (?=\d{3}(?!\w))|(?<=\d) (?=[A-Z]{3}(?![A-Za-z]))")
ISOLATES = re.compile("[\u2066-\u2069]")
NO_BREAK_SPACE = "\u00a0"


Span: TypeAlias = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Line:
    """One line ready to draw, and its width in points."""

    row: Row
    width: float


@dataclass(frozen=True, slots=True)
class SetText:
    """A paragraph broken into lines."""

    lines: tuple[Line, ...]
    rtl: bool

    @property
    def width(self) -> float:
        """Width of its widest line."""
        return max((line.width for line in self.lines), default=0.0)


@dataclass(slots=True)
class _Atom(Piece):
    """A word, a part of a word, or the space between words, with everything needed to draw it."""

    bold: bool
    width: float

    @property
    def is_space(self) -> bool:
        return self.text.startswith(" ")


def _glued(words: str) -> str:
    return GLUED.sub(NO_BREAK_SPACE, normalize("NFC", words))


def _protected(spans: Sequence[Span], rtl: bool) -> tuple[Span, ...]:
    """Wrap references and amounts wherever something is read from right to left, unwrap them elsewhere."""
    if not rtl and not any(HAS_RTL.search(words) for words, _bold in spans):
        return tuple((ISOLATES.sub("", words), bold) for words, bold in spans)
    after_rtl = rtl
    protected = []
    for words, bold in spans:
        protected.append((protect(words, after_rtl=after_rtl), bold))
        after_rtl = ends_rtl(words, after_rtl)
    return tuple(protected)


def plain(text: Text) -> str:
    """Return a text without its styles."""
    return text if isinstance(text, str) else "".join(text)


def set_text(
    text: Text,
    available: float,
    size: float,
    *,
    bold: bool = False,
    rtl_document: bool = False,
    rtl: bool | None = None,
) -> SetText:
    """Break a text into lines no wider than `available` points.

    rtl: the paragraph's direction, found from its letters and the document's when None. Line ends in the text
    are kept. A word wider than the line is cut where it fills it.
    """
    parts = [text] if isinstance(text, str) else text
    spans = [(_glued(str(part)), bold or isinstance(part, Bold)) for part in parts]
    if rtl is None:
        rtl = base_level("".join(words for words, _bold in spans), rtl_document=rtl_document) == 1
    return SetText(_lines(_protected(spans, rtl), round(available, 2), size, int(rtl)), rtl)


@lru_cache(maxsize=8192)
def _lines(spans: tuple[Span, ...], available: float, size: float, base: int) -> tuple[Line, ...]:
    lines: list[Line] = []
    for paragraph in _paragraphs(spans):
        lines += _broken(_atoms(paragraph, size, base), available, size)
    return tuple(lines)


def _paragraphs(spans: tuple[Span, ...]) -> list[list[Span]]:
    """Split spans at line ends."""
    paragraphs: list[list[Span]] = [[]]
    for words, bold in spans:
        first, *others = words.replace("\t", " ").split("\n")
        paragraphs[-1].append((first, bold))
        paragraphs += [[(other, bold)] for other in others]
    return paragraphs


def _atoms(spans: list[Span], size: float, base: int) -> list[_Atom]:
    breaks: dict[int, bool] = {}
    at = 0
    for words, bold in spans:
        breaks[at] = bold
        at += len(words)
    pieces = resolve("".join(words for words, _ in spans), base, set(breaks) - {0})
    atoms: list[_Atom] = []
    for piece in pieces:
        bold = breaks[max(start for start in breaks if start <= piece.start)]
        for part in SPACE.split(piece.text) if piece.text else [""]:
            if part or not piece.text:
                span = width(part, bold, piece.rtl) * size / 1000
                atoms.append(_Atom(part, piece.level, piece.start, bold, span))
    return atoms


def _broken(atoms: list[_Atom], available: float, size: float) -> list[Line]:
    lines: list[list[_Atom]] = [[]]
    used = gap = 0.0
    spaces: list[_Atom] = []
    for word in _words(atoms):
        if word[0].is_space:
            spaces, gap = (word, sum(atom.width for atom in word)) if lines[-1] else ([], 0.0)
            continue
        wide = sum(atom.width for atom in word)
        if lines[-1] and used + gap + wide > available:
            lines.append([])
            used, spaces, gap = 0.0, [], 0.0
        if wide > available:
            *full, word = _cut(word, available, size)
            for part in full:
                lines[-1] += part
                lines.append([])
            wide = sum(atom.width for atom in word)
        lines[-1] += [*spaces, *word]
        used += gap + wide
        spaces, gap = [], 0.0
    return [_line(line, size) for line in lines]


def _words(atoms: list[_Atom]) -> list[list[_Atom]]:
    """Group atoms between which no line may break; spaces are groups of their own."""
    words: list[list[_Atom]] = []
    for atom in atoms:
        if words and atom.is_space == words[-1][0].is_space:
            words[-1].append(atom)
        else:
            words.append([atom])
    return words


def _cut(word: list[_Atom], available: float, size: float) -> list[list[_Atom]]:
    """Cut a word that fits on no line into parts that do."""
    parts: list[list[_Atom]] = [[]]
    used = 0.0
    for atom in word:
        text = ""
        for character in atom.text:
            grown = width(text + character, atom.bold, atom.rtl) * size / 1000
            if (parts[-1] or text) and used + grown > available:
                parts[-1].append(_resized(atom, text, size))
                parts.append([])
                text, used = "", 0.0
            text += character
        last = _resized(atom, text, size)
        parts[-1].append(last)
        used += last.width
    return parts


def _resized(atom: _Atom, text: str, size: float) -> _Atom:
    return _Atom(text, atom.level, atom.start, atom.bold, width(text, atom.bold, atom.rtl) * size / 1000)


def _line(atoms: list[_Atom], size: float) -> Line:
    row = join(shape(atom.text, atom.bold, atom.rtl) for atom in visual_order(atoms) if atom.text)
    return Line(row, row.width * size / 1000)
