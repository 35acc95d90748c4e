"""Roles are given by invitation, never to oneself, and a programme keeps a manager."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, User
from programmes import roles
from programmes.models import Membership
from programmes.predicates import roles_of
from tests.worlds.people import PASSWORD
from tests.worlds.programmes import a_programme, a_user, programme_world
from workflow import notices
from workflow.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return programme_world()


@pytest.fixture
def manager(client, world):
    client.force_login(world.member("manager"))
    return client


def invite(client, world, **changes):
    given = {"full_name": "Sonia", "email": "sonia@example.org", "language": "en", "role": "jury_secretary"}
    return client.post(reverse("programmes:invite", args=[world.programme.code]), {**given, **changes})


def accept_mailed_link(client):
    link = re.search(r"(/invitation/[\w-]+/)", mail.outbox[-1].body)[1]
    client.logout()
    return client.post(link, {"full_name": "Sonia", "password1": PASSWORD, "password2": PASSWORD})


def test_an_invited_person_accepts_and_has_the_role(manager, world):
    assert invite(manager, world).status_code == 302
    assert "jury secretary in the programme" in mail.outbox[0].body
    assert accept_mailed_link(manager).status_code == 302
    sonia = User.objects.get(email="sonia@example.org")
    membership = Membership.objects.get(user=sonia)
    assert (membership.role, membership.programme) == ("jury_secretary", world.programme)
    assert membership.granted_by == world.member("manager")


def test_an_invitation_dies_with_the_inviter_s_role(manager, world):
    invite(manager, world)
    Membership.objects.filter(user=world.member("manager")).update(ended_at=timezone.now())
    assert accept_mailed_link(manager).status_code == 409
    assert not Membership.objects.filter(user__email="sonia@example.org").exists()


def test_nobody_gives_a_role_to_himself(manager, world):
    own = world.member("manager")
    assert invite(manager, world, email=own.email).status_code == 422
    with pytest.raises(roles.RoleRefused, match="yourself"):
        roles.give(world.programme, own, "approver", by=own, at=timezone.now())
    give = manager.get(reverse("programmes:give_role", args=[world.programme.code]))
    assert own not in give.context["form"].fields["person"].queryset


def test_a_donor_is_invited_for_one_organisation_of_the_programme(manager, world):
    foreign = a_programme().contributions.all()[0].donor
    assert invite(manager, world, role="donor").status_code == 422
    assert invite(manager, world, role="donor", donor=foreign.pk).status_code == 422
    assert invite(manager, world, donor=world.programme.contributions.all()[0].donor.pk).status_code == 422
    donor = world.programme.contributions.all()[0].donor
    assert invite(manager, world, role="donor", donor=donor.pk).status_code == 302
    accept_mailed_link(manager)
    assert Membership.objects.get(user__email="sonia@example.org").donor == donor


def test_a_colleague_gets_one_more_role_and_is_told(manager, world):
    coach = world.member("coach")
    url = reverse("programmes:give_role", args=[world.programme.code])
    assert manager.post(url, {"person": coach.pk, "role": "field_agent"}).status_code == 302
    assert roles_of(User.objects.get(pk=coach.pk), world.programme.pk) == {"coach", "field_agent"}
    twice = manager.post(url, {"person": coach.pk, "role": "field_agent"})
    assert "has that role already" in str(twice.context["form"].errors)
    assert manager.post(url, {"person": a_user().pk, "role": "coach"}).status_code == 422
    notices.deliver(at=timezone.now())
    assert mail.outbox[-1].to == [coach.email]
    assert "“field agent”" in mail.outbox[-1].body
    assert Notice.objects.get().status == "sent"


def test_an_ended_role_is_gone_at_the_next_request_and_stays_written(manager, world):
    coach = world.member("coach")
    membership = Membership.objects.get(user=coach)
    url = reverse("programmes:end_role", args=[world.programme.code, membership.pk])
    assert manager.post(url).status_code == 302
    membership.refresh_from_db()
    assert membership.ended_by == world.member("manager")
    assert not roles_of(User.objects.get(pk=coach.pk), world.programme.pk)
    assert "ended already" in manager.post(url, follow=True).content.decode()
    roles.give(world.programme, coach, "coach", by=world.member("manager"), at=timezone.now())
    assert roles_of(User.objects.get(pk=coach.pk), world.programme.pk) == {"coach"}


def test_a_programme_keeps_a_manager(manager, world):
    Membership.objects.filter(role="manager").exclude(user=world.member("manager")).delete()
    own = Membership.objects.get(user=world.member("manager"))
    with pytest.raises(roles.RoleRefused, match="needs a manager"):
        roles.end(own, by=world.member("manager"), at=timezone.now())


def test_a_role_that_ran_out_can_be_given_again(world):
    coach = world.member("coach")
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=coach).update(valid_until=yesterday)
    roles.give(world.programme, coach, "coach", by=world.member("manager"), at=timezone.now())
    assert roles_of(User.objects.get(pk=coach.pk), world.programme.pk) == {"coach"}


def test_the_page_of_all_invitations_offers_only_programmes_one_manages(manager, world):
    other = a_programme()
    url = reverse("accounts:invite", args=["programme_role"])
    assert other not in manager.get(url).context["form"].fields["chosen_programme"].queryset
    given = {"full_name": "S", "email": "s@example.org", "language": "fr", "role": "juror"}
    assert manager.post(url, {**given, "chosen_programme": other.pk}).status_code == 422
    assert manager.post(url, {**given, "chosen_programme": world.programme.pk}).status_code == 302
    assert Invitation.objects.get().payload["programme"] == world.programme.pk
    manager.force_login(world.member("coach"))
    assert manager.get(url).status_code == 404
