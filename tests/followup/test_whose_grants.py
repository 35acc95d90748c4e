"""A coach reads the grants of those they follow: nobody else's agreement, receipts or claims."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from disbursements.models import Grant, Justification, PaymentOrder, Recovery, Tranche
from documents.readers import may_read
from followup.enterprises import hand_over
from followup.models import Enterprise
from tests.worlds.disbursements import MoneyWorld, grant_world
from workflow import fire
from workflow.door import NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.long]
READ = (Grant, Tranche, PaymentOrder, Justification)


@pytest.fixture
def money(settings) -> MoneyWorld:
    settings.REQUIRE_SECOND_FACTOR = False
    money = grant_world(14_000_00)
    money.activate()
    money.paid(1)
    return money


def followed_by(money, coach, day=date(2024, 1, 1)):
    """The grant's case is followed by a coach from a day on."""
    case = money.grant.case
    enterprise = Enterprise.objects.filter(case=case).first() or Enterprise.objects.create(
        case=case, programme=case.programme, name="Atelier", kind="individual"
    )
    hand_over(enterprise, coach=coach, day=day, reason="Because")


def page_of(client, money, coach):
    client.force_login(coach)
    return client.get(money.grant.get_absolute_url()).status_code


def test_while_nobody_is_named_every_coach_of_the_programme_reads_the_grant(client, money):
    assert page_of(client, money, money.member("coach")) == 200
    assert page_of(client, money, money.member("coach", 2)) == 200


def test_once_a_coach_is_named_another_one_reads_nothing_of_the_grant(client, money):
    own, other = money.member("coach"), money.member("coach", 2)
    followed_by(money, own)
    assert page_of(client, money, own) == 200
    assert page_of(client, money, other) == 404
    for model in READ:
        assert model.objects.visible_to(own).exists(), model
        assert not model.objects.visible_to(other).exists(), model
    assert not Recovery.objects.visible_to(other).exists()
    listed = reverse("disbursements:grants", args=[money.world.programme.code])
    assert money.grant.reference not in client.get(listed).content.decode()
    agreement = money.grant.agreements.get(version=money.grant.version)
    for paper in agreement_papers(agreement):
        assert may_read(own, paper)
        assert not may_read(other, paper)


def agreement_papers(agreement):
    from documents.models import Paper

    return list(Paper.objects.of(agreement))


def test_another_coach_hands_in_no_receipts_for_somebody_they_do_not_follow(money):
    followed_by(money, money.member("coach"))
    row = money.tranche(1).justifications.get()
    money.receipt(row, row.paid_minor)
    with pytest.raises(NotAllowed):
        fire(row, "submit", actor=money.member("coach", 2), at=money.now())
    fire(row, "submit", actor=money.member("coach"), at=money.now())
    assert row.state == "submitted"


def test_who_takes_a_case_over_reads_its_grant_and_who_gave_it_away_no_more(client, money):
    first, second = money.member("coach"), money.member("coach", 2)
    followed_by(money, first)
    followed_by(money, second, timezone.localdate() - timedelta(days=1))
    assert page_of(client, money, second) == 200
    assert page_of(client, money, first) == 404


def test_who_has_another_role_too_reads_by_that_role(client, money):
    from tests.worlds.programmes import a_member

    followed_by(money, money.member("coach"))
    other = money.member("coach", 2)
    a_member(money.world.programme, "supervisor", other)
    assert page_of(client, money, other) == 200
