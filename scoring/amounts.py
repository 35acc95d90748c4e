"""How much a funded file gets: what it asks for, a part of it, or the same for all. Pure, in minor units.

The ceiling of the track holds in every case. What the jury gives to one file apart is written in the draft of
decisions.
"""

from typing import NamedTuple

ASKED, REDUCED, FIXED = "asked", "reduced", "fixed"
KINDS = (ASKED, REDUCED, FIXED)
WHOLE = 100


class Amounts(NamedTuple):
    """A rule. value: percent of what is asked (reduced), minor units (fixed)."""

    kind: str = ASKED
    value: int = 0

    def of(self, asked: int | None, ceiling: int | None, *, unit: int = 1) -> int | None:
        """Return the amount for one file, None where it cannot be known.

        asked: what the file asks for, ceiling: of its track; both in minor units, None where not set.
        unit: minor units of one whole coin; a part is rounded down to whole coins, never below one.
        """
        wanted = within(asked, ceiling)
        if self.kind == FIXED:
            return within(self.value, ceiling)
        if self.kind == REDUCED and wanted is not None:
            part = wanted * self.value // WHOLE
            return part - part % unit if part >= unit else part
        return wanted


def within(asked: int | None, ceiling: int | None) -> int | None:
    """Return what is asked for within the ceiling, the ceiling where nothing was asked."""
    return min((one for one in (asked, ceiling) if one is not None), default=None)
