"""Files of other records and data that mean nothing are refused at the door of money, whoever sends them."""

import pytest

from tests.worlds.disbursements import KIT, grant_world
from workflow import Refused, fire

pytestmark = pytest.mark.django_db
NOT_HERE = "This file does not belong here"


@pytest.fixture
def money():
    return grant_world(14_000_00)


@pytest.fixture
def elsewhere():
    """A file of another grant, in another programme."""
    other = grant_world(3_000_00)
    return other.file(other.grant, "signature").pk


def refused(record, verb, actor, data, at):
    before = record.state
    with pytest.raises(Refused) as caught:
        fire(record, verb, actor=actor, data=data, at=at)
    record.refresh_from_db()
    assert record.state == before
    return " ".join(caught.value.sentences)


@pytest.mark.long
def test_an_agreement_is_not_signed_with_the_picture_of_another_grant(money, elsewhere):
    money.offer()
    said = refused(money.grant, "sign", money.member("preparer"), money.signing(file=elsewhere), money.now())
    assert NOT_HERE in said
    nobody_s = money.signing(file="nonsense")
    assert NOT_HERE in refused(money.grant, "sign", money.member("preparer"), nobody_s, money.now())
    money.sign()


@pytest.mark.parametrize("until", ["", None, "nonsense", -1, [], "2020-01-01"])
def test_an_offer_names_a_day_that_is_still_to_come(money, until):
    said = refused(money.grant, "offer", money.member("manager"), {"offer_until": until}, money.now())
    assert "until when" in said or "in the past" in said


@pytest.mark.parametrize("amounts", ["nonsense", [], {"x": 1}, {"999999": 100}])
def test_an_amendment_changes_instalments_of_this_grant_only(money, amounts):
    money.activate()
    from workflow.second_person import propose

    data = {"amounts": amounts, "reason": "Prices"}
    with pytest.raises(Refused):
        propose(money.grant, "amend", actor=money.member("manager"), data=data)


@pytest.mark.long
def test_outcomes_of_an_order_are_proved_with_its_own_files(money, elsewhere):
    money.activate()
    order = money.export(money.release(money.ordered(1)))
    reconciler = money.member("reconciler")
    assert NOT_HERE in refused(order, "execute", reconciler, money.proof(file=elsewhere), money.now())
    failure = {"evidence": "bank_notice", "reference": "N-1", "file": elsewhere}
    assert NOT_HERE in refused(order, "fail", reconciler, failure, money.now())
    nonsense = {"evidence": {"a": 1}, "reference": "N-1"}
    assert "what proves" in refused(order, "fail", reconciler, nonsense, money.now())
    fire(order, "execute", actor=reconciler, data=money.proof(), at=money.now())
    receipt = {"file": elsewhere}
    assert NOT_HERE in refused(order, "acknowledge", money.beneficiary, receipt, money.now())


def test_an_account_is_verified_with_its_own_papers(money, elsewhere):
    account = money.entered_account(grant=money.grant)
    approver = money.member("approver")
    data = {"evidence": "bank_letter", "file": elsewhere}
    assert NOT_HERE in refused(account, "verify", approver, data, money.now())
    assert "by what" in refused(account, "verify", approver, {"evidence": []}, money.now())


def test_a_supplier_is_chosen_among_the_quotations_of_the_purchase():
    money = grant_world(4_500_00, rows=KIT, payment="kit")
    money.activate()
    bought, preparer = money.purchase(), money.member("preparer")
    for quote in ("nonsense", -1, None):
        assert "Choose one" in refused(bought, "choose_supplier", preparer, {"quote": quote}, money.now())


@pytest.mark.long
def test_goods_are_accepted_and_invoiced_on_papers_of_the_purchase(elsewhere):
    money = grant_world(4_500_00, rows=KIT, payment="kit")
    money.activate()
    bought = money.delivered()
    acceptance = {"handed_over_on": money.today.isoformat(), "method": "signature"}
    forged = {**acceptance, "file": elsewhere, "photo": money.file(bought, "photo").pk}
    assert NOT_HERE in refused(bought, "hand_over", money.member("coach"), forged, money.now())
