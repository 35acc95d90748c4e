"""The slip as a paper: A5, cut into two halves that say the same in French and in Arabic, each with its QR.

It is drawn for one answer and kept nowhere: the PIN on it is stored nowhere either.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.pdfgen.canvas import Canvas

from applications.models import Application
from applications.slips import follow_address
from documents.bidi import isolate, ltr
from documents.sheet import Align, Letterhead, Text
from documents.surface import HAIRLINE, INK, MM, MUTED, Place, Style, Surface
from documents.typesetting import set_text
from programmes.letterhead import letterhead_of

A5 = (148 * MM, 210 * MM)
HALF = A5[1] / 2
MARGIN = 11 * MM
QR_SIDE = 30 * MM
LANGUAGES = ("fr", "ar")
SMALL, BODY, LARGE, HUGE = 8.0, 9.5, 12.5, 23.0


@dataclass(frozen=True)
class Words:
    """What one half says, in its language."""

    letterhead: Letterhead
    title: str
    number_label: str
    pin_label: str
    lines: tuple[str, ...]


def draw(application: Application, pin: str) -> bytes:
    """Return the slip of a case as a PDF; the language of the person stands on top.

    pin: in groups, as it is shown.
    """
    first = application.language if application.language in LANGUAGES else "fr"
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A5, pageCompression=1, invariant=1)
    canvas.setTitle(application.case.number)
    for half, language in enumerate(sorted(LANGUAGES, key=lambda one: one != first)):
        _draw_half(canvas, application, pin, language, half * HALF)
    _cut(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _words(application: Application) -> Words:
    head = letterhead_of(application.call.programme)
    return Words(
        letterhead=head,
        title=_("Your application"),
        number_label=_("Case number"),
        pin_label=_("PIN"),
        lines=(
            _("To see where your application is, scan the square or open:"),
            ltr(follow_address()),
            _("Write the case number and the PIN there. Somebody you trust may read it to you."),
            _("Show the PIN to nobody else. The office never asks for it by telephone."),
            _("If you lose this slip, come to the office: you get a new PIN and the old one is void."),
        ),
    )


def _draw_half(canvas: Any, application: Application, pin: str, language: str, top: float) -> None:
    rtl = language == "ar"
    with translation.override(language):
        words = _words(application)
    surface = Surface(canvas, A5, MARGIN, rtl=rtl)
    width = surface.width
    spacing = 1.55 if rtl else 1.3
    at = top + 9 * MM

    def put(text: Text, size: float, *, bold: bool = False, colour: str = INK, room: float = width) -> None:
        nonlocal at
        style = Style(size, size * spacing, colour, Align.START)
        laid = set_text(text, room, size, bold=bold, rtl_document=rtl)
        surface.write(laid, Place(at, 0, room), style)
        at += style.height(laid)

    beside = width - QR_SIDE - 6 * MM
    surface.qr(follow_address(application.case.number), at, width - QR_SIDE, QR_SIDE)
    for line, size, bold in _head(words):
        put(line, size, bold=bold, room=beside)
    at += 1.5 * MM
    put(words.title, LARGE, bold=True, room=beside)
    put(isolate(_title_of(application, language)), SMALL, colour=MUTED, room=beside)
    at = max(at, top + 9 * MM + QR_SIDE) + 2.5 * MM
    surface.rule(at, 0, width, words.letterhead.accent, 1.2)
    at += 2.5 * MM
    half = width / 2
    for start, label, value in (
        (0.0, words.number_label, application.case.number),
        (half, words.pin_label, pin),
    ):
        style = Style(SMALL, SMALL * spacing, MUTED)
        surface.write(set_text(label, half, SMALL, rtl_document=rtl), Place(at, start, half), style)
        big = Style(HUGE, HUGE * 1.3, INK)
        laid = set_text(ltr(value), half, HUGE, bold=True, rtl_document=rtl)
        surface.write(laid, Place(at + style.leading, start, half), big)
    at += SMALL * spacing + HUGE * 1.3 + 2 * MM
    for number, line in enumerate(words.lines):
        at += 0.8 * MM
        put(line, BODY if number < 3 else SMALL, bold=number == 1, colour=INK if number < 3 else MUTED)


def _head(words: Words) -> Iterator[tuple[str, float, bool]]:
    yield words.letterhead.agency, BODY, True
    if words.letterhead.programme:
        yield words.letterhead.programme, SMALL, False
    for line in words.letterhead.lines[-1:]:
        yield line, SMALL, False


def _title_of(application: Application, language: str) -> str:
    with translation.override(language):
        return application.call.title


def _cut(canvas: Any) -> None:
    """A dashed line between the two halves."""
    canvas.setStrokeColor(HAIRLINE)
    canvas.setDash(3, 3)
    canvas.line(0, A5[1] - HALF, A5[0], A5[1] - HALF)
    canvas.setDash()
