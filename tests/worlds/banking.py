"""Paying accounts and batches, filled through the door."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from disbursements import batches
from disbursements.models import PayingAccount, PaymentBatch, PaymentOrder
from tests.worlds.disbursements import MoneyWorld, drafted, money_world

IBAN = "MA64011519000001205000534921"


def a_paying_account(money: MoneyWorld, **fields: Any) -> PayingAccount:
    """A bank account of the programme, the same one when it is there."""
    programme = money.world.programme
    given = {
        "name": "Main account",
        "channel": "bank",
        "currency": programme.currency,
        "holder": "Agency",
        "number": IBAN,
        "institution": "Banque Populaire",
        "bic": "BCPOMAMC",
        "town": "Rabat",
        "country": "MA",
        "entered_by": money.member("manager"),
        "entered_at": money.at,
        **fields,
    }
    found = PayingAccount.objects.filter(
        programme=programme, number=given["number"], currency=given["currency"]
    ).first()
    return found or PayingAccount.objects.create(programme=programme, **given)


def approved_orders(count: int, amount: int = 14_000_00) -> tuple[list[MoneyWorld], list[PaymentOrder]]:
    """So many grants of one programme, each with its first order approved."""
    world = money_world()
    moneys, orders = [], []
    for _number in range(count):
        money = drafted(world, amount)
        money.offer()
        money.sign()
        money.verified_account(grant=money.grant, bic="BCPOMAMC", town="Rabat")
        money.fire(money.grant, "activate", "manager")
        order = money.ordered(1)
        money.fire(order, "submit", "preparer")
        money.fire(order, "approve", "approver")
        moneys.append(money)
        orders.append(order)
    moneys[0].at = max(money.at for money in moneys)
    return moneys, orders


def a_batch(money: MoneyWorld, orders: list[PaymentOrder], **fields: Any) -> PaymentBatch:
    """An open batch of some approved orders, to be paid tomorrow."""
    account = a_paying_account(money, **fields)
    day = timezone.localdate(money.at) + timedelta(days=1)
    batch = batches.open_batch(account, day, actor=money.member("preparer"), at=money.now())
    if orders:
        batches.add(batch, [order.pk for order in orders])
    return batch


def released(money: MoneyWorld, orders: list[PaymentOrder]) -> PaymentBatch:
    """Sealed, approved and released by three persons."""
    batch = a_batch(money, orders)
    money.fire(batch, "seal", "preparer")
    money.fire(batch, "approve", "approver", number=2)
    return money.fire(batch, "release", "releaser")


def exported(money: MoneyWorld, orders: list[PaymentOrder]) -> PaymentBatch:
    """The file is written."""
    return money.fire(released(money, orders), "export", "preparer")
