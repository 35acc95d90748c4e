"""Which payment a line of a statement may be: by its own reference for sure, else as a proposal.

A reference counts only with the exact amount; a proposal by amount, name and day is for a person to confirm.
Names are compared as sets of words (token set ratio of rapidfuzz), accents and case aside.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from disbursements.bank_files.content import latin

BEFORE, AFTER = 3, 45
"""Days before the instruction and after it within which a line may be its payment."""
ALIKE = 80
MOST = 5


class Movement(NamedTuple):
    """A line that nobody has explained. amount_minor: below zero when money went out."""

    key: int
    booked_on: date
    amount_minor: int
    currency: str
    end_to_end: str = ""
    name: str = ""
    text: str = ""


class Expected(NamedTuple):
    """A payment of which an outcome is awaited, or that may come back.

    net_minor: what reached the payee. state: of the order. issued_on: when the instruction went out.
    """

    key: int
    number: str
    net_minor: int
    currency: str
    state: str
    issued_on: date
    name: str = ""
    last_digits: str = ""


class Proposal(NamedTuple):
    """A payment that a line may be. certain: by its own reference; exact: the whole amount."""

    movement: int
    expected: int
    score: int
    certain: bool
    exact: bool
    by_reference: bool
    by_name: bool
    days: int


MAY_BE = ("exported", "in_doubt", "executed", "receipted", "returned")


def fits(movement: Movement, expected: Expected) -> bool:
    """Whether a line can be this payment, going out or coming back, by currency, amount and state alone."""
    if movement.currency != expected.currency or expected.state not in MAY_BE:
        return False
    if movement.amount_minor < 0:
        return -movement.amount_minor == expected.net_minor
    return 0 < movement.amount_minor <= expected.net_minor


def by_reference(movement: Movement, expected: Expected) -> bool:
    """Whether a line carries the reference of a payment, in its own place or as a word of its text."""
    number = expected.number.casefold()
    if movement.end_to_end.strip().casefold() == number:
        return True
    return re.search(rf"(?<![\w-]){re.escape(number)}(?![\w-])", movement.text.casefold()) is not None


def propose(movement: Movement, expected: Sequence[Expected]) -> list[Proposal]:
    """Return the payments that a line may be, the likeliest first, five at most."""
    found = [one for one in (_judge(movement, row) for row in expected) if one is not None]
    return sorted(found, key=lambda one: (-one.score, one.expected))[:MOST]


def certain(movements: Iterable[Movement], expected: Sequence[Expected]) -> list[tuple[int, int]]:
    """Return the pairs (line, payment) that carry the payment's own reference and exact amount.

    Money that went out comes before money that came back. A payment is paired with one line that went out; a
    line that could be two payments is left to a person.
    """
    rows = sorted(movements, key=lambda one: (one.amount_minor > 0, one.booked_on, one.key))
    by_number: dict[str, list[Expected]] = {}
    for one in expected:
        by_number.setdefault(one.number.casefold(), []).append(one)
    pairs: list[tuple[int, int]] = []
    taken: set[tuple[int, bool]] = set()
    for movement in rows:
        reference = movement.end_to_end.strip().casefold()
        found = [one for one in by_number.get(reference, ()) if fits(movement, one)]
        if len(found) != 1:
            continue
        place = (found[0].key, movement.amount_minor > 0)
        if place not in taken:
            taken.add(place)
            pairs.append((movement.key, found[0].key))
    return pairs


def _judge(movement: Movement, expected: Expected) -> Proposal | None:
    if not fits(movement, expected):
        return None
    days = (movement.booked_on - expected.issued_on).days
    referenced = by_reference(movement, expected)
    alike = _alike(movement, expected)
    exact = abs(movement.amount_minor) == expected.net_minor
    if not referenced and (not -BEFORE <= days <= AFTER or not (exact or alike)):
        return None
    score = 60 * referenced + 25 * alike + 10 * exact + max(0, 5 - abs(days) // 3)
    return Proposal(
        movement=movement.key,
        expected=expected.key,
        score=score,
        certain=movement.end_to_end.strip().casefold() == expected.number.casefold(),
        exact=exact,
        by_reference=referenced,
        by_name=alike,
        days=days,
    )


def _alike(movement: Movement, expected: Expected) -> bool:
    from rapidfuzz import fuzz  # heavy

    said = latin(f"{movement.name} {movement.text}").casefold()
    if expected.last_digits and expected.last_digits in said.replace(" ", ""):
        return True
    name = latin(expected.name).casefold()
    return bool(name) and fuzz.token_set_ratio(name, latin(movement.name).casefold() or said) >= ALIKE
