"""After a payment went wrong everybody reads what happened and what can be done: office and payee."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from disbursements import order_story, queues
from disbursements.case_standing import follow
from disbursements.forms.orders import FailForm
from disbursements.inboxes import record_row
from disbursements.models import CashAdvance, PaymentOrder
from disbursements.papers import issuing
from documents.papers import bytes_of, original
from tests.disbursements.test_cash import signed
from tests.documents.reading import text_of
from tests.worlds.disbursements import CASH_60_40, KIT, grant_world
from workflow import display, notices
from workflow.models import Event, Notice, Proposal
from workflow.second_person import open_proposal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(settings):
    """Sentences are asked for in English, whatever language the page before them spoke."""
    settings.REQUIRE_SECOND_FACTOR = False
    with translation.override("en"):
        yield


@pytest.fixture
def doubtful():
    """A payment of which nobody knows, with two reconcilers in the programme."""
    money = grant_world(14_000_00, rows=CASH_60_40)
    money.activate()
    order = money.export(money.release(money.ordered(1)))
    PaymentOrder.objects.filter(pk=order.pk).update(state="in_doubt")
    order.refresh_from_db()
    money.member("reconciler")
    money.member("reconciler", 2)
    return money, order


def returned(money, *, less=0):
    order = money.tranche(1).live_order()
    back = {"evidence": "statement", "reference": "R1", "returned_minor": order.net_minor - less}
    return money.fire(order, "return", "reconciler", {**back, "returned_on": money.today.isoformat()})


def act(order, verb):
    return reverse("workflow:act", args=[order.kind, order.pk, verb])


def propose_failure(client, money, order, reference="N-7"):
    client.force_login(money.member("reconciler"))
    data = {"evidence": "bank_notice", "reference": reference}
    return client.post(act(order, "fail"), data)


def test_the_second_person_reads_what_is_proposed_before_confirming(client, doubtful):
    money, order = doubtful
    assert propose_failure(client, money, order).status_code == 302
    client.force_login(money.member("reconciler", 2))
    page = client.get(act(order, "fail")).content.decode()
    assert "N-7" in page
    assert "Notice of the bank" in page
    client.post(act(order, "fail"), {"key": "k"})
    order.refresh_from_db()
    assert order.state == "failed"


@pytest.mark.parametrize("number", [1, 2])
def test_a_proposal_that_is_wrong_is_dropped_by_either_person(client, doubtful, number):
    money, order = doubtful
    propose_failure(client, money, order, "WRONG")
    client.force_login(money.member("reconciler", number))
    assert b'name="withdraw"' in client.get(act(order, "fail")).content
    client.post(act(order, "fail"), {"withdraw": "1"})
    order.refresh_from_db()
    assert order.state == "in_doubt"
    assert open_proposal(order, "fail") is None
    dropped = Event.objects.get(stream=order.stream, kind="workflow.proposal", verb="withdraw")
    assert dropped.actor == money.member("reconciler", number), "the trail says who dropped it"
    assert "Proposal taken back" in client.get(order.get_absolute_url()).content.decode()
    assert propose_failure(client, money, order, "RIGHT").status_code == 302
    assert Proposal.objects.still_open().get().data["reference"] == "RIGHT"


def test_a_payment_in_doubt_says_that_two_reconcilers_are_needed_and_when_one_is_missing(doubtful):
    money, order = doubtful
    assert len(order_story.story_of(order).sentences) == 2
    money.member("reconciler", 2).memberships.all().delete()
    assert "second one" in order_story.story_of(order).sentences[-1]


def test_a_signed_receipt_is_no_proof_that_nothing_was_paid():
    choices = FailForm.base_fields["evidence"].choices
    money = grant_world(14_000_00, rows=CASH_60_40)
    money.activate()
    order = money.export(money.release(money.ordered(1)))
    from workflow.machines import machine_of

    arrow = machine_of(PaymentOrder).arrow("fail", "exported")
    form = FailForm(record=order, actor=money.member("reconciler"), arrow=arrow)
    offered = {value for value, _label in form.fields["evidence"].choices}
    assert offered == {"bank_notice", "operator", "statement"}
    assert len(choices) > len(offered)


def test_an_order_that_came_back_says_how_much_what_was_kept_and_what_is_next(client):
    money = grant_world(14_000_00, rows=CASH_60_40)
    money.activate()
    money.paid(1)
    order = returned(money, less=25_00)
    said = " ".join(order_story.story_of(order).sentences)
    assert "8,375.00" in said
    assert "25.00" in said
    assert "ordered again" in said
    client.force_login(money.member("auditor"))
    page = client.get(order.get_absolute_url()).content.decode()
    assert money.tranche(1).get_absolute_url() in page
    assert "The money came back" in page
    second = money.fire(money.tranche(1), "order", "preparer").live_order()
    assert order_story.story_of(order).follows == second


def test_the_beneficiary_reads_that_the_payment_came_back_and_is_asked_for_no_receipts(client):
    money = grant_world(14_000_00, rows=CASH_60_40)
    money.activate()
    money.paid(1)
    justification = money.tranche(1).justifications.get()
    returned(money)
    client.force_login(money.grant.application.applicant.user)
    page = client.get(reverse("applications:status", args=[money.grant.case.number])).content.decode()
    assert "came back to us" in page
    assert "came back" in str(follow(money.grant.application).now)
    receipts = client.get(justification.get_absolute_url()).content.decode()
    assert "No receipts are needed" in receipts
    assert reverse("disbursements:add_receipt", args=[justification.pk]) not in receipts


def told(money):
    rows = Notice.objects.filter(template__in=["disbursements.paid", "disbursements.came_back"])
    found = list(rows.order_by("pk"))
    assert all(one.recipient_id == str(money.grant.application.applicant_id) for one in found)
    return [(one.template, notices.preview(one, "en").body) for one in found]


def test_who_is_paid_is_told_that_money_was_sent_and_that_it_came_back():
    money = grant_world(14_000_00, rows=CASH_60_40)
    money.activate()
    order = money.paid(1).live_order()
    ((sent, words),) = told(money)
    assert sent == "disbursements.paid"
    assert order.frozen_masked in words
    assert display.money_text(order.net) not in words
    returned(money)
    assert [template for template, _words in told(money)] == [sent, "disbursements.came_back"]


def test_nobody_is_told_by_message_of_cash_that_was_signed_for(moneys, advance):
    signed(advance, moneys[0], 1)
    moneys[0].fire(advance, "count", "reconciler", {"returned": 700_50})
    assert PaymentOrder.objects.get(state="executed").channel == "cash"
    assert not told(moneys[0])


def test_no_verifier_is_asked_for_the_receipts_of_money_that_came_back(django_assert_num_queries):
    money = grant_world(14_000_00, rows=CASH_60_40)
    money.activate()
    money.paid(1)
    justification = money.tranche(1).justifications.get()
    money.receipt(justification, 8_400_00)
    money.fire(justification, "submit", "coach")
    verifier = money.member("verifier")
    with django_assert_num_queries(1):
        (line,) = map(record_row, queues.receipts_to_review(verifier))
    assert line.url == justification.get_absolute_url()
    returned(money)
    assert list(queues.receipts_to_review(verifier)) == []


def test_nobody_is_asked_to_reconcile_alone_what_stands_on_a_cash_list(moneys, advance):
    reconciler = moneys[0].member("reconciler")
    assert list(queues.orders_to_reconcile(reconciler)) == []
    assert list(queues.cash_to_count(reconciler)) == [advance]


def test_who_is_paid_in_cash_reads_where_and_when(client, moneys, advance):
    money = moneys[0]
    # The world's day may have ended at midnight: the day of payment is still to come.
    CashAdvance.objects.filter(pk=advance.pk).update(pays_on=timezone.localdate() + timedelta(days=1))
    client.force_login(money.grant.application.applicant.user)
    url = reverse("applications:status", args=[money.grant.case.number])
    assert "Temara" in client.get(url).content.decode()
    signed(advance, money, 1)
    page = client.get(url).content.decode()
    assert "Temara" not in page
    assert "You signed for the money" in page


def test_a_counted_list_still_shows_who_was_not_there(client, moneys, advance):
    money = moneys[0]
    signed(advance, money, 1)
    money.fire(advance, "count", "reconciler", {"returned": 700_50})
    client.force_login(money.member("auditor"))
    page = client.get(advance.get_absolute_url()).content.decode()
    missed = moneys[1].tranche(1).orders.get()
    assert missed.number in page
    assert "not paid: the money came back" in page
    assert missed.evidence.get().kind == "cash_count"
    assert advance.number in client.get(missed.get_absolute_url()).content.decode()


def test_who_gets_goods_reads_where_they_are(client):
    money = grant_world(4_500_00, rows=KIT, payment="kit")
    money.activate()
    money.delivered(1)
    standing = follow(money.grant.application)
    assert "have arrived" in str(standing.now)
    client.force_login(money.grant.application.applicant.user)
    url = reverse("applications:status", args=[money.grant.case.number])
    assert "have arrived" in client.get(url).content.decode()


def test_papers_of_money_tell_the_time_of_the_programme_whoever_prints_them():
    money = grant_world(14_000_00, rows=CASH_60_40)
    programme = money.grant.programme
    programme.time_zone = "Asia/Kolkata"
    programme.save()
    money.activate()
    order = money.export(money.release(money.ordered(1)))
    moment = order.signed_in_round("approve").get().signed_at
    with timezone.override("UTC"):
        paper = issuing.issue_payment_order(order, actor=money.member("preparer"), at=money.now())
    assert f"{moment.astimezone(ZoneInfo('Asia/Kolkata')):%H:%M}" in text_of(bytes_of(original(paper)))


def test_no_page_of_money_joins_two_values_with_a_latin_comma():
    joined = re.compile(r"(?:%\}|\}\}), ?(?:\{\{|\{% (?:age|date|moment))")
    pages = (settings.BASE_DIR / "templates" / "disbursements").glob("*.html")
    lines = [line for page in pages for line in page.read_text().splitlines() if "blocktranslate" not in line]
    assert [line.strip() for line in lines if joined.search(line)] == []
