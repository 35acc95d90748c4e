"""Who marks which file: an optimal draw with hard conflicts and a stored seed.

Pure, on arrays. Every file gets `k` jurors, no forbidden pair is ever used, no juror passes his limit. Loads
are as level as the conflicts allow; among such draws one with the most preferred pairs is taken; among those,
chance decides. Method: files that are alike form classes, `class_flow.py` solves how many of each class a
juror takes, `dealing.py` deals them out; what conflicts inside a class leave open is mended along alternating
paths over all files. When nothing had to be mended, the plan's value proves that the draw is optimal; else
`bound` says how far it can be from it. A share of the assignments is drawn by chance before, whatever the
preferences: without such links between groups of files, a severe juror cannot be told from weak files.

When no complete draw exists, files are dealt one by one and marks moved along alternating paths, so that what
is missing, and who is full, can be named.

Chance comes from the raw output of PCG64 under the seed, which stays the same over versions of numpy. Reading
the database and naming people is done in `draw.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring import class_flow
from scoring.dealing import chain, deal, hand_on

Pairs = NDArray[np.bool_]
Loads = NDArray[np.int64]
Preference = NDArray[np.int8]
UNLIMITED = 2**31
ARCS = 200_000
"""With more classes times jurors than this, files are classed by kind and preference alone."""
TIES = 1e-4
"""What chance may weigh against a preference of 1: enough to choose between equals."""


@dataclass(frozen=True)
class Shortage:
    """One file that cannot have its jurors, because too few may read it.

    file: row of the matrix. needed: how many it lacks. allowed: columns of the jurors who may take it still.
    """

    file: int
    needed: int
    allowed: tuple[int, ...]


@dataclass(frozen=True)
class Full:
    """Files that compete for jurors whose limits are reached: together they need more than there is.

    files: rows of the matrix that are short. jurors: columns of those who could take them and are full.
    missing: how many marks are missing.
    """

    files: tuple[int, ...]
    jurors: tuple[int, ...]
    missing: int


@dataclass(frozen=True)
class Draw:
    """A draw: `pairs[file, juror]` is true for every assignment, the kept ones included.

    shortages, full: why it could not be completed; both empty in a complete draw. linked: assignments of this
    draw that chance alone made, whatever the preferences. gained, bound: preferred pairs among the new ones,
    and the most that any draw with these links and such level loads could have.
    """

    pairs: Pairs
    shortages: tuple[Shortage, ...] = ()
    full: Full | None = None
    linked: int = 0
    gained: int = 0
    bound: int = 0

    @property
    def complete(self) -> bool:
        return not self.shortages and self.full is None

    @property
    def loads(self) -> Loads:
        """Files per juror."""
        return np.asarray(self.pairs.sum(axis=0), dtype=np.int64)


def draw(
    allowed: Pairs,
    k: int | Loads,
    *,
    seed: int,
    kept: Pairs | None = None,
    limits: Sequence[int | None] | None = None,
    preference: Preference | None = None,
    kinds: NDArray[np.int64] | None = None,
    linking: float = 0.0,
) -> Draw:
    """Draw `k` jurors for every file; one number for all of them, or one a file.

    allowed: files x jurors, false for a pair in conflict. kept: assignments that exist already and stay; they
    count in loads and towards `k`, and are not asked whether they are allowed. limits: most files of a juror,
    None for no limit. preference: files x jurors, what a pair is worth. kinds: one number a file; files of a
    kind are read by the same jurors, but for single conflicts (a language, say). linking: share of the new
    assignments that chance alone makes, one of a file at most. seed: any integer from 0; the same arguments
    give the same draw.
    """
    files, jurors = allowed.shape
    pairs = np.zeros_like(allowed) if kept is None else kept.copy()
    free = allowed & ~pairs
    needed = np.maximum(k - pairs.sum(axis=1), 0)
    shortages = tuple(
        Shortage(int(row), int(needed[row]), tuple(int(juror) for juror in np.flatnonzero(free[row])))
        for row in np.flatnonzero(free.sum(axis=1) < needed)
    )
    if shortages or not files:
        return Draw(pairs, shortages)
    caps = limits or [None] * jurors
    most = np.array([UNLIMITED if limit is None else limit for limit in caps], dtype=np.int64)
    wanted = np.zeros(allowed.shape, dtype=np.int8) if preference is None else preference
    of_kind = np.zeros(files, dtype=np.int64) if kinds is None else kinds
    for share in (linking, 0.0) if linking else (0.0,):
        found = _optimal(pairs, allowed, needed, most, wanted, of_kind, share, np.random.PCG64(seed))
        if found is not None:
            return found
    chance = _numbers(np.random.PCG64(seed), (files + jurors,))
    table = _Table(pairs, allowed, most, chance)
    table.deal(needed)
    return Draw(table.pairs, full=table.complete(needed))


def fewest_preferred(drawn: Draw, preference: Preference) -> int | None:
    """Return the file with the fewest preferred jurors, the first of equals; None without preferences."""
    if not len(drawn.pairs) or not preference.any():
        return None
    return int(np.argmin((drawn.pairs * preference).sum(axis=1)))


def _numbers(source: np.random.PCG64, shape: tuple[int, ...]) -> NDArray[np.uint64]:
    count = int(np.prod(shape))
    return np.asarray(source.random_raw(count), dtype=np.uint64).reshape(shape)


def _optimal(
    kept: Pairs,
    allowed: Pairs,
    needed: Loads,
    most: Loads,
    preference: Preference,
    kinds: NDArray[np.int64],
    share: float,
    source: np.random.PCG64,
) -> Draw | None:
    """Return the best complete draw, None when the class plan or the dealing finds none."""
    pairs, need = kept.copy(), needed.copy()
    linked = _link(pairs, allowed, need, most, share, source) if share else 0
    links = pairs & ~kept
    free = allowed & ~pairs
    members = _classes(free, need, preference, kinds)
    rows = [group[0] for group in members]
    room = np.array([free[group][need[group] > 0].sum(axis=0) for group in members], dtype=np.int64)
    worth = preference[rows].astype(float)
    chance = _numbers(source, worth.shape).astype(float) * (TIES / 2**64)
    plan = class_flow.plan(
        np.array([need[group].sum() for group in members], dtype=np.int64),
        room,
        worth,
        chance,
        pairs.sum(axis=0).astype(np.int64),
        most,
    )
    if plan is None:
        return None
    for number, group in enumerate(members):
        takers = np.flatnonzero(plan.counts[number])
        if takers.size:
            open_pairs = free[np.ix_(group, takers)]
            mixed = _numbers(source, open_pairs.shape)
            pairs[np.ix_(group, takers)] |= deal(need[group], plan.counts[number][takers], open_pairs, mixed)
    target = kept.sum(axis=1) + needed
    fixed = kept | links
    planned = np.minimum(fixed.sum(axis=0) + plan.counts.sum(axis=0), most)
    if (pairs.sum(axis=1) < target).any() and not _mend(
        pairs, fixed, allowed, target, most, planned, preference
    ):
        return None
    gained = int((preference * (pairs & ~kept)).sum())
    bound = round(plan.gained) + int((preference * links).sum())
    return Draw(pairs, linked=linked, gained=gained, bound=max(bound, gained))


def _classes(
    free: Pairs, need: Loads, preference: Preference, kinds: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """Group the files that are alike: exactly so where that gives few enough classes, else by kind."""
    needs = need.astype(np.uint8)[:, None]
    group = _same(np.packbits(free, axis=1), preference.view(np.uint8), needs)
    if (max(group) + 1) * free.shape[1] > ARCS:
        group = _same(kinds[:, None].view(np.uint8), preference.view(np.uint8), needs)
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(np.array(group)[order])) + 1)


def _same(*columns: NDArray[np.uint8]) -> list[int]:
    """Number the rows of the columns so that equal ones share a number, in order of appearance."""
    numbers: dict[bytes, int] = {}
    return [numbers.setdefault(row.tobytes(), len(numbers)) for row in np.hstack(columns)]


def _link(
    pairs: Pairs, allowed: Pairs, need: Loads, most: Loads, share: float, source: np.random.PCG64
) -> int:
    """Draw a share of the assignments by chance, levelled over the jurors; return how many."""
    wanted = int(np.ceil(share * need.sum()))
    loads, made = pairs.sum(axis=0).astype(np.int64), np.zeros(pairs.shape[1], dtype=np.int64)
    by_chance = _numbers(source, (len(pairs),))
    mixed = _numbers(source, (pairs.shape[1],))
    # Files that need several jurors first: one of them links, the others are preferred ones.
    for row in np.lexsort((by_chance, need < 2))[:wanted]:
        takers = np.flatnonzero(allowed[row] & ~pairs[row] & (loads < most))
        if not need[row] or not takers.size:
            continue
        fresh = mixed[takers] * (by_chance[row] | np.uint64(1))
        taker = takers[np.lexsort((fresh, made[takers]))[0]]
        pairs[row, taker] = True
        made[taker] += 1
        loads[taker] += 1
        need[row] -= 1
    return int(made.sum())


def _mend(
    pairs: Pairs,
    fixed: Pairs,
    allowed: Pairs,
    target: Loads,
    most: Loads,
    planned: Loads,
    preference: Preference,
) -> bool:
    """Complete files along alternating paths, at the least loss first; False when it fails.

    First over preferred pairs and within the planned loads, then over all pairs, then within the limits.
    """
    preferred = allowed & (preference > 0)
    for may, caps in ((preferred, planned), (allowed, planned), (allowed, most)):
        table = _Table(pairs, may, caps, np.zeros(sum(pairs.shape), dtype=np.uint64), fixed)
        if table.complete(target - fixed.sum(axis=1)) is None:
            return True
    return False


class _Table:
    """The draw while it is made: who has what, and the moves between jurors that the conflicts allow."""

    def __init__(
        self,
        pairs: Pairs,
        allowed: Pairs,
        most: Loads,
        chance: NDArray[np.uint64],
        fixed: Pairs | None = None,
    ) -> None:
        files = pairs.shape[0]
        self.pairs, self.allowed, self.most = pairs, allowed, most
        self.fixed = pairs.copy() if fixed is None else fixed
        self.file_chance, self.juror_chance = chance[:files], chance[files:]
        self.loads: Loads = pairs.sum(axis=0).astype(np.int64)

    def deal(self, needed: Loads) -> None:
        """Give every file its least loaded jurors, the most constrained file first; chance breaks ties."""
        choices = (self.allowed & ~self.pairs).sum(axis=1)
        for row in np.lexsort((self.file_chance, choices)):
            want = int(needed[row])
            if not want:
                continue
            takers = np.flatnonzero(self.allowed[row] & ~self.pairs[row] & (self.loads < self.most))
            # A fresh shuffle of the jurors for each file: else the same jurors always sit together.
            mixed = self.juror_chance[takers] * (self.file_chance[row] | np.uint64(1))
            chosen = takers[np.lexsort((mixed, self.loads[takers]))[:want]]
            self.pairs[row, chosen] = True
            self.loads[chosen] += 1

    def complete(self, needed: Loads) -> Full | None:
        """Find jurors for files left short by limits, moving other files; say who is full when none exist."""
        goal = self.fixed.sum(axis=1) + needed
        for row in np.flatnonzero(self.pairs.sum(axis=1) < goal):
            while self.pairs[row].sum() < goal[row]:
                starts = np.flatnonzero(self.allowed[row] & ~self.pairs[row])
                path, _reached = chain(self.pairs, self.fixed, self.allowed, starts, self.loads < self.most)
                if path is None:
                    break
                hand_on(self.pairs, path)
                self.pairs[row, path[0][1]] = True
                self.loads[path[-1][1]] += 1
        missing = goal - self.pairs.sum(axis=1)
        left = np.flatnonzero(missing > 0)
        if not left.size:
            return None
        wanted = np.flatnonzero((self.allowed[left] & ~self.pairs[left]).any(axis=0))
        return Full(
            tuple(int(row) for row in left),
            tuple(int(juror) for juror in wanted),
            int(missing[left].sum()),
        )
