"""One mark on one criterion: the scale it stands on and what must accompany it.

Pure, on plain data. What marks add up to is in `score.py`, the rows are in `models/sheets.py`, the sentences
shown to a juror in `sentences.py`.
"""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

MISSING = "missing"
OFF_SCALE = "off_scale"
NO_REASON = "no_reason"
NO_COMMENT = "no_comment"

YES, NO = Decimal(1), Decimal(0)


class Scale(NamedTuple):
    """The marks that may be given: from `low` to `high` in steps of `step`, all of them decimals."""

    low: Decimal
    high: Decimal
    step: Decimal = Decimal(1)

    def accepts(self, value: Decimal) -> bool:
        """True when the value is one of the scale's marks."""
        if not value.is_finite() or not self.low <= value <= self.high:
            return False
        return Fraction(value - self.low) % Fraction(self.step) == 0

    def values(self) -> list[Decimal]:
        """The marks of the scale, lowest first."""
        count = int((self.high - self.low) / self.step)
        return [self.low + self.step * number for number in range(count + 1)]


class Given(NamedTuple):
    """What a juror entered for one criterion: a mark, an abstention with its reason, or nothing yet."""

    value: Decimal | None = None
    abstained: bool = False
    reason: str = ""
    comment: str = ""


def gap(scale: Scale, comment_at: frozenset[Decimal], given: Given | None) -> str | None:
    """Say what is missing before a criterion can be submitted: one of the words above, or None.

    comment_at: the marks for which a comment is required.
    """
    if given is None:
        return MISSING
    if given.abstained:
        return None if given.reason.strip() else NO_REASON
    if given.value is None:
        return MISSING
    if not scale.accepts(given.value):
        return OFF_SCALE
    if given.value in comment_at and not given.comment.strip():
        return NO_COMMENT
    return None
