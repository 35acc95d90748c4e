"""What donors promised is asked for with a document and received by one movement, once."""

from datetime import timedelta

import pytest

from disbursements import donor_money
from disbursements.journal import AccountKey, balance
from disbursements.models import DonorInstalment, FundingShare, Grant, TrancheShare
from disbursements.papers import issuing
from documents.models import Paper
from documents.papers import bytes_of, original
from programmes.models import Call
from tests.disbursements.test_recovery import movement, problems
from tests.documents.reading import text_of
from tests.worlds.disbursements import drafted, grant_world, money_world
from tests.worlds.programmes import a_member, an_organisation
from workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def money():
    return grant_world()


def planned(money, minor=5_000_00):
    given = money.grant.programme.contributions.all()[0]
    given.amount_minor, given.currency = 9_000_00, "MAD"
    given.save()
    due = money.today + timedelta(days=10)
    return donor_money.plan(given, minor, due, actor=money.member("manager"), at=money.now())


def printed(money, instalment, language="fr"):
    return issuing.issue_donor_request(instalment, language, actor=money.member("manager"), at=money.now())


def asked(money, instalment):
    file = money.file(instalment, "donor_request").pk
    data = {"requested_on": money.today.isoformat(), "reference": "APPEL-1", "file": file}
    return money.fire(instalment, "request", "manager", data)


def test_no_more_is_planned_than_was_promised(money):
    planned(money)
    with pytest.raises(Refused, match="are promised"):
        planned(money, 4_000_01)


@pytest.mark.long
def test_a_donor_is_asked_with_a_document_and_the_money_comes_in_once(money):
    instalment = planned(money)
    with pytest.raises(Refused, match="document"):
        money.fire(instalment, "request", "manager", {"requested_on": money.today.isoformat()})
    asked(money, instalment)
    with pytest.raises(Refused, match="another payment"):
        money.fire(instalment, "receive", "reconciler", {"line": movement(money, 5_000_01).pk})
    line = movement(money, 4_990_00, number=2)
    money.fire(instalment, "receive", "reconciler", {"line": line.pk})
    line.refresh_from_db()
    assert line.state == "received"
    assert balance(AccountKey("donor_paid_in", instalment.contribution_id), "MAD") == -4_990_00
    other = asked(money, planned(money, 1_00))
    with pytest.raises(Refused, match="known already"):
        money.fire(other, "receive", "reconciler", {"line": line.pk})
    assert problems() == []


def test_a_donor_sees_its_own_instalments_and_nobody_else_s(money):
    instalment = planned(money)
    programme = money.grant.programme
    own, other = a_member(programme, "donor"), a_member(programme, "donor", donor=an_organisation("Other"))
    assert DonorInstalment.objects.visible_to(own).get() == instalment
    assert not DonorInstalment.objects.visible_to(other).exists()


def test_a_donor_is_asked_with_the_request_that_is_printed_from_its_figures(client, settings, money):
    settings.REQUIRE_SECOND_FACTOR = False
    instalment = planned(money)
    donor, manager = a_member(money.grant.programme, "donor"), money.member("manager")
    client.force_login(manager)
    assert client.post(f"/donor-instalments/{instalment.pk}/request/", {"language": "fr"}).status_code == 302
    first = Paper.objects.get(kind="funds_request")
    second = printed(money, instalment)
    client.force_login(donor)
    assert client.get(f"/papers/{second.pk}/").status_code == 404
    given = {"requested_on": money.today.isoformat()}
    with pytest.raises(Refused, match="printed last"):
        money.fire(instalment, "request", "manager", {**given, "paper": first.pk})
    money.fire(instalment, "request", "manager", {**given, "paper": second.pk})
    assert instalment.request_paper == second
    text = text_of(bytes_of(original(second))).replace("\u202f", " ").replace("\u00a0", " ")
    assert "5 000,00 MAD" in text
    assert "9 000,00 MAD" in text
    assert second.reference in client.get(instalment.get_absolute_url()).content.decode()
    client.force_login(manager)
    assert client.post(f"/donor-instalments/{instalment.pk}/request/", {"language": "fr"}).status_code == 302
    assert Paper.objects.filter(kind="funds_request").count() == 2


@pytest.mark.long
def test_a_donor_reads_the_statement_of_its_own_money_line_by_line_and_no_name(client, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    world = money_world()
    FundingShare.objects.filter(call=world.call).delete()
    given, second = world.programme.contributions.order_by("sort", "pk")[:2]
    other = second.donor
    FundingShare.objects.create(call=world.call, contribution=given, weight=3)
    FundingShare.objects.create(call=world.call, contribution=second, weight=1)
    money = drafted(world, 14_000_00)
    money.activate()
    money.paid(1)
    own, stranger = a_member(world.programme, "donor"), a_member(world.programme, "donor", donor=other)
    url = f"/programmes/{world.programme.code}/journal/donors/"
    for user, contribution, sums in ((own, given, 10_500_00), (stranger, second, 3_500_00)):
        rows = TrancheShare.objects.visible_to(user)
        assert {row.contribution_id for row in rows} == {contribution.pk}
        assert sum(row.amount_minor for row in rows) == sums
        client.force_login(user)
        page = client.get(url).content.decode()
        assert money.grant.reference in page
        assert f"/grants/{money.grant.pk}/" not in page
        assert money.beneficiary.full_name not in page
        donors = client.get(f"/programmes/{world.programme.code}/donors/").content.decode()
        assert f"?donor={contribution.pk}" in donors
        lines = b"".join(client.get(url, {"export": "csv"}).streaming_content).decode().strip().splitlines()
        assert len(lines) == 3
    assert "10,500.00" not in client.get(url, {"donor": given.pk}).content.decode()


def test_amounts_of_two_currencies_are_never_added_up(client, settings, money):
    settings.REQUIRE_SECOND_FACTOR = False
    programme = money.grant.programme
    dinars = grant_world(4_500_00).grant
    Call.objects.filter(pk=dinars.track.call_id).update(programme=programme, currency="LYD")
    Grant.objects.filter(pk=dinars.pk).update(programme=programme, currency="LYD")
    client.force_login(money.member("auditor"))
    page = client.get(f"/programmes/{programme.code}/grants/").content.decode()
    footer = page[page.index("<tfoot") :].replace("\u202f", "").replace("\u00a0", "").replace(",", "")
    assert "14000.00" in footer
    assert "450.000" in footer
    assert "14450" not in footer
