"""What several tests of money begin with: two payments in cash, and the list that a coach carries."""

import pytest

from disbursements import cash
from tests.worlds.banking import a_paying_account
from tests.worlds.disbursements import drafted, money_world

IN_CASH = ((100, "cash", False, [{"kind": "agreement_signed"}]),)


@pytest.fixture
def moneys():
    """Two grants whose only instalment is issued, to be paid in cash."""
    world = money_world(rows=IN_CASH)
    found = []
    for amount in (1_000_00, 700_50):
        money = drafted(world, amount)
        money.offer()
        money.sign()
        money.verified_account(grant=money.grant, channel="cash", number="", institution="")
        money.fire(money.grant, "activate", "manager")
        money.export(money.release(money.ordered(1)))
        found.append(money)
    return found


@pytest.fixture
def advance(moneys):
    """A list of both, in the hand of a coach."""
    money = moneys[0]
    made = cash.open_list(
        a_paying_account(money),
        money.member("coach"),
        place="Temara",
        pays_on=money.today,
        actor=money.member("preparer"),
        at=money.now(),
    )
    for each in moneys:
        cash.add(made, [each.tranche(1).live_order().pk])
    money.fire(made, "hand_out", "releaser", number=2)
    return money.fire(made, "take", "coach")
