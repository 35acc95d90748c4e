"""Black boxes over the pictures and pages of a file, burnt into the pixels before the jury sees any of it.

Boxes are drawn by a person (`scoring/views/blacken.py`) and kept with the file until the pictures are made.
What is stored for the jury is a new picture: nothing of the original but its pixels, and none below a box.
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from math import ceil
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents import filing, previews
from documents.intake import inspect
from scoring import redacted_copies
from scoring.models import CopiedFile, RedactedCopy
from workflow import Refused

FULL = 1000
"""Boxes are measured in thousandths of the page, from its left and top."""
MOST = 60
BLACK = (0, 0, 0)
QUALITY = 88


@dataclass(frozen=True)
class Box:
    """One black box in thousandths of the page. Raises ValueError where it has no size or leaves the page."""

    left: int
    top: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if min(self.left, self.top) < 0 or min(self.width, self.height) < 1:
            raise ValueError("a box starts on the page and has a size")
        if self.left + self.width > FULL or self.top + self.height > FULL:
            raise ValueError("a box ends on the page")

    @property
    def percent(self) -> tuple[str, str, str, str]:
        """Left, top, width and height in percent, as the fields of the form write them."""
        left, top, width, height = (
            f"{part / 10:g}" for part in (self.left, self.top, self.width, self.height)
        )
        return left, top, width, height

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return the first and last pixels that it covers, rounded outwards so that no edge shows."""
        return (
            self.left * width // FULL,
            self.top * height // FULL,
            min(ceil((self.left + self.width) * width / FULL), width) - 1,
            min(ceil((self.top + self.height) * height / FULL), height) - 1,
        )


def read(data: Mapping[str, Any]) -> list[Box]:
    """Read the boxes of a page from the fields of a form, in percent with a point or a comma.

    A row that is left empty is no box. Raises `Refused` for one that cannot be drawn.
    """
    boxes = []
    for row in range(1, MOST + 1):
        written = [str(data.get(f"{name}-{row}", "")).strip() for name in ("left", "top", "width", "height")]
        if not any(written):
            continue
        try:
            parts = [int((Decimal(one.replace(",", ".")) * 10).to_integral_value()) for one in written]
            boxes.append(Box(*parts))
        except (InvalidOperation, ValueError, OverflowError):
            raise Refused(
                [_("Box %(n)s: give left, top, width and height in percent, within the page.") % {"n": row}]
            ) from None
    return boxes


def burn(data: bytes, boxes: Iterable[Box]) -> bytes:
    """Return a picture with the boxes black, as JPEG without metadata. data: any picture."""
    from PIL import Image, ImageDraw  # heavy

    with Image.open(io.BytesIO(data)) as original:
        image = Image.new("RGB", original.size)
        image.paste(original.convert("RGB"))
    pen = ImageDraw.Draw(image)
    for box in boxes:
        pen.rectangle(box.pixels(*image.size), fill=BLACK)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


# The boxes of a file


def pages_of(file: CopiedFile) -> int:
    """Return how many pages can be blackened: 1 for a picture, 0 for a file that cannot be drawn."""
    return previews.pages_of(file.document) if file.document.is_served else 0


def boxes_on(file: CopiedFile, page: int) -> list[Box]:
    """Return the boxes that were drawn on a page."""
    return [Box(*parts) for parts in file.boxes.get(str(page), [])]


def is_seen(file: CopiedFile, page: int) -> bool:
    """Tell whether somebody saved a page, with boxes or without."""
    return str(page) in file.boxes


def picture(file: CopiedFile, page: int, size: str = "page") -> bytes:
    """Return a page as the jury will see it. Raises `previews.NoPicture`."""
    return burn(previews.picture(file.document, page, size), boxes_on(file, page))


def keep(file: CopiedFile, page: int, boxes: Iterable[Box]) -> None:
    """Keep the boxes of a page; raises `Refused` once the copy is confirmed."""
    with transaction.atomic():
        held = _held(file)
        held.boxes = {**held.boxes, str(page): [[box.left, box.top, box.width, box.height] for box in boxes]}
        held.save(update_fields=["boxes"])
    file.boxes = held.boxes


def finish(file: CopiedFile, *, by: Any, at: datetime) -> int:
    """Make the pictures that stand in for a file, in place of older ones; return how many.

    Raises `Refused` while a page was not looked at, `FileRefused` where there is no room,
    `previews.NoPicture` where a page cannot be drawn.
    """
    pages = range(1, pages_of(file) + 1)
    if unseen := [str(page) for page in pages if not is_seen(file, page)]:
        raise Refused([_("Look at every page first: %(pages)s.") % {"pages": ", ".join(unseen)}])
    made = [inspect(picture(file, page, "large"), f"page-{page}.jpg") for page in pages]
    with transaction.atomic():
        held = _held(file)
        for old in redacted_copies.replacements(held):
            filing.erase(old, at=at)
        redacted_copies.keep_replacements(held, made, by=by, at=at)
        held.verdict, held.decided_by_id, held.decided_at = CopiedFile.Verdict.REPLACE, by.pk, at
        held.save(update_fields=["verdict", "decided_by", "decided_at"])
    return len(made)


def _held(file: CopiedFile) -> CopiedFile:
    copy = RedactedCopy.objects.select_for_update(of=("self",)).get(pk=file.copy_id)
    if copy.is_confirmed:
        raise Refused([_("This copy is confirmed already.")])
    return CopiedFile.objects.select_related("document", "copy").get(pk=file.pk)
