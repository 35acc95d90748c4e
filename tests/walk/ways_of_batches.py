"""Payment batches, statements and their movements in the walk."""

from datetime import timedelta
from typing import Any

from disbursements import batches, reconciling
from disbursements.guards.batch_movements import candidates
from disbursements.models import PayingAccount, PaymentBatch, PaymentOrder, StatementFile
from tests.disbursements.statement_files import Row, camt_file
from tests.walk.registry import birth, way
from tests.walk.stage import Stage
from workflow import fire

Data = dict[str, Any]
NOBODY_S = 10**9


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
    day = stage.today + timedelta(days=3650)
    return batches.open_batch(main_account(stage), day, actor=stage.member("preparer"), at=stage.now())


def main_account(stage: Stage) -> PayingAccount:
    """The programme's bank account."""
    programme = stage.side.world.programme
    found = programme.paying_accounts.first()
    return found or PayingAccount.objects.create(
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


@birth
def a_statement(stage: Stage) -> bool:
    """The bank's statement names a payment that is out or that came back, or something else."""
    states = ("exported", "executed", "in_doubt") if stage.chance(0.7) else ("draft",)
    order = stage.one_of(stage.records("disbursements.paymentorder", *states, channel="bank"))
    if order is None or stage.records("disbursements.statementfile", "handed_in"):
        return False
    back = order.state == "executed" and stage.chance(0.5)
    hand_in(stage, -order.net_minor if not back else order.net_minor - 1)
    return True


def hand_in(stage: Stage, minor: int) -> StatementFile:
    """A statement with one movement."""
    number = stage.rng.randrange(10**9)
    data = camt_file([Row(stage.day(), minor, "", "Somebody", "Something", f"B{number}")])
    return reconciling.hand_in(
        main_account(stage), data, "statement.xml", actor=stage.member("reconciler"), at=stage.now()
    )


def movement(stage: Stage, minor: int) -> Any:
    """An imported movement."""
    file = hand_in(stage, minor)
    fire(file, "take_in", actor=stage.member("reconciler"), at=stage.now())
    return file.bank_lines.get()


@way("disbursements.bankline", "match")
def match(stage: Stage, line: Any) -> Data:
    """A payment that it may be; when there is none, any."""
    return {"order": _payment(stage, line, in_doubt=False)}


@way("disbursements.bankline", "match_in_doubt")
def match_in_doubt(stage: Stage, line: Any) -> Data:
    """A payment in doubt that it may be; when there is none, any."""
    return {"order": _payment(stage, line, in_doubt=True)}


@way("disbursements.bankline", "match_batch")
def match_batch(stage: Stage, line: Any) -> Data:
    """The batch of its sum; when there is none, any."""
    found = candidates(line).first() or PaymentBatch.objects.filter(programme=line.programme_id).last()
    return {"batch": found.pk if found is not None else NOBODY_S}


def _payment(stage: Stage, line: Any, *, in_doubt: bool) -> int:
    found = [order for _proposal, order in reconciling.proposals_for(line)]
    chosen = [order for order in found if (order.state == "in_doubt") == in_doubt]
    if chosen:
        return int(stage.rng.choice(chosen).pk)
    any_order = PaymentOrder.objects.filter(programme=line.programme_id).order_by("pk").last()
    return int(any_order.pk) if any_order is not None else NOBODY_S
