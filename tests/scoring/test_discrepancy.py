"""Files on which jurors differ are counted and shown to those who run the jury, with what to do."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from scoring import discrepant
from scoring.discrepancy import THIRD_JUROR, Marked, discrepancies
from scoring.models import Round, Scoresheet
from tests.worlds import scoring as jury

PART = st.floats(0, 1)
FILES = st.lists(
    st.tuples(PART, PART, st.integers(1, 5), st.none() | PART).map(
        lambda row: Marked(0, min(row[:2]), max(row[:2]), row[2], row[3])
    )
)


@given(FILES, st.booleans())
def test_a_file_is_named_for_its_range_or_its_chance_and_for_nothing_else(files, is_open):
    found = discrepancies(files, is_open=is_open)
    assert len(found) == sum(
        (one.marks > 1 and one.highest - one.least >= 0.4 - 1e-9)
        or (one.chance is not None and 0.2 <= one.chance <= 0.8)
        for one in files
    )
    assert [one.range for one in found] == sorted((one.range for one in found), reverse=True)
    assert all((one.todo == THIRD_JUROR) == is_open for one in found)


def test_the_page_of_a_round_shows_them_to_those_who_may_read_marks(session, client):
    jury.mark_all(session)
    (held,) = Round.objects.filter(session=session)
    assert discrepant.found_in(held) == ([], 3)
    sheet = Scoresheet.objects.filter(state="submitted").order_by("pk").first()
    Scoresheet.objects.filter(pk=sheet.pk).update(points=0)
    (one,), _files = discrepant.found_in(held)
    assert (one.key, one.wide) == (sheet.assignment.application_id, True)
    client.force_login(jury.member_of(session, "jury_secretary"))
    page = client.get(held.get_absolute_url()).content.decode()
    assert "1 of 3 files with marks" in page
    assert "Give it to one more juror" in page
    client.force_login(jury.member_of(session, "manager"))
    assert "Discrepancies" not in client.get(held.get_absolute_url()).content.decode()
    jury.close_rounds(session)
    at = session.cutoff_at + timedelta(days=11)
    jury.fire(session, "start_deliberation", actor=jury.member_of(session, "jury_secretary"), at=at)
    client.force_login(jury.member_of(session, "jury_chair"))
    assert "Talk it over in the sitting" in client.get(held.get_absolute_url()).content.decode()
