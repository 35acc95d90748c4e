"""Every lock of the money path is in the database, refuses what it alone refuses, is taken before writing."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from disbursements import accounting, batches, cash, claims, donor_money
from disbursements.papers import issuing
from tests.disbursements import locks
from tests.worlds.banking import a_batch, a_paying_account, approved_orders
from tests.worlds.disbursements import drafted, grant_world
from workflow import fire

pytestmark = pytest.mark.django_db
LOCKED = re.compile(r'FROM "(\w+)".*FOR (?:NO KEY )?UPDATE', re.DOTALL)
"""Tables that a payment locks while it is executed; on SQLite the transaction locks the whole database."""
COLUMN = re.compile(r"'(\w+)'")
WANTED = {
    "workflow_streamhead",
    "disbursements_paymentorder",
    "disbursements_accountingperiod",
    "disbursements_account",
}


def missing_locks():
    """The declared constraints, unique columns and triggers that the database does not have."""
    return (locks.declared_names() | locks.trigger_names() | EXTRA) - locks.names_in_database()


EXTRA = {"disbursements_posting: ['resolves_id']", "disbursements_posting: ['reverses_id']"}
LIST = Path(__file__).with_name("locks.txt")


def written_down():
    """The locks that were there once and may never go: one a line."""
    return set(LIST.read_text("utf-8").split("\n")) - {""}


def unrefused(money, only=""):
    """The locks whose breach was not refused by them, of all or of one."""
    found = []
    for breach in locks.breaches():
        if only not in ("", breach.lock):
            continue
        try:
            with transaction.atomic():
                breach.act(money)
        except DatabaseError as error:
            said = str(error)
            by_itself = breach.lock in said or "append-only" in said
            by_itself |= all(f"({column})=" in said for column in COLUMN.findall(breach.lock) or ["no"])
            if connection.vendor == "postgresql" and not by_itself:
                found.append(f"{breach.lock}: {said.splitlines()[0]}")
        else:
            found.append(breach.lock)
    return found


def locked_tables(act):
    """The tables of which an act locks rows."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return {table for query in captured.captured_queries for table in LOCKED.findall(query["sql"])}


def executes(money):
    """An act that moves money: the execution of an order whose instruction is out."""
    order = money.export(money.release(money.ordered(1)))
    return lambda: fire(
        order, "execute", actor=money.member("reconciler"), data=money.proof(), at=money.now()
    )


def acts_beside_the_door():
    """Acts that read a row before they write because of it: (table whose row they lock, act), in order."""
    (money, *_more), (order, *_orders) = approved_orders(1)
    contribution = money.grant.programme.contributions.all()[0]
    given = {"actor": money.member("preparer"), "at": money.now()}
    account = a_paying_account(money)
    batch = a_batch(money, [])
    spare = cash.open_list(account, money.member("coach"), place="Temara", pays_on=money.today, **given)
    paid = drafted(money.world, 14_000_00)
    paid.activate()
    paid.paid(1)
    justification = paid.tranche(1).justifications.get()
    line = paid.receipt(justification, 1_00)
    later = money.today + timedelta(days=10)
    verifier = {"actor": money.member("verifier"), "at": paid.now()}
    receipt = {"label": "Tools", "amount_minor": 1_00, **verifier}
    yield "programmes_contribution", lambda: donor_money.plan(contribution, 1_00, later, **given)
    yield "disbursements_payingaccount", lambda: batches.open_batch(account, later, **given)
    yield "disbursements_paymentbatch", lambda: batches.add(batch, [order.pk])
    yield "disbursements_cashadvance", lambda: cash.remove(spare, [order.pk])
    yield (
        "disbursements_justification",
        lambda: accounting.add_receipt(justification, paid.file(justification, "receipt"), **receipt),
    )
    yield "disbursements_justificationline", lambda: accounting.remove(line)
    yield (
        "disbursements_tranche",
        lambda: claims.open_by_hand(paid.tranche(1), 1_00, reason="Not used at all", **verifier),
    )
    claim = {"at": paid.now(), "tranche": paid.tranche(1), "justification": justification}
    yield "disbursements_recovery", lambda: claims.claim(paid.grant, 1_00, "overdue", **claim)
    yield "disbursements_recovery", lambda: claims.owed(paid.tranche(1))
    yield (
        "disbursements_grant",
        lambda: paid.fire(paid.tranche(2), "cancel", "manager", {"reason": "The shop was sold"}),
    )


def unlocked_beside_the_door():
    """The tables whose row an act beside the door did not lock."""
    return [table for table, act in acts_beside_the_door() if table not in locked_tables(act)]


@pytest.mark.long
def test_every_declared_lock_is_in_the_database_and_none_was_taken_out():
    assert missing_locks() == set()
    assert written_down() - locks.names_in_database() == set()


@pytest.mark.long
def test_every_lock_refuses_what_it_alone_refuses():
    assert unrefused(locks.lock_world()) == []


@pytest.mark.long
def test_a_payment_locks_history_order_month_and_accounts_before_it_writes():
    money = grant_world(14_000_00)
    money.activate()
    act = executes(money)
    if connection.vendor == "sqlite":
        assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        act()
    else:
        assert locked_tables(act) >= WANTED


def test_an_act_beside_the_door_locks_the_row_that_it_decides_by():
    assert connection.vendor == "sqlite" or unlocked_beside_the_door() == []


def test_a_paper_locks_its_counter():
    money = grant_world(14_000_00)
    money.activate()
    order = money.ordered(1)

    def prints():
        issuing.issue_payment_order(order, actor=money.member("preparer"), at=money.now())

    tables = locked_tables(prints)
    assert connection.vendor == "sqlite" or "documents_papercounter" in tables
