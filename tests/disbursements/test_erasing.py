"""Erasing a person who was paid: names and accounts go, amounts and signatures stay, the books verify."""

import pytest
from django.db import DatabaseError, transaction

from applications import retention
from disbursements import journal
from disbursements.models import AccountKind, Agreement, Destination
from documents.models import Paper
from tests.worlds.disbursements import grant_world
from workflow import Refused, fire
from workflow.verification import verify

pytestmark = pytest.mark.django_db


def problems() -> list[str]:
    return [f"{result.name}: {problem}" for result in verify() for problem in result.problems]


@pytest.fixture
def money():
    """A grant in two instalments, paid and justified."""
    made = grant_world(14_000_00)
    made.activate()
    for number in (1, 2):
        made.paid(number)
        made.justified(number)
    return made


def ask(money):
    application, officer = money.grant.application, money.member("protection_officer")
    wanted = retention.ask(
        application.applicant, money.world.programme, "asked", actor=officer, at=money.now()
    )
    return wanted, officer


@pytest.mark.long
def test_whoever_is_still_to_account_for_money_is_not_erased(money):
    wanted, officer = ask(money)
    with pytest.raises(Refused, match="is not closed yet"):
        fire(wanted, "carry_out", actor=officer, data={"reason": "Asked for"})


@pytest.mark.long
def test_accounts_and_papers_go_and_the_books_stay(money):
    Agreement.objects.filter(grant=money.grant).exclude(signed_on=None).get()
    money.fire(money.grant, "complete", "manager")
    money.fire(money.grant, "close", "approver")
    wanted, officer = ask(money)
    fire(wanted, "carry_out", actor=officer, data={"reason": "Asked for"})
    account = Destination.objects.get(grant=money.grant)
    assert (account.holder, account.number, account.masked, account.fingerprint) == ("", "", "", "")
    assert account.verified_by is not None
    assert not Paper.objects.filter(stream=money.grant.stream, erasure=None).exists()
    assert (
        journal.balance(journal.AccountKey(AccountKind.GRANT_DISBURSED, money.grant.pk), money.grant.currency)
        == 14_000_00
    )
    assert problems() == []


@pytest.mark.long
def test_of_a_signed_agreement_nothing_changes_but_that_names_of_witnesses_go(money):
    rows = Agreement.objects.filter(grant=money.grant).exclude(signed_on=None)
    for attack in (
        lambda: rows.update(terms={}),
        lambda: rows.update(witness_1="", archive_reference="x"),
        lambda: rows.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()
    assert rows.update(witness_1="", witness_2="") == 1
