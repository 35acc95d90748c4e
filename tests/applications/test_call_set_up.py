"""A manager sets up who may apply, sees what is missing with the way there, clones a call, tries it out."""

import pytest
from django.urls import reverse

from applications import eligibility, form_versions
from applications.models import EligibilityRule, FormVersion
from applications.rule_forms import RuleForm
from programmes import cloning, publishing
from programmes.models import Call
from tests.worlds.applications import a_draft, a_rule
from tests.worlds.programmes import open_call, prepare_call, programme_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return programme_world()


@pytest.fixture
def manager(client, world):
    client.force_login(world.member("manager"))
    return client


def address(name, world, *more):
    return reverse(f"applications:{name}", args=[world.programme.code, world.call.code, *more])


@pytest.mark.parametrize(
    ("kind", "given", "parameters", "title"),
    [
        ("age", {"from": 18, "to": 35}, {"from": 18, "to": 35}, "From 18 to 35 years old"),
        ("age", {"to": 30}, {"to": 30}, "At most 30 years old"),
        ("residence", {"sites": ["rabat"]}, {"sites": ["rabat"]}, "Lives in: Rabat"),
        ("status", {"categories": ["refugee"]}, {"categories": ["refugee"]}, "Status: Refugee"),
        (
            "composition",
            {"of": "women_or_youth", "percent": 30, "youth_until": 35},
            {"of": "women_or_youth", "percent": 30, "youth_until": 35},
            "At least 30 % of the members: women and young people together",
        ),
        ("previous_winner", {}, {}, "Not funded before"),
        ("own_contribution", {"percent": 10}, {"percent": 10}, "Own contribution of at least 10 %"),
    ],
)
def test_each_kind_of_rule_is_made_on_screen_and_words_itself(manager, world, kind, given, parameters, title):
    url = f"{address('add_rule', world)}?kind={kind}"
    assert manager.get(url).status_code == 200
    assert manager.post(url, {"severity": "warn", **given}).status_code == 302
    rule = world.call.eligibility_rules.get()
    assert (rule.kind, rule.severity, rule.parameters) == (kind, "warn", parameters)
    assert rule.title_en.startswith(title)
    assert rule.title_fr
    assert rule.title_ar
    assert eligibility.evaluate(kind, rule.parameters, eligibility.Facts(year=2026)) in ("met", "by_hand")
    assert manager.get(address("edit_rule", world, rule.pk)).status_code == 200
    assert title in manager.get(world.call.get_absolute_url()).content.decode()


def test_a_rule_that_says_nothing_is_refused_beside_the_field(world):
    for kind, field in (("age", "from"), ("residence", "sites"), ("by_hand", "title_fr")):
        form = RuleForm({"severity": "block"}, call=world.call, kind=kind)
        assert not form.is_valid()
        assert field in form.errors


def test_rules_are_ordered_and_taken_away_until_the_call_is_published(manager, world):
    first, second = a_rule(world), a_rule(world, "previous_winner")
    EligibilityRule.objects.filter(pk=second.pk).update(sort=1)
    manager.post(address("arrange_rule", world, second.pk), {"do": "up"})
    assert list(world.call.eligibility_rules.all()) == [second, first]
    manager.post(address("arrange_rule", world, second.pk), {"do": "remove"})
    assert list(world.call.eligibility_rules.all()) == [first]
    open_call(world)
    manager.post(address("arrange_rule", world, first.pk), {"do": "remove"})
    assert manager.get(address("add_rule", world)).status_code == 302
    assert world.call.eligibility_rules.count() == 1


def test_what_is_missing_before_publishing_is_listed_with_the_way_there(manager, world):
    Call.objects.filter(pk=world.call.pk).update(opens_at=None, closes_at=None)
    world.call.refresh_from_db()
    found = publishing.missing(world.call, world.member("manager"))
    assert len(found) >= 4
    assert all(one.url for one in found), found
    text = manager.get(world.call.get_absolute_url()).content.decode()
    for one in found:
        assert f'href="{one.url}"' in text
    for one in found:
        page = one.url.partition("#")
        answer = manager.get(page[0])
        assert answer.status_code == 200
        assert not page[2] or f'id="{page[2]}"' in answer.content.decode(), one


def test_a_form_with_a_gap_stands_against_publishing(manager, world):
    prepare_call(world.call)
    assert publishing.missing(world.call, world.member("manager")) == []
    draft = form_versions.draft_of(world.call, "plan")

    def forget(definition):
        definition["sections"][0]["title"].pop("ar")
        return definition

    form_versions.change_draft(draft, forget)
    (found,) = publishing.missing(world.call, world.member("manager"))
    assert "one thing is to be mended" in found.sentence
    assert found.url.endswith("/forms/plan/")
    Call.objects.filter(pk=world.call.pk).update(languages=["fr", "en"])
    world.call.refresh_from_db()
    assert publishing.missing(world.call, world.member("manager")) == []


def test_a_clone_has_forms_rules_and_plans_and_can_be_published_with_dates_and_a_session(world):
    a_rule(world, "composition", "warn", of="women", percent=30)
    open_call(world)
    made = cloning.clone(world.call)
    assert made.languages == world.call.languages
    for stage in ("idea", "plan"):
        old, new = (FormVersion.objects.get(call=call, stage=stage) for call in (world.call, made))
        assert new.definition == old.definition
        assert (new.version, new.is_draft) == (1, True)
    (rule,) = made.eligibility_rules.all()
    assert (rule.kind, rule.severity, rule.parameters) == (
        "composition",
        "warn",
        {"of": "women", "percent": 30},
    )
    assert world.call.eligibility_rules.count() == 1
    sentences = [one.sentence for one in publishing.missing(made, world.member("manager"))]
    assert sentences == ["Say when the call opens and when it closes.", "Add at least one selection session."]


@pytest.mark.long
def test_pages_of_a_trial_say_so(client, world):
    open_call(world)
    draft = a_draft(world)
    for trial in (False, True):
        Call.objects.filter(pk=world.call.pk).update(is_test=trial)
        client.force_login(world.member("manager"))
        pages = [client.get(world.call.get_absolute_url()), client.get(world.session.get_absolute_url())]
        client.force_login(draft.applicant.user)
        pages.append(client.get(reverse("applications:status", args=[draft.case.number])))
        for page in pages:
            assert ("This call is a trial" in page.content.decode()) is trial
