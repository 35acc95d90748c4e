"""Whose money is spent: from the contributions of donors down to instalments, to the minor unit.

The weights of a call are fixed when it is published. Where a contribution is not known, or cannot be
brought to one currency by a stored rate, the call spends one unnamed pool.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Q, Sum

from disbursements.models import FundingShare, Tranche, TrancheShare
from programmes.models import Call, Organisation
from programmes.money import Money, convert, split


def fix_weights(call: Call) -> list[FundingShare]:
    """Store the weights by which donors fund a call, once; return them."""
    there = list(FundingShare.objects.filter(call=call))
    if there:
        return there
    weights = known_weights(call)
    if weights is None:
        rows = [FundingShare(call=call, contribution=None, weight=1)]
    else:
        rows = [FundingShare(call=call, contribution=row, weight=weight) for row, weight in weights]
    return FundingShare.objects.bulk_create(rows)


def known_weights(call: Call) -> list[tuple[Any, int]] | None:
    """Return contributions with their amounts in the call's currency, None when one is not known."""
    found = []
    for contribution in call.programme.contributions.order_by("sort", "pk"):
        if contribution.amount_minor is None:
            return None
        amount = _in_currency(call, contribution)
        if amount is None:
            return None
        found.append((contribution, amount.minor))
    return found if sum(weight for row, weight in found) > 0 else None


def _in_currency(call: Call, contribution: Any) -> Money | None:
    given = Money(contribution.amount_minor, contribution.currency)
    if given.currency == call.currency:
        return given
    rates = call.programme.rates.filter(base=given.currency, quote=call.currency)
    rate = rates.order_by("-on").first()
    return convert(given, rate.rate, call.currency) if rate else None


def parts(amount_minor: int, weights: Sequence[FundingShare]) -> list[tuple[FundingShare, int]]:
    """Split an amount over the funding shares by largest remainder; the parts add up to it."""
    amounts = split(amount_minor, [share.weight for share in weights])
    return list(zip(weights, amounts, strict=True))


def share_out(tranches: Iterable[Tranche]) -> None:
    """Store whose money each instalment is, anew; instalments without a value have no shares.

    The instalments belong to one grant.
    """
    rows = list(tranches)
    if not rows:
        return
    weights = fix_weights(rows[0].grant.track.call)
    TrancheShare.objects.filter(tranche__in=rows).delete()
    TrancheShare.objects.bulk_create(shares_of(rows, weights))


def shares_of(tranches: Iterable[Tranche], weights: Sequence[FundingShare]) -> list[TrancheShare]:
    """Return the unsaved shares of instalments under the weights of their call."""
    return [
        TrancheShare(tranche=tranche, contribution_id=share.contribution_id, amount_minor=amount)
        for tranche in tranches
        if tranche.amount_minor is not None
        for share, amount in parts(tranche.amount_minor, weights)
    ]


class DonorTotal(NamedTuple):
    """What of a donor's money was committed to grants and paid, in one currency."""

    donor: Any
    contribution_id: int | None
    committed: Money
    paid: Money
    grants: int


def donor_totals(programme: Any) -> list[DonorTotal]:
    """Return the money of each donor of a programme in sums, from the shares of instalments: one query.

    donor: None for contributions whose split is not known. Trials do not count.
    """
    live = TrancheShare.objects.counted().filter(tranche__grant__programme=programme)
    paid = Q(tranche__state__in=["paid", "justified"])
    rows = (
        live.order_by()
        .values("contribution", "contribution__donor", "tranche__grant__currency")
        .annotate(
            total=Sum("amount_minor"),
            paid=Sum("amount_minor", filter=paid),
            grants=Count("tranche__grant", distinct=True),
        )
    )
    found = list(rows)
    donors = Organisation.objects.in_bulk([row["contribution__donor"] for row in found])
    return [
        DonorTotal(
            donor=donors.get(row["contribution__donor"]),
            contribution_id=row["contribution"],
            committed=Money(row["total"], row["tranche__grant__currency"]),
            paid=Money(row["paid"] or 0, row["tranche__grant__currency"]),
            grants=row["grants"],
        )
        for row in found
    ]
