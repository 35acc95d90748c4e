"""Dealing the files of one class to its jurors, when it is settled how many each of them takes.

Pure, on arrays. Jurors with many files choose first, always among the files that still need most (Gale,
Ryser: the order that succeeds whenever there is a way, where no pair is forbidden); chance decides between
equals, afresh for each juror, so that the same jurors do not always sit together. What forbidden pairs leave
open is mended along alternating paths inside the class, which cost nothing.
"""

from collections import deque
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


def deal(needs: Counts, quotas: Counts, allowed: Flags, chance: NDArray[np.uint64]) -> Flags:
    """Return who takes which file, as files x jurors; rows or columns may stay short when there is no way.

    needs: jurors that each file needs. quotas: files that each juror takes. allowed: files x jurors, false
    for a pair that must not meet. chance: one number a file and juror, in the shape of allowed.
    """
    pairs = np.zeros(allowed.shape, dtype=np.bool_)
    needs, quotas = needs.copy(), quotas.copy()
    for juror in np.lexsort((chance[0] if len(chance) else quotas, -quotas)):
        if not quotas[juror]:
            break
        rows = np.flatnonzero(allowed[:, juror] & (needs > 0))
        chosen = rows[np.lexsort((chance[rows, juror], -needs[rows]))[: quotas[juror]]]
        pairs[chosen, juror] = True
        needs[chosen] -= 1
        quotas[juror] -= len(chosen)
    held = np.zeros_like(pairs)
    for file in np.flatnonzero(needs):
        while needs[file] and quotas.any():
            path, _reached = chain(
                pairs, held, allowed, np.flatnonzero(allowed[file] & ~pairs[file]), quotas > 0
            )
            if path is None:
                break
            hand_on(pairs, path)
            pairs[file, path[0][1]] = True
            quotas[path[-1][1]] -= 1
            needs[file] -= 1
    return pairs


Chain = list[tuple[int, int]]


def chain(
    pairs: Flags, fixed: Flags, allowed: Flags, starts: Counts, targets: Flags
) -> tuple[Chain | None, list[int]]:
    """Find the shortest chain of moves from one of the jurors `starts` to one of `targets`.

    Each juror of the chain but the last hands one of his files (not a fixed one) on to the next. Returns the
    chain as (file that moves, juror), the first file being -1, or None when there is none; and all jurors
    that were reached.
    """
    came: dict[int, tuple[int, int]] = {int(juror): (-1, -1) for juror in starts}
    queue = deque(came)
    while queue:
        juror = queue.popleft()
        if targets[juror]:
            found = []
            while juror >= 0:
                file, before = came[juror]
                found.append((file, juror))
                juror = before
            return found[::-1], list(came)
        movable = np.flatnonzero(pairs[:, juror] & ~fixed[:, juror])
        free = allowed[movable] & ~pairs[movable]
        for other in np.flatnonzero(free.any(axis=0)):
            if int(other) not in came:
                came[int(other)] = (int(movable[np.argmax(free[:, other])]), juror)
                queue.append(int(other))
    return None, list(came)


def hand_on(pairs: Flags, found: Chain) -> None:
    """Hand every file of a chain on to the next juror; loads of the ends are the caller's."""
    for (_file, giver), (file, taker) in pairwise(found):
        pairs[file, giver] = False
        pairs[file, taker] = True
