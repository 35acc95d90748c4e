"""Case numbers: five digits or more and a check digit, without meaning (no site, sex, group or rank in them).

Serials are drawn by lot, so that a number does not even say who came before whom. The check digit follows
Damm's quasigroup of order 10, which catches every single wrong digit and every transposition of neighbours:
H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004.
"""

from collections.abc import Collection, Iterable
from typing import Protocol

TABLE = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
FIRST = 10_000
LOTS = 10


class Chance(Protocol):
    """Where lots come from: `random.Random(seed)` for the demo, `random.SystemRandom()` in service."""

    def randrange(self, start: int, stop: int, /) -> int:
        """A number from start up to but not including stop."""


def check_digit(digits: str) -> int:
    """Return the digit that makes the number valid."""
    interim = 0
    for digit in digits:
        interim = TABLE[interim][int(digit)]
    return interim


def make(serial: int) -> str:
    """Return the case number of a serial number: `make(48214)` is "48214-" and its check digit.

    Raises ValueError for a serial below 10,000.
    """
    if serial < FIRST:
        raise ValueError(serial)
    return f"{serial}-{check_digit(str(serial))}"


def is_valid(number: str) -> bool:
    """Tell whether a number is written as one of ours and its check digit fits."""
    serial, dash, check = number.partition("-")
    return (
        bool(dash)
        and serial.isascii()
        and check.isascii()
        and serial.isdigit()
        and check.isdigit()
        and len(check) == 1
        and len(serial) >= 5
        and check_digit(serial + check) == 0
    )


def lots(largest: int | None, chance: Chance) -> list[int]:
    """Draw candidates for the next serial, among the numbers with as many digits as the largest one given.

    largest: None when none was given yet.
    """
    digits = len(str(max(largest or FIRST, FIRST)))
    return [chance.randrange(10 ** (digits - 1), 10**digits) for _lot in range(LOTS)]


def choose(candidates: Iterable[int], taken: Collection[int]) -> int | None:
    """Return the first free candidate; None when most are taken: then numbers need a digit more."""
    drawn = list(candidates)
    free = [serial for serial in drawn if serial not in taken]
    return free[0] if 2 * len(free) >= len(drawn) else None


def draw(count: int, chance: Chance, taken: Collection[int] = ()) -> list[int]:
    """Draw serials for many cases at once, none of them taken; for loaders that insert in bulk."""
    used = set(taken)
    found: list[int] = []
    largest = max(used, default=None)
    while len(found) < count:
        serial = choose(lots(largest, chance), used)
        if serial is None:
            largest = 10 ** len(str(max(largest or FIRST, FIRST)))
            continue
        used.add(serial)
        found.append(serial)
    return found
