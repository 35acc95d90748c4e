"""Reprints: the stored original under the word DUPLICATA, its number and its day; bytes in, bytes out."""

import io
from datetime import date

import pikepdf
from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.pdfgen.canvas import Canvas

from documents.bidi import isolate
from documents.dates import paper_date
from documents.letterhead import MARGIN
from documents.sheet import Align
from documents.surface import MM, Place, Style, Surface
from documents.typesetting import set_text

SIZE, NOTE = 84.0, 8.0
NOTE_WIDTH = 90 * MM
FORM = pikepdf.Name("/Duplicata")


def duplicate(original: bytes, number: int, printed_on: date, language: str) -> bytes:
    """Return the original with "DUPLICATA n" across every page and the day of printing at its head.

    The same original, number, day and language give the same bytes.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(original)) as pdf:
        for page in pdf.pages:
            box = pikepdf.Rectangle(page.mediabox)
            mark = _mark((float(box.width), float(box.height)), number, printed_on, language)
            with pikepdf.open(io.BytesIO(mark)) as overlay:
                form = pdf.copy_foreign(overlay.pages[0].as_form_xobject())
            _lay_over(page, form)
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _lay_over(page: pikepdf.Page, form: pikepdf.Object) -> None:
    """Draw a form over a page, under a fixed name: pikepdf's own overlay draws a random one."""
    page.add_resource(form, pikepdf.Name.XObject, FORM)
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q q %s Do Q" % str(FORM).encode())


def _mark(size: tuple[float, float], number: int, printed_on: date, language: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1, pageCompression=1)
    with translation.override(language):
        day = paper_date(printed_on, language)
        note = _("DUPLICATA %(number)d, printed on %(date)s") % {"number": number, "date": isolate(day)}
    surface = Surface(canvas, size, MARGIN, rtl=False)
    surface.watermark(set_text(f"DUPLICATA {number}", size[1], SIZE, bold=True), SIZE)
    place = Place(5 * MM, (surface.width - NOTE_WIDTH) / 2, NOTE_WIDTH)
    style = Style(NOTE, NOTE * 1.6, align=Align.CENTER)
    surface.write(set_text(note, NOTE_WIDTH, NOTE, bold=True), place, style)
    canvas.showPage()
    canvas.save()
    return out.getvalue()
