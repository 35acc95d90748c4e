"""Which payments of a batch were stopped since they joined it: the grant, a hold, the payee's account."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from disbursements.accounts_check import why_not_the_same
from disbursements.guards.orders import grant_is_active
from disbursements.holds import held_sentence
from disbursements.models import BatchLine, Destination, Hold
from workflow.actors import System


def stops_of(lines: Sequence[BatchLine]) -> dict[int, str]:
    """Return why orders may not be paid now, by id of the order; those that may are not named.

    lines: live ones, with `order__tranche__grant`. Two queries, however many there are; no account is
    opened, so what a changed account says is for `batches.problems_of`.
    """
    holds, accounts = _holds(lines), _accounts(lines)
    found = {}
    for line in lines:
        order = line.order
        tranche = order.tranche
        hold = holds.get(("tranche", tranche.pk)) or holds.get(("grant", tranche.grant_id))
        owner = ("supplier", order.supplier_id) if order.supplier_id else ("grant", tranche.grant_id)
        said = (
            grant_is_active(order, System("batch"), None)
            or (held_sentence(hold) if hold else None)
            or why_not_the_same(order, accounts.get(owner))
        )
        if said:
            found[order.pk] = said
    return found


def _holds(lines: Sequence[BatchLine]) -> dict[tuple[str, int], Hold]:
    """The oldest open hold of each instalment and of each grant."""
    tranches = [line.order.tranche for line in lines]
    rows = Hold.objects.placed().filter(
        Q(tranche__in=tranches) | Q(grant__in={tranche.grant_id for tranche in tranches})
    )
    found: dict[tuple[str, int], Hold] = {}
    for hold in rows.order_by("-placed_at"):
        found[("tranche", hold.tranche_id) if hold.tranche_id else ("grant", hold.grant_id or 0)] = hold
    return found


def _accounts(lines: Sequence[BatchLine]) -> dict[tuple[str, int | None], Any]:
    """The newest account of each payee that was neither refused nor retired, unopened."""
    orders = [line.order for line in lines]
    rows = Destination.objects.in_use_or_entered().filter(
        Q(grant__in={order.tranche.grant_id for order in orders})
        | Q(supplier__in={order.supplier_id for order in orders})
    )
    found: dict[tuple[str, int | None], Any] = {}
    for account in rows.only("grant", "supplier", "state", "entered_at").order_by("entered_at", "pk"):
        key = ("grant", account.grant_id) if account.grant_id else ("supplier", account.supplier_id)
        found[key] = account
    return found
