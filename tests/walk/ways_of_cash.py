"""Cash in hand in the walk: lists of issued orders, carried by a coach, signed for, counted."""

from datetime import timedelta
from typing import Any

from disbursements import cash, payees
from disbursements.models import CashAdvance
from tests.walk.registry import birth, way
from tests.walk.stage import Stage
from tests.walk.stock import ORDER, Stock, grant_at, lead, led
from tests.walk.ways_of_batches import main_account
from tests.walk.ways_of_grants import CONTENT

Data = dict[str, Any]
CASH = "disbursements.cashadvance"


@birth
def a_signed_line(stage: Stage) -> bool:
    """Somebody on a list is paid and signs."""
    for advance in stage.records(CASH, "in_hand"):
        line = advance.live_lines().filter(paid_at__isnull=True).first()
        if line is not None and stage.chance(0.5):
            how = cash.Signed("thumbprint", "A Neighbour") if stage.chance(0.3) else cash.Signed("signature")
            sheet = stage.file(advance, "cash_sheet")
            return cash.sign(advance, {line.pk: how}, sheet, actor=advance.cashier, at=stage.now()) == 1
    return False


@way(CASH, "count")
def count(stage: Stage, advance: Any) -> Data:
    """Everything that nobody signed for came back."""
    return {"returned": advance.left.minor}


def cash_order(stage: Stage) -> Any:
    """An issued order that is to be paid in cash."""
    grant = grant_at(stage, "cash", "offer", "sign")
    entered = payees.enter_destination(
        grant,
        actor=stage.member("preparer"),
        at=stage.clock - timedelta(hours=2),
        **{**CONTENT, "channel": "cash"},
    )
    lead(stage, entered, "verify")
    grant = lead(stage, grant, "activate")
    tranche = lead(stage, grant.tranches.get(number=1), "verify", "approve", "order")
    return lead(stage, tranche.live_order(), *ORDER)


def cash_at(stage: Stage, *verbs: str, paid: bool = False) -> CashAdvance:
    """A list of two orders, led through some verbs; one of them signed for."""
    orders = [cash_order(stage).pk for _number in range(2)]
    advance = cash.open_list(
        main_account(stage),
        stage.member("coach"),
        place="Temara",
        pays_on=stage.today,
        actor=stage.member("preparer"),
        at=stage.now(),
    )
    cash.add(advance, orders)
    advance = lead(stage, advance, *verbs)
    if paid:
        line = advance.live_lines()[0]
        sheet = stage.file(advance, "cash_sheet")
        cash.sign(advance, {line.pk: cash.Signed("signature")}, sheet, actor=advance.cashier, at=stage.now())
    return advance


STOCK = (
    Stock(led(cash_at), CASH, "open"),
    Stock(led(cash_at, "hand_out"), CASH, "handed_out"),
    Stock(led(cash_at, "hand_out", "take", paid=True), CASH, "in_hand"),
)
