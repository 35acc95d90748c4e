"""Money of the living programme that is to be paid back: told, contested, and paid back in parts."""

from datetime import datetime, timedelta

from demo.living import money
from demo.living.applications import applicant_of
from demo.living.stage import Stage
from disbursements import claims
from disbursements.models import Grant, Recovery


def claim(stage: Stage, grant: Grant, minor: int, reason: str, at: datetime) -> Recovery:
    """The verifier found something after the receipts were accepted; the manager tells the beneficiary."""
    made = claims.open_by_hand(
        money.tranche(grant, 1), minor, reason=reason, actor=stage.staff["verifier"], at=at
    )
    until = (at + timedelta(days=30)).date().isoformat()
    stage.fire(made, "notify", "manager", at + timedelta(hours=2), told_by="phone", due_on=until)
    return made


def contest(stage: Stage, claimed: Recovery, words: str, at: datetime) -> None:
    """The beneficiary does not agree."""
    stage.fire(claimed, "contest", applicant_of(claimed.grant.application), at, reason=words)


def pay_back_in_parts(stage: Stage, claimed: Recovery, at: datetime) -> None:
    """Three parts were agreed, the first one came in cash."""
    first = at.date() + timedelta(days=2)
    stage.fire(claimed, "schedule", "manager", at, count=3, first_on=first.isoformat(), every="month")
    stage.fire(
        claimed,
        "repay",
        "reconciler",
        at + timedelta(days=2),
        amount=claimed.claimed_minor // 3,
        reference="CAISSE-0117",
        paid_on=(at.date() + timedelta(days=2)).isoformat(),
    )
