"""From the award to the last receipt: what moves, who signed, what the books say."""

import pytest

from disbursements import journal
from disbursements.models import AccountKind, Posting
from tests.worlds.disbursements import IN_KIND, KIT, SUPPLIER_60_CASH_40, grant_world
from workflow.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def problems() -> list[str]:
    """Everything that `verify` would complain about."""
    return [f"{result.name}: {problem}" for result in verify() for problem in result.problems]


def balance(kind, grant):
    return journal.balance(journal.AccountKey(kind, grant.pk), grant.currency)


def test_a_grant_in_two_cash_instalments_ends_closed_and_every_unit_is_accounted_for():
    money = grant_world(14_000_00)
    money.activate()
    assert money.tranche(1).amount_minor == 8_400_00
    assert money.tranche(1).state == "evidence_submitted"
    assert money.tranche(2).state == "planned"
    money.paid(1)
    assert balance(AccountKind.GRANT_ADVANCE, money.grant) == 8_400_00
    assert money.tranche(2).state == "evidence_submitted"
    money.justified(1)
    assert balance(AccountKind.GRANT_JUSTIFIED, money.grant) == 8_400_00
    money.paid(2)
    money.justified(2)
    money.fire(money.grant, "complete", "manager")
    money.fire(money.grant, "close", "approver")
    assert balance(AccountKind.GRANT_COMMITTED, money.grant) == 0
    assert balance(AccountKind.GRANT_DISBURSED, money.grant) == 14_000_00
    assert balance(AccountKind.GRANT_ADVANCE, money.grant) == 0
    assert balance(AccountKind.GRANT_JUSTIFIED, money.grant) == 14_000_00
    call = journal.AccountKey(AccountKind.CALL_AVAILABLE, money.world.call.pk)
    assert journal.available(call, "MAD") == 3_000_000_00 - 14_000_00
    assert problems() == []


def test_a_supplier_is_paid_on_a_quotation_and_the_rest_waits_for_the_visit():
    from disbursements import conditions
    from workflow import Refused

    money = grant_world(14_000_00, rows=SUPPLIER_60_CASH_40, payment="supplier")
    money.activate()
    first = money.paid(1)
    assert first.live_order().supplier == first.supplier
    money.verified_account(grant=money.grant)
    with pytest.raises(Refused, match="Month 1"):
        money.approved(2)
    conditions.mark_met(money.grant, "visit_validated", "M1", by_record=money.grant, at=money.now())
    money.paid(2)
    assert problems() == []


def test_a_kit_is_bought_handed_over_invoiced_and_then_paid():
    money = grant_world(4_500_00, rows=KIT, payment="kit")
    money.activate()
    bought = money.invoiced(1)
    assert balance(AccountKind.GRANT_ADVANCE, money.grant) == 4_500_00
    money.verified_account(supplier=bought.supplier)
    tranche = money.tranche(1)
    money.fire(tranche, "order", "preparer")
    money.execute(tranche.live_order())
    owed = journal.AccountKey(AccountKind.SUPPLIER_PAYABLE, bought.supplier_id)
    assert journal.balance(owed, "MAD") == 0
    money.fire(money.tranche(1), "justify", "verifier")
    money.fire(money.grant, "complete", "manager")
    money.fire(money.grant, "close", "approver")
    assert problems() == []


def test_equipment_without_a_stated_value_is_handed_over_and_nothing_is_booked():
    money = grant_world(None, rows=IN_KIND, payment="kit")
    money.activate()
    money.handed_over(1)
    tranche = money.fire(money.tranche(1), "order", "preparer")
    assert money.tranche(1).state == "paid"
    money.fire(money.tranche(1), "justify", "verifier")
    money.fire(money.grant, "complete", "manager")
    assert tranche.amount is None
    assert not Posting.objects.filter(kind="disbursements.tranche").exists()
    assert problems() == []
