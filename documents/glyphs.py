"""Fonts and shaping: words become positioned glyphs, and glyphs become PDF operators.

HarfBuzz joins and places the letters. The only module that knows reportlab's insides: its own drawing of
shaped text lets the height of one mark leak into the glyphs that follow, and it numbers glyphs without a code
point in the order in which a process meets them, so that the same paper would get other bytes tomorrow.

Every glyph is drawn with the text that it stands for (ToUnicode), so that papers can be searched, copied and
read aloud; one shape that stands for several letters, as dotless Arabic ones do, gets a code for each.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any
from unicodedata import category

import uharfbuzz
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

from documents.bidi import HAS_RTL

FOLDER = Path(__file__).parent / "fonts"
FILES = {
    ("arabic", False): "NotoNaskhArabic-Regular.ttf",
    ("arabic", True): "NotoNaskhArabic-Bold.ttf",
    ("latin", False): "NotoSans-Regular.ttf",
    ("latin", True): "NotoSans-Bold.ttf",
}
SCALES = {"arabic": 1.15, "latin": 1.0}  # Naskh letters are small beside Latin ones of the same size
FIRST_OWN_CODE = 0xF0000  # a private plane: codes for glyphs that stand for another text than their own
SPACES = {"\u00a0": " ", "\u202f": " ", "\u2009": " "}
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff\u00ad"), None)


class Face(TTFont):
    """One font, with HarfBuzz beside it and a code of its own for every (glyph, text) that was drawn."""

    def __init__(self, path: Path, scale: float) -> None:
        super().__init__(path.stem, str(path), asciiReadable=False)
        self.scale = scale
        self.shaper = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))
        self._codes: dict[tuple[int, str], int] = {}
        self._texts: dict[int, str] = {}
        self._lock = threading.Lock()

    def has(self, character: str) -> bool:
        """Whether the font has a glyph for a character."""
        return ord(character) in self.face.charToGlyph

    def code(self, glyph: int, text: str) -> str:
        """Return the character under which this glyph is drawn when it stands for `text`."""
        if len(text) == 1 and self.face.charToGlyph.get(ord(text)) == glyph:
            return text
        key = (glyph, text)
        if key not in self._codes:
            with self._lock:
                own = self._codes.get(key, FIRST_OWN_CODE + len(self._codes))
                self.face.charToGlyph[own] = glyph
                self.face.charWidths[own] = self.face.hmetrics[glyph][0]
                self._texts[own] = text
                self._codes[key] = own
        return chr(self._codes[key])

    def addObjects(self, doc: Any) -> None:  # noqa: N802 reportlab calls it
        """Write the font's subsets, then say in each what text its codes stand for."""
        subsets = [list(subset) for subset in self.state[doc].subsets]
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            prefix = SUBSETN(number).decode("ascii")
            name = f"{prefix}+{self.face.name.decode('ascii')}{self.face.subfontNameX.decode('ascii')}"
            doc.idToObject[f"toUnicodeCMap:{name}"].content = self._to_unicode(name, subset)

    def _to_unicode(self, name: str, subset: list[int]) -> str:
        rows = []
        for index, code in enumerate(subset):
            text = self._texts[code] if code in self._texts else chr(code)
            rows.append(f"<{index:02X}> <{text.encode('utf-16-be').hex().upper()}>")
        blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
        mappings = "\n".join(
            f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
        )
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            f"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            f"/CMapName /{name} def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n{mappings}\n"
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
        )


@cache
def face(script: str, bold: bool) -> Face:
    """Return a font, read from disk on first use: script is "arabic" or "latin"."""
    return Face(FOLDER / FILES[script, bold], SCALES[script])


def _script(character: str) -> str:
    """The script whose font draws a character; marks and joiners follow the letter before them."""
    if category(character) in ("Mn", "Cf"):
        return ""
    return "arabic" if HAS_RTL.match(character) and face("arabic", False).has(character) else "latin"


@dataclass(frozen=True, slots=True)
class Mark:
    """A glyph off the line, such as a dot: where it stands and how far the font itself moves on after it."""

    rise: float
    x: float
    natural: float
    code: str


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A shaped stretch in one font; width, places and moves in thousandths of the font's own size.

    row: the glyphs on the line, strings of codes and numbers that move the pen to the right.
    """

    font: Face
    width: float
    row: tuple[str | float, ...]
    marks: tuple[Mark, ...]

    @property
    def scaled_width(self) -> float:
        """Width in thousandths of the type size."""
        return self.width * self.font.scale


@lru_cache(maxsize=100_000)
def shape(text: str, bold: bool, rtl: bool) -> tuple[Glyphs, ...]:
    """Shape one word; return its stretches from left to right, one per font needed."""
    stretches: list[tuple[str, str]] = []
    for character in text:
        script = _script(character)
        if stretches and script in ("", stretches[-1][0]):
            stretches[-1] = (stretches[-1][0], stretches[-1][1] + character)
        else:
            stretches.append((script or "latin", character))
    shaped = [_shaped(face(script, bold), stretch, rtl) for script, stretch in stretches]
    return tuple(reversed(shaped) if rtl else shaped)


def width(text: str, bold: bool, rtl: bool) -> float:
    """Width of one word in thousandths of the type size."""
    return sum(glyphs.scaled_width for glyphs in shape(text, bold, rtl))


def _shaped(font: Face, text: str, rtl: bool) -> Glyphs:
    shown = "".join(SPACES.get(character, character) for character in text)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(shown)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if rtl else "ltr"
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    uharfbuzz.shape(font.shaper, buffer)
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    texts = _texts_of_glyphs(text, [info.cluster for info in infos], [place.x_advance for place in positions])
    row: list[str | float] = []
    marks = []
    pen = at = 0.0  # where the font's own widths have brought the pen, where HarfBuzz wants it
    for info, place, stands_for in zip(infos, positions, texts, strict=True):
        natural = font.face.hmetrics[info.codepoint][0]
        code = font.code(info.codepoint, stands_for)
        if place.y_offset:
            marks.append(Mark(place.y_offset, at + place.x_offset, natural, code))
        else:
            if at + place.x_offset != pen:
                row.append(at + place.x_offset - pen)
            row.append(code)
            pen = at + place.x_offset + natural
        at += place.x_advance
    if at != pen:
        row.append(at - pen)
    return Glyphs(font, at, _joined(row), tuple(marks))


def _texts_of_glyphs(text: str, clusters: list[int], advances: list[int]) -> list[str]:
    """Say for every glyph what it stands for: a cluster's text goes to its first glyph that has a width."""
    starts = sorted(set(clusters))
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    bearers: dict[int, int] = {}
    for index, cluster in enumerate(clusters):
        if cluster not in bearers or (advances[index] and not advances[bearers[cluster]]):
            bearers[cluster] = index
    return [
        text[cluster : ends[cluster]].translate(INVISIBLE) if bearers[cluster] == index else ""
        for index, cluster in enumerate(clusters)
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """The words of one line joined: what stands on it by font, what stands above and below it by height.

    marks: (font, rise, [(place, how far the font moves on, code)]); all in thousandths of the type size.
    """

    runs: tuple[tuple[Face, tuple[str | float, ...]], ...]
    marks: tuple[tuple[Face, float, tuple[tuple[float, float, str], ...]], ...]
    width: float


def join(words: Iterable[tuple[Glyphs, ...]]) -> Row:
    """Join words that follow each other from left to right."""
    runs: list[tuple[Face, list[str | float]]] = []
    marks: dict[tuple[str, float], tuple[Face, list[tuple[float, float, str]]]] = {}
    at = 0.0
    for glyphs in chain.from_iterable(words):
        font, scale = glyphs.font, glyphs.font.scale
        if not runs or runs[-1][0] is not font:
            runs.append((font, []))
        runs[-1][1].extend(glyphs.row)
        for mark in glyphs.marks:
            level = marks.setdefault((font.fontName, mark.rise * scale), (font, []))[1]
            level.append((at + mark.x * scale, mark.natural * scale, mark.code))
        at += glyphs.scaled_width
    return Row(
        tuple((font, _joined(row)) for font, row in runs),
        tuple((font, rise, tuple(sorted(level))) for (_name, rise), (font, level) in sorted(marks.items())),
        at,
    )


def _joined(row: Iterable[str | float]) -> tuple[str | float, ...]:
    """Put neighbouring strings together, and neighbouring moves."""
    joined: list[str | float] = []
    for part in row:
        if joined and isinstance(part, str) == isinstance(joined[-1], str):
            joined[-1] += part  # type: ignore[operator]  # both are strings or both are numbers
        else:
            joined.append(part)
    return tuple(joined)


class Pen:
    """Writes rows as PDF operators into one document."""

    def __init__(self, doc: Any) -> None:
        self._doc = doc

    def write(self, row: Row, x: float, y: float, size: float) -> str:
        """Return the operators that draw a row with its left end at (x, y)."""
        out = [f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm"]
        for font, parts in row.runs:
            self._show(out, font, parts, size)
        for font, rise, level in row.marks:
            self._marks(out, font, x, y + rise * size / 1000, level, size)
        out.append("ET")
        return " ".join(out)

    def _marks(
        self,
        out: list[str],
        font: Face,
        x: float,
        y: float,
        level: tuple[tuple[float, float, str], ...],
        size: float,
    ) -> None:
        """Append the marks of one height: one start, then moves from each to the next."""
        parts: list[str | float] = []
        pen = level[0][0]
        out.append(f"1 0 0 1 {x + pen * size / 1000:.2f} {y:.2f} Tm")
        for place, moved, code in level:
            parts += [round((place - pen) / font.scale, 1), code]
            pen = place + moved
        self._show(out, font, parts, size)

    def _show(self, out: list[str], font: Face, parts: Iterable[str | float], size: float) -> None:
        """Append the operators of one font; it has several names when a paper uses many of its glyphs."""
        current = -1
        shown: list[str] = []
        for part in parts:
            if not isinstance(part, str):
                shown.append(f"{-part:g}" if part else "")
                continue
            for subset, codes in font.splitString(part, self._doc):
                if subset != current:
                    self._flush(out, shown)
                    out.append(f"{font.getSubsetInternalName(subset, self._doc)} {size * font.scale:g} Tf")
                    current = subset
                shown.append(f"<{codes.hex()}>")
        self._flush(out, shown)

    @staticmethod
    def _flush(out: list[str], shown: list[str]) -> None:
        if shown:
            out.append(f"[{''.join(shown)}]TJ")
            shown.clear()
