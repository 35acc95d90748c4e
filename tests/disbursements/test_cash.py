"""Cash in hand: one signed line per person, and advance = distributed + returned to the minor unit."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from disbursements import cash
from disbursements.journal import AccountKey, balance
from disbursements.models import CashAdvance
from tests.documents import friendly
from workflow import Refused
from workflow.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def problems():
    return [f"{result.name}: {problem}" for result in verify() for problem in result.problems]


def box(advance):
    return balance(AccountKey("cash_box", advance.programme_id), "MAD")


def signed(advance, money, *places, method="signature", witness=""):
    lines = advance.live_lines().filter(position__in=places)
    how = {line.pk: cash.Signed(method, witness) for line in lines}
    sheet = money.file(advance, "cash_sheet")
    return cash.sign(advance, how, sheet, actor=money.member("coach"), at=money.now())


def test_what_was_handed_out_is_signed_for_or_comes_back_to_the_minor_unit(moneys, advance):
    money = moneys[0]
    assert advance.advanced_minor == box(advance) == 1_700_50
    assert signed(advance, money, 1) == 1
    assert signed(advance, money, 1) == 0
    with pytest.raises(Refused, match=r"must come back, not"):
        money.fire(advance, "count", "reconciler", {"returned": 700_49})
    money.fire(advance, "count", "reconciler", {"returned": 700_50})
    assert (advance.distributed_minor, advance.returned_minor) == (1_000_00, 700_50)
    states = [each.tranche(1).orders.get().state for each in moneys]
    assert states == ["executed", "failed"]
    assert box(advance) == 0
    assert moneys[1].tranche(1).state == "approved"
    with pytest.raises(IntegrityError), transaction.atomic():
        CashAdvance.objects.filter(pk=advance.pk).update(returned_minor=700_49)
    assert problems() == []


def test_what_a_cashier_carries_is_not_recorded_one_by_one(moneys, advance):
    with pytest.raises(Refused, match="cash list"):
        moneys[0].fire(moneys[0].tranche(1).live_order(), "execute", "reconciler", moneys[0].proof())


def test_a_thumbprint_has_a_witness_and_only_the_cashier_signs(moneys, advance):
    money = moneys[0]
    with pytest.raises(Refused, match="witness"):
        signed(advance, money, 2, method="thumbprint")
    assert signed(advance, money, 2, method="thumbprint", witness="A Neighbour") == 1
    with pytest.raises(Refused, match="Only the cashier"):
        cash.sign(advance, {}, money.file(advance, "x"), actor=money.member("coach", 2), at=money.now())


def test_who_made_carried_or_handed_out_does_not_count(moneys, advance):
    money = moneys[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        CashAdvance.objects.filter(pk=advance.pk).update(counted_by=advance.cashier)
    with pytest.raises(Refused, match="another person must carry"):
        cash.open_list(
            advance.account,
            money.member("preparer"),
            place="Temara",
            pays_on=money.today,
            actor=money.member("preparer"),
            at=money.now(),
        )


def test_the_cashier_ticks_on_a_phone_without_a_script(moneys, advance, settings, tmp_path):
    settings.MEDIA_ROOT, settings.REQUIRE_SECOND_FACTOR = tmp_path, False
    client = Client()
    client.force_login(moneys[0].member("coach"))
    page = reverse("disbursements:cash_sheet", args=[advance.pk])
    shown = client.get(page).content.decode()
    assert "<bdi>Amina Example</bdi>" in shown
    line = advance.live_lines().get(position=1)
    given = {f"paid_{line.pk}": "on", f"method_{line.pk}": "signature"}
    assert client.post(page, given).status_code == 422

    photo = SimpleUploadedFile("sheet.jpg", friendly.picture())
    assert client.post(page, {**given, "sheet": photo}).status_code == 302
    assert advance.paid_lines().get() == line
    other = Client()
    other.force_login(moneys[0].member("coach", 2))
    assert other.get(page).status_code == 404
