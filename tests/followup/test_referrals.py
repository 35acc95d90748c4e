"""A protection concern is read by the protection officer alone; no page, list, file or table says it."""

import pytest
from django.test import Client
from django.urls import reverse

from followup.enterprises import hand_over
from followup.models import Referral, Visit
from tests.canaries import crawl, places
from tests.worlds.disbursements import SUPPLIER_60_CASH_40, grant_world
from workflow import Refused, fire

pytestmark = pytest.mark.django_db
CANARY = "Zqhibou-vyqgrime"


@pytest.fixture
def told(settings, tmp_path):
    """A concern that a coach handed over from the page of a visit."""
    settings.MEDIA_ROOT = tmp_path
    settings.REQUIRE_SECOND_FACTOR = False
    money = grant_world(14_000_00, rows=SUPPLIER_60_CASH_40, payment="supplier")
    money.activate()
    enterprise = money.grant.enterprise
    hand_over(enterprise, coach=money.member("coach"), day=money.today, reason="First")
    visit = Visit.objects.create(
        case=enterprise.case,
        enterprise=enterprise,
        programme=enterprise.programme,
        code="M1",
        due_on=money.today,
        coach=money.member("coach"),
    )
    form = {"concern": "violence", "urgency": "today", "note": f"{CANARY} says so"}
    answer = as_(money, "coach").post(reverse("followup:open_referral", args=[visit.pk]), form)
    assert answer.status_code == 302
    return money, Referral.objects.get()


def as_(money, role) -> Client:
    client = Client()
    client.force_login(money.member(role))
    return client


@pytest.mark.long
def test_only_the_protection_officer_reads_it_and_says_what_became_of_it(told):
    money, referral = told
    page = reverse("followup:referral", args=[referral.pk])
    assert CANARY in as_(money, "protection_officer").get(page).content.decode()
    for role in ("coach", "supervisor", "manager", "auditor"):
        assert as_(money, role).get(page).status_code == 404
    officer = money.member("protection_officer")
    fire(referral, "accept", actor=officer)
    with pytest.raises(Refused, match="what became"):
        fire(referral, "close", actor=officer, data={"outcome": " "})
    fire(referral, "close", actor=officer, data={"outcome": f"{CANARY} is safe"})
    referral.refresh_from_db()
    assert referral.outcome == f"{CANARY} is safe"


@pytest.mark.long
@pytest.mark.either_engine
@pytest.mark.parametrize("role", ["manager", "auditor"])
def test_no_other_page_and_no_file_of_a_list_holds_it(told, role):
    money, referral = told
    read = dict(crawl.pages(as_(money, role), of_a_kind=1))
    assert any("export=csv" in address for address in read), "files are read too"
    address = reverse("followup:referral", args=[referral.pk])
    assert [one for one, said in read.items() if CANARY in said or address in said] == []


@pytest.mark.long
def test_no_table_holds_it_in_clear_and_the_case_s_history_does_not_know_it(told):
    money, referral = told
    fire(referral, "close", actor=money.member("protection_officer"), data={"outcome": CANARY})
    assert [place for place, text in places.rows_of_the_database() if CANARY in text] == []
    assert referral.stream != referral.case.stream
