"""Raw weighted mean, the announced chain, then a lot anybody can draw again; same snapshot, same list."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import snapshot
from scoring.marks import Scale
from scoring.ranking import Entry, Place, lot, order
from scoring.score import Criterion, Grid, Section

ENTRIES = st.lists(
    st.builds(
        Entry,
        key=st.text("ABCDEF0123456789", min_size=3, max_size=6),
        score=st.none() | st.integers(0, 4).map(Fraction),
        criteria=st.tuples(st.integers(0, 1).map(Fraction), st.integers(0, 1).map(Fraction)),
        top=st.integers(0, 1).map(Fraction),
        ranked=st.booleans(),
    ),
    unique_by=lambda entry: entry.key,
    max_size=20,
)


@given(ENTRIES, st.randoms())
def test_the_list_does_not_depend_on_the_order_of_reading(entries, chance):
    mixed = list(entries)
    chance.shuffle(mixed)
    assert order(mixed, seed="s") == order(entries, seed="s")


@given(ENTRIES)
def test_ranks_follow_scores_without_gap_or_tie(entries):
    by_key = {entry.key: entry for entry in entries}
    places = order(entries, seed="s")
    ranked = [place for place in places if place.rank]
    assert [place.rank for place in ranked] == list(range(1, len(ranked) + 1))
    assert {place.key for place in places} == set(by_key)
    scores = [by_key[place.key].score for place in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(by_key[place.key].ranked for place in ranked)


@given(ENTRIES)
def test_whoever_stands_alone_with_a_score_was_decided_by_nothing_else(entries):
    running = [entry for entry in entries if entry.ranked and entry.score is not None]
    for place in order(entries, seed="s"):
        if place.rank:
            score = next(entry.score for entry in running if entry.key == place.key)
            alone = sum(entry.score == score for entry in running) == 1
            assert (place.decided_by == "") is alone


def test_ties_are_broken_by_criteria_then_top_marks_then_lot():
    half = Fraction(1, 2)
    entries = [
        Entry("first", Fraction(80), (Fraction(20), Fraction(1))),
        Entry("second", Fraction(80), (Fraction(19), Fraction(9))),
        Entry("third", Fraction(80), (Fraction(19), Fraction(8)), half),
        Entry("fourth", Fraction(80), (Fraction(19), Fraction(8))),
        Entry("fifth", Fraction(80), (Fraction(19), Fraction(8))),
        Entry("last", Fraction(79), (Fraction(20), Fraction(9)), Fraction(1)),
    ]
    places = order(entries, seed="7")
    drawn = sorted(["fourth", "fifth"], key=lambda key: lot("7", key))
    assert [place.key for place in places] == ["first", "second", "third", *drawn, "last"]
    said = ["criterion:1", "criterion:2", "top_marks", "lot", "lot", ""]
    assert [place.decided_by for place in places] == said


def test_another_seed_draws_another_lot():
    tied = [Entry(f"C{number}", Fraction(50)) for number in range(30)]
    one = [place.key for place in order(tied, seed="1")]
    assert one != [place.key for place in order(tied, seed="2")]
    assert one == sorted(one, key=lambda key: lot("1", key))


def test_files_out_of_the_running_have_no_rank_and_come_last():
    entries = [Entry("out", Fraction(99), ranked=False), Entry("in", Fraction(1)), Entry("blank", None)]
    assert order(entries, seed="s") == [Place("in", 1), Place("out", None), Place("blank", None)]


PAPER = Grid(
    sections=(Section("all"),),
    criteria=(
        Criterion("idea", "all", Decimal(25), Scale(Decimal(0), Decimal(5))),
        Criterion("budget", "all", Decimal(10), Scale(Decimal(0), Decimal(3)), threshold=Decimal(2)),
    ),
    share=Decimal(35),
    tie_break=("budget", "idea"),
)
FILES = {
    "11-1": [[{"idea": Decimal(5), "budget": Decimal(3)}, {"idea": Decimal(4), "budget": None}]],
    "22-2": [[{"idea": Decimal(3), "budget": Decimal("2.0")}]],
    "33-3": [[{"idea": Decimal(5), "budget": Decimal(0)}]],
    "44-4": [[]],
}


def test_the_same_snapshot_gives_the_same_bytes_and_the_same_list():
    inputs = snapshot.freeze("seed", [PAPER], FILES)
    rows = snapshot.compute(inputs)
    mixed = {key: [part[::-1] for part in FILES[key]] for key in reversed(FILES)}
    assert snapshot.freeze("seed", [PAPER], mixed) == inputs
    assert snapshot.canonical(json.loads(inputs)) == inputs
    assert snapshot.digest(inputs, snapshot.compute(inputs)) == snapshot.digest(inputs, rows)
    assert [(row["key"], row["rank"], row["score"], row["maximum"]) for row in rows] == [
        ("11-1", 1, "63/2", "35"),
        ("22-2", 2, "65/3", "35"),
        ("33-3", None, "25", "35"),
        ("44-4", None, None, None),
    ]
    assert rows[2]["failures"] == [
        {"kind": "criterion", "key": "budget", "got": "0.0000", "needed": "2.0000"}
    ]
    assert "2.0" not in inputs


@pytest.mark.parametrize(
    ("old", "new"), [('"idea":"5"', '"idea":"4"'), ('"seed":"seed"', '"seed":"reed"'), ("35", "36")]
)
def test_whatever_is_changed_in_a_snapshot_changes_its_digest(old, new):
    inputs = snapshot.freeze("seed", [PAPER], FILES)
    assert old in inputs
    changed = inputs.replace(old, new, 1)
    assert snapshot.digest(changed, snapshot.compute(changed)) != snapshot.digest(
        inputs, snapshot.compute(inputs)
    )


def test_grids_survive_the_way_through_text():
    data = json.loads(json.dumps(snapshot.grid_data(PAPER)))
    assert snapshot.grid_from(data) == PAPER
