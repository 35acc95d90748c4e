"""Roles are read per request, end on their day, and say no where nothing is known."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.staff import is_staff
from programmes import predicates
from programmes.models import Call, Membership, Programme, SelectionSession
from programmes.predicates import has_role, has_role_somewhere, programme_ids, roles_of
from tests.worlds.people import system_administrator
from tests.worlds.programmes import a_member, a_programme, a_user, open_call, programme_world
from workflow import System

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return programme_world()


def again(user):
    return User.objects.get(pk=user.pk)


def test_all_roles_of_a_person_cost_one_query_a_request(world):
    user = again(world.member("manager"))
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            assert roles_of(user, world.programme.pk) == {"manager"}
            assert has_role("manager")(user, world.call)
            assert programme_ids(user) == {world.programme.pk}
    assert len(queries) == 1


def test_a_role_counts_from_its_first_day_to_its_last(world):
    today = timezone.localdate()
    for start, end, counts in ((-5, -1, False), (-5, 0, True), (0, None, True), (1, None, False)):
        user = a_user()
        Membership.objects.create(
            user=user,
            programme=world.programme,
            role="coach",
            valid_from=today + timedelta(days=start),
            valid_until=None if end is None else today + timedelta(days=end),
        )
        assert bool(roles_of(user, world.programme.pk)) is counts


def test_a_role_in_place_of_another_counts_while_both_do(world):
    today, now = timezone.localdate(), timezone.now()
    days = [None, *(today + timedelta(days=days) for days in (-1, 0, 1))]
    for until, ended, last, gone in product(days, (None, now), days[1:], (None, now)):
        begun = {"programme": world.programme, "valid_from": today - timedelta(days=3)}
        held = Membership.objects.create(
            user=a_user(), role="verifier", valid_until=until, ended_at=ended, **begun
        )
        stands_in = Membership.objects.create(
            user=a_user(), role="verifier", delegated_from=held, valid_until=last, ended_at=gone, **begun
        )
        counts = ended is None and (until is None or until >= today)
        assert bool(roles_of(again(held.user), world.programme.pk)) is counts
        both = counts and gone is None and last >= today
        assert bool(roles_of(again(stands_in.user), world.programme.pk)) is both


def test_a_demoted_person_has_lost_the_role_at_the_next_request(world):
    user = world.member("manager")
    assert roles_of(user, world.programme.pk)
    membership = Membership.objects.get(user=user)
    membership.valid_until = timezone.localdate() - timedelta(days=1)
    membership.save()
    assert not roles_of(again(user), world.programme.pk)
    assert not roles_of(membership.user, world.programme.pk)


def test_a_closed_account_the_system_and_a_visitor_have_no_role(world):
    user = world.member("manager")
    user.is_active = False
    user.save()
    for actor in (again(user), System("tick"), AnonymousUser()):
        assert not has_role("manager")(actor, world.programme)
        assert programme_ids(actor) == set()


def test_a_role_says_nothing_about_another_programme_or_about_no_record(world):
    manager, other = world.member("manager"), a_programme()
    assert has_role("manager")(manager, world.programme)
    assert not has_role("manager")(manager, other)
    assert not has_role("manager")(manager, None)
    assert not has_role("manager")(manager)
    assert has_role_somewhere("manager")(manager, None)
    assert not has_role_somewhere("auditor")(manager, None)


def test_a_misspelt_role_is_found_when_the_rule_is_written():
    with pytest.raises(ValueError, match="no such role: manger"):
        has_role("manger")


def test_who_has_a_role_is_staff_and_needs_a_second_factor(world):
    assert is_staff(world.member("juror"))
    assert not is_staff(a_user())


def test_a_donor_names_the_organisation_and_nobody_else_does(world):
    donor = world.programme.contributions.all()[0].donor
    for role, organisation in (("donor", None), ("manager", donor)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(
                user=a_user(),
                programme=world.programme,
                role=role,
                donor=organisation,
                valid_from=date(2026, 1, 1),
            )
    assert predicates.donor_ids(world.member("donor"), world.programme.pk) == {donor.pk}
    assert predicates.donor_ids(world.member("manager"), world.programme.pk) == set()


def test_the_same_role_is_not_given_twice(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        a_member(world.programme, "manager", world.member("manager"))


def test_the_public_sees_published_programmes_and_calls_only(world):
    visitor = AnonymousUser()
    draft, hidden = a_programme(running=False), a_programme(is_listed=False)
    seen = set(Programme.objects.visible_to(visitor))
    assert world.programme in seen
    assert not {draft, hidden} & seen
    assert set(Programme.objects.visible_to(a_member(draft, "coach"))) == {draft, world.programme}
    assert world.call not in Call.objects.visible_to(visitor)
    open_call(world)
    assert world.call in Call.objects.visible_to(visitor)
    Call.objects.filter(pk=world.call.pk).update(is_test=True)
    assert world.call not in Call.objects.visible_to(visitor)
    assert world.call in Call.objects.visible_to(world.member("coach"))


def test_how_a_committee_sits_is_not_for_donors_and_strangers(world):
    seen_by = {
        role: SelectionSession.objects.visible_to(world.member(role)).exists() for role in ("juror", "donor")
    }
    assert seen_by == {"juror": True, "donor": False}
    assert not SelectionSession.objects.visible_to(programme_world().member("manager")).filter(
        pk=world.session.pk
    )


def test_a_system_administrator_sets_up_and_opens_no_sitting(world):
    administrator = system_administrator()
    assert world.call in Call.objects.visible_to(administrator)
    assert not SelectionSession.objects.visible_to(administrator).exists()
