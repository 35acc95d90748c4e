"""The page as a surface to draw on: measured from the top and from where reading starts, in points.

Only here does it matter that PDF counts from the bottom left; blocks and letterhead never see it.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import segno
from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from documents.glyphs import Pen
from documents.sheet import Align
from documents.typesetting import SetText

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)

QR_MASK = 2  # readers take any mask; comparing all eight costs more than the rest of a letter
MAX_PRINTED_PIXELS = 1400
INK = "#1d2129"
MUTED = "#59616c"
HAIRLINE = "#c9ced6"
TINT = "#f4f6f8"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text goes: from the page's top, from where reading starts, how wide."""

    top: float
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks. own_direction: it starts where its own language starts, not the paper's."""

    size: float
    leading: float
    colour: str = INK
    align: Align = Align.START
    own_direction: bool = False

    def height(self, text: SetText) -> float:
        """Height of a text set in this style."""
        return self.leading * len(text.lines)


class Surface:
    """One document's pages. left and width: the column that text may use; rtl: where reading starts."""

    def __init__(self, canvas: Canvas, page: tuple[float, float], margin: float, *, rtl: bool) -> None:
        self.canvas = canvas
        self.page_width, self.page_height = page
        self.left = margin
        self.width = self.page_width - 2 * margin
        self.rtl = rtl
        self._pen = Pen(canvas._doc)

    def x(self, start: float, width: float) -> float:
        """Left edge of a box that begins `start` points after the column's beginning."""
        return self.left + (self.width - start - width if self.rtl else start)

    def write(self, text: SetText, place: Place, style: Style) -> None:
        """Write a broken text into the place."""
        self.canvas.setFillColor(_colour(style.colour))
        left = self.x(place.start, place.width)
        on_the_right = text.rtl if style.own_direction else self.rtl
        if style.align is Align.END:
            on_the_right = not on_the_right
        elif style.align is Align.NUMBER:
            on_the_right = True
        baseline = self.page_height - place.top - style.leading / 2 - style.size * 0.34
        for line in text.lines:
            spare = place.width - line.width
            shift = spare / 2 if style.align is Align.CENTER else spare if on_the_right else 0
            if line.row.runs:
                self._operators(self._pen.write(line.row, left + shift, baseline, style.size))
            baseline -= style.leading

    def rule(
        self, top: float, start: float, width: float, colour: str = HAIRLINE, weight: float = 0.5
    ) -> None:
        """Draw a horizontal line."""
        self.canvas.setStrokeColor(_colour(colour))
        self.canvas.setLineWidth(weight)
        left, y = self.x(start, width), self.page_height - top
        self.canvas.line(left, y, left + width, y)

    def box(
        self,
        top: float,
        start: float,
        width: float,
        height: float,
        *,
        fill: str = "",
        stroke: str = "",
        weight: float = 0.5,
        dash: tuple[float, float] | None = None,
    ) -> None:
        """Draw a rectangle, filled, outlined or both."""
        canvas = self.canvas
        if fill:
            canvas.setFillColor(_colour(fill))
        if stroke:
            canvas.setStrokeColor(_colour(stroke))
            canvas.setLineWidth(weight)
        if dash:
            canvas.setDash(*dash)
        bottom = self.page_height - top - height
        canvas.rect(
            self.x(start, width), bottom, width, height, stroke=int(bool(stroke)), fill=int(bool(fill))
        )
        if dash:
            canvas.setDash()

    def image(
        self, data: bytes, top: float, start: float, width: float, height: float, *, centre: bool = False
    ) -> None:
        """Draw a picture as large as the box allows, at the box's beginning or in its middle."""
        picture = _picture(data)
        wide, high = fitted(data, width, height)
        begin = start + (width - wide) / 2 if centre else start
        below = self.page_height - top - (height + high) / 2
        self.canvas.drawImage(picture, self.x(begin, wide), below, wide, high, mask="auto")

    def qr(self, content: str, top: float, start: float, side: float) -> None:
        """Draw a QR code as vector squares."""
        modules, squares = _qr_squares(content)
        scale = side / modules
        left, bottom = self.x(start, side), self.page_height - top - side
        self._operators(f"q 0 g {scale:.4f} 0 0 {scale:.4f} {left:.2f} {bottom:.2f} cm {squares} f Q")

    def watermark(self, text: SetText, size: float) -> None:
        """Write one pale, see-through line across the page, over everything else."""
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(self.page_width / 2, self.page_height / 2)
        canvas.rotate(52)
        canvas.setFillColor(_colour(INK))
        canvas.setFillAlpha(0.1)
        for line in text.lines:
            self._operators(self._pen.write(line.row, -line.width / 2, -size / 3, size))
        canvas.restoreState()

    def _operators(self, operators: str) -> None:
        self.canvas._code.append(operators)


def fitted(data: bytes, width: float, height: float) -> tuple[float, float]:
    """Return the size of a picture drawn as large as a box allows."""
    wide, high = _picture(data).getSize()
    scale = min(width / wide, height / high)
    return wide * scale, high * scale


@lru_cache(maxsize=16)
def _picture(data: bytes) -> Any:
    """Read a picture once, made no larger than print needs; photographs stay JPEG."""
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
        kind = "JPEG" if image.format == "JPEG" else "PNG"
        image.thumbnail((MAX_PRINTED_PIXELS, MAX_PRINTED_PIXELS))
        out = io.BytesIO()
        image.save(out, kind, **({"quality": 85} if kind == "JPEG" else {}))
    reader = ImageReader(out)
    reader.getRGBData()
    return reader


@lru_cache(maxsize=64)
def _colour(code: str) -> Any:
    return HexColor(code)


@lru_cache(maxsize=64)
def _qr_squares(content: str) -> tuple[int, str]:
    """Return the side in modules and the dark runs of each row as rectangles, one unit a module."""
    matrix = segno.make(content, error="m", micro=False, mask=QR_MASK, boost_error=False).matrix
    squares = []
    for row, modules in enumerate(matrix):
        column = 0
        for dark, run in groupby(modules):
            length = len(list(run))
            if dark:
                squares.append(f"{column} {len(matrix) - 1 - row} {length} 1 re")
            column += length
    return len(matrix), " ".join(squares)
