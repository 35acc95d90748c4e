"""What time alone brings about: offers expire, instalments fall due, late answers are put in doubt."""

from datetime import datetime
from typing import Any

from disbursements.models import Grant, GrantState, PaymentOrder, Tranche, TrancheState
from workflow import Refused, fire, tick
from workflow.actions import can

CHUNK = 500


def register() -> None:
    """Add the jobs to `tick`; each is safe to run any number of times."""
    tick.register("offers expired", expire_offers)
    tick.register("instalments fallen due", make_due)
    tick.register("payments in doubt", doubt_unanswered)


def expire_offers(now: datetime) -> int:
    """Expire the offers that nobody signed in time."""
    late = Grant.objects.filter(state=GrantState.OFFERED, offer_until__lt=now.date())
    return _fire_each(late, "expire", now)


def make_due(now: datetime) -> int:
    """Make due the instalments whose date has come and whose turn it is."""
    active = Tranche.objects.filter(state=TrancheState.PLANNED, grant__state=GrantState.ACTIVE)
    waiting = active.filter(conditions__kind="not_before", conditions__parameter__lte=now.date().isoformat())
    return _fire_each(waiting.select_related("grant__case").distinct(), "fall_due", now)


def doubt_unanswered(now: datetime) -> int:
    """Put in doubt the orders whose bank did not answer in time."""
    late = PaymentOrder.objects.filter(state="exported", answer_due_on__lt=now.date())
    return _fire_each(late, "doubt", now)


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
