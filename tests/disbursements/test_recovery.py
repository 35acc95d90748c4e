"""Money that is to be paid back is claimed once, recovered once, and never more than is owed."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from disbursements import claims, timed, verify_recovery
from disbursements.journal import balance
from disbursements.models import (
    BankLine,
    Justification,
    PayingAccount,
    Recovery,
    StatementFile,
    WriteOffCeiling,
)
from disbursements.papers.issuing import issue_receipt
from disbursements.papers.originals import PAYMENT_ORDER, valid_papers
from disbursements.recovering import receivable
from documents.papers import bytes_of, original
from tests.documents.reading import text_of
from tests.worlds.disbursements import grant_world
from workflow import Refused, fire
from workflow.door import NotAllowed, new_key
from workflow.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.long]
PAID = 8_400_00


def problems():
    return [f"{result.name}: {problem}" for result in verify() for problem in result.problems]


@pytest.fixture
def money():
    """The first instalment is paid; its receipts are expected."""
    world = grant_world()
    world.activate()
    world.paid(1)
    return world


@pytest.fixture
def refused(money):
    """Half of it is accepted, a quarter is not: a claim over that quarter."""
    return after_review(money, accepted=PAID // 2, ineligible=PAID // 4)


def after_review(money, *, accepted, ineligible):
    row = money.tranche(1).justifications.get()
    for amount, decision, why in ((accepted, "accepted", ""), (ineligible, "ineligible", "No tools")):
        if amount:
            money.receipt(row, amount)
            row.lines.filter(decision="pending").update(decision=decision, reason=why)
    row.lines.filter(booked=False).update(decision="pending", reason="")
    fire(row, "submit", actor=money.beneficiary, at=money.now())
    money.fire(row, "review", "verifier")
    row.lines.filter(booked=False, amount_minor=accepted).update(decision="accepted")
    row.lines.filter(booked=False, amount_minor=ineligible).update(decision="ineligible", reason="No tools")
    money.fire(row, "accept_partly" if accepted else "refuse", "verifier", {"reason": "No tools"})
    return Recovery.objects.filter(justification=row).first()


def told(money, recovery):
    until = (money.today + timedelta(days=30)).isoformat()
    return money.fire(recovery, "notify", "manager", {"told_by": "phone", "due_on": until})


def movement(money, amount, number=1):
    account, _new = PayingAccount.objects.get_or_create(
        programme=money.grant.programme,
        name="Main account",
        defaults={
            "currency": "MAD",
            "holder": "Agency",
            "number": "MA64011519000001205000534921",
            "institution": "Bank",
            "country": "MA",
            "entered_by": money.member("manager"),
            "entered_at": money.at,
        },
    )
    file = StatementFile.objects.create(
        programme=money.grant.programme,
        account=account,
        name="statement.xml",
        form="camt",
        sha256=f"{number:064}",
        size=1,
        content="",
        handed_in_by=money.member("reconciler"),
        handed_in_at=money.at,
    )
    return BankLine.objects.create(
        programme=money.grant.programme,
        account=account,
        file=file,
        fingerprint=f"{number:064}",
        occurrence=1,
        booked_on=money.today,
        amount_minor=amount,
        currency="MAD",
    )


def cash(money, amount, reference="C-1"):
    return {"amount": amount, "reference": reference, "paid_on": money.today.isoformat()}


def owed_in_the_books(money):
    return balance(receivable(Recovery(grant=money.grant)), "MAD")


def test_refused_receipts_are_claimed_back_and_the_beneficiary_sees_it_once_told(money, refused):
    assert (refused.claimed_minor, refused.cause) == (PAID // 4, "refused")
    assert owed_in_the_books(money) == PAID // 4
    assert not Recovery.objects.visible_to(money.beneficiary).exists()
    told(money, refused)
    assert Recovery.objects.visible_to(money.beneficiary).get() == refused
    assert problems() == []


def test_overdue_receipts_are_claimed_back_after_the_days_of_grace_and_once(money):
    row = money.tranche(1).justifications.get()
    grace = money.at + timedelta(days=60 + 30)
    assert timed.claim_overdue(grace) == 0
    assert timed.claim_overdue(grace + timedelta(days=2)) == 1
    assert timed.claim_overdue(grace + timedelta(days=3)) == 0
    recovery = Recovery.objects.get()
    assert (recovery.cause, recovery.claimed_minor, recovery.opened_by) == ("overdue", PAID, None)
    assert claims.open_minor(Justification.objects.get(pk=row.pk)) == 0
    assert problems() == []


def test_receipts_that_come_after_all_lower_the_claim_until_nothing_is_owed(money):
    timed.claim_overdue(money.at + timedelta(days=95))
    money.justified(1)
    recovery = Recovery.objects.get()
    assert (recovery.state, recovery.outstanding_minor) == ("cancelled", 0)
    assert owed_in_the_books(money) == 0
    assert problems() == []


def test_who_opened_a_claim_does_not_judge_the_objection_and_a_dropped_claim_goes_back(money):
    manager = money.member("manager")
    recovery = claims.open_by_hand(
        money.tranche(1), 100_00, reason="The machine was never bought", actor=manager, at=money.now()
    )
    told(money, recovery)
    with pytest.raises(Refused, match="reason"):
        fire(recovery, "contest", actor=money.beneficiary, at=money.now())
    fire(recovery, "contest", actor=money.beneficiary, data={"reason": "It was, look"}, at=money.now())
    dropped = {"decision": "dropped", "reason": "It was found"}
    with pytest.raises(Refused, match="another person"):
        money.fire(recovery, "decide", "manager", dropped)
    money.fire(recovery, "decide", "manager", dropped, number=2)
    assert recovery.state == "cancelled"
    assert owed_in_the_books(money) == 0
    assert claims.open_minor(money.tranche(1).justifications.get()) == PAID
    assert problems() == []


def test_a_person_claims_no_more_than_was_paid_and_only_with_a_reason(money):
    actor = money.member("verifier")
    with pytest.raises(Refused, match="reason"):
        claims.open_by_hand(money.tranche(1), 1, reason=" ", actor=actor, at=money.now())
    with pytest.raises(Refused, match="At most"):
        claims.open_by_hand(money.tranche(1), PAID + 1, reason="Not used at all", actor=actor, at=money.now())
    claims.open_by_hand(money.tranche(1), PAID, reason="Not used at all", actor=actor, at=money.now())
    with pytest.raises(Refused, match="At most"):
        claims.open_by_hand(money.tranche(1), 1, reason="Not used at all", actor=actor, at=money.now())
    assert problems() == []


def test_accepted_receipts_that_were_false_are_claimed_back(money):
    money.justified(1)
    recovery = claims.open_by_hand(
        money.tranche(1), 50_00, reason="The receipt is false", actor=money.member("manager"), at=money.now()
    )
    assert recovery.from_justified_minor == 50_00
    told(money, recovery)
    money.fire(recovery, "repay", "reconciler", cash(money, 50_00))
    assert recovery.state == "repaid"
    assert money.tranche(1).justifications.get().is_settled
    assert problems() == []


def test_a_repayment_counts_once_however_often_it_is_pressed(money, refused):
    told(money, refused)
    line, key = movement(money, PAID // 8), new_key()
    reconciler = money.member("reconciler")
    first = fire(refused, "repay", actor=reconciler, key=key, data={"line": line.pk}, at=money.now())
    again = fire(refused, "repay", actor=reconciler, key=key, data={"line": line.pk}, at=money.now())
    assert again.replayed
    assert again.event == first.event
    with pytest.raises(Refused, match="known already"):
        money.fire(refused, "repay", "reconciler", {"line": line.pk})
    money.fire(refused, "repay", "reconciler", cash(money, 100))
    with pytest.raises(Refused, match="recorded already"):
        money.fire(refused, "repay", "reconciler", cash(money, 100, "c - 1"))
    line.refresh_from_db()
    refused.refresh_from_db()
    assert line.state == "received"
    assert (refused.state, refused.repaid_minor) == ("partly_repaid", PAID // 8 + 100)
    assert owed_in_the_books(money) == refused.outstanding_minor
    assert problems() == []


def test_no_more_is_recovered_than_is_owed(money, refused):
    told(money, refused)
    with pytest.raises(Refused, match="more than the"):
        money.fire(refused, "repay", "reconciler", cash(money, refused.outstanding_minor + 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.filter(pk=refused.pk).update(repaid_minor=refused.claimed_minor + 1)
    Recovery.objects.filter(pk=refused.pk).update(repaid_minor=1)
    assert any(isinstance(found, str) for found in verify_recovery.moves_add_up())


def test_what_is_owed_is_kept_back_from_a_later_instalment_which_is_accounted_for_in_full(money, refused):
    told(money, refused)
    second = money.tranche(2)
    Recovery.objects.filter(pk=refused.pk).update(claimed_minor=PAID)
    with pytest.raises(Refused, match="Less than"):
        money.fire(refused, "offset", "approver", {"tranche": second.pk, "amount": second.amount_minor})
    Recovery.objects.filter(pk=refused.pk).update(claimed_minor=PAID // 4)
    money.fire(refused, "offset", "approver", {"tranche": second.pk, "amount": PAID // 4})
    assert refused.state == "repaid"
    row = money.tranche(1).justifications.get()
    assert (row.receivable_minor, row.recovered_minor) == (0, PAID // 4)
    with pytest.raises(Refused, match="kept back"):
        money.fire(money.tranche(2), "cancel", "manager")
    money.receipt(row, PAID // 4)
    fire(row, "submit", actor=money.beneficiary, at=money.now())
    money.fire(row, "review", "verifier")
    row.lines.filter(decision="pending").update(decision="accepted")
    money.fire(row, "accept", "verifier")
    money.fire(money.tranche(1), "justify", "verifier")
    with translation.override("en"):  # the order is printed on the way, in the language of who issues it
        order = money.execute(money.ordered(2))
    assert (order.offset_minor, order.net_minor) == (PAID // 4, second.amount_minor - PAID // 4)
    assert money.tranche(2).justifications.get().paid_minor == second.amount_minor
    for paper in (
        valid_papers(order, PAYMENT_ORDER).get(),
        issue_receipt(order, language="en", actor=money.member("preparer"), at=money.now()),
    ):
        text = " ".join(text_of(bytes_of(original(paper))).split())
        assert re.search(rf"Kept back for recovery {refused.number} 2.100.00 MAD", text), paper.kind
        assert re.search(r"Net to pay 3.500.00 MAD", text)
    money.fire(refused, "close", "approver")
    money.justified(2)
    money.fire(money.grant, "complete", "manager")
    money.fire(money.grant, "close", "approver")
    assert problems() == []


def test_two_persons_write_off_within_the_ceiling_and_no_row_refuses(money, refused):
    told(money, refused)
    first, second = money.member("manager"), money.member("approver")
    data = {"reason": "The workshop burnt down"}
    with pytest.raises(Refused, match="ceiling"):
        money.both(refused, "write_off", first, second, data)
    row = WriteOffCeiling.objects.create(programme=money.grant.programme, currency="MAD", up_to_minor=1)
    with pytest.raises(Refused, match="At most"):
        money.both(refused, "write_off", first, second, data)
    row.up_to_minor = PAID // 4
    row.save()
    with pytest.raises(Refused, match="propose"):
        money.fire(refused, "write_off", "manager", data)
    money.both(refused, "write_off", first, second, data)
    money.fire(refused, "close", "approver")
    assert refused.state == "closed"
    assert problems() == []


def test_ending_a_grant_claims_every_payment_that_is_not_accounted_for(money, refused):
    first, second = money.member("manager"), money.member("manager", 2)
    money.both(money.grant, "terminate", first, second, {"reason": "Left the country"})
    found = dict(Recovery.objects.values_list("cause", "claimed_minor"))
    assert found == {"refused": PAID // 4, "terminated": PAID // 4}
    assert owed_in_the_books(money) == PAID // 2
    assert problems() == []


def test_a_payment_that_came_back_is_claimed_no_more_but_one_in_recovery_is_repaid(money):
    claims.open_by_hand(
        money.tranche(1), 100_00, reason="Not used at all", actor=money.member("manager"), at=money.now()
    )
    order = money.tranche(1).live_order()
    back = {
        "evidence": "statement",
        "reference": "RET-1",
        "returned_minor": order.net_minor,
        "returned_on": money.today.isoformat(),
    }
    told(money, Recovery.objects.get())
    with transaction.atomic():
        money.fire(Recovery.objects.get(), "repay", "reconciler", cash(money, 1_00))
        with pytest.raises(Refused, match="repayment of"):
            money.fire(order, "return", "reconciler", back)
        transaction.set_rollback(True)
    Recovery.objects.get().refresh_from_db()
    money.fire(money.tranche(1).live_order(), "return", "reconciler", back)
    assert Recovery.objects.get().state == "cancelled"
    assert owed_in_the_books(money) == 0
    assert problems() == []


def test_a_repayment_in_parts_adds_up_and_knows_short_months():
    from datetime import date

    parts = claims.planned_parts(100_01, 3, date(2026, 1, 31), "month")
    assert [day for day, _amount in parts] == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    assert sum(amount for _day, amount in parts) == 100_01
    assert claims.planned_parts(3, 3, date(2026, 12, 28), "week")[1] == (date(2027, 1, 4), 1)


def test_a_claim_is_told_and_closed_by_those_who_may(money, refused):
    with pytest.raises(NotAllowed):
        money.fire(refused, "notify", "verifier", {"told_by": "phone"})
