"""The stored rate between two currencies of a programme on a day; converting is `programmes/money.py`."""

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from programmes.models import ExchangeRate


def rate_on(rates: "Iterable[ExchangeRate]", base: str, quote: str, on: date) -> Fraction | None:
    """Return what one unit of `base` was worth in `quote` on a day, None when no stored rate says it.

    The newest rate not after the day counts, before the first one the first; a rate stored the other way
    round is inverted exactly.
    """
    if base == quote:
        return Fraction(1)
    straight = {rate.on: Fraction(rate.rate) for rate in rates if (rate.base, rate.quote) == (base, quote)}
    turned = {rate.on: 1 / Fraction(rate.rate) for rate in rates if (rate.quote, rate.base) == (base, quote)}
    known = {**turned, **straight}
    if not known:
        return None
    past = [day for day in known if day <= on]
    return known[max(past) if past else min(known)]
