"""How each block of a sheet is set: block in, strips out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import singledispatchmethod

from django.utils.translation import gettext as _

from documents.sheet import (
    Align,
    Amount,
    Bold,
    Boxes,
    Facts,
    Gap,
    Grid,
    Heading,
    Items,
    Lines,
    Method,
    NewPage,
    Notice,
    Paragraph,
    Picture,
    Prompt,
    Signature,
    Signatures,
    Table,
    Text,
)
from documents.strips import Strip
from documents.surface import HAIRLINE, INK, MM, MUTED, TINT, Place, Style, Surface, fitted
from documents.typesetting import SetText, set_text

BODY, SMALL, TINY = 10.0, 8.5, 7.0
CELL_SIDE, CELL_TOP, TIGHT_CELL_TOP = 5.0, 3.6, 1.6
LABEL_SHARE = 0.34
SIGNATURE_HEIGHT, TIGHT_SIGNATURE_HEIGHT = 18 * MM, 13 * MM
UNNAMED, UNDATED = "……………………", "…… / …… / ………"
THUMBPRINT = (26 * MM, 32 * MM)
MOST_TOGETHER = 12
WRITING_LINE, GRID_ROW, TICK = 8.5 * MM, 9 * MM, 3.6 * MM


@dataclass(frozen=True)
class Setter:
    """Sets blocks for one column: width in points, reading direction, accent, height of an empty page.

    tight: with less room between and around the lines; letters and line breaks stay as they are.
    """

    width: float
    rtl: bool
    accent: str
    page_height: float
    tight: bool = False

    @property
    def spacing(self) -> float:
        """Leading for each point of size; Arabic letters reach higher and lower."""
        if self.tight:
            return 1.5 if self.rtl else 1.34
        return 1.72 if self.rtl else 1.45

    @property
    def cell_top(self) -> float:
        """Room over and under what stands in a row."""
        return TIGHT_CELL_TOP if self.tight else CELL_TOP

    @property
    def signature_height(self) -> float:
        """Room to sign in."""
        return TIGHT_SIGNATURE_HEIGHT if self.tight else SIGNATURE_HEIGHT

    def style(
        self,
        size: float = BODY,
        colour: str = INK,
        align: Align = Align.START,
        *,
        own_direction: bool = False,
    ) -> Style:
        """Return a style with this paper's leading."""
        return Style(size, size * self.spacing, colour, align, own_direction)

    def set(self, text: Text, width: float, size: float = BODY, *, bold: bool = False) -> SetText:
        """Break a text for this paper."""
        return set_text(text, width, size, bold=bold, rtl_document=self.rtl)

    @singledispatchmethod
    def strips(self, block: object) -> Iterator[Strip]:
        """Yield the strips of one block."""
        raise TypeError(f"not a block: {block!r}")

    @strips.register
    def _gap(self, block: Gap) -> Iterator[Strip]:
        yield Strip(block.mm * MM, lambda surface, top: None)

    @strips.register
    def _new_page(self, block: NewPage) -> Iterator[Strip]:
        yield Strip(0, lambda surface, top: None, new_page=True, keep=True)

    @strips.register
    def _heading(self, block: Heading) -> Iterator[Strip]:
        size = 12.0
        text = self.set(block.text, self.width, size, bold=True)
        for number, line in enumerate(_single_lines(text)):
            gap = 5 * MM if number == 0 else 0
            style = self.style(size, self.accent, own_direction=True)
            yield replace(self._line(line, style), gap=gap, keep=True)

    @strips.register
    def _paragraph(self, block: Paragraph) -> Iterator[Strip]:
        size, colour = (SMALL, MUTED) if block.small else (BODY, INK)
        style = self.style(size, colour, block.align, own_direction=True)
        text = self.set(block.text, self.width, size, bold=block.bold)
        lines = _single_lines(text)
        for number, line in enumerate(lines):
            strip = self._line(line, style)
            is_second_last_or_first = number in (0, len(lines) - 2) and number < len(lines) - 1
            yield replace(strip, gap=2 * MM if number == 0 else 0, keep=is_second_last_or_first)

    @strips.register
    def _items(self, block: Items) -> Iterator[Strip]:
        indent = 16.0
        for number, item in enumerate(block.items, start=1):
            mark = self.set(f"{number}." if block.numbered else "–", indent)
            lines = _single_lines(self.set(item, self.width - indent))
            for index, line in enumerate(lines):
                strip = self._line(line, self.style(), start=indent, mark=mark if index == 0 else None)
                yield replace(strip, gap=1.2 * MM if index == 0 else 0, keep=index == 0 and len(lines) > 1)

    @strips.register
    def _notice(self, block: Notice) -> Iterator[Strip]:
        inset, above = 4 * MM, 2.6 * MM
        inner = self.width - 2 * inset
        text = self.set(block.text, inner)
        style = self.style(own_direction=True)
        height = style.height(text) + 2 * above

        def draw(surface: Surface, top: float) -> None:
            self._tinted(surface, top, height)
            surface.write(text, Place(top + above, inset, inner), style)

        yield Strip(height, draw, gap=3 * MM)

    def _tinted(self, surface: Surface, top: float, height: float) -> None:
        surface.box(top, 0, self.width, height, fill=TINT)
        surface.box(top, 0, 2.2, height, fill=self.accent)

    @strips.register
    def _facts(self, block: Facts) -> Iterator[Strip]:
        label_width = self.width * LABEL_SHARE
        value_width = self.width - label_width
        for index, (label, value) in enumerate(block.pairs):
            name = self.set(label, label_width - 2 * CELL_SIDE)
            content = self.set(value, value_width)
            yield replace(self._fact(name, content), gap=2 * MM if index == 0 else 0)

    def _fact(self, name: SetText, value: SetText) -> Strip:
        label_width = self.width * LABEL_SHARE
        style, muted = self.style(), self.style(colour=MUTED)
        height = max(style.height(name), style.height(value), style.leading) + 2 * self.cell_top

        def draw(surface: Surface, top: float) -> None:
            surface.write(name, Place(top + self.cell_top, 0, label_width - 2 * CELL_SIDE), muted)
            surface.write(value, Place(top + self.cell_top, label_width, self.width - label_width), style)
            surface.rule(top + height, 0, self.width)

        return Strip(height, draw)

    @strips.register
    def _table(self, block: Table) -> Iterator[Strip]:
        shares = sum(column.share for column in block.columns)
        widths = [self.width * column.share / shares for column in block.columns]
        aligns = [column.align for column in block.columns]
        titles = [column.title for column in block.columns]
        (header,) = self._row(titles, widths, aligns, size=SMALL, bold=True, fill=TINT)
        yield replace(header, gap=3 * MM, keep=True)
        for number, row in enumerate(block.rows, start=1):
            last = len(block.rows)
            summed = number == last and block.total is not None  # no total alone on a page
            paired = number < last and number in (1, last - 1)  # no row alone under or over the rest
            *upper, foot = self._row(row, widths, aligns)
            for strip in upper:
                yield replace(strip, header=header, keep=summed)
            yield replace(foot, header=header, keep=summed or paired)
        if block.total is not None:
            for strip in self._row(block.total, widths, aligns, bold=True, rule=self.accent):
                yield replace(strip, header=header)

    def _row(
        self,
        cells: Sequence[Text],
        widths: list[float],
        aligns: list[Align],
        *,
        size: float = BODY - 0.5,
        bold: bool = False,
        fill: str = "",
        rule: str = "",
    ) -> Iterator[Strip]:
        """Yield one strip per row, more when it is higher than a page."""
        if len(cells) != len(widths):
            raise ValueError(f"a row of {len(cells)} cells in a table of {len(widths)} columns")
        leading = size * self.spacing
        texts = [
            self.set(cell, width - 2 * CELL_SIDE, size, bold=bold)
            for cell, width in zip(cells, widths, strict=True)
        ]
        most = max(len(text.lines) for text in texts)
        fit = max(1, int((self.page_height * 0.8 - 2 * self.cell_top) / leading))
        for begin in range(0, max(most, 1), fit):
            shown = [SetText(text.lines[begin : begin + fit], text.rtl) for text in texts]
            height = leading * min(most - begin, fit) + 2 * self.cell_top
            is_last = begin + fit >= most

            def draw(
                surface: Surface,
                top: float,
                shown: list[SetText] = shown,
                height: float = height,
                last: bool = is_last,
            ) -> None:
                if fill:
                    surface.box(top, 0, self.width, height, fill=fill)
                if rule:
                    surface.rule(top, 0, self.width, rule, 1)
                start = 0.0
                for text, width, align in zip(shown, widths, aligns, strict=True):
                    place = Place(top + self.cell_top, start + CELL_SIDE, width - 2 * CELL_SIDE)
                    surface.write(text, place, self.style(size, align=align))
                    start += width
                if last:
                    surface.rule(top + height, 0, self.width)

            yield Strip(height, draw)

    @strips.register
    def _amount(self, block: Amount) -> Iterator[Strip]:
        inset, above, large = 4 * MM, 3 * MM, 19.0
        inner = self.width - 2 * inset
        parts = [
            (self.set(block.label, inner, SMALL), self.style(SMALL, MUTED)),
            (self.set(block.figures, inner, large, bold=True), Style(large, large * 1.35, self.accent)),
            (self.set(block.words, inner), self.style()),
        ]
        height = sum(style.height(text) for text, style in parts) + 2 * above

        def draw(surface: Surface, top: float) -> None:
            self._tinted(surface, top, height)
            at = top + above
            for text, style in parts:
                surface.write(text, Place(at, inset, inner), style)
                at += style.height(text)

        yield Strip(height, draw, gap=4 * MM)

    @strips.register
    def _picture(self, block: Picture) -> Iterator[Strip]:
        _wide, high = fitted(block.data, self.width, block.height_mm * MM)
        caption = self.set(block.caption, self.width, SMALL)
        style = self.style(SMALL, MUTED)

        def draw(surface: Surface, top: float) -> None:
            surface.image(block.data, top, 0, self.width, high)
            surface.write(caption, Place(top + high + 2, 0, self.width), style)

        yield Strip(high + 2 + style.height(caption), draw, gap=3 * MM)

    @strips.register
    def _signatures(self, block: Signatures) -> Iterator[Strip]:
        beside = [place for place in block.places if place.method is not Method.THUMBPRINT]
        most = 4 if len(beside) == 4 else 3  # a payee, who pays, and two witnesses stand in one row
        rows = [beside[begin : begin + most] for begin in range(0, len(beside), most)]
        rows += [
            [place, *self._witnesses(place)] for place in block.places if place.method is Method.THUMBPRINT
        ]
        for number, row in enumerate(rows, start=1):
            yield replace(self._signature_row(row), keep=number < len(rows))

    def _witnesses(self, place: Signature) -> list[Signature]:
        names = [*place.witnesses, "", ""][:2]
        return [
            Signature(_("Witness %(number)d") % {"number": number}, name, signed_on=place.signed_on)
            for number, name in enumerate(names, start=1)
        ]

    def _signature_row(self, places: Sequence[Signature]) -> Strip:
        space = 4 * MM
        columns = max(2, len(places))
        width = (self.width - space * (columns - 1)) / columns
        boxes = [self._signature_box(place, width) for place in places]
        height = max(height for height, _draw in boxes)

        def draw(surface: Surface, top: float) -> None:
            for index, (_height, box) in enumerate(boxes):
                box(surface, top, index * (width + space), height)

        return Strip(height, draw, gap=5 * MM)

    def _signature_box(
        self, place: Signature, width: float
    ) -> tuple[float, Callable[[Surface, float, float, float], None]]:
        inset = 2.5 * MM
        inner = width - 2 * inset
        plain, muted = self.style(SMALL), self.style(SMALL, MUTED)
        is_print = place.method is Method.THUMBPRINT
        role = self.set(place.role, inner, SMALL)
        name = self.set([Bold(place.name)] if place.name else UNNAMED, inner, SMALL)
        below = self.set(_("Date: %(date)s") % {"date": place.signed_on or UNDATED}, inner, SMALL)
        hint = self.set(_("Thumbprint") if is_print else _("Signature"), inner, TINY)
        named = plain.height(role) + plain.height(name)
        space = THUMBPRINT[1] if is_print else self.signature_height
        height = inset * 2 + named + space + plain.leading

        def draw(surface: Surface, top: float, start: float, full: float) -> None:
            surface.box(top, start, width, full, stroke=HAIRLINE)
            column = start + inset
            surface.write(role, Place(top + inset, column, inner), muted)
            surface.write(name, Place(top + inset + plain.height(role), column, inner), plain)
            area, room = top + inset + named, full - 2 * inset - named - plain.leading
            if place.drawn:
                surface.image(place.drawn, area + 2, column, inner, room - 4, centre=True)
            elif is_print:
                side = start + (width - THUMBPRINT[0]) / 2
                surface.box(area + 3, side, THUMBPRINT[0], room - 6, stroke=MUTED, dash=(2, 2))
                centred = Style(TINY, 10, MUTED, Align.CENTER)
                surface.write(hint, Place(area + room / 2 - 5, side, THUMBPRINT[0]), centred)
            else:
                surface.write(hint, Place(area + 2, column, inner), Style(TINY, 10, MUTED))
            surface.write(below, Place(top + full - inset - plain.leading, column, inner), plain)

        return height, draw

    # To be filled in by hand

    @strips.register
    def _prompt(self, block: Prompt) -> Iterator[Strip]:
        for number, line in enumerate(_single_lines(self.set(block.text, self.width))):
            strip = self._line(line, self.style(own_direction=True))
            yield replace(strip, gap=4 * MM if number == 0 else 0, keep=True)
        small = self.style(SMALL, MUTED, own_direction=True)
        for line in _single_lines(self.set(block.note, self.width, SMALL)) if block.note else ():
            yield replace(self._line(line, small), keep=True)

    @strips.register
    def _lines(self, block: Lines) -> Iterator[Strip]:
        width = self.width * block.share
        behind = self.set(block.after, self.width - width) if block.after else None
        for number in range(block.count):

            def draw(surface: Surface, top: float, last: bool = number == block.count - 1) -> None:
                surface.rule(top + WRITING_LINE - 1.5, 0, width, MUTED)
                if behind is not None and last:
                    place = Place(top + WRITING_LINE - self.style().leading, width + 4, self.width - width)
                    surface.write(behind, place, self.style())

            yield Strip(WRITING_LINE, draw, keep=number == 0 and block.count > 1)

    @strips.register
    def _boxes(self, block: Boxes) -> Iterator[Strip]:
        """Answers that are chosen from stand under one eye: only a long list goes on over the page."""
        last = len(block.items) - 1
        for number, item in enumerate(block.items):
            text = self.set(item, self.width - 2.4 * TICK)
            keep = number < last and (last < MOST_TOGETHER or number == 0 or number == last - 1)
            yield replace(self._box(text), gap=1.6 * MM if number == 0 else 0, keep=keep)

    def _box(self, text: SetText) -> Strip:
        style = self.style()
        height = max(style.height(text), TICK) + 3

        def draw(surface: Surface, top: float) -> None:
            surface.box(top + (style.leading - TICK) / 2, 0, TICK, TICK, stroke=MUTED, weight=0.8)
            surface.write(text, Place(top, 2.4 * TICK, self.width - 2.4 * TICK), style)

        return Strip(height, draw)

    @strips.register
    def _grid(self, block: Grid) -> Iterator[Strip]:
        shares = sum(column.share for column in block.columns)
        widths = [self.width * column.share / shares for column in block.columns]
        header = self._cells([column.title for column in block.columns], widths, least=0, fill=TINT)
        yield replace(header, gap=2 * MM, keep=True)
        for row in block.rows:
            yield replace(self._cells(row, widths, least=GRID_ROW), header=header)

    def _cells(self, cells: Sequence[Text], widths: list[float], *, least: float, fill: str = "") -> Strip:
        """Return one row, ruled around every cell."""
        inset = 3.0
        texts = [
            self.set(cell, width - 2 * inset, TINY + 0.5) for cell, width in zip(cells, widths, strict=True)
        ]
        style = self.style(TINY + 0.5)
        height = max(max(style.height(text) for text in texts) + 2 * inset, least)

        def draw(surface: Surface, top: float) -> None:
            start = 0.0
            for text, width in zip(texts, widths, strict=True):
                surface.box(top, start, width, height, fill=fill, stroke=MUTED)
                surface.write(text, Place(top + inset, start + inset, width - 2 * inset), style)
                start += width

        return Strip(height, draw)

    def _line(self, line: SetText, style: Style, *, start: float = 0.0, mark: SetText | None = None) -> Strip:
        def draw(surface: Surface, top: float) -> None:
            if mark is not None:
                surface.write(mark, Place(top, 0, start), style)
            surface.write(line, Place(top, start, self.width - start), style)

        return Strip(style.leading, draw)


def _single_lines(text: SetText) -> list[SetText]:
    return [SetText((line,), text.rtl) for line in text.lines]
