"""Counts of people that may be published: small ones are withheld, and none can be subtracted back. Pure."""

from collections.abc import Iterable, Sequence

FEWEST = 5
"""Counts of fewer people, but for none at all, are not shown outside the programme."""


def withheld(counts: Sequence[int], also: Iterable[int] = (), fewest: int = FEWEST) -> set[int]:
    """Return the places of the counts to withhold, of parts that add up to a published total.

    also: places that are withheld for another reason. Parts from 1 to `fewest` - 1 are withheld. Where only
    one part is withheld, or the withheld ones together are fewer than `fewest`, the next smallest part goes
    with them, so that the total does not tell them.
    """
    hidden = {place for place, count in enumerate(counts) if 0 < count < fewest} | set(also)
    left = (place for place, count in enumerate(counts) if count and place not in hidden)
    others = sorted(left, key=lambda place: counts[place])
    while hidden and others and (len(hidden) < 2 or sum(counts[place] for place in hidden) < fewest):
        hidden.add(others.pop(0))
    return hidden
