"""Files on which jurors differ are found, and nobody deliberates before somebody said what is to be done."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from scoring import discrepant, draw, rounds
from scoring.board import BoardFiles
from scoring.discrepancy import Marked, discrepancies
from scoring.models import Discrepancy, JuryAssignment, Round, Scoresheet
from tests.worlds import scoring as jury
from workflow import Refused, fire

pytestmark = pytest.mark.long

PART = st.floats(0, 1)
FILES = st.lists(
    st.tuples(PART, PART, st.integers(1, 5), st.none() | PART).map(
        lambda row: Marked(0, min(row[:2]), max(row[:2]), row[2], row[3])
    )
)


@given(FILES)
def test_a_file_is_named_for_its_range_or_its_chance_and_for_nothing_else(files):
    found = list(discrepancies(files))
    assert len(found) == sum(
        (one.marks > 1 and one.highest - one.least >= 0.4 - 1e-9)
        or (one.chance is not None and 0.2 <= one.chance <= 0.8)
        for one in files
    )


@pytest.fixture
def wide(session):
    """A round that is marked; on one file a juror gave nothing."""
    jury.mark_all(session)
    held = session.rounds.get()
    at = session.cutoff_at + timedelta(days=9)
    assert discrepant.find(held, at=at) == 0
    sheet = Scoresheet.objects.filter(state="submitted").order_by("pk").first()
    Scoresheet.objects.filter(pk=sheet.pk).update(points=0)
    assert discrepant.find(held, at=at) == 1
    assert discrepant.find(held, at=at) == 0, "found once"
    return Discrepancy.objects.get(application=sheet.assignment.application)


def test_nobody_deliberates_before_somebody_said_what_is_done_about_a_discrepancy(session, client, wide):
    held = Round.objects.get(pk=wide.round_id)
    board = reverse("scoring:round", args=[held.pk])
    client.force_login(jury.member_of(session, "manager"))
    assert "Discrepancies" not in client.get(board).content.decode()
    client.force_login(jury.member_of(session, "jury_secretary"))
    page = client.get(board).content.decode()
    assert "1 file, 1 to look at" in page
    assert "Give the chosen files to one more juror" in page
    assert client.get(wide.get_absolute_url()).status_code == 200
    jury.close_rounds(session)
    secretary, chair = (jury.member_of(session, role) for role in ("jury_secretary", "jury_chair"))
    at = session.cutoff_at + timedelta(days=11)
    with pytest.raises(Refused, match="Jurors differ on 1 file"):
        fire(session, "start_deliberation", actor=secretary, at=at)
    with pytest.raises(Refused, match="The round is closed"):
        fire(wide, "call_extra_juror", actor=secretary, at=at)
    answer = client.post(
        reverse("scoring:settle_discrepancies", args=[held.pk]), {"verb": "moderate", "file": [wide.pk]}
    )
    assert answer.status_code == 302
    fire(session, "start_deliberation", actor=secretary, at=at)
    wide.refresh_from_db()
    assert wide.state == "moderation"
    with pytest.raises(Refused):
        fire(wide, "waive", actor=chair, at=at, data={"reason": "Too late"})
    fire(wide, "resolve", actor=secretary, at=at, data={"reason": "Talked over"})


def test_the_draw_gives_one_juror_more_to_a_file_for_which_one_was_called(session, wide):
    secretary = jury.member_of(session, "jury_secretary")
    fire(wide, "call_extra_juror", actor=secretary)
    held = Round.objects.get(pk=wide.round_id)
    jury.a_juror(session)
    (line, *_others) = BoardFiles(held, short=True)[0:50]
    assert (line.application, line.missing) == (wide.application, 1)
    assert len(BoardFiles(held, short=True)) == 1
    found = draw.preview(held, seed=1)
    assert [found.table.files[row].pk for row, _juror in found.new_pairs] == [wide.application_id]
    jury.draw_jurors(held)
    assert JuryAssignment.objects.filter(round=held, application=wide.application).live().count() == 4
    assert not draw.preview(held, seed=1).new_pairs


def test_a_discrepancy_nobody_looked_at_goes_when_the_jurors_no_longer_differ(session, wide):
    low = Scoresheet.objects.filter(points=0).get()
    other = Scoresheet.objects.filter(assignment__application=wide.application_id).exclude(pk=low.pk).first()
    Scoresheet.objects.filter(pk=low.pk).update(points=other.points)
    rounds.close_round(wide.round, by=jury.member_of(session, "jury_secretary"), at=session.cutoff_at)
    assert not Discrepancy.objects.exists()


def test_a_secretary_in_conflict_with_a_file_does_not_see_its_discrepancy(session, client, wide):
    secretary = jury.member_of(session, "jury_secretary")
    own = jury.a_juror(session, secretary)
    own.conflicts.create(application=wide.application, declared_by=secretary, declared_at=session.cutoff_at)
    client.force_login(secretary)
    assert client.get(wide.get_absolute_url()).status_code == 404
    page = client.get(reverse("scoring:round", args=[wide.round_id]))
    assert page.context["differs"].count == 1
    assert page.context["differs"].lines == []
