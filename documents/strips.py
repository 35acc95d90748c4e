"""Page breaks: a paper is a sequence of strips that are never cut; pages are filled from the top."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from documents.sheet import Facts, Grid, Heading, Items, Paragraph, Prompt, Signatures, Table
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


def flow(blocks: Sequence[object], strips_of: Callable[[object], Iterable[Strip]]) -> Iterator[Strip]:
    """Yield the strips of all blocks, the end of a block kept with the next where the two belong together."""
    for at, block in enumerate(blocks):
        strips = list(strips_of(block))
        if strips and _stays_with_next(block, blocks[at + 1 : at + 3]):
            strips[-1] = replace(strips[-1], keep=True)
        yield from strips


def _stays_with_next(block: object, following: Sequence[object]) -> bool:
    """A sentence announces the table or list below it, and nobody signs on a page that holds nothing else.

    following: the next two blocks, for places to sign that have a heading, or a remark below the last row of
    a list that is signed.
    """
    below = next((one for one in following if not isinstance(one, Heading)), None)
    if isinstance(below, Signatures):
        return True
    if isinstance(block, Grid) and [type(one) for one in following] == [Paragraph, Signatures]:
        return True
    announced = isinstance(following[0], Table | Grid | Facts | Items | Prompt) if following else False
    return isinstance(block, Paragraph) and announced


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
