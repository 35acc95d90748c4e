"""Grants lived elsewhere: loaded in bulk, they hold together as if they had been lived here."""

from datetime import UTC, datetime, timedelta

import pytest

from disbursements import journal, past, past_rows
from disbursements.models import AccountKind, Agreement, Grant, PaymentOrder, Posting, Tranche
from disbursements.terms import digest, terms_of
from tests.worlds.disbursements import (
    CASH_60_40,
    IN_KIND,
    KIT,
    SUPPLIER_60_CASH_40,
    awarded,
    money_world,
)
from workflow import fire, load_history
from workflow.verification import verify

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, tzinfo=UTC)
OFFERED = datetime(2026, 5, 4, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ACCOUNT = past.PastAccount("bank", "Amina Example", "MA64011519000001205000534921", "Bank", "Rabat", "MA")


def problems():
    return [f"{result.name}: {problem}" for result in verify() for problem in result.problems]


def staff_of(world):
    roles = ("manager", "preparer", "verifier", "approver", "releaser", "reconciler", "coach")
    return {role: world.member(role) for role in roles}


def load(grants):
    load_history(past.histories(grants), recorded_at=NOW)
    return past_rows.finish(grants, recorded_at=NOW)


def told(*stages, **fields):
    return [
        past.PastInstalment(OFFERED + (5 + 60 * number) * DAY, reached=stage, **fields)
        for number, stage in enumerate(stages)
    ]


def a_past_grant(world, amount=14_000_00, instalments=(), **fields):
    given = {"account": ACCOUNT, **fields}
    return past.past_grant(
        awarded(world, amount, at=OFFERED - DAY),
        amount=amount,
        staff=staff_of(world),
        offered_at=OFFERED,
        signed_at=OFFERED + 3 * DAY,
        instalments=instalments,
        **given,
    )


def test_past_grants_pass_every_check_of_verify_in_whatever_state_they_are():
    world = money_world(rows=CASH_60_40)
    grants = [
        a_past_grant(world, instalments=told("justified", "justified"), completed_at=NOW - DAY),
        a_past_grant(world, 9_999_99, instalments=told("justified", "paid")),
        a_past_grant(world, 1_00, instalments=told("ordered")),
        a_past_grant(world, 7_77, instalments=told("approved")),
        a_past_grant(world, 8_88, instalments=told("evidence_submitted")),
    ]
    assert load(grants) > 10
    assert problems() == []
    assert Tranche.objects.filter(state="justified").count() == 3
    assert PaymentOrder.objects.filter(state="receipted").count() == 4


def test_a_past_grant_leaves_the_balances_and_terms_that_a_lived_one_would_have():
    world = money_world(rows=CASH_60_40)
    made = a_past_grant(world, instalments=told("justified", "paid"))
    load([made])
    grant = Grant.objects.get()
    expected = {
        AccountKind.GRANT_COMMITTED: 0,
        AccountKind.GRANT_DISBURSED: 14_000_00,
        AccountKind.GRANT_JUSTIFIED: 8_400_00,
        AccountKind.GRANT_ADVANCE: 5_600_00,
    }
    for kind, balance in expected.items():
        assert journal.balance(journal.AccountKey(kind, grant.pk), "MAD") == balance
    assert Agreement.objects.get().terms_sha256 == digest(terms_of(grant))


def test_a_past_grant_goes_on_through_the_door():
    world = money_world(rows=CASH_60_40)
    load([a_past_grant(world, instalments=told("justified", "approved"))])
    second = Tranche.objects.get(number=2)
    fire(second, "order", actor=world.member("preparer"))
    fire(second.live_order(), "submit", actor=world.member("preparer"))
    assert second.live_order().state == "submitted"
    assert problems() == []


@pytest.mark.long
def test_suppliers_and_kits_and_equipment_without_value_are_loaded_too():
    world = money_world(rows=SUPPLIER_60_CASH_40, payment="supplier")
    staff = staff_of(world)
    supplier = past.past_supplier(
        world.programme, "Al-Jabal", ACCOUNT, staff=staff, at=OFFERED - 9 * DAY, recorded_at=NOW
    )
    kit_world = money_world(rows=KIT, payment="kit")
    kit_supplier = past.past_supplier(
        kit_world.programme, "Kits", ACCOUNT, staff=staff_of(kit_world), at=OFFERED, recorded_at=NOW
    )
    kind_world = money_world(rows=IN_KIND, payment="kit")
    maker = past.past_supplier(
        kind_world.programme, "Maker", ACCOUNT, staff=staff_of(kind_world), at=OFFERED, recorded_at=NOW
    )
    day = (OFFERED + 40 * DAY).date()
    load(
        [
            a_past_grant(kit_world, 450_00, told("justified", supplier=kit_supplier, handed_over_on=day)),
            a_past_grant(kind_world, None, told("justified", supplier=maker, handed_over_on=day)),
            a_past_grant(world, 9_000_01, told("justified", "evidence_submitted", supplier=supplier)),
        ]
    )
    assert problems() == []
    assert {tranche.procurements.get().state for tranche in Tranche.objects.filter(payment_mode="kit")} == {
        "matched"
    }
    handed_over = Tranche.objects.get(payment_mode="in_kind")
    assert handed_over.procurements.get().state == "handed_over"
    assert handed_over.state == "justified"


def test_an_amount_beyond_the_envelope_is_not_loaded():
    world = money_world(rows=CASH_60_40)
    world.track.ceiling_minor = None
    world.track.save()
    with pytest.raises(journal.JournalError, match="below zero"):
        load([a_past_grant(world, 3_000_000_01)])
    assert not Posting.objects.filter(verb="offer").exists()
