"""Claiming money back: opening a claim, lowering it when receipts come after all, planning its parts.

A claim is over one payment. Refused receipts and a termination open it inside their own transition; a
deadline that is over (`tick`) and a person open it as an act of its own, which the history shows.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from disbursements.bookings import of_grant
from disbursements.journal import Entry, Line, moved, write
from disbursements.models import (
    AccountKind,
    Grant,
    Justification,
    Recovery,
    RecoveryCause,
    Tranche,
)
from disbursements.models.recovery_states import STANDING
from programmes.money import Money, split
from workflow import Firing, Refused, acts, display
from workflow.actors import Actor
from workflow.door import head_of

UNDER_REVIEW = ("submitted", "under_review")


def open_minor(justification: Justification) -> int:
    """Return what of a payment is neither accounted for nor claimed back nor recovered: still an advance."""
    done = justification.justified_minor + justification.receivable_minor + justification.recovered_minor
    return justification.paid_minor - done


def claim(
    grant: Grant,
    minor: int,
    cause: str,
    *,
    at: datetime,
    tranche: Tranche | None = None,
    justification: Justification | None = None,
    by: Any = None,
    reason: str = "",
    from_justified: int = 0,
) -> Recovery:
    """Claim an amount that the journal holds as owed; inside the transaction that booked it.

    A claim of the same cause over the same payment that nobody was told of yet grows instead.
    """
    of_payment = Recovery.objects.filter(grant=grant, tranche=tranche, cause=cause, state="opened")
    untold = of_payment.select_for_update(of=("self",)).first() if cause != RecoveryCause.BY_HAND else None
    if untold is not None:
        untold.claimed_minor += minor
        untold.save(update_fields=["claimed_minor"])
        return untold
    return Recovery.objects.create(
        grant=grant,
        tranche=tranche,
        justification=justification,
        number=f"{grant.reference}-R{Recovery.objects.filter(grant=grant).count() + 1}",
        cause=cause,
        claimed_minor=minor,
        from_justified_minor=from_justified,
        opened_by_id=getattr(by, "pk", None),
        opened_at=at,
        reason=reason,
        state_since=at,
    )


def claims_of(tranche: Tranche) -> list[Recovery]:
    """Return the claims over a payment of which something is owed, oldest first, locked."""
    rows = Recovery.objects.select_for_update(of=("self",)).filter(tranche=tranche, state__in=STANDING)
    found = list(rows.select_related("grant__case", "grant__programme").order_by("pk"))
    return [row for row in found if row.outstanding_minor]


def lower(firing: Firing, tranche: Tranche, minor: int) -> None:
    """Take an amount off the claims over a payment, oldest first; what is left of none of them ends.

    Inside a transition of the same case that moved the amount out of what is owed.
    """
    for recovery in claims_of(tranche):
        part = min(minor, recovery.outstanding_minor)
        if not part:
            return
        recovery.lowered_minor += part
        recovery.save(update_fields=["lowered_minor"])
        minor -= part
        if not recovery.outstanding_minor:
            firing.then(recovery, "lapse")


def owed(tranche: Tranche) -> int:
    """Return what is still owed of a payment."""
    return sum(recovery.outstanding_minor for recovery in claims_of(tranche))


def recovered(tranche: Tranche) -> int:
    """Return what of a payment was paid back, kept back or written off."""
    return sum(recovery.settled_minor for recovery in Recovery.objects.filter(tranche=tranche))


# --- by a deadline, by a person --------------------------------------------------------------------


def open_overdue(justification: Justification, *, at: datetime, actor: Actor) -> Recovery | None:
    """Claim what was paid and not accounted for in time; None when nothing is left or receipts came.

    Raises `Refused` when the books of the month are closed.
    """
    with transaction.atomic():
        head_of(justification.stream)
        row = _locked(justification)
        minor = open_minor(row)
        if minor <= 0 or row.state in UNDER_REVIEW or row.order.state not in ("executed", "receipted"):
            return None
        row.receivable_minor += minor
        row.save(update_fields=["receivable_minor"])
        grant = row.tranche.grant
        made = claim(grant, minor, RecoveryCause.OVERDUE, at=at, tranche=row.tranche, justification=row)
        acts.record(made, "open", actor=actor, at=at, data={"amount": minor, "cause": made.cause})
        write(_entry(made, at), [_owed_line(grant, AccountKind.GRANT_ADVANCE, minor)])
    return made


def most_by_hand(tranche: Tranche) -> int:
    """Return how much of a payment a person may still claim back."""
    row = standing_justification(tranche)
    if row is not None:
        return row.paid_minor - row.recovered_minor - owed(tranche)
    if tranche.state != "justified" or not tranche.amount_minor:
        return 0
    return tranche.amount_minor - owed(tranche) - recovered(tranche)


def standing_justification(tranche: Tranche) -> Justification | None:
    """Return the accounting for the payment of an instalment that did not come back."""
    rows = Justification.objects.filter(tranche=tranche).of_standing_payments()
    return rows.select_related("order", "tranche__grant__case").first()


def open_by_hand(tranche: Tranche, minor: int, *, reason: str, actor: Any, at: datetime) -> Recovery:
    """Claim a part of a payment back for a reason: what is not accounted for first, then what was accepted.

    Raises `Refused` without a reason, for more than was paid and not claimed yet, while receipts are under
    review, and when the books of the month are closed.
    """
    if len(reason.strip()) < 8:
        raise Refused([_("Give a reason.")])
    with transaction.atomic():
        head_of(tranche.stream)
        tranche = (
            Tranche.objects.select_for_update(of=("self",)).select_related("grant__case").get(pk=tranche.pk)
        )
        row = standing_justification(tranche)
        if row is not None:
            row = _locked(row)
            if row.state in UNDER_REVIEW:
                raise Refused([_("Receipts of this payment are under review: decide on them first.")])
        most = most_by_hand(tranche)
        if not 0 < minor <= most:
            raise Refused(
                [
                    _("At most %(most)s of this payment can be claimed back.")
                    % {"most": display.money_text(Money(max(most, 0), tranche.grant.currency))}
                ]
            )
        unclaimed = row.receivable_minor - owed(tranche) if row is not None else 0
        known = min(minor, max(unclaimed, 0))
        from_advance = min(minor - known, open_minor(row)) if row is not None else 0
        from_justified = minor - known - from_advance
        if row is not None:
            row.receivable_minor += from_advance + from_justified
            row.justified_minor -= from_justified
            row.save(update_fields=["receivable_minor", "justified_minor"])
        made = claim(
            tranche.grant,
            minor,
            RecoveryCause.BY_HAND,
            at=at,
            tranche=tranche,
            justification=row,
            by=actor,
            reason=reason.strip(),
            from_justified=from_justified,
        )
        facts = {"amount": minor, "cause": made.cause}
        acts.record(made, "open", actor=actor, at=at, data=facts, reason=reason)
        parts = ((AccountKind.GRANT_ADVANCE, from_advance), (AccountKind.GRANT_JUSTIFIED, from_justified))
        lines = [_owed_line(tranche.grant, kind, part) for kind, part in parts if part]
        if lines:
            write(_entry(made, at), lines)
    return made


def _locked(justification: Justification) -> Justification:
    rows = Justification.objects.select_for_update(of=("self",))
    return rows.select_related("order", "tranche__grant__case", "tranche__grant__programme").get(
        pk=justification.pk
    )


def _owed_line(grant: Grant, kind: AccountKind, minor: int) -> Line:
    return moved(of_grant(kind, grant.pk), of_grant(AccountKind.GRANT_RECEIVABLE, grant.pk), minor)


def _entry(recovery: Recovery, at: datetime) -> Entry:
    return Entry(
        name=f"{recovery.kind}:{recovery.pk}:open",
        programme_id=recovery.programme_id,
        currency=recovery.currency,
        kind=recovery.kind,
        object_id=str(recovery.pk),
        verb="open",
        at=at,
    )


# --- parts -----------------------------------------------------------------------------------------


def planned_parts(minor: int, count: int, first_on: date, every: str) -> list[tuple[date, int]]:
    """Return the days and amounts of a repayment in parts that add up to the whole.

    every: "week" or "month"; a month without that day takes its last one.
    """
    amounts = split(minor, [1] * count)
    return [(_day(first_on, number, every), amount) for number, amount in enumerate(amounts)]


def _day(first_on: date, number: int, every: str) -> date:
    if every == "week":
        return first_on + timedelta(weeks=number)
    months = first_on.month - 1 + number
    year, month = first_on.year + months // 12, months % 12 + 1
    return date(year, month, min(first_on.day, monthrange(year, month)[1]))


def register() -> None:
    """Declare how the history names an opened claim."""
    acts.declare(
        "disbursements.Recovery",
        "open",
        gettext_lazy("Money claimed back"),
        facts=("amount", "cause"),
    )
