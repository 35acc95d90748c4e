"""Payment batches in the walk."""

from datetime import timedelta
from typing import Any

from disbursements import batches
from disbursements.models import PayingAccount, PaymentBatch
from tests.walk.registry import birth, way
from tests.walk.stage import Stage

Data = dict[str, Any]


@birth
def a_batch(stage: Stage) -> bool:
    """A preparer opens a batch of what is approved."""
    batch = open_batch(stage)
    orders = list(batches.candidates(batch).values_list("pk", flat=True)[:2])
    if not orders:
        batch.delete()
        return False
    batches.add(batch, orders)
    return True


def open_batch(stage: Stage) -> PaymentBatch:
    """An empty batch of the programme's bank account, to be paid in ten years."""
    programme = stage.side.world.programme
    account = programme.paying_accounts.first() or PayingAccount.objects.create(
        programme=programme,
        name="Main",
        currency=programme.currency,
        holder="Agency",
        number="MA64011519000001205000534921",
        bic="BCPOMAMC",
        institution="Bank",
        town="Rabat",
        country="MA",
        entered_by=stage.member("manager"),
        entered_at=stage.now(),
    )
    day = stage.today + timedelta(days=3650)
    return batches.open_batch(account, day, actor=stage.member("preparer"), at=stage.now())


@way("disbursements.paymentbatch", "release")
def release(stage: Stage, batch: Any) -> Data:
    """The accounts have cooled."""
    entered = [line.order.destination.entered_at for line in batch.live_lines()]
    if entered:
        stage.until(max(entered) + timedelta(hours=1))
    return {}


@way("disbursements.paymentbatch", "reject")
def reject(stage: Stage, batch: Any) -> Data:
    """A notice of the bank."""
    return {"reference": f"NO-{batch.pk}"}
