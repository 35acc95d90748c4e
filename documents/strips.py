"""Page breaks: a paper is a sequence of strips that are never cut; pages are filled from the top."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from documents.surface import Surface

Draw = Callable[[Surface, float], None]


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of a page as wide as the column: a line, a table row, a signature box.

    gap: space above it, dropped at the top of a page. keep: must stand on one page with the next strip.
    header: drawn again above it when it begins a page. new_page: begins a page in any case.
    """

    height: float
    draw: Draw
    gap: float = 0.0
    keep: bool = False
    header: "Strip | None" = None
    new_page: bool = False


Page = list[tuple[Strip, float]]


def paginate(strips: Iterable[Strip], first_height: float, height: float) -> list[Page]:
    """Place strips on pages: (strip, its distance from the top of the page's body).

    first_height, height: of the body on the first page and on the others. A group that is kept together and
    does not fit on an empty page is broken all the same.
    """
    pages: list[Page] = [[]]
    used, room = 0.0, first_height
    for group in _groups(strips):
        needed = sum(strip.height + strip.gap for strip in group)
        if pages[-1] and (group[0].new_page or used + needed > room):
            pages.append([])
            used, room = 0.0, height
        for strip in group:
            if pages[-1] and used + strip.gap + strip.height > room:
                pages.append([])
                used, room = 0.0, height
            if not pages[-1] and len(pages) > 1 and strip.header:
                pages[-1].append((strip.header, 0.0))
                used = strip.header.height
            top = used + (strip.gap if pages[-1] else 0.0)
            pages[-1].append((strip, top))
            used = top + strip.height
    return pages


def _groups(strips: Iterable[Strip]) -> Iterable[list[Strip]]:
    group: list[Strip] = []
    for strip in strips:
        group.append(strip)
        if not strip.keep:
            yield group
            group = []
    if group:
        yield group
