"""Payment orders that wait for the same button, for the races: run in a process of its own.

`python -m tests.disbursements.race_world HOW_MANY FILE` makes so many submitted orders in one programme and
writes into FILE who presses which button with which data. `... execute FILE` issues the instructions of those
that are released, and lets them be paid on that day: it is not always the one on which the orders were made.
"""

import json
import sys
from pathlib import Path

import django


def main(what: str, file: str) -> None:
    django.setup()
    from django.utils import timezone

    from documents.papers import PaperContext

    # What is printed is not on trial, and printing takes longer than everything else.
    PaperContext.render = lambda self, sheet: b"%PDF-1.4 race"  # type: ignore[method-assign]
    told = Path(file)
    if what.isdecimal():
        told.write_text(json.dumps(make(int(what))))
    else:
        said = json.loads(told.read_text())
        export(said)
        said["data"]["execute"]["executed_on"] = timezone.localdate().isoformat()
        told.write_text(json.dumps(said))


def make(number: int) -> dict[str, object]:
    """So many orders, submitted by the preparer; and who approves, releases and reconciles."""
    from disbursements.models import PaymentOrder
    from tests.worlds.disbursements import drafted, money_world

    world = money_world(rows=((100, "cash", True, [{"kind": "agreement_signed"}]),))
    for _number in range(number):
        money = drafted(world, 1_000_00)
        money.offer()
        money.sign()
        money.verified_account(grant=money.grant)
        money.fire(money.grant, "activate", "manager")
        money.fire(money.ordered(1), "submit", "preparer")
    assert PaymentOrder.objects.filter(state="submitted").count() == number
    proof = {"evidence": "statement", "reference": "REL-1"}
    roles = {"approve": "approver", "release": "releaser", "execute": "reconciler", "export": "preparer"}
    return {
        "actors": {verb: world.member(role).pk for verb, role in roles.items()},
        "data": {"execute": proof},
    }


def export(said: dict[str, dict[str, int]]) -> None:
    """Issue the instruction of every released order."""
    from django.utils import timezone

    from accounts.models import User
    from disbursements.models import PaymentOrder
    from disbursements.papers import issuing
    from workflow import fire

    preparer = User.objects.get(pk=said["actors"]["export"])
    for order in PaymentOrder.objects.filter(state="released"):
        paper = issuing.issue_payment_order(order, actor=preparer, at=timezone.now())
        data = {"paper": paper.pk, "sha256": paper.copies.get(number=0).sha256}
        fire(order, "export", actor=preparer, data=data)


if __name__ == "__main__":
    main(*sys.argv[1:])
