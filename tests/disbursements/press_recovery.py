"""Several processes that press the same button on the same recoveries: run by `test_races.py`.

`python -m tests.disbursements.press_recovery world HOW_MANY FILE` makes claims that beneficiaries know of,
each with a write-off that a first person proposed. `... VERB NUMBER FILE` waits for a line on standard input,
then presses twice on every claim: on every other one with one key for all processes, on the rest with a key
of its own for each press. It prints how many presses were answered with the one key, and with others.
"""

import json
import sys
from pathlib import Path
from typing import Any

import django

PART = 10_00


def main(what: str, number: str, file: str) -> None:
    django.setup()
    from documents.papers import PaperContext

    PaperContext.render = lambda self, sheet: b"%PDF-1.4 race"  # type: ignore[method-assign]
    told = Path(file)
    if what == "world":
        told.write_text(json.dumps(make(int(number))))
    else:
        press(what, number, json.loads(told.read_text()))


def make(number: int) -> dict[str, Any]:
    """So many claims over a hundred each; and who presses which button."""
    from datetime import timedelta

    from disbursements import claims
    from disbursements.models import WriteOffCeiling
    from tests.worlds.disbursements import drafted, money_world
    from workflow.second_person import propose

    world = money_world()
    WriteOffCeiling.objects.create(programme=world.programme, currency="MAD", up_to_minor=100_00)
    for _number in range(number):
        money = drafted(world, 1_000_00)
        money.activate()
        money.paid(1)
        claim = claims.open_by_hand(
            money.tranche(1), 100_00, reason="Not used at all", actor=money.member("verifier"), at=money.now()
        )
        until = (money.today + timedelta(days=30)).isoformat()
        money.fire(claim, "notify", "manager", {"told_by": "phone", "due_on": until})
        propose(claim, "write_off", actor=money.member("manager"), data={"reason": "Lost"})
    roles = {"repay": "reconciler", "offset": "approver", "write_off": "approver"}
    return {"actors": {verb: world.member(role).pk for verb, role in roles.items()}}


def data_of(verb: str, claim: Any) -> dict[str, Any]:
    """What every press of a verb on a claim sends."""
    if verb == "repay":
        day = claim.opened_at.date().isoformat()
        return {"amount": PART, "reference": f"C-{claim.pk}", "paid_on": day}
    if verb == "offset":
        return {"amount": PART, "tranche": claim.grant.tranches.get(number=2).pk}
    return {"reason": "Lost"}


def press(verb: str, number: str, said: dict[str, Any]) -> None:
    """Press the button twice on every claim."""
    from accounts.models import User
    from disbursements.models import Recovery
    from workflow import Refused, fire

    actor = User.objects.get(pk=said["actors"][verb])
    claims = [(claim, data_of(verb, claim)) for claim in Recovery.objects.order_by("pk")]
    print("ready", flush=True)
    sys.stdin.readline()
    answered = {"same": 0, "different": 0}
    for place, (claim, data) in enumerate(claims):
        keys = "same" if place % 2 else "different"
        for again in range(2):
            key = f"{verb}: one intent" if keys == "same" else f"{verb}: intent {number}.{again}"
            try:
                fire(claim, verb, actor=actor, key=key, data=data)
                answered[keys] += 1
            except Refused:
                continue
    print(answered["same"], answered["different"], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
