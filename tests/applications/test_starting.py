"""Before one begins: an honest answer whether one can apply, all that is asked, what a call says."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from applications import eligibility
from applications.models import Application, EligibilityRule
from applications.quiz import QuizForm
from programmes.models import Call
from tests.worlds.applications import a_rule
from tests.worlds.programmes import a_user, close_call, open_call, programme_world

ENGLISH = {"Accept-Language": "en"}
TODAY = date(2026, 6, 15)


@pytest.fixture
def world(db):
    world = programme_world(is_listed=True)
    open_call(world)
    Call.objects.filter(pk=world.call.pk).update(closes_at=timezone.now() + timedelta(days=30))
    world.call.refresh_from_db()
    return world


def url(name, world, *more):
    return reverse(f"applications:{name}", args=[world.programme.code, world.call.code, *more])


def rule(kind, severity="block", **parameters):
    return EligibilityRule(
        pk=1, kind=kind, severity=severity, parameters=parameters, title_en=f"Rule {kind}", title_fr="x"
    )


def asked(one, **answers):
    form = QuizForm([one], [], {f"rule1{name}": value for name, value in answers.items()} or {"x": "y"})
    assert form.is_valid(), form.errors
    return form.verdict(TODAY)


@pytest.mark.parametrize(
    ("one", "answers", "expected"),
    [
        (rule("age", **{"from": 18, "to": 35}), {"": "1994"}, "can"),
        (rule("age", **{"from": 18, "to": 35}), {"": "1960"}, "blocked"),
        (rule("age", **{"from": 18, "to": 35}), {"": "2008"}, "unsure"),
        (rule("status", categories=["refugee"]), {"": "refugee"}, "can"),
        (rule("status", categories=["refugee"]), {"": "elsewhere"}, "blocked"),
        (rule("composition", of="women", percent=30), {"_persons": "10", "_part": "3"}, "can"),
        (rule("composition", of="women", percent=30), {"_persons": "10", "_part": "2"}, "blocked"),
        (rule("composition", "warn", of="youth", percent=30), {"_persons": "10", "_part": "2"}, "warned"),
        (rule("composition", percent=50), {"_persons": "4", "_part": "2"}, "can"),
        (rule("previous_winner"), {"": "yes"}, "blocked"),
        (rule("previous_winner"), {"": "no"}, "can"),
        (rule("own_contribution", percent=10), {"": "no"}, "blocked"),
        (rule("own_contribution", percent=10), {"": "yes"}, "can"),
        (rule("age", **{"from": 18}), {}, "unsure"),
        (rule("by_hand"), {}, "by_hand"),
    ],
)
def test_the_answer_is_honest(one, answers, expected):
    verdict = asked(one, **answers)
    if expected == "can":
        assert [*verdict.blocked, *verdict.warned, *verdict.unsure] == []
    else:
        assert list(getattr(verdict, expected)) == [one]
    assert verdict.can_apply == (expected != "blocked")


@given(st.integers(1900, 2026), st.integers(10, 40), st.integers(0, 40))
def test_the_quiz_never_says_no_where_screening_would_say_yes(born, least, span):
    parameters = {"from": least, "to": least + span}
    verdict = asked(rule("age", **parameters), **{"": str(born)})
    outcome = eligibility.evaluate(
        "age", parameters, eligibility.Facts(TODAY.year, members=[eligibility.Member(birth_year=born)])
    )
    assert verdict.can_apply == (outcome != eligibility.NOT_MET)


def test_a_part_is_not_larger_than_the_whole():
    form = QuizForm([rule("composition", percent=30)], [], {"rule1_persons": "3", "rule1_part": "5"})
    assert not form.is_valid()


def test_anybody_may_ask_and_nothing_is_stored(client, world, django_assert_max_num_queries):
    one = a_rule(world, "residence", sites=["rabat"])
    page = client.get(url("eligible", world))
    assert page.status_code == 200
    with django_assert_max_num_queries(6) as queries:
        answer = client.post(url("eligible", world), {f"rule{one.pk}": "elsewhere"})
    assert "You probably cannot apply" in answer.content.decode()
    assert one.title in answer.content.decode()
    written = [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]
    assert written == []
    assert not client.session.keys()
    assert "You can apply" in client.post(url("eligible", world), {f"rule{one.pk}": "rabat"}).content.decode()


def test_everything_that_is_asked_can_be_read_before(client, world):
    shown = client.get(url("questions", world, "idea"), headers=ENGLISH).content.decode()
    for words in (
        "What is your project?",
        "At most 1,500 letters",
        "Only if you answered “Yes”",
        "Photo or file",
    ):
        assert words in shown
    assert "See what the plan asks" in shown
    assert (
        "What must be bought?"
        in client.get(url("questions", world, "plan"), headers=ENGLISH).content.decode()
    )
    assert client.get(url("questions", world, "essay")).status_code == 404


def test_a_call_that_is_closed_says_so_and_takes_nobody_new(client, world):
    close_call(world)
    client.force_login(a_user("Late"))
    page = client.get(url("apply", world))
    assert "This call is closed" in page.content.decode()
    client.post(url("apply", world), {"track": world.track.pk})
    assert not Application.objects.exists()


def test_who_is_not_signed_in_comes_back_to_the_call(client, world):
    answer = client.get(url("apply", world))
    assert answer["Location"] == f"{reverse('account_login')}?next={url('apply', world)}"
