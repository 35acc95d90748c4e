"""Grants that end early, payments that come back, closed books: nothing is lost, nothing counts twice."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from disbursements import holds, journal, queues, waiting
from disbursements.models import AccountingPeriod, AccountKind, Posting
from followup.enterprises import enterprise_of_grant, hand_over
from tests.worlds.disbursements import KIT, grant_world
from workflow import Refused, display, fire, notices, propose
from workflow.models import Notice
from workflow.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.long]
REASON = {"reason": "The shop was sold"}


def problems():
    return [f"{result.name}: {problem}" for result in verify() for problem in result.problems]


def balance(kind, grant):
    return journal.balance(journal.AccountKey(kind, grant.pk), grant.currency)


@pytest.fixture
def terminated():
    """A grant that ended after its first instalment was paid, before any receipt was accepted."""
    money = grant_world(14_000_00)
    money.activate()
    money.paid(1)
    money.grant.refresh_from_db()
    money.both(money.grant, "terminate", money.member("manager"), money.member("manager", 2), REASON)
    return money


def test_receipts_that_come_after_the_end_lower_what_is_owed_back(terminated):
    assert balance(AccountKind.GRANT_RECEIVABLE, terminated.grant) == 8_400_00
    terminated.justified(1)
    assert balance(AccountKind.GRANT_RECEIVABLE, terminated.grant) == 0
    assert balance(AccountKind.GRANT_JUSTIFIED, terminated.grant) == 8_400_00
    terminated.fire(terminated.grant, "close", "approver")
    assert problems() == []


def test_a_payment_that_comes_back_after_the_end_is_owed_no_more_and_its_instalment_is_cancelled(terminated):
    order = terminated.tranche(1).live_order()
    back = {"evidence": "statement", "reference": "R1", "returned_minor": order.net_minor}
    terminated.fire(order, "return", "reconciler", {**back, "returned_on": terminated.today.isoformat()})
    assert balance(AccountKind.GRANT_RECEIVABLE, terminated.grant) == 0
    assert balance(AccountKind.GRANT_COMMITTED, terminated.grant) == 0
    assert terminated.tranche(1).state == "cancelled"
    terminated.grant.refresh_from_db()
    terminated.fire(terminated.grant, "close", "approver")
    assert problems() == []


def test_a_grant_does_not_end_while_goods_are_on_their_way():
    money = grant_world(4_500_00, rows=KIT, payment="kit")
    money.activate()
    money.handed_over(1)
    money.grant.refresh_from_db()
    with pytest.raises(Refused, match="Goods are ordered for instalment 1"):
        propose(money.grant, "terminate", actor=money.member("manager"), data=REASON)


def test_a_kit_that_was_paid_is_justified_after_the_end_as_well():
    money = grant_world(4_500_00, rows=KIT, payment="kit")
    money.activate()
    bought = money.invoiced(1)
    money.verified_account(supplier=bought.supplier)
    tranche = money.fire(money.tranche(1), "order", "preparer")
    money.execute(tranche.live_order())
    money.grant.refresh_from_db()
    money.both(money.grant, "terminate", money.member("manager"), money.member("manager", 2), REASON)
    money.fire(money.tranche(1), "justify", "verifier")
    assert balance(AccountKind.GRANT_RECEIVABLE, money.grant) == 0
    assert problems() == []


@pytest.mark.parametrize("payment", ["cash", "kit"])
def test_the_fee_of_a_payment_that_came_back_stays_paid(payment):
    money = grant_world(4_500_00, rows=KIT, payment="kit") if payment == "kit" else grant_world(14_000_00)
    money.activate()
    if payment == "kit":
        bought = money.invoiced(1)
        money.verified_account(supplier=bought.supplier)
        order = money.fire(money.tranche(1), "order", "preparer").live_order()
    else:
        order = money.ordered(1)
    money.fire(order, "submit", "preparer", {"withholding": 10_00, "fee": 2_50})
    money.fire(order, "approve", "approver")
    money.export(money.fire(order, "release", "releaser"))
    money.fire(order, "execute", "reconciler", money.proof())
    back = {"evidence": "statement", "reference": "R1", "returned_minor": order.net_minor - 1_00}
    money.fire(order, "return", "reconciler", {**back, "returned_on": money.today.isoformat()})
    programme = money.world.programme.pk
    for kind, left in ((AccountKind.FEES, 3_50), (AccountKind.BANK, -3_50), (AccountKind.WITHHOLDING, 0)):
        assert journal.balance(journal.AccountKey(kind, programme), order.currency) == left
    assert problems() == []


def test_money_that_came_back_needs_no_receipts():
    money = grant_world(14_000_00)
    money.activate()
    money.paid(1)
    justification = money.tranche(1).justifications.get()
    money.receipt(justification, justification.paid_minor)
    order = money.tranche(1).live_order()
    back = {"evidence": "statement", "reference": "R1", "returned_minor": order.net_minor}
    money.fire(order, "return", "reconciler", {**back, "returned_on": money.today.isoformat()})
    with pytest.raises(Refused, match="This payment came back"):
        fire(justification, "submit", actor=money.beneficiary)


def test_a_month_is_closed_once_and_asking_again_says_so():
    money = grant_world(14_000_00)
    asked = {"by": money.member("approver"), "at": datetime(2026, 3, 1, tzinfo=UTC)}
    programme = money.world.programme.pk
    assert journal.close_period(programme, 2026, 1, **asked)
    assert not journal.close_period(programme, 2026, 1, **asked)
    assert AccountingPeriod.objects.get(programme=programme, year=2026, month=1).closed_at == asked["at"]


def test_the_database_itself_takes_no_line_in_a_closed_month():
    money = grant_world(14_000_00)
    money.activate()
    line = Posting.objects.latest("pk")
    AccountingPeriod.objects.filter(pk=line.period_id).update(
        closed_at=money.now(), closed_by=money.member("approver")
    )
    line.pk, line.entry = None, "past every door"
    with pytest.raises(IntegrityError, match="shut"), transaction.atomic():
        line.save(force_insert=True)


def test_a_suspended_grant_is_with_the_manager_and_beneficiary_and_lead_coach_are_told(client, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    money = grant_world(14_000_00)
    money.activate()
    order = money.ordered(1)
    money.fire(order, "submit", "preparer")
    approver, manager = money.member("approver", 2), money.member("manager")
    assert order in queues.orders_to_approve(approver)
    coach = money.member("coach")
    hand_over(enterprise_of_grant(money.grant), coach=coach, day=money.today, reason="First coach")
    money.fire(money.grant, "suspend", "manager", REASON)
    assert order not in queues.orders_to_approve(approver)
    assert money.grant in queues.grants_suspended(manager)
    with pytest.raises(Refused, match="must be active"):
        money.fire(order, "approve", "approver", number=2)
    waits = waiting.with_stop(waiting.with_holder(money.grant.tranches.all())).get(number=1)
    assert (waits.stopped, waits.holder, waits.waiting_since) == (
        "suspended",
        "manager",
        money.grant.state_since,
    )
    assert Notice.objects.filter(template="disbursements.grant_suspended").count() == 1
    to_coach = Notice.objects.get(template="followup.grant_suspended")
    assert (to_coach.recipient_kind, to_coach.recipient_id) == ("user", str(coach.pk))
    written = notices.preview(to_coach, "en")
    assert f"The grant of case {money.grant.case.number} is suspended" in written.body
    assert REASON["reason"] not in written.body
    client.force_login(manager)
    code = money.world.programme.code
    assert "The grant is suspended" in client.get(f"/programmes/{code}/waiting/").content.decode()
    page = client.get(money.grant.get_absolute_url()).content.decode()
    assert REASON["reason"] in page
    assert display.date_text(money.grant.signed_on) in page
    client.force_login(money.beneficiary)
    page = client.get(money.grant.case.get_absolute_url(), follow=True).content.decode()
    assert "Your grant is suspended" in page
    assert REASON["reason"] not in page
    money.fire(money.grant, "resume", "manager", {"reason": "The visit went well"})
    assert Notice.objects.filter(template="disbursements.grant_resumed").count() == 1
    assert Notice.objects.get(template="followup.grant_resumed").recipient_id == str(coach.pk)
    assert order in queues.orders_to_approve(approver)
    money.fire(order, "approve", "approver", number=2)


def test_held_money_is_with_the_approver_who_can_let_it_go_and_in_no_queue(client):
    money = grant_world(14_000_00)
    money.activate()
    tranche = money.approved(1)
    holds.place(tranche, reason="The shop is closed", actor=money.member("manager"), at=money.now())
    waits = waiting.with_stop(waiting.with_holder(money.grant.tranches.all())).get(number=1)
    assert (waits.stopped, waits.holder) == ("held", "approver")
    assert tranche not in queues.tranches_to_order(money.member("preparer"))
