"""Every lock of the money path is in the database, refuses what it alone refuses, is taken before writing."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from disbursements.papers import issuing
from tests.disbursements import locks
from tests.worlds.disbursements import grant_world
from workflow import fire

pytestmark = pytest.mark.django_db
LOCKED = re.compile(r'FROM "(\w+)".*FOR (?:NO KEY )?UPDATE', re.DOTALL)
"""Tables that a payment locks while it is executed; on SQLite the transaction locks the whole database."""
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


def unrefused(money):
    """The locks whose breach was not refused by them."""
    found = []
    for breach in locks.breaches():
        try:
            with transaction.atomic():
                breach.act(money)
        except DatabaseError as error:
            said = str(error)
            by_itself = breach.lock in said or "append-only" in said or "resolves" in said or "number" in said
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


def test_every_declared_lock_is_in_the_database_and_none_was_taken_out():
    assert missing_locks() == set()
    assert written_down() - locks.names_in_database() == set()


def test_every_lock_refuses_what_it_alone_refuses():
    assert unrefused(locks.lock_world()) == []


def test_a_payment_locks_history_order_month_and_accounts_before_it_writes():
    money = grant_world(14_000_00)
    money.activate()
    act = executes(money)
    if connection.vendor == "sqlite":
        assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        act()
    else:
        assert locked_tables(act) >= WANTED


def test_a_paper_locks_its_counter():
    money = grant_world(14_000_00)
    money.activate()
    order = money.ordered(1)

    def prints():
        issuing.issue_payment_order(order, actor=money.member("preparer"), at=money.now())

    tables = locked_tables(prints)
    assert connection.vendor == "sqlite" or "documents_papercounter" in tables
