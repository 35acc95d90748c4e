"""A batch from open to closed: one content signed by three persons, one file for ever, nothing paid twice."""

import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from disbursements import batches, holds, queues
from disbursements.batch_stops import stops_of
from disbursements.inboxes import batch_row
from disbursements.models import BankFile, PaymentBatch
from programmes.predicates import forget
from tests.worlds.banking import a_batch, a_paying_account, approved_orders, released
from tests.worlds.disbursements import grant_world
from tests.worlds.programmes import a_member
from workflow import Refused, fire
from workflow.models import Event
from workflow.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def relaxed(settings):
    settings.REQUIRE_SECOND_FACTOR = False


def problems():
    return [f"{result.name}: {problem}" for result in verify() for problem in result.problems]


def test_a_batch_is_signed_as_one_content_written_once_and_read_the_same_for_ever(client):
    moneys, orders = approved_orders(3)
    money = moneys[0]
    batch = a_batch(money, orders)
    assert batches.candidates(batch).count() == 0
    with pytest.raises(Refused, match="is in batch"):
        money.fire(orders[0], "release", "releaser")
    money.fire(batch, "seal", "preparer")
    assert (batch.count, batch.control_minor) == (3, sum(order.net_minor for order in orders))
    with pytest.raises(Refused, match="sealed: open it again"):
        batches.remove(batch, [orders[0].pk])
    with pytest.raises(IntegrityError), transaction.atomic():
        a_batch(money, []).lines.create(
            order=orders[0], position=1, end_to_end="X", net_minor=orders[0].net_minor
        )
    money.fire(batch, "approve", "approver", number=2)
    a_member(money.world.programme, "releaser", money.member("approver", 2))
    forget(money.member("approver", 2))
    with pytest.raises(Refused, match="You already signed this batch"):
        money.fire(batch, "release", "approver", number=2)
    money.fire(batch, "release", "releaser")
    for order in orders:
        order.refresh_from_db()
        assert (order.state, order.released_by) == ("released", money.member("releaser"))
    with pytest.raises(Refused, match="is in batch"):
        money.export(orders[0])
    money.fire(batch, "export", "preparer")
    file = BankFile.objects.get(batch=batch)
    document = etree.fromstring(file.data)
    space = {"p": document.nsmap[None]}
    sent = [node.text for node in document.iterfind(".//p:EndToEndId", space)]
    assert sent == [order.number for order in orders]
    for order in orders:
        order.refresh_from_db()
        assert order.state == "exported"
        assert order.instruction.sha256 == file.sha256
    with pytest.raises(Refused):
        money.fire(batch, "export", "preparer")
    with pytest.raises(IntegrityError), transaction.atomic():
        BankFile.objects.filter(pk=file.pk).update(sha256="0" * 64)

    url = reverse("disbursements:download_file", args=[batch.pk])
    client.force_login(money.member("releaser"))
    first, second = client.post(url), client.post(url)
    assert first.content == second.content == file.data
    assert hashlib.sha256(first.content).hexdigest() == file.sha256
    assert first["Content-Disposition"] == f'attachment; filename="{batch.number}.xml"'
    assert Event.objects.filter(kind="disbursements.bankfile", verb="download").count() == 2

    for order in orders[:2]:
        money.fire(order, "execute", "reconciler", money.proof())
    money.fire(batch, "settle", "reconciler")
    assert batch.state == "partly_settled"
    with pytest.raises(Refused, match="1 payments"):
        money.fire(batch, "settle", "reconciler")
    money.fire(orders[2], "fail", "reconciler", {"evidence": "bank_notice", "reference": "N1"})
    money.fire(batch, "settle", "reconciler")
    money.fire(batch, "close", "reconciler")
    assert problems() == []


def test_what_changed_after_the_seal_is_not_signed_and_a_batch_can_be_given_up():
    moneys, orders = approved_orders(2)
    money = moneys[0]
    batch = a_batch(money, orders)
    money.fire(batch, "seal", "preparer")
    batch.account.institution, batch.account.holder = "Other", "Other"
    batch.account.save()
    with pytest.raises(Refused, match="not what was sealed"):
        money.fire(batch, "approve", "approver", number=2)
    money.fire(batch, "unseal", "preparer")
    money.fire(batch, "seal", "preparer")
    money.fire(batch, "approve", "approver", number=2)
    late = PaymentBatch.objects.get(pk=batch.pk)
    money.at += timedelta(days=3)
    with pytest.raises(Refused, match="day of payment is over"):
        fire(late, "release", actor=money.member("releaser"), at=money.now())
    money.fire(batch, "cancel", "preparer", {"reason": "Too late"})
    again = a_batch(money, orders)
    assert [line.order_id for line in again.live_lines()] == [order.pk for order in orders]


def test_the_bank_refuses_a_file_and_every_order_of_it_fails():
    moneys, orders = approved_orders(2)
    money = moneys[0]
    batch = released(money, orders)
    money.fire(batch, "export", "preparer")
    with pytest.raises(Refused, match="reference"):
        money.fire(batch, "reject", "reconciler", {})
    money.fire(batch, "reject", "reconciler", {"reference": "REJ-1"})
    for order in orders:
        order.refresh_from_db()
        assert order.state == "failed"
        assert order.tranche.state == "approved"
    assert problems() == []


def test_a_payee_whose_account_changed_stops_the_batch_with_the_number_of_the_order():
    moneys, orders = approved_orders(2)
    money = moneys[0]
    batch = a_batch(money, orders)
    money.fire(batch, "seal", "preparer")
    money.fire(batch, "approve", "approver", number=2)
    moneys[1].entered_account(grant=moneys[1].grant, number="MA64011519000001205000534921")
    moneys[1].grant.destinations.filter(state="entered").update(entered_at=timezone.now())
    with pytest.raises(Refused, match=f"{orders[1].number}: The payee's account was changed"):
        money.fire(batch, "release", "releaser")
    orders[0].refresh_from_db()
    assert orders[0].state == "approved"


def test_screens_fill_a_batch_and_declare_a_template_with_a_preview(client):
    moneys, orders = approved_orders(2)
    money = moneys[0]
    programme = money.world.programme
    client.force_login(money.member("preparer"))
    account = a_paying_account(money)
    opened = client.post(
        reverse("disbursements:open_batch", args=[programme.code]),
        {"account": account.pk, "value_date": (timezone.localdate() + timedelta(days=1)).isoformat()},
    )
    batch = PaymentBatch.objects.get()
    assert opened["Location"] == batch.get_absolute_url()
    page = client.get(batch.get_absolute_url())
    assert orders[1].number.encode() in page.content
    change = reverse("disbursements:change_batch", args=[batch.pk])
    client.post(change, {"order": [order.pk for order in orders]})
    client.post(change, {"order": [orders[0].pk], "remove": "1"})
    assert [line.order_id for line in batch.live_lines()] == [orders[1].pk]

    url = reverse("disbursements:add_file_template", args=[programme.code])
    form = client.get(url)
    columns = form.context["columns"]
    given = {"name": "Operator", "kind": "csv", "delimiter": ";", "encoding": "utf-8", "phone": "digits"}
    given |= {"decimal": "comma", "date": "%d/%m/%Y", "row_cap": "1", "with_header": "on"}
    given |= {f"column-{name}_FORMS": value for name, value in (("TOTAL", "12"), ("INITIAL", "0"))}
    for place, one in enumerate(columns.initial):
        given |= {f"column-{place}-{name}": one[name] for name in ("heading", "source", "text")}
    shown = client.post(url, {**given, "preview": "1"})
    assert shown.status_code == 200
    assert orders[0].number.encode() in shown.content
    assert b"000534921" not in shown.content
    assert client.post(url, {**given, "column-1-source": ""}).status_code == 422
    assert client.post(url, given).status_code == 302
    template = programme.file_templates.get()
    account.file_format, account.template = "table", template
    account.save()
    with pytest.raises(Refused, match="1 payments at most"):
        batches.add(batch, [orders[0].pk])
    money.fire(batch, "seal", "preparer")
    assert batch.count == 1


def test_an_empty_batch_and_one_without_a_threshold_are_not_sealed():
    money = grant_world(14_000_00)
    batch = a_batch(money, [])
    with pytest.raises(Refused, match="no payment"):
        money.fire(batch, "seal", "preparer")


def test_a_batch_with_a_stopped_payment_waits_for_no_signature_and_its_preparer_sees_why():
    moneys, orders = approved_orders(2)
    money = moneys[0]
    batch = a_batch(money, orders)
    money.fire(batch, "seal", "preparer")
    preparer, approver = money.member("preparer"), money.member("approver", 2)
    assert batch in queues.batches_to_approve(approver)
    assert batch not in queues.batches_to_prepare(preparer)
    money.fire(moneys[1].grant, "suspend", "manager", {"reason": "The shop is closed"})
    assert batch not in queues.batches_to_approve(approver)
    assert "a payment in it is stopped" in batch_row(queues.batches_to_prepare(preparer).get()).detail
    money.fire(moneys[1].grant, "resume", "manager", {"reason": "It is open again"})
    assert batch in queues.batches_to_approve(approver)
    placed = holds.place(orders[0].tranche, reason="Red visit", actor=money.member("manager"), at=money.now())
    assert batch not in queues.batches_to_approve(approver)
    money.fire(batch, "unseal", "preparer")
    batches.remove(batch, [orders[0].pk])
    assert not queues.batches_to_prepare(preparer).get().stopped
    assert placed.state == "placed"


def test_the_page_of_a_batch_marks_every_payment_that_was_stopped_since_with_why(client):
    moneys, orders = approved_orders(4)
    money = moneys[0]
    batch = a_batch(money, orders)
    lines = list(batch.live_lines().select_related("order__tranche__grant"))
    assert stops_of(lines) == {}
    money.fire(orders[0].tranche.grant, "suspend", "manager", {"reason": "The shop is closed"})
    holds.place(orders[1].tranche, reason="Red visit", actor=money.member("manager"), at=money.now())
    moneys[2].entered_account(grant=moneys[2].grant, bic="BCPOMAMC", town="Rabat")
    lines = list(batch.live_lines().select_related("order__tranche__grant"))
    with CaptureQueriesContext(connection) as asked:
        found = stops_of(lines)
    assert len(asked) == 2
    assert {order.pk: found.get(order.pk, "")[:30] for order in orders} == {
        orders[0].pk: "The grant is suspended; it mus",
        orders[1].pk: "The money is held since " + found[orders[1].pk][24:30],
        orders[2].pk: "The payee's account was change",
        orders[3].pk: "",
    }
    client.force_login(money.member("releaser"))
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "3 payments were stopped since they joined" in page
    assert page.count("The grant is suspended") == 1
