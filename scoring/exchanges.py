"""Exchanges between the best files and the reserved places: a selection while it is made. Pure.

Files with the same lists are alike but for their ranks, so a selection is how many of the best of each
combination of lists are taken. The merit list (`reserved.py`) makes one selection from it, the chances
(`advice/chance.py`) one for each draw.
"""

from collections.abc import Mapping, Sequence

Lists = frozenset[int]
"""The keys of the reserves that a file counts for."""


class Draft:
    """A selection being made: of each combination of lists, how many of its best files are taken."""

    def __init__(
        self, ranks: Mapping[Lists, Sequence[int]], taken: Mapping[Lists, int], needed: Mapping[int, int]
    ) -> None:
        """ranks: ascending, by combination. needed: by reserve, how many of the taken must count for it."""
        self.ranks = ranks
        self.taken = {lists: taken.get(lists, 0) for lists in ranks}
        self.needed = dict(needed)
        self.found = dict.fromkeys(self.needed, 0)
        for lists, number in self.taken.items():
            for key in lists:
                self.found[key] += number

    def exchange(self) -> None:
        """Fill the reserves, then let better-ranked files in where no reserve falls short by it."""
        self._fill()
        while self._exchange_for_the_better():
            pass

    def nexts(self) -> dict[Lists, int]:
        """Return the rank of the best file that is left, by combination, the best-ranked first."""
        return {lists: self._following(lists) for lists in self._next_in()}

    def _fill(self) -> None:
        """Exchange while a reserve is short and an exchange makes it less so."""
        while any(self.found[key] < need for key, need in self.needed.items()):
            if not self._exchange_for_the_short():
                return

    def _exchange_for_the_short(self) -> bool:
        """Make the exchange that moves the line of ranks least for each place that it fills."""
        best: tuple[float, Lists, Lists] | None = None
        out = self._last_out()
        for enters in self._next_in():
            entering = self._following(enters)
            for leaves in out:
                mended = -self._shortage(enters, leaves)
                if mended > 0:
                    moved = (entering - self._last(leaves)) / mended
                    if best is None or moved < best[0]:
                        best = moved, enters, leaves
        if best is not None:
            self._exchange(*best[1:])
        return best is not None

    def _exchange_for_the_better(self) -> bool:
        for enters in self._next_in():
            for leaves in self._last_out():
                if self._following(enters) > self._last(leaves):
                    break
                if self._shortage(enters, leaves) <= 0:
                    self._exchange(enters, leaves)
                    return True
        return False

    def _following(self, lists: Lists) -> int:
        return self.ranks[lists][self.taken[lists]]

    def _last(self, lists: Lists) -> int:
        return self.ranks[lists][self.taken[lists] - 1]

    def _next_in(self) -> list[Lists]:
        """The combinations of lists that have a file left, the best-ranked first."""
        open_ = [lists for lists, ranks in self.ranks.items() if self.taken[lists] < len(ranks)]
        return sorted(open_, key=self._following)

    def _last_out(self) -> list[Lists]:
        """Those of which a file is taken, the worst-ranked first."""
        held = [lists for lists, number in self.taken.items() if number]
        return sorted(held, key=lambda lists: -self._last(lists))

    def _shortage(self, enters: Lists, leaves: Lists) -> int:
        """Return by how much more the reserves fall short after an exchange; negative: by how much less."""
        return exchange_costs(enters, leaves, self.needed, self.found)

    def _exchange(self, enters: Lists, leaves: Lists) -> None:
        self.taken[enters] += 1
        self.taken[leaves] -= 1
        for key in enters - leaves:
            self.found[key] += 1
        for key in leaves - enters:
            self.found[key] -= 1


def exchange_costs(enters: Lists, leaves: Lists, needed: Mapping[int, int], found: Mapping[int, int]) -> int:
    """Return what is missing to the reserves more (or, negative, less) when one file replaces another."""
    gained = sum(found[key] < needed[key] for key in enters - leaves)
    lost = sum(found[key] <= needed[key] for key in leaves - enters)
    return lost - gained
