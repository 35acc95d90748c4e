"""Pages of a jury cost as many queries for three files as for nine; what they leave out changes nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from applications.models import Registration
from scoring import funding_line, gauges, merit, standings, workbench
from scoring.guards import merit_lines
from scoring.models import Decision, Outcome, Quota, RedactedCopy, Round
from scoring.reserved import MeritList
from tests.scoring.test_reserved import FILES, RESERVES
from tests.worlds import scoring as jury
from tests.worlds.applications import an_application
from tests.worlds.programmes import open_call, programme_world
from workflow import fire

pytestmark = pytest.mark.long

PINNED = {
    "session": 19,
    "jury": 15,
    "copies waiting": 8,
    "copies confirmed": 9,
    "line": 26,
    "decisions": 49,
    "sitting": 47,
}


def decided(count):
    """A session in deliberation with so many files, half of them women's, its ranking and draft decisions."""
    world = programme_world()
    Quota.objects.create(call=world.call, measure="sex", value="f", goal=40, reserved=True)
    Quota.objects.create(call=world.call, measure="youth", value="35", of="persons", goal=10)
    Quota.objects.create(call=world.call, measure="site", value=world.site.code, of="money", goal=10)
    open_call(world)
    files = [an_application(world, "eligible") for _number in range(count)]
    for place, one in enumerate(files):
        Registration.objects.filter(person=one.applicant).update(sex="m" if place % 2 else "f")
    session = jury.start_scoring(world)
    jury.mark_all(session)
    jury.close_rounds(session)
    secretary = jury.member_of(session, "jury_secretary")
    at = session.cutoff_at + timedelta(days=11)
    fire(session, "start_deliberation", actor=secretary, at=at)
    made = standings.make_snapshot(Round.objects.get(session=session), by=secretary, at=at)
    batch = jury.batches.propose(made, by=secretary, places=2, waiting=1)
    return session, made, batch, secretary


@pytest.mark.django_db
@pytest.mark.parametrize("count", [3, 9])
def test_a_page_of_a_jury_takes_as_many_queries_for_three_files_as_for_nine(client, count):
    session, made, batch, secretary = decided(count)
    sitting = jury.sittings.schedule(
        batch,
        secretary=secretary,
        chair=jury.member_of(session, "jury_chair"),
        sits_at=made.made_at,
        place="",
        quorum=1,
    )
    client.force_login(secretary)
    copies = reverse("scoring:copies", args=[session.pk])
    pages = {
        "session": session.get_absolute_url(),
        "jury": reverse("scoring:jury", args=[session.pk]),
        "copies waiting": copies,
        "copies confirmed": f"{copies}?show=confirmed",
        "line": reverse("scoring:line", args=[made.pk]),
        "decisions": batch.get_absolute_url(),
        "sitting": sitting.get_absolute_url(),
    }
    taken = {}
    for name, page in pages.items():
        client.get(page)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page).status_code == 200
        taken[name] = len(captured)
    assert taken == PINNED


@pytest.mark.django_db
def test_the_copies_of_a_session_are_counted_and_listed_by_their_newest_version(world):
    files = [an_application(world, "eligible") for _number in range(3)]
    session = jury.start_scoring(world)
    first = RedactedCopy.objects.get(application=files[0])
    RedactedCopy.objects.create(application=files[0], version=first.version + 1, made_at=first.made_at)
    progress = workbench.progress_of(session)
    assert (progress.confirmed, progress.total, progress.missing) == (2, 3, 0)
    assert [copy.application for copy in workbench.rows_of(session, confirmed=False)] == [files[0]]
    assert {copy.application for copy in workbench.rows_of(session, confirmed=True)} == set(files[1:])
    assert workbench.waiting_in(session).get().version == first.version + 1


@given(FILES, RESERVES, st.integers(0, 9), st.integers(0, 9))
def test_what_a_move_changes_is_the_difference_of_both_selections(files, reserves, here, there):
    merit_list = MeritList(files, reserves)
    one, other = merit_list.choose(here), merit_list.choose(there)
    assert [file.key for file in one.beyond(other)] == [
        key for key in one.funded if key not in set(other.funded)
    ]


@pytest.mark.django_db
def test_gauges_of_a_moved_line_are_those_of_adding_up_its_files():
    _session, made, _batch, _secretary = decided(6)
    scene = funding_line.read(made, shortlisting=False)
    for places in range(len(scene.rows) + 1):
        chosen = scene.line_at(places)
        awards = [
            (scene.standing[row.application], row.amount or 0)
            for row in scene.rows
            if row.line in set(chosen.funded)
        ]
        assert scene.figures(chosen) == gauges.figures(scene.quotas, awards)


@pytest.mark.django_db
def test_departures_are_found_without_reading_whoever_is_below_the_last_choice():
    _session, _made, batch, _secretary = decided(7)
    decisions = list(batch.decisions.order_by("position"))

    def said():
        return [merit.exceptions(merit_lines(batch, every=every)) for every in (False, True)]

    assert said() == [set(), set()]
    for place in (1, 4):
        Decision.objects.filter(pk=decisions[place].pk).update(outcome=Outcome.AWARD, place=None)
    Decision.objects.filter(pk=decisions[0].pk).update(outcome=Outcome.REJECT, amount_minor=None)
    narrow, whole = said()
    assert narrow == whole
    assert decisions[0].pk in narrow
    assert len(merit_lines(batch)) < len(decisions)
    Decision.objects.filter(pk=decisions[5].pk).update(outcome=Outcome.AWARD, rank=None)
    narrow, whole = said()
    assert narrow == whole, "somebody without a rank was chosen before everybody who was left out"
