"""The same act on many files: a preview, one confirmation, each by the door, each refusal with a sentence."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications import flags
from applications.models import Application, PanelOpinion, ScreeningPlan
from programmes.predicates import programme_ids
from tests.worlds.applications import SCREENED, a_rule, an_application, find_eligible
from tests.worlds.programmes import open_call, programme_world
from workflow import fire, jobs
from workflow.models import Event, Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client):
    world = programme_world()
    open_call(world)
    client.force_login(world.member("screening_officer"))
    return world


def press(client, world, act, **sent):
    fields = {"list": reverse("applications:screening", args=[world.programme.code]), "query": "", **sent}
    return client.post(reverse("applications:batch", args=[world.programme.code, act]), fields)


def run(answer):
    assert answer.status_code == 302
    return jobs.run(Job.objects.latest("pk").pk)


@pytest.mark.long
def test_all_that_fit_are_declared_eligible_and_the_others_reported(client, world):
    good, flagged, unmet = (an_application(world) for _number in range(3))
    rule = a_rule(world, "by_hand")
    officer = world.member("screening_officer")
    for one in (good, flagged):
        one.checks.create(rule=rule, outcome="met", checked_at=SCREENED)
    flags.raise_flag(flagged, kind="other", reason="R", actor=officer, at=SCREENED)
    shown = press(client, world, "eligible", all="1")
    seen = shown.context["seen"]
    assert (seen.total, seen.ready, [one.count for one in seen.hindrances]) == (3, 1, [1, 1])
    assert not Event.objects.filter(verb="mark_eligible").exists()
    job = run(press(client, world, "eligible", all="1", confirm="1"))
    assert job.result["done"] == 1
    refused = dict(job.result["refused"])
    assert "flag is still open" in refused[flagged.case.number]
    assert "is not met" in refused[unmet.case.number]
    page = client.get(job.get_absolute_url()).content.decode()
    assert flagged.case.number in page
    assert reverse("applications:screening", args=[world.programme.code]) in page.split("</nav>")[-1]


def test_a_work_that_starts_again_does_nothing_twice(client, world):
    for _number in range(2):
        an_application(world)
    job = run(press(client, world, "eligible", all="1", confirm="1"))
    Job.objects.filter(pk=job.pk).update(status="waiting", ended_at=None)
    assert jobs.run(job.pk).result == {"done": 2, "kept": 0, "refused": []}
    assert Event.objects.filter(verb="mark_eligible").count() == 2


def test_only_the_chosen_ones_are_asked_for_a_piece(client, world):
    one, other = an_application(world), an_application(world)
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    sent = {"pick": one.pk, "questions": ["use_of_money"], "message": "Which machine?", "due_on": due}
    assert press(client, world, "piece", **{**sent, "message": ""}, confirm="1").status_code == 422
    assert run(press(client, world, "piece", **sent, confirm="1")).result["done"] == 1
    states = dict(Application.objects.values_list("pk", "state"))
    assert states == {one.pk: "incomplete", other.pk: "submitted"}


def test_a_panel_keeps_the_opinion_and_the_last_one_declares(client, world):
    ScreeningPlan.objects.create(call=world.call, members_to_refuse=2)
    rule, application = a_rule(world, "by_hand"), an_application(world)
    sent = {"all": "1", "confirm": "1", "rule": rule.pk, "reason": "No card"}
    assert run(press(client, world, "ineligible", **sent)).result["kept"] == 1
    client.force_login(world.member("screening_officer", 2))
    assert run(press(client, world, "ineligible", **sent)).result["done"] == 1
    application.refresh_from_db()
    assert application.state == "ineligible"
    assert PanelOpinion.objects.count() == 2


def test_files_of_another_programme_and_other_people_reach_nothing(client, world):
    other = programme_world()
    open_call(other)
    foreign = an_application(other)
    answer = press(client, world, "eligible", pick=foreign.pk, confirm="1")
    assert answer.status_code == 302
    assert not Job.objects.exists()
    client.force_login(world.member("manager"))
    assert press(client, world, "eligible", all="1").status_code == 404


def test_declaring_one_file_eligible_takes_few_queries(world, django_assert_max_num_queries):
    application, officer = an_application(world), world.member("screening_officer")
    application.checks.create(rule=a_rule(world, "by_hand"), outcome="met", checked_at=SCREENED)
    held = Application.objects.with_papers().get(pk=application.pk)
    programme_ids(officer)
    ContentType.objects.get_for_model(Application)
    with django_assert_max_num_queries(20):
        fire(held, "mark_eligible", actor=officer, key="k1")


@pytest.mark.long
def test_the_preview_costs_the_same_for_one_file_and_for_many(client, world):
    a_rule(world, "by_hand")

    def cost():
        with CaptureQueriesContext(connection) as captured:
            press(client, world, "eligible", all="1")
        return len(captured)

    an_application(world)
    one = cost()
    for _number in range(4):
        an_application(world)
    find_eligible(world, an_application(world))
    assert cost() == one
