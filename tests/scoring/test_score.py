"""One definition of a score: exact, with its maximum, gates, thresholds, abstentions, extremes, shares."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.marks import MISSING, NO_COMMENT, NO_REASON, OFF_SCALE, Given, Scale, gap
from scoring.score import (
    ANY,
    GATE,
    Criterion,
    Failure,
    Grid,
    Points,
    Section,
    file_score,
    round_score,
    section_scores,
    sheet_score,
)

ZERO_TO_FIVE = Scale(Decimal(0), Decimal(5))
YES_NO = Scale(Decimal(0), Decimal(1))


def line(key, points, high=5, **more):
    return Criterion(
        key, more.pop("section", "all"), Decimal(points), Scale(Decimal(0), Decimal(high)), **more
    )


def grid(*lines, share=None, sections=("all",), thresholds=None, **more):
    total = sum((one.points for one in lines), Decimal(0))
    parts = tuple(Section(key, (thresholds or {}).get(key)) for key in sections)
    return Grid(parts, tuple(lines), Decimal(share) if share is not None else total, **more)


def marks(**given_marks):
    return {key: None if value is None else Decimal(str(value)) for key, value in given_marks.items()}


def test_the_juror_page_of_the_mock_up_adds_up():
    """Four of five on 20 points is 16, five of five on 25 is 25, three of five on 25 is 15: 56 of 85."""
    paper = grid(line("a", 20), line("b", 25), line("c", 25), line("d", 15))
    assert sheet_score(paper, marks(a=4, b=5, c=3)) == Points(Fraction(56), Fraction(70))
    assert sheet_score(paper, marks(a=4, b=5, c=3, d=0)) == Points(Fraction(56), Fraction(85))


@st.composite
def grids_and_sheets(made):
    count = made(st.integers(1, 6))
    lines = [
        line(f"c{number}", made(st.integers(1, 40)), made(st.integers(1, 10))) for number in range(count)
    ]
    sheets = [
        {one.key: made(st.none() | st.integers(0, int(one.scale.high)).map(Decimal)) for one in lines}
        for _sheet in range(made(st.integers(0, 6)))
    ]
    return grid(*lines), sheets


@pytest.mark.long
@given(grids_and_sheets(), st.randoms())
def test_a_score_lies_between_nothing_and_its_maximum_and_order_of_sheets_is_nothing(drawn, chance):
    form, sheets = drawn
    result = round_score(form, sheets)
    mixed = list(sheets)
    chance.shuffle(mixed)
    assert round_score(form, mixed) == result
    if result.score is not None:
        assert 0 <= result.score.points <= result.score.maximum == form.total


@pytest.mark.long
@given(grids_and_sheets())
def test_without_abstention_the_mean_of_totals_is_the_sum_of_the_criterion_means(drawn):
    form, sheets = drawn
    full = [marks for marks in sheets if all(value is not None for value in marks.values())]
    result = round_score(form, full)
    if full:
        assert result.score is not None
        assert result.score.points == sum(result.criteria.values())
        assert result.score.points == sum(sheet_score(form, one).points for one in full) / len(full)


@pytest.mark.long
@given(grids_and_sheets())
def test_a_better_mark_never_lowers_a_score(drawn):
    form, sheets = drawn
    before = round_score(form, sheets).share
    for position, one in enumerate(sheets):
        for criterion in form.criteria:
            value = one[criterion.key]
            if value is not None and value < criterion.scale.high:
                better = [*sheets]
                better[position] = {**one, criterion.key: value + 1}
                after = round_score(form, better).share
                assert before is not None
                assert after is not None
                assert after > before


def test_an_abstention_counts_neither_for_nor_against():
    form = grid(line("a", 50), line("b", 50))
    assert round_score(form, [marks(a=4, b=None)]).share == Fraction(4, 5)
    assert round_score(form, [marks(a=4, b=None), marks(a=2, b=2)]).share == Fraction(3, 5)
    assert round_score(form, [marks(a=None, b=None)]).score is None


def test_thirds_stay_thirds():
    form = grid(line("a", 10, high=3))
    result = round_score(form, [marks(a=1), marks(a=2), marks(a=2)])
    assert result.score == Points(Fraction(50, 9), Fraction(10))


def test_extremes_are_left_out_from_four_sheets_on():
    form = grid(line("a", 100, high=100), drop_extremes=True)
    four = [marks(a=0), marks(a=60), marks(a=70), marks(a=100)]
    assert round_score(form, four).score == Points(Fraction(65), Fraction(100))
    assert round_score(form, four).sheets == 2
    assert round_score(form, four[:3]).score == Points(Fraction(130, 3), Fraction(100))


def test_a_gate_is_worth_nothing_and_stops_by_majority_or_by_any_refusal():
    gate = Criterion("legal", "all", Decimal(0), YES_NO, gate=True)
    strict, usual = grid(line("a", 50), gate, gate_rule=ANY), grid(line("a", 50), gate)
    split = [marks(a=5, legal=1), marks(a=5, legal=0)]
    assert usual.total == 50
    assert round_score(usual, split).failures == ()
    assert round_score(strict, split).failures == (Failure(GATE, "legal"),)
    refused = [*split, marks(a=5, legal=0)]
    assert round_score(usual, refused).failures == (Failure(GATE, "legal"),)
    assert round_score(usual, refused).score == Points(Fraction(50), Fraction(50))


def test_feasibility_under_ten_of_twenty_puts_a_file_out_and_ten_does_not():
    form = grid(line("feasibility", 20, high=20, threshold=Decimal(10)), line("rest", 80))
    under = round_score(form, [marks(feasibility=9, rest=5), marks(feasibility=10, rest=5)])
    assert under.failures == (Failure("criterion", "feasibility", Fraction(19, 2), Fraction(10)),)
    assert round_score(form, [marks(feasibility=10, rest=0)]).failures == ()


def test_a_section_has_its_own_threshold():
    form = grid(
        line("a", 20, section="relevance"),
        line("b", 10, section="relevance"),
        line("c", 20, section="design"),
        sections=("relevance", "design"),
        thresholds={"relevance": Decimal(20)},
    )
    result = round_score(form, [marks(a=3, b=3, c=5)])
    assert result.sections["relevance"] == Points(Fraction(18), Fraction(30))
    assert result.failures == (Failure("section", "relevance", Fraction(18), Fraction(20)),)
    assert section_scores(form, marks(a=3, b=3, c=5))["design"] == Points(Fraction(20), Fraction(20))


def test_paper_and_pitch_together_make_the_hundred():
    paper = grid(line("a", 85, high=85))
    pitch = grid(line("p", 15, high=5), pass_mark=Decimal(65))
    both = file_score([round_score(paper, [marks(a=50)]), round_score(pitch, [marks(p=5), marks(p=4)])])
    assert both.score == Points(Fraction(127, 2), Fraction(100))
    assert both.failures == (Failure("pass", "", Fraction(127, 2), Fraction(65)),)
    alone = file_score([round_score(paper, [marks(a=50)])])
    assert alone.score == Points(Fraction(50), Fraction(85))
    assert alone.failures == ()
    assert file_score([round_score(paper, [marks(a=50)]), round_score(pitch, [])]).score is None


def test_a_round_counts_with_its_share_whatever_its_grid_adds_up_to():
    paper = grid(line("a", 50, high=50), share=60)
    pitch = grid(line("p", 10, high=10), share=40)
    both = file_score([round_score(paper, [marks(a=25)]), round_score(pitch, [marks(p=10)])])
    assert both.score == Points(Fraction(70), Fraction(100))


@pytest.mark.parametrize(
    ("given_mark", "said"),
    [
        (None, MISSING),
        (Given(), MISSING),
        (Given(value=Decimal("2.5")), OFF_SCALE),
        (Given(value=Decimal(6)), OFF_SCALE),
        (Given(value=Decimal("NaN")), OFF_SCALE),
        (Given(value=Decimal(5)), NO_COMMENT),
        (Given(value=Decimal(5), comment="  "), NO_COMMENT),
        (Given(value=Decimal(5), comment="Measured need, named clients."), None),
        (Given(value=Decimal(3)), None),
        (Given(abstained=True), NO_REASON),
        (Given(abstained=True, reason="Not my field."), None),
    ],
)
def test_a_criterion_asks_for_a_mark_or_an_abstention_with_reason(given_mark, said):
    assert gap(ZERO_TO_FIVE, frozenset({Decimal(0), Decimal(1), Decimal(5)}), given_mark) == said


def test_a_scale_may_have_halves():
    halves = Scale(Decimal(1), Decimal(3), Decimal("0.5"))
    assert [str(value) for value in halves.values()] == ["1.0", "1.5", "2.0", "2.5", "3.0"]
    assert halves.accepts(Decimal("2.50"))
    assert not halves.accepts(Decimal("2.25"))
