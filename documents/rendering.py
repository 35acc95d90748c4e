"""From a sheet to a PDF: pages filled, frames drawn, bytes that depend on nothing but what is given.

The same sheet and stamp give the same bytes on any day and in any process: dates come from the stamp, and
reportlab runs invariant.
"""

import hashlib
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab import rl_config
from reportlab.lib.utils import TimeStamp
from reportlab.pdfgen.canvas import Canvas

from documents.blocks import Setter
from documents.letterhead import FOOT, MARGIN, Frame
from documents.sheet import Sheet, Stamp, content_digest
from documents.strips import Strip, flow, paginate
from documents.surface import A4, Surface
from documents.typesetting import plain, set_text

# Binary streams: a quarter smaller and faster than text ones. The setting is the process's.
rl_config.useA85 = 0
PRODUCER = "Jalon"
BEFORE_TIME = date(2000, 1, 1)
LITTLE, TIGHT_GAP = 0.5, 0.55
"""Part of a page that is little to hold; what is left of the gaps between blocks where it is saved."""


class _Moment(TimeStamp):
    """Stands in for reportlab's clock: the day on the paper, at midnight UTC."""

    def __init__(self, day: date) -> None:
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        self.t, self.lt = moment.timestamp(), moment.timetuple()
        self.YMDhms = tuple(self.lt)[:6]
        self.dhh = self.dmm = 0
        self.tzname = "UTC"


def render(sheet: Sheet, stamp: Stamp | None = None, *, foot: str = "") -> bytes:
    """Return the PDF of a sheet; without a stamp a specimen, marked as such on every page.

    foot: what stands at the foot of a sheet that is no paper to be issued, such as a form to fill in: it is
    then no specimen. Raises ValueError for a table row with too many or too few cells.
    """
    with translation.override(sheet.language):
        return _render(sheet, stamp, foot)


def _render(sheet: Sheet, stamp: Stamp | None, foot: str) -> bytes:
    page = (A4[1], A4[0]) if sheet.landscape else A4
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=page, invariant=1, pageCompression=1, lang=sheet.language)
    _describe(canvas, sheet, stamp)
    width = page[0] - 2 * MARGIN
    frame = Frame(sheet, stamp, content_digest(sheet, stamp) if stamp else "", width, foot)
    body = page[1] - FOOT - frame.next_top
    setter = Setter(width, sheet.rtl, sheet.letterhead.accent, body)
    pages = _pages(sheet, setter, page[1] - FOOT - frame.first_top)
    surface = Surface(canvas, page, MARGIN, rtl=sheet.rtl)
    for number, placed in enumerate(pages, start=1):
        top = frame.first_top if number == 1 else frame.next_top
        (frame.draw_first if number == 1 else frame.draw_next)(surface)
        for strip, distance in placed:
            strip.draw(surface, top + distance)
        frame.draw_foot(surface, number, len(pages))
        if stamp is None and not foot:
            surface.watermark(set_text(_("SPECIMEN"), page[1], 90, bold=True), 90)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _pages(sheet: Sheet, setter: Setter, first: float) -> list[list[tuple[Strip, float]]]:
    """Fill the pages; where a second one would hold little it is saved by setting everything tighter.

    first: height of the first page in points.
    """
    pages = paginate(flow(sheet.blocks, setter.strips), first, setter.page_height)
    if len(pages) != 2 or _end(pages[-1]) > LITTLE * setter.page_height:
        return pages
    tight = replace(setter, tight=True)
    strips = [replace(strip, gap=strip.gap * TIGHT_GAP) for strip in flow(sheet.blocks, tight.strips)]
    closer = paginate(strips, first, setter.page_height)
    return closer if len(closer) == 1 else pages


def _end(page: list[tuple[Strip, float]]) -> float:
    """How far down a page is filled, in points."""
    return max((top + strip.height for strip, top in page), default=0.0)


def _describe(canvas: Any, sheet: Sheet, stamp: Stamp | None) -> None:
    """Write what viewers and screen readers show about the document."""
    reference = f" {stamp.reference}" if stamp else ""
    canvas.setTitle(f"{plain(sheet.title)}{reference}")
    canvas.setAuthor(sheet.letterhead.agency)
    canvas.setSubject(sheet.letterhead.programme or sheet.letterhead.agency)
    canvas.setKeywords(stamp.code if stamp else "")
    canvas.setCreator(PRODUCER)
    canvas.setProducer(PRODUCER)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    if sheet.rtl:
        canvas.setViewerPreference("Direction", "R2L")
    canvas._doc._timeStamp = _Moment(stamp.issued_on if stamp else BEFORE_TIME)
    # The file's identity grows from its content alone, not from a clock or SOURCE_DATE_EPOCH.
    canvas._doc.signature = hashlib.md5(usedforsecurity=False)
