"""The merit list with reserved places: who is funded when the line stands after so many places. Pure.

Everybody is chosen in the order of ranks. Where a reserved quota falls short, the best-ranked file that
counts for it takes the place of the last one that no quota needs. A file counts for every list it is on, as
in the minimum guarantees of Sönmez and Yenmez, "Affirmative Action in India via Vertical, Horizontal, and
Overlapping Reservations", Econometrica 90 (2022). What this promises, and `leapfrogged` checks apart from
how the list is made: an unfunded file could replace no funded one of a later rank without leaving a reserved
quota short.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, takewhile
from operator import attrgetter
from typing import NamedTuple

from scoring.exchanges import Draft, Lists, exchange_costs

WHOLE = 100
by_rank = attrgetter("rank")


class Reserve(NamedTuple):
    """Places kept for one list. goal: percent of the funded, or a number of places.

    before: funded earlier who count for it; before_all: all funded earlier, of whom percent are part too.
    """

    key: int
    goal: int
    percent: bool = False
    before: int = 0
    before_all: int = 0

    def needed(self, places: int) -> int:
        """Return how many of `places` further ones must count for it, at most all of them."""
        whole = -(-self.goal * (self.before_all + places) // WHOLE) if self.percent else self.goal
        return min(max(whole - self.before, 0), places)


class File(NamedTuple):
    """A file in the running: key, rank, amount in minor units, the keys of the reserves it counts for.

    worth: its mark in ten-thousandths of a point.
    """

    key: int
    rank: int
    amount: int = 0
    lists: Lists = frozenset()
    worth: int = 0


@dataclass(frozen=True)
class Selection:
    """Who is funded with so many places, best first.

    taken: of each combination of lists, how many of its best files. reserved: the reserve to whose places a
    file owes its own, by file; those are ranked after somebody who is not funded. needed, found: by reserve,
    how many must count for it and do; found stays below where the list holds no more such files, or where no
    single exchange mends it.
    """

    merit: "MeritList" = field(repr=False, compare=False)
    places: int
    taken: Mapping[Lists, int]
    spent: int
    reserved: Mapping[int, int] = field(default_factory=dict)
    needed: Mapping[int, int] = field(default_factory=dict)
    found: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def funded(self) -> tuple[int, ...]:
        """The keys of the funded files."""
        return tuple(one.key for one in self.files)

    @cached_property
    def files(self) -> list[File]:
        """The funded files."""
        lists = self.merit.by_lists
        if len(self.taken) == 1:
            ((only, number),) = self.taken.items()
            return lists[only][:number]
        found = (one for only, number in self.taken.items() for one in lists[only][:number])
        return sorted(found, key=by_rank)

    def beyond(self, other: "Selection") -> list[File]:
        """Return the files that are funded here and not in another selection from the same list."""
        return sorted(
            (
                one
                for lists, number in self.taken.items()
                for one in self.merit.by_lists[lists][other.taken[lists] : number]
            ),
            key=by_rank,
        )

    @property
    def short(self) -> dict[int, int]:
        """What is missing to each reserve that is not filled."""
        return {key: need - self.found[key] for key, need in self.needed.items() if need > self.found[key]}


class MeritList:
    """All files in the running and the reserves of their call; answers for every number of places."""

    def __init__(self, files: Iterable[File], reserves: Sequence[Reserve] = ()) -> None:
        """files: in any order, each rank once. Lists of a file that are no reserve are passed over."""
        self.reserves = list(reserves)
        self.files = sorted(files, key=by_rank)
        known = frozenset(one.key for one in self.reserves)
        of_lists: dict[Lists, list[File]] = defaultdict(list)
        for one in self.files:
            of_lists[one.lists].append(one)
        self.by_lists: dict[Lists, list[File]] = {}
        for lists, held in of_lists.items():
            self.by_lists.setdefault(lists & known, []).extend(held)
        if len(self.by_lists) < len(of_lists):
            for held in self.by_lists.values():
                held.sort(key=by_rank)
        self.ranks = {lists: [one.rank for one in files] for lists, files in self.by_lists.items()}

    @cached_property
    def _costs(self) -> dict[Lists, list[int]]:
        return {
            lists: [0, *accumulate(one.amount for one in files)] for lists, files in self.by_lists.items()
        }

    def needed(self, places: int) -> dict[int, int]:
        """Return by reserve how many of `places` must count for it."""
        return {one.key: one.needed(places) for one in self.reserves}

    def choose(self, places: int) -> Selection:
        """Return who is funded with `places` places, whatever it costs."""
        places = max(min(places, len(self.files)), 0)
        draft = Draft(self.ranks, self._best(places), self.needed(places))
        draft.exchange()
        return Selection(
            self,
            places=places,
            taken=draft.taken,
            spent=sum(self._costs[lists][taken] for lists, taken in draft.taken.items()),
            reserved=dict(self._owed(draft)),
            needed=draft.needed,
            found=draft.found,
        )

    def _best(self, places: int) -> dict[Lists, int]:
        """Count how many of the best files have each combination of lists."""
        last = self.files[places - 1].rank if places else 0
        return {lists: bisect_right(ranks, last) for lists, ranks in self.ranks.items()}

    def _owed(self, draft: Draft) -> Iterator[tuple[int, int]]:
        """Yield (file, reserve) for the funded ones that stand below an unfunded one, best first."""
        nexts = draft.nexts()
        first = min(nexts.values(), default=0)
        if not first:
            return
        order = {one.key: place for place, one in enumerate(self.reserves)}
        below = (
            one
            for lists, number in draft.taken.items()
            for one in self.by_lists[lists][bisect_left(self.ranks[lists], first) : number]
        )
        for one in sorted(below, key=by_rank):
            tight = [key for key in one.lists if key in order and draft.found[key] <= draft.needed[key]]

            def explains(key: int, rank: int = one.rank) -> tuple[bool, int]:
                above = any(key in lists and other < rank for lists, other in nexts.items())
                return above, order[key]

            if tight:
                yield one.key, min(tight, key=explains)

    def line(self, *, places: int | None, envelope: int | None) -> Selection:
        """Return the selection where places or money run out.

        One place more would be one too many or could not be paid; nobody is passed over because a cheaper
        file would still fit.
        """
        most = len(self.files) if places is None else max(min(places, len(self.files)), 0)
        found = self.choose(most)
        if envelope is None or found.spent <= envelope:
            return found
        return self._last_paid(most, envelope)

    def _last_paid(self, most: int, envelope: int) -> Selection:
        """Find where the money ends: beginning where it would without reserves."""
        paid = accumulate(one.amount for one in self.files)
        guess = min(sum(1 for _sum in takewhile(lambda total: total <= envelope, paid)), most - 1)
        low, high, best, step = 0, most, self.choose(0), 1
        while high - low > 1:
            tried = self.choose(min(max(guess, low + 1), high - 1))
            if tried.spent <= envelope:
                low, best = tried.places, tried
            else:
                high = tried.places
            guess = low + step if high == most else high - step if low == 0 else (low + high) // 2
            step *= 4
        return best


def leapfrogged(files: Iterable[File], funded: Collection[int], needed: Mapping[int, int]) -> set[int]:
    """Return the unfunded files that stand above a funded one which no reserved quota explains.

    That is: the file could replace a funded one of a later rank, and no reserve would fall short by it.
    needed: by reserve, how many of the funded must count for it.
    """
    known = frozenset(needed)
    chosen, found = set(funded), dict.fromkeys(needed, 0)
    worst: dict[Lists, int] = {}
    left_out: dict[Lists, list[File]] = defaultdict(list)
    of_lists: dict[Lists, list[File]] = defaultdict(list)
    for one in files:
        of_lists[one.lists].append(one)
    for every, listed in of_lists.items():
        lists = every & known
        ranks = [one.rank for one in listed if one.key in chosen]
        left_out[lists] += [one for one in listed if one.key not in chosen]
        if ranks:
            worst[lists] = max(worst.get(lists, 0), max(ranks))
            for key in lists:
                found[key] += len(ranks)
    said = set()
    for enters, waiting in left_out.items():
        reach = max(
            (rank for leaves, rank in worst.items() if exchange_costs(enters, leaves, needed, found) <= 0),
            default=0,
        )
        said |= {one.key for one in waiting if one.rank < reach}
    return said
