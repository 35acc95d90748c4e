"""Whatever ends something or moves money says beforehand what will happen, with names and amounts."""

import pytest
from django.urls import reverse

from tests.disbursements.locks import lock_world
from tests.disbursements.test_donor_money import planned
from tests.worlds.banking import a_batch, approved_orders
from tests.worlds.disbursements import grant_world
from workflow.machines import machine_of, machines

pytestmark = [pytest.mark.django_db, pytest.mark.long]
MONEY = {
    ("PaymentOrder", verb) for verb in ("submit", "approve", "release", "export", "execute", "fail", "return")
} | {("PaymentBatch", verb) for verb in ("seal", "approve", "release", "export", "reject")}


@pytest.fixture(autouse=True)
def relaxed(settings):
    settings.REQUIRE_SECOND_FACTOR = False


def test_every_act_that_ends_something_or_moves_money_has_a_sentence():
    silent = [
        (machine.name, arrow.verb)
        for machine in machines()
        if machine.kind.startswith("disbursements.")
        for arrow in machine.arrows
        if not arrow.confirm and (arrow.style == "danger" or (machine.name, arrow.verb) in MONEY)
    ]
    assert silent == []


def test_every_sentence_can_be_said_of_a_record():
    money = lock_world()
    moneys, orders = approved_orders(1)
    kit = grant_world(4_500_00, rows=((100, "kit", False, [{"kind": "agreement_signed"}]),), payment="kit")
    kit.activate()
    records = [
        money.grant,
        money.tranche(1),
        *money.tranche(1).orders.all(),
        *money.tranche(1).justifications.all(),
        *money.grant.recoveries.all(),
        *money.grant.destinations.all(),
        money.world.programme.cash_advances.get(),
        *money.world.programme.bank_lines.filter(amount_minor__lt=0),
        *money.world.programme.statement_files.all(),
        a_batch(moneys[0], orders),
        planned(money),
        kit.handed_over(1),
    ]
    kinds = set()
    for record in records:
        for arrow in machine_of(type(record)).arrows:
            if arrow.confirm:
                said = arrow.confirm(record)
                assert said
                assert "%(" not in said
                kinds.add(record.kind)
    assert len(kinds) == 12


def test_who_approves_a_payment_reads_how_much_goes_to_whom_before_signing(client):
    moneys, orders = approved_orders(1)
    money, order = moneys[0], orders[0]
    money.fire(order, "reject", "approver", {"reason": "Look again"})
    money.fire(order, "revise", "preparer")
    money.fire(order, "submit", "preparer")
    client.force_login(money.member("approver"))
    act = reverse("workflow:act", args=[order.kind, order.pk, "approve"])
    assert f"{act}?next=" in client.get(order.get_absolute_url()).content.decode()
    page = client.get(act).content.decode()
    assert "You sign that" in page
    assert order.frozen_masked in page
    assert client.post(act, {"key": "k1"}).status_code == 302
    order.refresh_from_db()
    assert order.state == "approved"


@pytest.mark.parametrize(("count", "said"), [(1, "1 payment over "), (2, "2 payments, ")])
def test_a_batch_of_one_is_not_spoken_of_as_many(count, said):
    moneys, orders = approved_orders(count)
    batch = a_batch(moneys[0], orders)
    seal = machine_of(type(batch)).arrow("seal", "open")
    assert seal.confirm(batch).startswith(said)


def test_the_beneficiary_confirms_an_amount_on_a_page_of_the_programme(client):
    money = grant_world(14_000_00)
    money.activate()
    order = money.paid(1).live_order()
    owner = order.tranche.grant.application.applicant
    type(owner).objects.filter(pk=owner.pk).update(user=money.beneficiary)
    client.force_login(money.beneficiary)
    page = client.get(reverse("workflow:act", args=[order.kind, order.pk, "acknowledge"])).content.decode()
    assert "have arrived, in full" in page
    assert str(money.world.programme) in page


def test_a_proposal_that_waits_for_a_second_person_is_seen_by_both_and_old_papers_stay(client):
    from workflow import clock, propose

    money = grant_world(14_000_00)
    money.activate()
    second = money.tranche(2)
    data = {"amounts": {str(second.pk): second.amount_minor - 100}, "reason": "Less was asked for"}
    paper = money.grant.agreements.get(version=1)
    with clock.at(money.now()):
        propose(money.grant, "amend", actor=money.member("manager"), data=data)
    page = money.grant.get_absolute_url()

    def said(role, number=1):
        client.force_login(money.member(role, number))
        return " ".join(client.get(page).content.decode().split())

    assert "Another person must confirm it." in said("manager")
    assert f"Proposed by {money.member('manager')}" in said("manager", 2)
    assert "It waits for a second person" in said("approver")
    assert "second person" not in said("auditor")
    money.fire(money.grant, "amend", "manager", data, number=2)
    after = said("manager")
    assert "Version 1, replaced" in after
    assert paper.signed_on
