"""What donors promised is asked for with a document and received by one movement, once."""

from datetime import timedelta

import pytest

from disbursements import donor_money
from disbursements.journal import AccountKey, balance
from disbursements.models import DonorInstalment
from tests.disbursements.test_recovery import movement, problems
from tests.worlds.disbursements import grant_world
from tests.worlds.programmes import a_member, an_organisation
from workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def money():
    return grant_world()


def planned(money, minor=5_000_00):
    given = money.grant.programme.contributions.all()[0]
    given.amount_minor, given.currency = 9_000_00, "MAD"
    given.save()
    due = money.today + timedelta(days=10)
    return donor_money.plan(given, minor, due, actor=money.member("manager"), at=money.now())


def asked(money, instalment):
    file = money.file(instalment, "donor_request").pk
    data = {"requested_on": money.today.isoformat(), "reference": "APPEL-1", "file": file}
    return money.fire(instalment, "request", "manager", data)


def test_no_more_is_planned_than_was_promised(money):
    planned(money)
    with pytest.raises(Refused, match="are promised"):
        planned(money, 4_000_01)


def test_a_donor_is_asked_with_a_document_and_the_money_comes_in_once(money):
    instalment = planned(money)
    with pytest.raises(Refused, match="document"):
        money.fire(instalment, "request", "manager", {"requested_on": money.today.isoformat()})
    asked(money, instalment)
    with pytest.raises(Refused, match="another payment"):
        money.fire(instalment, "receive", "reconciler", {"line": movement(money, 5_000_01).pk})
    line = movement(money, 4_990_00, number=2)
    money.fire(instalment, "receive", "reconciler", {"line": line.pk})
    line.refresh_from_db()
    assert line.state == "received"
    assert balance(AccountKey("donor_paid_in", instalment.contribution_id), "MAD") == -4_990_00
    other = asked(money, planned(money, 1_00))
    with pytest.raises(Refused, match="known already"):
        money.fire(other, "receive", "reconciler", {"line": line.pk})
    assert problems() == []


def test_a_donor_sees_its_own_instalments_and_nobody_else_s(money):
    instalment = planned(money)
    programme = money.grant.programme
    own, other = a_member(programme, "donor"), a_member(programme, "donor", donor=an_organisation("Other"))
    assert DonorInstalment.objects.visible_to(own).get() == instalment
    assert not DonorInstalment.objects.visible_to(other).exists()
