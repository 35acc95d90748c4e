"""Nobody unfunded stands above a funded one without a reason; merit alone never leapfrogs."""

from hypothesis import given
from hypothesis import strategies as st

from scoring.merit import Candidate, Line, by_merit, exceptions, unexplained


def test_a_file_passed_over_and_a_file_lifted_need_a_reason():
    lines = [
        Line(1, 1, "award"),
        Line(2, 2, "waitlist"),
        Line(3, 3, "award"),
        Line(4, 4, "waitlist"),
        Line(5, None, "award", has_reason=True),
        Line(6, None, "reject"),
    ]
    assert exceptions(lines) == {2, 4, 5}
    assert unexplained(lines) == {2, 4}
    assert exceptions(lines[:1] + lines[3:4]) == set()


CANDIDATES = st.lists(st.integers(1, 50), max_size=20).map(
    lambda amounts: [Candidate(key, key + 1, amount) for key, amount in enumerate(amounts)]
)
LIMIT = st.none() | st.integers(0, 300)


@given(CANDIDATES, LIMIT, LIMIT, st.integers(0, 5))
def test_merit_alone_never_needs_a_reason_and_never_overspends(candidates, places, envelope, waiting):
    found = by_merit(candidates, places=places, envelope=envelope, waiting=waiting)
    outcome = dict.fromkeys(found.chosen, "award") | dict.fromkeys(found.waiting, "waitlist")
    lines = [Line(one.key, one.rank, outcome.get(one.key, "reject")) for one in candidates]
    assert exceptions(lines) == set()
    assert found.spent == sum(one.amount for one in candidates if one.key in found.chosen)
    assert envelope is None or found.spent <= envelope
    assert places is None or len(found.chosen) <= places
    assert len(found.waiting) <= waiting


@given(CANDIDATES)
def test_without_limits_every_ranked_file_is_chosen(candidates):
    assert len(by_merit(candidates, places=None, envelope=None).chosen) == len(candidates)
    out = [Candidate(99, None, 1)]
    assert 99 not in by_merit([*candidates, *out], places=None, envelope=None).chosen
