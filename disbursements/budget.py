"""What became of each line of a grant's budget: planned, shown by receipts, accepted, left."""

from typing import Any, NamedTuple

from django.db.models import Q, Sum

from disbursements.models import BudgetLine, Grant, JustificationLine
from programmes.money import Money


class Followed(NamedTuple):
    """One budget line with its receipts; `line` is None for receipts that name no line.

    shown: receipts handed in or added, refused ones left out. left: planned less accepted, None without plan.
    """

    line: BudgetLine | None
    planned: Money | None
    shown: Money
    accepted: Money
    left: Money | None

    @property
    def is_over(self) -> bool:
        """Whether more was accepted than planned."""
        return self.left is not None and self.left.minor < 0


def follow(grant: Grant) -> list[Followed]:
    """Return the lines of a grant's budget in order, and what names no line at the end: two queries."""
    standing = JustificationLine.objects.filter(justification__tranche__grant=grant)
    standing = standing.exclude(decision="ineligible").exclude(justification__order__state="returned")
    sums: dict[Any, tuple[int, int]] = {
        row["budget_line"]: (row["shown"] or 0, row["accepted"] or 0)
        for row in standing.order_by()
        .values("budget_line")
        .annotate(shown=Sum("amount_minor"), accepted=Sum("amount_minor", filter=Q(decision="accepted")))
    }

    def money(minor: int) -> Money:
        return Money(minor, grant.currency)

    found = []
    for line in grant.budget_lines.all():
        line.grant = grant
        shown, accepted = sums.pop(line.pk, (0, 0))
        left = None if line.amount_minor is None else money(line.amount_minor - accepted)
        found.append(Followed(line, line.amount, money(shown), money(accepted), left))
    if None in sums:
        shown, accepted = sums[None]
        found.append(Followed(None, None, money(shown), money(accepted), None))
    return found
