"""Somebody stands in for a role on given dates: recorded, honoured, and never one hand that signs twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from programmes import delegation
from programmes.models import Membership
from programmes.predicates import roles_of
from programmes.roles import RoleRefused
from tests.worlds.disbursements import grant_world
from workflow import Refused, acts, fire
from workflow.models import Event

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def fresh(user):
    return User.objects.get(pk=user.pk)


def stand_in(money, role, to, *, days=5, start=0, reason="On leave"):
    giver = money.member(role)
    own = Membership.objects.get(programme=money.grant.programme, user=giver, role=role)
    first = TODAY() + timedelta(days=start)
    return delegation.delegate(
        own,
        to,
        valid_from=first,
        valid_until=first + timedelta(days=days),
        reason=reason,
        by=giver,
        at=timezone.now(),
    )


def test_a_delegated_role_holds_for_its_dates_and_no_longer_than_the_role_it_stands_in_for():
    money = grant_world()
    coach, programme = money.member("coach"), money.grant.programme
    made = stand_in(money, "approver", coach)
    assert "approver" in roles_of(fresh(coach), programme.pk)
    event = Event.objects.get(kind="programmes.membership", verb="delegate")
    assert event.data["to"] == coach.pk
    assert acts.declared(event.kind, "delegate").reason
    made.valid_from = TODAY() + timedelta(days=1)
    made.save()
    assert "approver" not in roles_of(fresh(coach), programme.pk)
    made.valid_from = TODAY()
    made.save()
    Membership.objects.filter(pk=made.delegated_from_id).update(ended_at=timezone.now())
    assert "approver" not in roles_of(fresh(coach), programme.pk)


def test_only_a_role_of_one_s_own_is_delegated_with_a_reason_and_for_a_while():
    money = grant_world()
    coach, other = money.member("coach"), money.member("field_agent")
    with pytest.raises(RoleRefused, match="reason"):
        stand_in(money, "approver", coach, reason=" ")
    with pytest.raises(RoleRefused, match="90"):
        stand_in(money, "approver", coach, days=90)
    with pytest.raises(RoleRefused, match="today or later"):
        stand_in(money, "approver", coach, start=-1)
    made = stand_in(money, "approver", coach)
    with pytest.raises(RoleRefused, match="your own"):
        delegation.delegate(
            made,
            other,
            valid_from=TODAY(),
            valid_until=TODAY(),
            reason="On leave",
            by=coach,
            at=timezone.now(),
        )
    with pytest.raises(RoleRefused, match="takes it back"):
        delegation.take_back(made, by=coach, at=timezone.now())
    delegation.take_back(made, by=money.member("approver"), at=timezone.now())
    assert "approver" not in roles_of(fresh(coach), money.grant.programme_id)


@pytest.mark.long
def test_who_stands_in_for_somebody_does_not_sign_a_payment_after_that_somebody():
    money = grant_world()
    money.activate()
    order = money.ordered(1)
    money.fire(order, "submit", "preparer")
    money.fire(order, "approve", "approver")
    coach = money.member("coach")
    stand_in(money, "releaser", coach)
    own = Membership.objects.get(programme=money.grant.programme, user=money.member("approver"))
    Membership.objects.create(
        programme=money.grant.programme,
        user=coach,
        role="approver",
        valid_from=TODAY(),
        valid_until=TODAY(),
        delegated_from=own,
    )
    with pytest.raises(Refused, match="stands in for the other"):
        fire(order, "release", actor=fresh(coach), at=money.now())
    money.fire(order, "release", "releaser", number=2)
    assert order.state == "released"
