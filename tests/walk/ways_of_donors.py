"""Donors' instalments in the walk: planned, asked for, received by a movement."""

from typing import Any

from disbursements import donor_money
from disbursements.models import BankLine, DonorInstalment
from tests.walk.registry import birth, way
from tests.walk.stage import Stage
from tests.walk.stock import Stock, lead, led
from tests.walk.ways_of_batches import movement
from workflow import Refused

Data = dict[str, Any]
DONORS = "disbursements.donorinstalment"
PART = 77_00


def planned(stage: Stage, *verbs: str, came: bool = False) -> DonorInstalment:
    """A part of the first contribution, led through some verbs; the money came in."""
    given = stage.side.world.programme.contributions.all()[0]
    made = donor_money.plan(given, PART, stage.today, actor=stage.member("manager"), at=stage.now())
    made = lead(stage, made, *verbs)
    if came:
        movement(stage, PART - 1_00)
    return made


@birth
def a_planned_instalment(stage: Stage) -> bool:
    """A manager plans what a donor will pay."""
    if stage.records(DONORS, "planned") or not stage.side.world.programme.contributions.exists():
        return False
    try:
        planned(stage)
    except Refused:
        return False
    return True


@way(DONORS, "request")
def request(stage: Stage, instalment: Any) -> Data:
    """With a letter."""
    file = stage.file(instalment, "donor_request")
    return {"requested_on": stage.day(), "reference": "APPEL-1", "file": file.pk}


@way(DONORS, "receive")
def receive(stage: Stage, instalment: Any) -> Data | None:
    """A movement by which money came in, when there is one."""
    rows = BankLine.objects.filter(
        programme=instalment.programme_id,
        state="open",
        amount_minor__gt=0,
        amount_minor__lte=instalment.amount_minor,
    )
    line = stage.one_of(rows.order_by("pk"))
    return {"line": line.pk} if line is not None else None


STOCK = (
    Stock(led(planned), DONORS, "planned", 2),
    Stock(led(planned, "request", came=True), DONORS, "requested", 2),
)
