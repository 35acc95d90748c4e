"""Reading papers back: what stands on a page, where, in which order, without trusting our own typesetter."""

import io
import re
from dataclasses import dataclass

import pikepdf
import pypdf

CMAP_ROW = re.compile(r"<([0-9A-F]{2})> <((?:[0-9A-F]{4})*)>")


@dataclass(frozen=True)
class Shown:
    """One line of a page as drawn: its words from left to right, where it begins, how large."""

    text: str
    x: float
    y: float
    size: float


def text_of(data: bytes) -> str:
    """All words of a paper as another program extracts them."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def pages_of(data: bytes) -> list[list[Shown]]:
    """The lines of every page as their glyphs follow each other from left to right.

    Letters of Arabic words stand in visual order here, reversed.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [list(_lines(page)) for page in pdf.pages]


def _lines(page):
    fonts = {
        str(name): _texts(font) for name, font in page.obj.Resources.Font.items() if "/ToUnicode" in font
    }
    shown, font, size, place = "", "", 0.0, (0.0, 0.0)
    began = None
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BT":
                shown, began = "", None
            case "Tm":
                place = (float(operands[4]), float(operands[5]))
                began = began or place
            case "Tf":
                font, size = str(operands[0]), size or float(operands[1])
            case "TJ":
                for part in operands[0]:
                    if isinstance(part, pikepdf.String):
                        shown += "".join(fonts[font][code] for code in bytes(part))
            case "ET":
                if began:
                    yield Shown(shown, *began, size)
                size = 0.0


def _texts(font) -> dict[int, str]:
    rows = CMAP_ROW.findall(font.ToUnicode.read_bytes().decode())
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in rows}


def content_of(data: bytes, page: int = 0) -> str:
    """The drawing operators of one page."""
    contents = pypdf.PdfReader(io.BytesIO(data)).pages[page].get_contents()
    return contents.get_data().decode("latin-1") if contents is not None else ""
