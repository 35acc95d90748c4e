"""Movements of statements as the database guards them: their rows in the world, and a breach of each lock."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from disbursements import batches
from disbursements.models import BankLine, PaymentOrder, StatementFile
from tests.disbursements.breaching import Breach, Find, copy_of, set_on
from tests.worlds.banking import a_paying_account
from tests.worlds.disbursements import MoneyWorld

MINOR = 5_00


def movements(money: MoneyWorld) -> None:
    """Four movements: of a payment, of its return, of a whole batch, and one that nobody has explained."""
    account = a_paying_account(money)
    order = PaymentOrder.objects.get(tranche__grant=money.grant)
    batch = batches.open_batch(account, money.today, actor=money.member("preparer"), at=money.now())
    file = StatementFile.objects.create(
        programme=account.programme,
        account=account,
        name="statement.xml",
        form="camt",
        sha256="0" * 64,
        size=1,
        content="",
        handed_in_by=money.member("reconciler"),
        handed_in_at=money.now(),
    )
    common = {"file": file, "booked_on": money.today, "currency": account.currency, "account": account}
    for mark, fields in (
        ("open", {"amount_minor": -MINOR}),
        ("paid", {"amount_minor": -MINOR, "order": order, "outcome": "paid", "state": "matched"}),
        ("back", {"amount_minor": MINOR, "order": order, "outcome": "returned", "state": "matched"}),
        ("batch", {"amount_minor": -MINOR, "batch": batch, "outcome": "paid", "state": "matched"}),
    ):
        BankLine.objects.create(
            programme=account.programme,
            fingerprint=f"{mark}{money.grant.pk}",
            occurrence=1,
            **common,
            **fields,
        )


def breaches() -> Iterator[Breach]:
    """Every attempt against the movements, with the lock that refuses it."""
    name, free = "disbursements_bank_line", _line("open")
    yield Breach(f"{name}_known_state", set_on(BankLine, free, state="x"))
    yield Breach(f"{name}_once", copy_of(free, vault_key=lambda row: uuid4()))
    yield Breach(f"{name}_moves", set_on(BankLine, free, amount_minor=0))
    yield Breach(f"{name}_from_one", set_on(BankLine, free, occurrence=0))
    yield Breach(f"{name}_matched_with_an_order", set_on(BankLine, free, state="matched"))
    yield Breach(f"{name}_paid_went_out", set_on(BankLine, _line("paid"), amount_minor=MINOR))
    yield Breach(f"{name}_returned_came_in", set_on(BankLine, _line("back"), amount_minor=-MINOR))
    other_way = {"amount_minor": MINOR, "outcome": "returned"}
    yield Breach(f"{name}_batch_went_out", set_on(BankLine, _line("batch"), **other_way))
    for lock, twin, outcome, minor in (
        ("one_payment", "paid", "seen", -MINOR),
        ("one_return", "back", "returned", MINOR),
        ("one_batch", "batch", "paid", -MINOR),
    ):
        same = {"order_id": _same(twin, "order_id"), "batch_id": _same(twin, "batch_id")}
        as_that = {"state": "matched", "outcome": outcome, "amount_minor": minor}
        yield Breach(f"{name}_{lock}", set_on(BankLine, free, **same, **as_that))


def _line(mark: str) -> Find:
    return lambda money: BankLine.objects.get(fingerprint=f"{mark}{money.grant.pk}")


def _same(mark: str, field: str) -> Any:
    def found(row: BankLine) -> Any:
        twin = BankLine.objects.get(programme=row.programme_id, fingerprint__startswith=mark)
        return getattr(twin, field)

    return found
