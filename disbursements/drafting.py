"""Drafting the grant of an awarded application: instalments, conditions, budget, whose money it is.

The plan of the track says how; nothing is offered or booked yet.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from disbursements import shares
from disbursements.models import BudgetLine, Condition, Grant, PaymentMode, Tranche, TranchePlanRow
from programmes.money import split
from workflow import Refused


def draft_grant(application: Any, *, at: datetime) -> Grant:
    """Draft the grant of an application that was awarded, in the caller's transaction.

    The amount is what was awarded; None makes a grant of equipment without a stated value. Raises `Refused`
    when the amount is too small for its instalments.
    """
    earlier = Grant.objects.filter(application=application).count()
    grant = Grant.objects.create(
        programme_id=application.programme_id,
        case=application.case,
        application=application,
        track=application.track,
        reference=reference_for(application.case.number, earlier + 1),
        currency=application.call.currency,
        amount_minor=application.awarded_minor,
        state_since=at,
    )
    rows = plan_rows(application.track)
    tranches = Tranche.objects.bulk_create(planned_tranches(grant, rows))
    Condition.objects.bulk_create(planned_conditions(tranches, rows, at))
    shares.share_out(tranches)
    BudgetLine.objects.bulk_create(first_budget(grant))
    return grant


def reference_for(case_number: str, attempt: int) -> str:
    """Return a grant's reference: the case's number, and which attempt when it is not the first."""
    return case_number if attempt == 1 else f"{case_number}-{attempt}"


def plan_rows(track: Any) -> list[TranchePlanRow]:
    """Return the rows of a track's plan in order, none when it has no plan."""
    return list(TranchePlanRow.objects.filter(plan__track=track).order_by("number"))


def amounts_of(amount_minor: int, rows: Sequence[TranchePlanRow]) -> list[int]:
    """Split an amount by the shares of a plan, largest remainder; the parts add up to it.

    Raises `Refused` when a part would be nothing.
    """
    amounts = split(amount_minor, [int(row.share_percent * 100) for row in rows])
    if 0 in amounts:
        raise Refused([_("The amount is too small for %(count)s instalments.") % {"count": len(rows)}])
    return amounts


def planned_tranches(grant: Grant, rows: Sequence[TranchePlanRow]) -> list[Tranche]:
    """Return the unsaved instalments of a grant under a plan."""
    amounts: list[int | None] = [None] * len(rows)
    if grant.amount_minor is not None and rows:
        amounts = [*amounts_of(grant.amount_minor, rows)]
    return [
        Tranche(
            grant=grant,
            number=row.number,
            share_percent=row.share_percent,
            amount_minor=amount,
            payment_mode=PaymentMode.IN_KIND if amount is None else row.payment_mode,
            needs_receipts=row.needs_receipts and amount is not None,
        )
        for row, amount in zip(rows, amounts, strict=True)
    ]


def planned_conditions(
    tranches: Sequence[Tranche], rows: Sequence[TranchePlanRow], at: datetime
) -> list[Condition]:
    """Return the unsaved conditions of instalments under a plan; all are missing from the start."""
    return [
        Condition(
            tranche=tranche,
            kind=wanted["kind"],
            parameter=str(wanted.get("parameter", "")),
            missing_since=at,
        )
        for tranche, row in zip(tranches, rows, strict=True)
        for wanted in row.conditions
    ]


def first_budget(grant: Grant) -> list[BudgetLine]:
    """Return the budget to start from: one line over the whole, to be refined before the offer."""
    label = grant.application.title or str(grant.track)
    return [BudgetLine(grant=grant, number=1, label=label[:200], amount_minor=grant.amount_minor)]
