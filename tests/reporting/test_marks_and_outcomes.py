"""Outcomes beside marks: told only where the numbers allow it, in plain words, never from a few files."""

import random
from datetime import date, timedelta

import pytest
from django.urls import reverse

from followup.models import Enterprise, Visit
from reporting import marks_and_outcomes, rank_correlation
from tests.worlds import scoring as jury
from tests.worlds.applications import an_application
from tests.worlds.programmes import open_call, programme_world


def test_equal_values_share_their_rank():
    assert rank_correlation.ranks([10, 30, 20, 30]) == [1, 3.5, 2, 3.5]


def test_the_rank_correlation_is_that_of_the_textbook():
    pairs = [(float(one), float(one * one)) for one in range(20)]
    assert rank_correlation.spearman(pairs).rho > 0.999
    assert rank_correlation.spearman([(one, -two) for one, two in pairs]).rho < -0.999
    assert rank_correlation.spearman(pairs[:19]) is None, "too few"
    assert rank_correlation.spearman([(one, 1.0) for one, _two in pairs]) is None, "nothing varies"


def test_the_interval_holds_the_truth_as_often_as_it_says():
    dice, held = random.Random(7), 0
    for _run in range(400):
        pairs = [(dice.gauss(0, 1), dice.gauss(0, 1)) for _pair in range(40)]
        found = rank_correlation.spearman(pairs)
        held += found.low < 0 < found.high
    assert 0.92 <= held / 400 <= 0.98


def test_quarters_keep_equal_marks_together_and_withhold_few():
    groups = rank_correlation.quarters([(float(n // 10), float(n)) for n in range(22)])
    assert [group.pairs for group in groups] == [10, 10, 2]
    assert groups[-1].middle is None


@pytest.fixture
def visited(db):
    """One funded application whose enterprise was seen after half a year."""
    world = programme_world()
    open_call(world)
    for _number in range(2):
        an_application(world, "eligible")
    session = jury.start_scoring(world)
    jury.mark_all(session)
    batch = jury.deliberate(session, places=1)
    jury.announce(session)
    application = batch.decisions.get(outcome="award").application
    anchor = date(2026, 1, 10)
    enterprise, _made = Enterprise.objects.update_or_create(
        case=application.case,
        defaults={
            "programme": session.call.programme,
            "name": "Atelier",
            "kind": "individual",
            "anchor_on": anchor,
        },
    )
    for days, status in ((30, "open"), (200, "closed")):
        Visit.objects.create(
            case=application.case,
            enterprise=enterprise,
            programme=session.call.programme,
            code=f"X{days}",
            due_on=anchor,
            performed_at=session.cutoff_at.replace(year=2026, month=1, day=10) + timedelta(days=days),
            answers={"status": status, "profit": 1200, "jobs_women": 1},
            state="validated",
        )
    return session


@pytest.mark.long
def test_the_page_says_that_few_outcomes_tell_nothing(visited, client):
    (found,) = marks_and_outcomes.read(visited.call.programme)
    assert found.funded == 1
    survival = found.comparisons[0]
    assert (survival.seen, survival.correlation, survival.groups) == (1, None, [])
    client.force_login(jury.member_of(visited, "donor"))
    page = client.get(reverse("reporting:outcomes", args=[visited.call.programme.code]))
    assert "Too few outcomes are known to say anything" in page.content.decode()
