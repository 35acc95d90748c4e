"""Roles are read at every request: who loses one is refused at the next click."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from programmes.models import Membership
from tests.worlds.programmes import programme_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return programme_world(is_listed=False)


@pytest.fixture
def publish(world):
    return reverse("workflow:act", args=["programmes.call", world.call.pk, "publish"]) + "?next=/"


def test_a_demoted_manager_is_refused_at_the_next_request(client, world, publish):
    manager = world.member("manager")
    client.force_login(manager)
    assert client.get(publish).status_code == 200
    Membership.objects.filter(user=manager).update(valid_until=timezone.localdate() - timedelta(days=1))
    assert client.get(publish).status_code == 404


def test_a_role_given_while_signed_in_opens_at_the_next_request(client, world, publish):
    member = world.member("coach")
    client.force_login(member)
    assert client.get(publish).status_code == 404
    Membership.objects.filter(user=member).update(role="manager")
    assert client.get(publish).status_code == 200


def test_a_role_that_begins_tomorrow_opens_nothing_today(client, world, publish):
    manager = world.member("manager")
    Membership.objects.filter(user=manager).update(valid_from=timezone.localdate() + timedelta(days=1))
    client.force_login(manager)
    assert client.get(publish).status_code == 404


def test_a_closed_account_is_sent_to_sign_in(client, world, publish):
    manager = world.member("manager")
    client.force_login(manager)
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert client.get(publish)["Location"].startswith(reverse("account_login"))
