"""Deadlines are read in the programme's time zone, and the next page forgets it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from programmes.models import Programme
from tests.worlds.programmes import programme_world
from workflow import jobs
from workflow.actions import actions_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_zone_is_left():
    """What these pages mean holds for the thread: the next test must not reckon its days in Tokyo."""
    yield
    timezone.deactivate()


def test_a_page_means_the_programme_s_time_zone_and_the_next_one_forgets_it(client):
    world = programme_world()
    Programme.objects.filter(pk=world.programme.pk).update(time_zone="Asia/Tokyo")
    client.force_login(world.member("manager"))
    url = reverse("programmes:call", args=[world.programme.code, world.call.code])
    assert "21:00" in client.get(url).content.decode()  # the call opens at noon UTC
    assert timezone.get_current_timezone_name() == "Asia/Tokyo"
    client.get(reverse("programmes:list"))
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize(
    "page",
    [
        "applications:list",
        "disbursements:money",
        "disbursements:grants",
        "disbursements:journal",
        "followup:visits",
        "followup:support_sessions",
        "reporting:figures",
        "programmes:calls",
    ],
)
def test_pages_of_every_package_mean_the_programme_s_time_zone(client, page):
    world = programme_world()
    Programme.objects.filter(pk=world.programme.pk).update(time_zone="Asia/Tokyo")
    client.force_login(world.member("manager"))
    assert client.get(reverse(page, args=[world.programme.code])).status_code == 200
    assert timezone.get_current_timezone_name() == "Asia/Tokyo"


def test_the_page_of_a_long_work_is_about_its_programme(client):
    world = programme_world()
    manager = world.member("manager")
    jobs.register(jobs.Kind("nothing", lambda progress: None))
    given = {"owner": manager, "title": "A long work", "given": {}, "at": timezone.now()}
    ours = jobs.start("nothing", **given, programme_id=world.programme.pk)
    theirs = jobs.start("nothing", **given, programme_id=programme_world().programme.pk)
    client.force_login(manager)
    files = reverse("applications:list", args=[world.programme.code])
    assert files in client.get(ours.get_absolute_url()).content.decode()
    answer = client.get(theirs.get_absolute_url())
    assert answer.status_code == 200
    assert getattr(answer.wsgi_request, "programme", None) is None
    jobs._kinds.pop("nothing")


def test_the_page_of_an_action_is_about_the_programme_of_its_record(client):
    world = programme_world()
    client.force_login(world.member("manager"))
    verb = next(action.verb for action in actions_for(world.call, world.member("manager")))
    answer = client.get(reverse("workflow:act", args=[world.call.kind, world.call.pk, verb]))
    assert answer.status_code == 200
    assert answer.wsgi_request.programme == world.programme
