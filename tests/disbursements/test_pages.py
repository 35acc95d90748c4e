"""The pages of money: they open for whom they are for, in three languages, at a constant price."""

import pytest
from django.urls import reverse
from django.utils import translation

from disbursements import queues
from disbursements.case_standing import follow
from disbursements.models import Justification
from disbursements.standing import standing_of
from disbursements.wording import PLAIN_ROLE_WORDS, ROLE_WORDS
from tests.worlds.disbursements import (
    CASH_60_40,
    KIT,
    SUPPLIER_60_CASH_40,
    drafted,
    grant_world,
    money_world,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def relaxed(settings):
    settings.REQUIRE_SECOND_FACTOR = False


def lists_of(world):
    code = world.programme.code
    names = (
        "money",
        "grants",
        "tranches",
        "orders",
        "destinations",
        "suppliers",
        "procurements",
        "justifications",
        "journal",
    )
    return {name: reverse(f"disbursements:{name}", args=[code]) for name in names}


def records_of(money):
    tranche = money.tranche(1)
    order = tranche.live_order()
    found = [money.grant, tranche, order, order.destination, *tranche.justifications.all()]
    return [record.get_absolute_url() for record in found if record is not None]


@pytest.mark.long
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_page_of_money_opens_for_the_people_who_handle_it(client, language):
    money = grant_world(14_000_00, rows=SUPPLIER_60_CASH_40, payment="supplier")
    money.activate()
    money.paid(1)
    bought = grant_world(4_500_00, rows=KIT, payment="kit")
    bought.activate()
    purchase = bought.invoiced(1)
    member = money.member("auditor")
    client.force_login(member)
    supplier = money.tranche(1).supplier
    statement = reverse("disbursements:statement", args=[money.grant.pk])
    pages = [*lists_of(money.world).values(), *records_of(money), supplier.get_absolute_url(), statement]
    with translation.override(language):
        for page in pages:
            response = client.get(page, headers={"accept-language": language})
            assert response.status_code == 200, page
    client.force_login(bought.member("preparer"))
    assert client.get(purchase.get_absolute_url()).status_code == 200


@pytest.mark.long
def test_the_list_of_grants_shows_of_each_what_its_standing_says_was_disbursed(client):
    world = money_world()
    unbooked, begun, paid = (drafted(world, 14_000_00) for _number in range(3))
    begun.activate()
    paid.activate()
    paid.paid(1)
    grants = [money.grant for money in (unbooked, begun, paid)]
    said = [standing_of(grant) for grant in grants]
    client.force_login(world.member("verifier"))
    rows = client.get(lists_of(world)["grants"]).context["table"].page.object_list
    shown = {row.record.pk: row.record.disbursed for row in rows}
    assert [shown[grant.pk] for grant in grants] == [one and one.disbursed for one in said]
    assert [one and bool(one.disbursed.minor) for one in said] == [None, False, True]


@pytest.mark.long
def test_an_instalment_that_waits_for_nothing_more_is_with_the_verifier():
    """Whether its conditions are met, or it never had any."""
    asks, asks_nothing = grant_world(rows=CASH_60_40), grant_world(rows=((100, "cash", False, []),))
    for money in (asks, asks_nothing):
        money.activate()
        first = money.hand_in(money.tranche(1))
        assert first in queues.tranches_to_verify(money.member("verifier"))


@pytest.mark.long
def test_the_start_page_of_finance_takes_at_most_fifteen_queries(client, django_assert_max_num_queries):
    world = money_world()
    for _number in range(6):
        money = drafted(world, 1_000_00)
        money.activate()
    client.force_login(world.member("verifier"))
    url = lists_of(world)["money"]
    client.get(url)
    with django_assert_max_num_queries(15):
        response = client.get(url)
    assert b"Instalments to verify" in response.content
    with django_assert_max_num_queries(12):
        response = client.get("/")
    assert b"Money that waits" in response.content


@pytest.mark.long
def test_a_beneficiary_sees_what_each_instalment_waits_for_and_sends_a_receipt(client):
    money = grant_world(14_000_00)
    money.activate()
    money.paid(1)
    client.force_login(money.beneficiary)
    page = client.get(money.grant.get_absolute_url())
    assert page.status_code == 200
    assert b"MA64011519000001205000534921" not in page.content
    justification = Justification.objects.get()
    receipts = client.get(justification.get_absolute_url())
    assert receipts.status_code == 200
    assert b"Send a photo" in receipts.content
    form = client.get(reverse("disbursements:add_receipt", args=[justification.pk]))
    assert form.status_code == 200


def test_donors_see_sums_and_no_record(client):
    money = grant_world(14_000_00)
    money.activate()
    client.force_login(money.member("donor"))
    for page in (*lists_of(money.world).values(), money.grant.get_absolute_url()):
        assert client.get(page).status_code == 404


def test_who_waits_for_money_reads_plain_words_and_staff_the_role(client):
    money = grant_world(14_000_00, rows=SUPPLIER_60_CASH_40, payment="supplier")
    money.offer()
    money.sign()
    said = follow(money.grant.application)
    assert said is not None
    assert (said.holder, said.holder_for_staff) == ("the programme's payment team", "Approver")
    applicant = money.grant.application.applicant.user
    client.force_login(applicant)
    text = client.get(reverse("applications:status", args=[money.grant.case.number])).content.decode()
    assert "payment team" in text
    assert set(PLAIN_ROLE_WORDS) == set(ROLE_WORDS)
    for word in ("Approver", "approver", "Preparer", "Releaser"):
        assert word not in text
