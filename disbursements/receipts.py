"""What accepting and refusing receipts does to money that was paid: pure arithmetic.

Of what was paid, a part is justified, a part is owed back, the rest is still an advance.
"""

from typing import NamedTuple


class Decided(NamedTuple):
    """Moves of one decision, in minor units: three of them, each zero or more."""

    justified_from_advance: int
    justified_from_receivable: int
    owed_back: int


def decide(paid: int, justified: int, receivable: int, accepted: int, ineligible: int) -> Decided:
    """Return what newly decided lines move.

    paid: what was paid; justified, receivable: what earlier decisions made of it. accepted, ineligible: sums
    of the lines decided now, which may exceed what was paid: the excess is the beneficiary's own money.
    Accepted receipts first justify the advance, then what was to be paid back. Raises ValueError on amounts
    that cannot be.
    """
    if min(paid, justified, receivable, accepted, ineligible) < 0 or justified + receivable > paid:
        raise ValueError("amounts out of range")
    advance = paid - justified - receivable
    from_advance = min(accepted, advance)
    from_receivable = min(accepted - from_advance, receivable)
    owed_back = min(ineligible, advance - from_advance)
    return Decided(from_advance, from_receivable, owed_back)
