"""Goals of a call are announced with it, never promise more than there is, and move nobody by themselves."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from programmes import cloning, publishing
from programmes.models import Call, SelectionSession
from scoring.models import Quota
from scoring.quota_forms import QuotaForm
from scoring.quotas import Goal, goals_of, places_of, too_much
from tests.worlds.programmes import a_session, open_call, prepare_call, programme_world
from workflow import Refused, fire

GOALS = st.lists(
    st.builds(
        Goal,
        measure=st.sampled_from(["sex", "site", "youth"]),
        value=st.sampled_from(["a", "b", "c"]),
        of=st.sampled_from(["awards", "money", "places"]),
        goal=st.integers(1, 100),
    ),
    max_size=8,
)


@given(goals=GOALS, places=st.one_of(st.none(), st.integers(0, 200)))
def test_what_is_accepted_together_fits_into_what_there_is(goals, places):
    refused = {(measure, of) for measure, of, _total, _most in too_much(goals, places)}
    for measure in ("sex", "site"):
        for of, whole in (("awards", 100), ("money", 100), ("places", places)):
            total = sum(one.goal for one in goals if (one.measure, one.of) == (measure, of))
            assert ((measure, of) in refused) == (whole is not None and total > whole)


def test_ages_include_each_other():
    both = [Goal("youth", "25", "awards", 60), Goal("youth", "35", "awards", 70)]
    assert not too_much(both, None)


@pytest.fixture
def world(db):
    return programme_world()


def form(world, **given):
    data = {"who": "sex=f", "goal": "40", "of": "awards", **given}
    return QuotaForm(data, call=world.call)


def saved(world, **given):
    filled = form(world, **given)
    assert filled.is_valid(), filled.errors
    return filled.save()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"goal": "0"}, "goal"),
        ({"goal": "101"}, "goal"),
        ({"who": "sex=x"}, "who"),
        ({"who": "site=tokyo"}, "who"),
        ({"of": "money", "reserved": "on"}, "reserved"),
        ({"of": "places", "goal": "11"}, "goal"),
    ],
)
def test_a_goal_that_cannot_be_is_refused_beside_its_field(world, given, field):
    SelectionSession.objects.filter(call=world.call).update(places=10)
    refused = form(world, **given)
    assert not refused.is_valid()
    assert field in refused.errors


def test_shares_of_one_whole_do_not_exceed_it_together(world):
    saved(world, goal="60")
    assert "100 % are promised together" not in str(form(world, who="sex=m", goal="40").errors)
    assert not form(world, who="sex=m", goal="41").is_valid()
    assert form(world, who="site=fes", goal="90").is_valid()
    assert not form(world, goal="50").is_valid()  # the same goal twice


def test_places_are_those_of_all_sessions(world):
    assert places_of(world.call) is None
    SelectionSession.objects.filter(call=world.call).update(places=10)
    a_session(world.call, places=5)
    assert places_of(world.call) == 15
    saved(world, of="places", goal="15", reserved="on")
    assert not form(world, who="sex=m", of="places", goal="1").is_valid()


def test_a_call_whose_sessions_lost_places_is_not_published(world):
    SelectionSession.objects.filter(call=world.call).update(places=10)
    saved(world, of="places", goal="10")
    SelectionSession.objects.filter(call=world.call).update(places=4)
    prepare_call(world.call)
    manager = world.member("manager")
    (missing,) = publishing.missing(world.call, manager)
    assert missing.url.endswith("#quotas")
    with pytest.raises(Refused, match="the sessions have 4"):
        fire(world.call, "publish", actor=manager)


def test_a_manager_sets_goals_that_everybody_reads_and_that_stay_as_announced(client, world):
    client.force_login(world.member("manager"))
    client.post(
        reverse("scoring:add_quota", args=[world.call.pk]),
        {"who": "sex=f", "goal": "40", "of": "persons"},
    )
    quota = Quota.objects.get()
    client.post(quota.get_absolute_url(), {"who": "sex=f", "goal": "50", "of": "persons"})
    said = "Women: at least 50% of the persons in funded applications"
    assert said in client.get(world.call.get_absolute_url()).content.decode()
    made = cloning.clone(Call.objects.get(pk=world.call.pk))
    assert goals_of(made.quotas.all()) == goals_of([Quota.objects.get(call=world.call)])
    open_call(world)
    client.post(reverse("scoring:remove_quota", args=[quota.pk]))
    assert Quota.objects.filter(pk=quota.pk).exists()
    client.logout()
    page = client.get(reverse("programmes:public_call", args=[world.programme.code, world.call.code]))
    assert said.replace("%", "\u00a0%") in page.content.decode()  # the call speaks French
