"""Recoveries in the walk: claims by hand and by the calendar, what is paid back, what receipts lower."""

from datetime import timedelta
from typing import Any

from disbursements import claims, timed
from disbursements.guards.recovery import later_instalments
from disbursements.models import BankLine, Recovery
from tests.walk.registry import birth, follows, way
from tests.walk.stage import Stage
from tests.walk.stock import ORDER, RECEIPT, Stock, lead, led, order_at
from tests.walk.ways_of_batches import movement
from tests.walk.ways_of_orders import add_receipt, judge_receipts
from workflow import fire

Data = dict[str, Any]
RECOVERY = "disbursements.recovery"
COLLECT = ("notified", "scheduled", "partly_repaid")


@birth
def a_claim(stage: Stage) -> bool:
    """A person claims a part of a payment back, or the calendar does."""
    if len(stage.records(RECOVERY, "opened")) >= MOST_CLAIMS:
        return False
    for tranche in stage.records("disbursements.tranche", "paid", "justified"):
        row = claims.standing_justification(tranche)
        most = claims.most_by_hand(tranche)
        if most > 0 and (row is None or row.state not in claims.UNDER_REVIEW) and stage.chance(0.3):
            by_hand(stage, tranche, most if stage.chance(0.3) else max(most // 3, 1))
            return True
    return timed.claim_overdue(stage.now()) > 0


MOST_CLAIMS = 3


def by_hand(stage: Stage, tranche: Any, minor: int) -> Recovery:
    """A manager claims an amount back."""
    return claims.open_by_hand(
        tranche, minor, reason="Not used as agreed", actor=stage.member("manager"), at=stage.now()
    )


def cash(stage: Stage, recovery: Any, minor: int) -> Data:
    """Cash at the box, against a receipt of its own."""
    reference = f"C-{recovery.pk}-{stage.rng.randrange(10**9)}"
    return {"amount": minor, "reference": reference, "paid_on": stage.day()}


@way(RECOVERY, "notify")
def notify(stage: Stage, recovery: Any) -> Data:
    """By telephone."""
    return {"told_by": "phone", "due_on": stage.day(30)}


@way(RECOVERY, "decide")
def decide(stage: Stage, recovery: Any) -> Data:
    """Either way."""
    return {"decision": stage.rng.choice(["stands", "dropped"]), "reason": "It was looked at again"}


@way(RECOVERY, "schedule")
def schedule(stage: Stage, recovery: Any) -> Data:
    """In three parts."""
    return {"count": 3, "first_on": stage.day(10), "every": stage.rng.choice(["week", "month"])}


@way(RECOVERY, "repay")
def repay(stage: Stage, recovery: Any) -> Data | None:
    """On an account when a movement is there, else in cash; all of it or a part."""
    left = recovery.outstanding_minor
    if not left:
        return None
    rows = BankLine.objects.filter(
        programme=recovery.programme_id, state="open", amount_minor__gt=0, amount_minor__lte=left
    )
    line = stage.one_of(rows.order_by("pk"))
    if line is not None and stage.chance(0.7):
        return {"line": line.pk}
    return cash(stage, recovery, left if stage.chance(0.5) else max(left // 2, 1))


@way(RECOVERY, "offset")
def offset(stage: Stage, recovery: Any) -> Data | None:
    """From the first instalment that waits."""
    found = later_instalments(recovery)
    if not found or not recovery.outstanding_minor:
        return None
    most = min(recovery.outstanding_minor, found[0].amount_minor - found[0].offset_minor - 1)
    return {"tranche": found[0].pk, "amount": most if stage.chance(0.6) else max(most // 2, 1)}


# The movement follows from the repayment; a claim ends by itself when receipts are accepted for all of it.
follows("disbursements.bankline", "receive")
follows(RECOVERY, "lapse")


def claim_at(stage: Stage, *verbs: str, whole: bool = False) -> Recovery:
    """A claim by hand over a part of a payment, or over all of it, led through some verbs."""
    tranche = order_at(stage, *ORDER, "execute").tranche
    most = claims.most_by_hand(tranche)
    recovery = by_hand(stage, tranche, most if whole else most // 3)
    for verb in verbs:
        if verb == "repay":
            part = cash(stage, recovery, recovery.outstanding_minor // 2)
            fire(recovery, "repay", actor=stage.member("reconciler"), data=part, at=stage.now())
            recovery = Recovery.objects.get(pk=recovery.pk)
        else:
            recovery = lead(stage, recovery, verb)
    return recovery


def claim_with_movement(stage: Stage) -> None:
    """A claim of which a part has come in on an account."""
    recovery = claim_at(stage, "notify")
    line = movement(stage, recovery.outstanding_minor // 2)
    lead_with = {"line": line.pk}
    fire(recovery, "repay", actor=stage.member("reconciler"), data=lead_with, at=stage.now())


def lapsed(stage: Stage, *verbs: str) -> None:
    """A claim over a whole payment for which the receipts are accepted after all."""
    recovery = claim_at(stage, *verbs, whole=True)
    row = recovery.justification
    add_receipt(stage, row, whole=True)
    row = lead(stage, row, *RECEIPT)
    judge_receipts(stage, row, accepted=True)
    lead(stage, row, "accept")


def overdue(stage: Stage) -> None:
    """Receipts of which the deadline and the days of grace are over."""
    row = order_at(stage, *ORDER, "execute").tranche.justifications.get()
    row.due_on = stage.today - timedelta(days=90)
    row.save(update_fields=["due_on"])
    assert timed.claim_overdue(stage.now())


STATES = {
    "opened": (),
    "notified": ("notify",),
    "contested": ("notify", "contest"),
    "scheduled": ("notify", "schedule"),
    "partly_repaid": ("notify", "repay"),
}
STOCK = (
    *(Stock(led(claim_at, *verbs), RECOVERY, state, 2) for state, verbs in STATES.items()),
    Stock(overdue, RECOVERY, "opened", 3),
    Stock(led(claim_at, "notify", "write_off"), RECOVERY, "written_off"),
    Stock(led(claim_at, "notify", "repay", "repay"), RECOVERY, "partly_repaid", 3),
    Stock(
        claim_with_movement,
        "disbursements.bankline",
        "open",
        0,
        (("disbursements.bankline", "open", "receive"),),
    ),
    *(
        Stock(led(lapsed, *verbs), RECOVERY, state, 0, ((RECOVERY, state, "lapse"),))
        for state, verbs in STATES.items()
    ),
)
