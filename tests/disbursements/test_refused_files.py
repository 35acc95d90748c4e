"""What was sent with an action that the door refused proves nothing and takes no room."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents.models import Document
from tests.worlds.disbursements import CASH_60_40, grant_world
from tests.worlds.field_files import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(client, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    money = grant_world(14_000_00, rows=CASH_60_40)
    money.activate()
    order = money.export(money.release(money.ordered(1)))
    client.force_login(money.member("reconciler"))
    return money, order


def record_payment(client, order, day, **more):
    given = {"evidence": "receipt", "executed_on": day.isoformat(), **more}
    return client.post(
        reverse("workflow:act", args=[order.kind, order.pk, "execute"]),
        {**given, "file": SimpleUploadedFile("receipt.jpg", photo())},
    )


def test_a_file_of_a_refused_action_is_erased_and_may_be_sent_again(client, issued):
    money, order = issued
    tomorrow = money.today + timedelta(days=1)
    for _attempt in range(3):
        assert record_payment(client, order, tomorrow).status_code == 409
    assert not Document.objects.of(order).exists()
    assert record_payment(client, order, money.today).status_code == 302
    order.refresh_from_db()
    assert order.state == "executed"
    assert order.evidence.get().file == Document.objects.of(order).get()


def test_pressing_twice_with_a_file_keeps_the_one_that_counted(client, issued):
    money, order = issued
    assert record_payment(client, order, money.today, key="once").status_code == 302
    record_payment(client, order, money.today, key="once")
    assert order.evidence.get().file == Document.objects.of(order).get()


def test_a_receipt_that_was_handed_in_before_leaves_no_file(client, issued):
    money, order = issued
    money.fire(order, "execute", "reconciler", money.proof())
    justification = money.tranche(1).justifications.get()
    client.force_login(money.beneficiary)
    address = reverse("disbursements:add_receipt", args=[justification.pk])

    def hand_in():
        given = {"label": "Tools", "amount": "100", "file": SimpleUploadedFile("shop.jpg", photo())}
        return client.post(address, given).status_code

    assert hand_in() == 302
    assert hand_in() == 409
    assert Document.objects.of(justification).count() == 1
