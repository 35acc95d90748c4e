"""Payment orders and receipts in the walk."""

from datetime import timedelta
from typing import Any

from disbursements.models import Destination, JustificationLine
from disbursements.papers import issuing
from disbursements.papers.originals import PAYMENT_ORDER, valid_papers
from tests.walk.registry import birth, way
from tests.walk.stage import Stage

Data = dict[str, Any]


@birth
def a_receipt(stage: Stage) -> bool:
    """A beneficiary adds a receipt: over everything that is left, or over a part."""
    waiting = ("expected", "partly_accepted", "refused")
    for justification in stage.records("disbursements.justification", *waiting):
        if justification.lines.filter(decision="pending").exists():
            continue
        add_receipt(stage, justification, whole=stage.chance(0.6))
        return True
    return False


def add_receipt(stage: Stage, justification: Any, *, whole: bool) -> None:
    """A receipt over everything that is left, or over half of it."""
    left = justification.paid_minor - justification.accepted_minor()
    JustificationLine.objects.create(
        justification=justification,
        label="Tools",
        amount_minor=max(left, 1) if whole else max(left // 2, 1),
        file=stage.file(justification, "receipt"),
        added_by=stage.member("coach"),
        added_at=stage.now(),
    )


@birth
def a_judged_receipt(stage: Stage) -> bool:
    """A verifier decides on the receipts under review."""
    for justification in stage.records("disbursements.justification", "under_review"):
        if justification.lines.filter(decision="pending").exists() and stage.chance(0.7):
            judge_receipts(stage, justification, accepted=stage.chance(0.7))
            return True
    return False


def judge_receipts(stage: Stage, justification: Any, *, accepted: bool) -> None:
    """Decide on every open line."""
    justification.lines.filter(decision="pending").update(
        decision="accepted" if accepted else "ineligible",
        reason="" if accepted else "Not in the budget",
        decided_by=stage.member("verifier"),
    )


@way("disbursements.paymentorder", "submit", optional=["withholding", "fee"])
def submit(stage: Stage, order: Any) -> Data:
    """Now and then with tax withheld and a fee."""
    kept = stage.chance(0.3)
    return {"withholding": 10_00 if kept else 0, "fee": 2_50 if kept else 0}


@way("disbursements.paymentorder", "release")
def release(stage: Stage, order: Any) -> Data:
    """The account has cooled."""
    entered = Destination.objects.get(pk=order.destination_id).entered_at
    stage.until(entered + timedelta(hours=1))
    return {}


@way("disbursements.paymentorder", "export")
def export(stage: Stage, order: Any) -> Data:
    """The payment order is printed."""
    paper = valid_papers(order, PAYMENT_ORDER).last() or issuing.issue_payment_order(
        order, actor=stage.member("preparer"), at=stage.now()
    )
    return {"paper": paper.pk, "sha256": paper.copies.get(number=0).sha256}


@way("disbursements.paymentorder", "execute", optional=["file"])
def execute(stage: Stage, order: Any) -> Data:
    """A line of the statement."""
    return {
        "evidence": "statement",
        "reference": f"REL-{order.pk}",
        "executed_on": stage.day(),
        "file": stage.file(order, "order_evidence").pk,
    }


@way("disbursements.paymentorder", "doubt")
def doubt(stage: Stage, order: Any) -> Data:
    """No answer in time."""
    while order.answer_due_on is not None and stage.today <= order.answer_due_on:
        stage.until(stage.clock + timedelta(hours=12))
    return {}


@way("disbursements.paymentorder", "fail", optional=["file"])
def fail(stage: Stage, order: Any) -> Data:
    """A notice of the bank."""
    return {
        "evidence": "bank_notice",
        "reference": f"NO-{order.pk}",
        "file": stage.file(order, "order_evidence").pk,
    }


@way("disbursements.paymentorder", "acknowledge")
def acknowledge(stage: Stage, order: Any) -> Data:
    """It arrived: the beneficiary says so, or a signed receipt does."""
    return {"received": True} if stage.chance(0.5) else {"file": stage.file(order, "receipt").pk}


@way("disbursements.paymentorder", "return", optional=["file"])
def return_(stage: Stage, order: Any) -> Data:
    """All of it came back, or a little less."""
    less = 5_00 if stage.chance(0.4) and order.net_minor > 5_00 else 0
    return {
        "evidence": "statement",
        "reference": f"RET-{order.pk}",
        "returned_minor": order.net_minor - less,
        "returned_on": stage.day(),
        "file": stage.file(order, "order_evidence").pk,
    }
