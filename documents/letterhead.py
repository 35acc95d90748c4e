"""The frame of every page: whose paper it is, its number, how to verify it, page x of y."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from documents.bidi import ltr
from documents.dates import paper_date
from documents.digests import grouped
from documents.sheet import Align, Bold, Letterhead, Sheet, Stamp, Text
from documents.surface import HAIRLINE, INK, MM, MUTED, Place, Style, Surface
from documents.typesetting import SetText, set_text

MARGIN = 20 * MM
TOP = 14 * MM
LOGO = (46 * MM, 20 * MM)
QR_SIDE = 21 * MM
RUNNING_HEAD = 13 * MM
FOOT = 25 * MM
AGENCY, TITLE, SUBTITLE, SMALL, TINY = 12.0, 19.0, 11.0, 8.5, 6.5
Rows = list[tuple[SetText, Style]]


@dataclass(frozen=True)
class Frame:
    """Everything of a page but its body. digest: what the content digest line says; width: of the column."""

    sheet: Sheet
    stamp: Stamp | None
    digest: str
    width: float
    foot: str = ""

    def _set(self, text: Text, width: float, size: float, *, bold: bool = False) -> SetText:
        return set_text(text, width, size, bold=bold, rtl_document=self.sheet.rtl)

    @property
    def _spacing(self) -> float:
        return 1.6 if self.sheet.rtl else 1.35

    @property
    def _head(self) -> Letterhead:
        return self.sheet.letterhead

    @cached_property
    def _beside_logo(self) -> float:
        return LOGO[0] + 5 * MM if self._head.logo else 0.0

    def _style(self, size: float, colour: str = INK, align: Align = Align.START) -> Style:
        return Style(size, size * self._spacing, colour, align)

    @cached_property
    def _agency(self) -> Rows:
        width = self.width - self._beside_logo - QR_SIDE - 8 * MM
        programme = SMALL + 1
        rows = [
            (self._set(self._head.agency, width, AGENCY, bold=True), self._style(AGENCY, self._head.accent))
        ]
        if self._head.programme:
            rows.append(
                (self._set(self._head.programme, width, programme, bold=True), self._style(programme))
            )
        return rows + [
            (self._set(line, width, SMALL), self._style(SMALL, MUTED)) for line in self._head.lines
        ]

    @cached_property
    def _title(self) -> Rows:
        rows = [(self._set(self.sheet.title, self.width, TITLE, bold=True), self._style(TITLE))]
        if self.sheet.subtitle:
            rows.append((self._set(self.sheet.subtitle, self.width, SUBTITLE), self._style(SUBTITLE, MUTED)))
        return rows

    def _height(self, rows: Rows) -> float:
        return sum(style.height(text) for text, style in rows)

    @cached_property
    def _banner(self) -> float:
        """Height of the letterhead proper."""
        return max(self._height(self._agency), LOGO[1] if self._head.logo else 0, QR_SIDE + 10) + 4 * MM

    @property
    def first_top(self) -> float:
        """Where the body of the first page begins."""
        return TOP + self._banner + 9 * MM + SMALL * self._spacing + self._height(self._title) + 5 * MM

    @property
    def next_top(self) -> float:
        """Where the body of the other pages begins."""
        return TOP + RUNNING_HEAD

    def draw_first(self, surface: Surface) -> None:
        """Draw letterhead, reference line and title."""
        head = self._head
        if head.logo:
            surface.image(head.logo, TOP, 0, *LOGO)
        self._column(surface, self._agency, TOP, self._beside_logo)
        if self.stamp:
            surface.qr(self.stamp.verify_url, TOP, self.width - QR_SIDE, QR_SIDE)
            around = QR_SIDE + 10 * MM
            code = Place(TOP + QR_SIDE + 1.5, self.width - QR_SIDE - 5 * MM, around)
            surface.write(
                self._set(ltr(self.stamp.code), around, TINY), code, Style(TINY, 9, MUTED, Align.CENTER)
            )
        top = TOP + self._banner
        surface.rule(top, 0, self.width, head.accent, 1.4)
        top += 4 * MM
        self._reference_line(surface, top)
        top += SMALL * self._spacing + 5 * MM
        self._column(surface, self._title, top, 0)

    def _reference_line(self, surface: Surface, top: float) -> None:
        half = self.width / 2
        if self.stamp:
            number: Text = [_("Ref."), " ", Bold(ltr(self.stamp.reference))]
            place = paper_date(self.stamp.issued_on, self.sheet.language)
            if self.sheet.place:
                place = _("%(place)s, %(date)s") % {"place": self.sheet.place, "date": place}
        else:
            number, place = "", self.sheet.place
        for start, words, align in ((0.0, number, Align.START), (half, place, Align.END)):
            surface.write(
                self._set(words, half, SMALL), Place(top, start, half), self._style(SMALL, align=align)
            )

    def _column(self, surface: Surface, rows: Rows, top: float, start: float) -> None:
        for text, style in rows:
            surface.write(text, Place(top, start, self.width - start), style)
            top += style.height(text)

    def draw_next(self, surface: Surface) -> None:
        """Draw the running head of the second and later pages."""
        texts = [(self._head.programme or self._head.agency, Align.START), (self.sheet.title, Align.END)]
        half = self.width / 2 - 6
        for index, (words, align) in enumerate(texts):
            text = self._set(words, half, SMALL)
            first_line = SetText(text.lines[:1], text.rtl)
            place = Place(TOP - 2 * MM, index * (half + 12), half)
            surface.write(first_line, place, self._style(SMALL, MUTED, align))
        surface.rule(TOP + 5 * MM, 0, self.width)

    def draw_foot(self, surface: Surface, page: int, pages: int) -> None:
        """Draw number, verification, digest and "page x of y"."""
        top = surface.page_height - FOOT + 6 * MM
        surface.rule(top, 0, self.width, HAIRLINE)
        top += 1.6 * MM
        corner = 34 * MM
        count = _("Page %(page)d of %(pages)d") % {"page": page, "pages": pages}
        place = Place(top, self.width - corner, corner)
        surface.write(self._set(count, corner, SMALL), place, Style(SMALL, SMALL * 1.4, MUTED, Align.END))
        tiny = Style(TINY, TINY * 1.5, MUTED)
        for words in self._foot_lines():
            text = self._set(words, self.width - corner, TINY)
            surface.write(text, Place(top, 0, self.width - corner), tiny)
            top += tiny.height(text)

    def _foot_lines(self) -> list[Text]:
        if not self.stamp:
            return [self.foot or _("Specimen, not issued")]
        lines: list[Text] = [
            [
                Bold(ltr(self.stamp.reference)),
                " · ",
                _("Verify this paper at %(address)s") % {"address": ltr(self.stamp.verify_url)},
            ],
            f"{_('Content digest')} {ltr(grouped(self.digest))}",
        ]
        return lines + [f"{name} {ltr(grouped(value))}" for name, value in self.sheet.seals]
