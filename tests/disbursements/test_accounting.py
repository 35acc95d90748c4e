"""Receipts: several photographed at once, followed by budget line, accepted once; amendments show."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from disbursements import accounting, budget, terms, waiting
from disbursements.models import Tranche
from disbursements.papers import issuing
from tests.documents import friendly
from tests.worlds.disbursements import KIT, drafted, grant_world, money_world
from workflow import Refused, fire, notices
from workflow.models import Notice
from workflow.second_person import propose

pytestmark = [pytest.mark.django_db, pytest.mark.long]
PAID = 8_400_00


@pytest.fixture(autouse=True)
def relaxed(settings, tmp_path):
    settings.REQUIRE_SECOND_FACTOR, settings.MEDIA_ROOT = False, tmp_path


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def review(money, row, *, verb="accept_partly"):
    fire(row, "submit", actor=money.beneficiary, at=money.now())
    money.fire(row, "review", "verifier")
    row.lines.filter(decision="pending").update(decision="accepted")
    return money.fire(row, verb, "verifier")


def test_every_budget_line_shows_what_is_planned_shown_accepted_and_left():
    money = grant_world()
    line = money.grant.budget_lines.get()
    money.activate()
    money.paid(1)
    row = money.tranche(1).justifications.get()
    money.receipt(row, 100_00, budget_line=line)
    review(money, row)
    money.receipt(row, 50_00, budget_line=line)
    money.receipt(row, 7_00)
    named, bare = budget.follow(money.grant)
    assert (named.shown.minor, named.accepted.minor) == (150_00, 100_00)
    assert named.left.minor == line.amount_minor - 100_00
    assert (bare.line, bare.shown.minor) == (None, 7_00)


def test_a_receipt_is_accepted_once_in_one_grant_and_in_all(client):
    money = grant_world()
    money.activate()
    money.paid(1)
    row = money.tranche(1).justifications.get()
    file = money.file(row, "receipt")
    given = {"label": "Tools", "amount_minor": 100_00, "supplier_name": "Shop", "invoice_number": "F 1"}
    accounting.add_receipt(row, file, actor=money.beneficiary, at=money.now(), **given)
    review(money, row)
    again = money.file(row, "receipt")
    with pytest.raises(Refused, match="instalment 1 of this grant"):
        accounting.add_receipt(row, again, actor=money.beneficiary, at=money.now(), **given)
    line = money.receipt(row, 50_00, invoice_key=row.lines.first().invoice_key)
    fire(row, "submit", actor=money.beneficiary, at=money.now())
    money.fire(row, "review", "verifier")
    page = signed_in(money.member("verifier")).get(row.get_absolute_url()).content.decode()
    assert "handed in before" in page
    row.lines.filter(pk=line.pk).update(decision="accepted")
    with pytest.raises(Refused, match="already handed in"):
        money.fire(row, "accept_partly", "verifier")


def test_the_beneficiary_sends_several_receipts_at_once_or_none():
    money = grant_world()
    money.activate()
    money.paid(1)
    row = money.tranche(1).justifications.get()
    page = reverse("disbursements:add_receipts", args=[row.pk])
    client = signed_in(money.beneficiary)

    def photo(size):
        return SimpleUploadedFile("photo.jpg", friendly.picture(size=(size, size)))

    first = {"amount_1": "100", "label_1": "Nails"}
    assert client.post(page, {**first, "file_1": photo(50), "label_2": "Wood"}).status_code == 422
    twice = {**first, "file_1": photo(50), "amount_2": "20", "label_2": "Wood", "file_2": photo(50)}
    assert client.post(page, twice).status_code == 409
    assert not row.lines.exists()
    assert client.post(page, {**twice, "file_1": photo(50), "file_2": photo(60)}).status_code == 302
    assert sorted(row.lines.values_list("amount_minor", flat=True)) == [20_00, 100_00]


def test_the_second_person_reads_what_an_amendment_changes_and_the_page_keeps_it():
    money = grant_world()
    money.activate()
    second = money.tranche(2)
    data = {"amounts": {str(second.pk): second.amount_minor - 600_00}, "reason": "Prices fell"}
    propose(money.grant, "amend", actor=money.member("manager"), data=data)
    act = reverse("workflow:act", args=["disbursements.grant", money.grant.pk, "amend"])
    shown = signed_in(money.member("approver")).get(act).content.decode()
    assert "5,600.00" in shown
    assert "5,000.00" in shown
    fire(money.grant, "amend", actor=money.member("approver"), data=data, at=money.now())
    before, after = money.grant.agreements.order_by("version")
    changed = {(one.what, one.before, one.after) for one in terms.differences(before.terms, after.terms)}
    assert ("amount", 14_000_00, 13_400_00) in changed
    assert ("tranche", 5_600_00, 5_000_00) in changed
    page = signed_in(money.member("auditor")).get(money.grant.get_absolute_url()).content.decode()
    assert "<ins>" in page


def test_what_waits_for_a_second_person_is_on_the_start_page_of_whoever_may_confirm_it():
    money = grant_world()
    money.activate()
    manager, other = money.member("manager"), money.member("manager", 2)
    data = {"reason": "The shop is closed"}
    propose(money.grant, "terminate", actor=manager, data=data)
    act = reverse("workflow:act", args=["disbursements.grant", money.grant.pk, "terminate"])

    page = signed_in(other).get("/", follow=True).content.decode()
    assert act in page
    assert "Confirm: Terminate the grant" in page
    for somebody in (manager, money.member("preparer"), grant_world().member("manager")):
        assert act not in signed_in(somebody).get("/", follow=True).content.decode()

    fire(money.grant, "terminate", actor=other, data=data, at=money.now())
    assert act not in signed_in(other).get("/", follow=True).content.decode()


def test_money_that_waits_is_shown_by_holder_and_age_with_what_is_missing():
    world = money_world()
    for _number in range(2):
        drafted(world, 1_000_00).activate()
    first = Tranche.objects.filter(number=1).order_by("pk")
    Tranche.objects.filter(pk=first[0].pk).update(state_since=timezone.now() - timedelta(days=20))
    rows = Tranche.objects.unpaid_of_live_grants()
    (held,) = waiting.by_holder_and_age(rows, timezone.now())
    assert [count for _words, count, _amount in held.ages] == [1, 0, 1, 0]
    assert (held.count, held.total.minor) == (2, 1_200_00)
    page = reverse("disbursements:waiting", args=[world.programme.code])
    assert signed_in(world.member("auditor")).get(page).status_code == 200


def test_a_part_of_the_goods_is_no_delivery_and_another_sum_no_invoice():
    money = grant_world(rows=KIT, payment="kit")
    money.activate()
    bought = money.delivered(1)
    assert bought.state == "delivered"
    short = grant_world(rows=KIT, payment="kit")
    short.activate()
    chosen = short.chosen(1)
    short.approved(1)
    paper = issuing.issue_purchase_order(chosen, actor=short.member("approver"), at=short.now())
    short.fire(chosen, "order", "approver", {"paper": paper.pk})
    came = {str(line.pk): line.quantity - 1 for line in chosen.lines.all()}
    data = {"delivered_on": short.today.isoformat(), "quantities": came}
    with pytest.raises(Refused, match="came"):
        short.fire(chosen, "deliver", "coach", data)
    accepted = {
        "handed_over_on": money.today.isoformat(),
        "method": "signature",
        "file": money.file(bought, "acceptance").pk,
        "photo": money.file(bought, "photo").pk,
    }
    money.fire(bought, "hand_over", "coach", accepted)
    invoice = {"invoice_number": "F-1", "invoice_minor": bought.total_minor - 1}
    with pytest.raises(Refused, match="as ordered"):
        money.fire(bought, "match_invoice", "preparer", invoice)


def test_the_beneficiary_hears_of_a_change_of_account_and_of_a_claim():
    money = grant_world()
    money.activate()
    (told,) = Notice.objects.filter(template="disbursements.account_changed")
    assert "4921" in notices.preview(told, "en").body
    assert told.recipient_id == str(money.grant.application.applicant_id)
