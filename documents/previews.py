"""A file to look at beside other things: photographs in a handy size, pages of a PDF as pictures.

A browser never gets the PDF itself to run or render in our pages; it gets a picture of it. Pages are drawn by
a process of its own with little memory and time (`documents/page_picture.py`). Nothing is kept: what is
erased has no picture left behind.
"""

import io
import subprocess
import sys
from pathlib import Path

from documents.limits import PDF
from documents.models import Document
from documents.storage import pieces

PROGRAM = Path(__file__).with_name("page_picture.py")
SECONDS = 15
WIDTHS = {"page": 1000, "large": 2000}
MOST_PAGES = 60
MEDIA_TYPE = "image/webp"


class NoPicture(Exception):
    """This file, or this page of it, cannot be shown as a picture."""


def pages_of(document: Document) -> int:
    """Return how many pictures a file has: one for a photograph, one a page for a PDF, else none."""
    if document.is_picture:
        return 1
    return min(document.pages or 1, MOST_PAGES) if document.media_type == PDF else 0


def picture(document: Document, page: int, size: str = "page") -> bytes:
    """Return a page (from 1) as WebP; raises `NoPicture`."""
    if not 1 <= page <= pages_of(document):
        raise NoPicture(page)
    data = b"".join(pieces(document.stored_as))
    width = WIDTHS.get(size, WIDTHS["page"])
    if document.media_type == PDF:
        return _page(data, page, width)
    return _smaller(data, width)


def _smaller(data: bytes, width: int) -> bytes:
    from PIL import Image  # heavy

    try:
        with Image.open(io.BytesIO(data)) as image:
            image.thumbnail((width, 3 * width))
            out = io.BytesIO()
            image.convert("RGB").save(out, "WEBP", quality=80, method=2)
            return out.getvalue()
    except (OSError, ValueError) as error:
        raise NoPicture("image") from error


def _page(data: bytes, page: int, width: int) -> bytes:
    try:
        drawn = subprocess.run(  # noqa: S603 our own program, numbers as arguments
            [sys.executable, "-I", str(PROGRAM), str(page), str(width)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={},
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise NoPicture("pdf") from error
    if not drawn.stdout.startswith(b"RIFF"):
        raise NoPicture("pdf")
    return drawn.stdout
