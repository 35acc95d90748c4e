"""What time alone brings about: offers expire, instalments fall due, late answers are put in doubt."""

from datetime import date, datetime, timedelta
from typing import Any

from disbursements import claims
from disbursements.models import Grant, GrantState, Justification, PaymentOrder, Tranche, TrancheState
from disbursements.models.policy import policy_of
from programmes.days import days_by_zone
from workflow import Refused, fire, tick
from workflow.actions import can

CHUNK = 500
PAYING = ("active", "suspended", "completed")


def register() -> None:
    """Add the jobs to `tick`; each is safe to run any number of times."""
    tick.register("offers expired", expire_offers)
    tick.register("instalments fallen due", make_due)
    tick.register("payments in doubt", doubt_unanswered)
    tick.register("overdue receipts claimed back", claim_overdue)


def expire_offers(now: datetime) -> int:
    """Expire the offers that nobody signed in time."""
    offered = Grant.objects.filter(state=GrantState.OFFERED)
    return sum(
        _fire_each(offered.filter(programme__time_zone=zone, offer_until__lt=today), "expire", now)
        for zone, today in days_by_zone(now)
    )


def make_due(now: datetime) -> int:
    """Make due the instalments whose date has come and whose turn it is."""
    active = Tranche.objects.filter(state=TrancheState.PLANNED, grant__state=GrantState.ACTIVE)
    active = active.select_related("grant__case").distinct()
    return sum(
        _fire_each(
            active.filter(
                grant__programme__time_zone=zone,
                conditions__kind="not_before",
                conditions__parameter__lte=today.isoformat(),
            ),
            "fall_due",
            now,
        )
        for zone, today in days_by_zone(now)
    )


def doubt_unanswered(now: datetime) -> int:
    """Put in doubt the orders whose bank did not answer in time."""
    exported = PaymentOrder.objects.filter(state="exported")
    return sum(
        _fire_each(exported.filter(programme__time_zone=zone, answer_due_on__lt=today), "doubt", now)
        for zone, today in days_by_zone(now)
    )


def claim_overdue(now: datetime) -> int:
    """Claim back what was not accounted for when the days of grace are over."""
    return sum(_claim_overdue_in(zone, today, now) for zone, today in days_by_zone(now))


def _claim_overdue_in(zone: str, today: date, now: datetime) -> int:
    count = 0
    late = Justification.objects.overdue(today).filter(tranche__grant__programme__time_zone=zone)
    paying = late.filter(tranche__grant__state__in=PAYING).select_related("tranche__grant")
    for row in paying.iterator(chunk_size=CHUNK):
        grace = timedelta(days=policy_of(row.programme_id).grace_days)
        if row.due_on + grace >= today or claims.open_minor(row) <= 0:
            continue
        try:
            count += claims.open_overdue(row, at=now, actor=tick.TICK) is not None
        except Refused:
            continue  # the books of the month are closed; the next run looks again
    return count


def _fire_each(records: Any, verb: str, now: datetime) -> int:
    count = 0
    for record in records.iterator(chunk_size=CHUNK):
        if not can(record, verb, tick.TICK):
            continue
        try:
            fire(record, verb, actor=tick.TICK, at=now)
        except Refused:
            continue  # somebody changed it meanwhile; the next run looks again
        count += 1
    return count
