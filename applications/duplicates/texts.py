"""Near-identical texts among very many: shingles, MinHash, and bands that bring candidates together.

A text is the set of its runs of `RUN` words, folded. The share of runs that two texts have in common
(Jaccard) is estimated by MinHash: A. Broder, "On the resemblance and containment of documents", 1997. Bands
of rows bring together what is alike without comparing everything with everything (locality-sensitive hashing:
P. Indyk and R. Motwani, 1998): with 20 bands of 6 rows a pair of likeness 0.8 shares a band in 99.8 % of all
cases, one of 0.4 in 8 %. The pairs that share a band are then compared exactly.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from applications.vault import fold

RUN = 4
LEAST_WORDS = 40
BANDS, ROWS = 20, 6
NEAR = 0.7
"""From this likeness on two texts are shown to a person."""

SHIFT = np.uint64(32)
SEED = 20_260_101
Runs = frozenset[int]


def runs(text: str) -> Runs:
    """Return the hashed runs of words of a text (32 bits each); none when it is too short to compare."""
    words = fold(text).split()
    if len(words) < LEAST_WORDS:
        return frozenset()
    return frozenset(
        int.from_bytes(hashlib.blake2b(" ".join(words[at : at + RUN]).encode(), digest_size=4).digest())
        for at in range(len(words) - RUN + 1)
    )


def likeness(one: Runs, other: Runs) -> float:
    """Return the share of runs that two texts have in common, 0 to 1."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


@lru_cache(maxsize=1)
def _factors() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Multipliers and offsets of the hash functions, of shape (BANDS * ROWS, 1)."""
    chance = np.random.default_rng(SEED)
    shape = (BANDS * ROWS, 1)
    factors = chance.integers(0, 1 << 64, shape, dtype=np.uint64, endpoint=False) | np.uint64(1)
    offsets = chance.integers(0, 1 << 64, shape, dtype=np.uint64, endpoint=False)
    return factors, offsets


def signature(of: Runs) -> npt.NDArray[np.uint64]:
    """Return the MinHash of a text, of shape (BANDS * ROWS,): the least hash of its runs by each function.

    The functions are multiply-shift (M. Dietzfelbinger and others, 1997): 64 bits that flow over on purpose.
    """
    if not of:
        raise ValueError("a text without runs has no signature")
    factors, offsets = _factors()
    values = np.fromiter(of, dtype=np.uint64, count=len(of))
    hashed = (values[None, :] * factors + offsets) >> SHIFT
    least: npt.NDArray[np.uint64] = hashed.min(axis=1)
    return least


def bands(of: Runs) -> list[str]:
    """Return the keys under which a text meets texts like it; none when it is too short."""
    if not of:
        return []
    rows = signature(of).reshape(BANDS, ROWS)
    return [
        f"{number}:{hashlib.blake2b(row.tobytes(), digest_size=8).hexdigest()}"
        for number, row in enumerate(rows)
    ]


def text_of(values: Iterable[object]) -> str:
    """Return the written answers of a form as one text: what is long enough to be somebody's own words."""
    return "\n".join(value for value in values if isinstance(value, str) and len(value.split()) >= RUN)


def common(text: str, other: str) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether the other text has it too, run by run; nothing is lost."""
    pieces = re.findall(r"\S+\s*", text)
    # A piece such as "l'atelier" is two words, a dash alone is none.
    owner = [at for at, piece in enumerate(pieces) for _word in fold(piece).split()]
    words = [word for piece in pieces for word in fold(piece).split()]
    theirs = fold(other).split()
    known = {tuple(theirs[at : at + RUN]) for at in range(len(theirs) - RUN + 1)}
    shared = {
        owner[place]
        for at in range(len(words) - RUN + 1)
        if tuple(words[at : at + RUN]) in known
        for place in range(at, at + RUN)
    }
    found: list[tuple[str, bool]] = []
    for at, piece in enumerate(pieces):
        if found and found[-1][1] == (at in shared):
            found[-1] = (found[-1][0] + piece, found[-1][1])
        else:
            found.append((piece, at in shared))
    return found
