"""Files on which jurors differ so much that their mean says little. Pure, on plain rows.

Two triggers: the range of the jurors' marks is 40 % of the scale or more (25 % would send most files to one
more juror), or the file's chance to be funded lies between 20 and 80 %, so that its place is left to which
jurors it met.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

RANGE = 0.4
GREY = (0.2, 0.8)


class Marked(NamedTuple):
    """One file: the least and the highest mark of its jurors as parts of the scale (0 to 1), and how many.

    chance: to be funded, None where it is not known.
    """

    key: int
    least: float
    highest: float
    marks: int
    chance: float | None = None


class Discrepancy(NamedTuple):
    """A file to look at again. range: part of the scale. wide, unsure: which triggers it met."""

    key: int
    range: float
    wide: bool
    unsure: bool
    chance: float | None


def discrepancies(files: Iterable[Marked]) -> Iterator[Discrepancy]:
    """Yield the files to look at again, in their order. A file with one mark has no range."""
    for one in files:
        span = one.highest - one.least if one.marks > 1 else 0.0
        wide = span >= RANGE - 1e-9
        unsure = one.chance is not None and GREY[0] <= one.chance <= GREY[1]
        if wide or unsure:
            yield Discrepancy(one.key, span, wide, unsure, one.chance)
