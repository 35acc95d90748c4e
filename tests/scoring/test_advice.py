"""Advice on marks: agreement, severity and chance are what their sources define, and are calibrated."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

from scoring.advice import chance, crossed, gate, reliability, report
from scoring.advice.crossed import Spread, Table
from scoring.advising import objection_sentence
from scoring.reserved import File, MeritList, Reserve


def table_of(rows: list[list[float | None]]) -> Table:
    """Items in rows, jurors in columns, None where they did not meet."""
    met = [(i, j, mark) for i, row in enumerate(rows) for j, mark in enumerate(row) if mark is not None]
    item, juror, mark = zip(*met, strict=True)
    return Table(np.array(item), np.array(juror), np.array(mark, dtype=float), len(rows), len(rows[0]))


def simulated(items: int, jurors: int, marks: int, spread: Spread, seed: int) -> tuple[Table, np.ndarray]:
    dice = np.random.default_rng(seed)
    worth, severity = dice.normal(0, spread.item, items), dice.normal(0, spread.juror, jurors)
    item = np.repeat(np.arange(items), marks)
    juror = np.concatenate([dice.choice(jurors, marks, replace=False) for _ in range(items)])
    mark = 60 + worth[item] + severity[juror] + dice.normal(0, spread.rest, items * marks)
    return Table(item, juror, mark, items, jurors), worth


SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]


def test_correlations_are_those_that_shrout_and_fleiss_published():
    spread = crossed.fit(table_of(SHROUT_FLEISS)).spread
    assert reliability.icc_single(spread) == pytest.approx(0.29, abs=0.005)
    assert reliability.icc_mean(spread, 4) == pytest.approx(0.62, abs=0.005)


def test_alpha_is_the_one_that_krippendorff_published():
    unit = None
    observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, unit, unit, unit],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, unit, 3],
        [unit, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, unit],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, unit],
    ]
    assert reliability.alpha(table_of([list(row) for row in zip(*observers, strict=True)])) == pytest.approx(
        0.849, abs=0.0005
    )


def test_variances_are_those_of_the_likelihood_written_out_in_full():
    table, _worth = simulated(25, 6, 3, Spread(6, 4, 3), seed=5)
    by_item = np.equal.outer(table.item, table.item).astype(float)
    by_juror = np.equal.outer(table.juror, table.juror).astype(float)
    count = len(table.mark)

    def minus_twice_restricted(logs: np.ndarray) -> float:
        item, juror, rest = np.exp(logs)
        whole = item * by_item + juror * by_juror + rest * np.eye(count)
        inverse_ones = np.linalg.solve(whole, np.ones(count))
        information = inverse_ones.sum()
        mean = (inverse_ones @ table.mark) / information
        likelihood = multivariate_normal.logpdf(table.mark, np.full(count, mean), whole)
        return float(-2 * likelihood + np.log(information))

    full = minimize(
        minus_twice_restricted,
        np.log([36.0, 16.0, 9.0]),
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-10, "maxiter": 4000},
    )
    spread = crossed.fit(table).spread
    found = [spread.item**2, spread.juror**2, spread.rest**2]
    assert found == pytest.approx(list(np.exp(full.x)), rel=2e-3)


def test_items_are_predicted_as_by_solving_all_equations_at_once():
    table, _worth = simulated(30, 8, 3, Spread(6, 4, 3), seed=9)
    spread = Spread(6, 4, 3)
    design = np.zeros((len(table.mark), 1 + table.items + table.jurors))
    design[:, 0] = 1
    design[np.arange(len(table.mark)), 1 + table.item] = 1
    design[np.arange(len(table.mark)), 1 + table.items + table.juror] = 1
    ratios = [0.0, *[9 / 36] * table.items, *[9 / 16] * table.jurors]
    left = design.T @ design + np.diag(ratios)
    whole = np.linalg.solve(left, design.T @ table.mark)
    solution = crossed.predict(table, spread)
    assert solution.mean == pytest.approx(whole[0])
    assert solution.worth == pytest.approx(whole[1 : 1 + table.items])
    assert solution.severity == pytest.approx(whole[1 + table.items :])


def test_a_juror_of_another_temper_does_not_move_the_files_he_reads():
    spread = Spread(6, 5, 2)
    table, worth = simulated(400, 20, 3, spread, seed=3)
    adjusted = crossed.fit(table).adjusted
    raw_error = np.corrcoef(table.item_means, worth)[0, 1]
    assert np.corrcoef(adjusted, worth)[0, 1] > raw_error + 0.03


def test_a_jury_without_tempers_is_left_as_it_is():
    table, _worth = simulated(300, 15, 4, Spread(8, 0, 5), seed=11)
    solution = crossed.fit(table)
    assert solution.spread.juror < 0.8
    assert reliability.rank_correlation(solution.adjusted, table.item_means) > 0.99


def test_a_chance_of_eighty_percent_comes_true_eight_times_in_ten():
    chances, came_true = [], []
    for seed in range(12):
        table, worth = simulated(300, 20, 3, Spread(10, 5, 8), seed=seed)
        places = 60
        chances.append(chance.chance_funded(table, crossed.fit(table), places, seed=1, draws=400))
        best = np.zeros(300)
        best[np.argsort(-worth)[:places]] = 1
        came_true.append(best)
    said, true = np.concatenate(chances), np.concatenate(came_true)
    for low in (0.1, 0.3, 0.5, 0.7):
        group = (said >= low) & (said < low + 0.2)
        assert group.sum() > 50
        assert true[group].mean() == pytest.approx(said[group].mean(), abs=0.08)


def test_reserved_places_raise_the_chance_of_those_they_are_kept_for():
    table, _worth = simulated(120, 10, 3, Spread(10, 5, 8), seed=2)
    solution = crossed.fit(table)
    kept = np.arange(120) % 4 == 0
    lists = [frozenset({7}) if one else frozenset() for one in kept]
    free = chance.chance_funded(table, solution, 30, seed=7, draws=250)

    def held(needed):
        reserved = chance.Reserved(lists, {7: needed})
        return chance.chance_funded(table, solution, 30, seed=7, reserved=reserved)

    half = held(15)
    assert half.sum() == pytest.approx(30)
    assert half[kept].sum() >= 15
    assert np.all(half[kept] >= free[kept])
    assert np.all(half[~kept] <= free[~kept])
    assert np.array_equal(held(0), free)
    assert held(30)[~kept].sum() == 0


def test_in_each_draw_the_merit_list_itself_would_choose_the_same():
    table, _worth = simulated(40, 8, 3, Spread(10, 5, 8), seed=4)
    solution = crossed.fit(table)
    lists = [frozenset({k for k in (1, 2) if i % (k + 2) == 0}) for i in range(40)]
    reserves = [Reserve(1, 8), Reserve(2, 7)]
    one = chance.chance_funded(
        table, solution, 12, seed=3, draws=1, reserved=chance.Reserved(lists, {1: 8, 2: 7})
    )
    plain = chance.chance_funded(table, solution, 12, seed=3, draws=1)
    assert set(one) == {0, 1}
    # The draw is not told, so its order is asked for: who is in with k places, for every k.
    ranks = np.zeros(40, dtype=int)
    for places in range(1, 41):
        ranks += chance.chance_funded(table, solution, places, seed=3, draws=1) == 0
    files = [File(at, int(ranks[at]) + 1, lists=lists[at]) for at in range(40)]
    assert set(np.flatnonzero(one)) == set(MeritList(files, reserves).choose(12).funded)
    assert not np.array_equal(one, plain)


def test_chances_add_up_to_the_places_and_come_again_with_the_seed():
    table, _worth = simulated(120, 10, 3, Spread(10, 5, 8), seed=2)
    solution = crossed.fit(table)
    first = chance.chance_funded(table, solution, 30, seed=7)
    assert first.sum() == pytest.approx(30)
    assert np.array_equal(first, chance.chance_funded(table, solution, 30, seed=7))
    assert not np.array_equal(first, chance.chance_funded(table, solution, 30, seed=8))
    assert chance.chance_funded(table, solution, 120, seed=7).sum() == 120
    assert chance.chance_funded(table, solution, 0, seed=7).sum() == 0


@pytest.mark.parametrize(
    ("jurors", "marks", "spread", "kinds"),
    [
        (20, 3, Spread(10, 5, 8), []),
        (20, 3, Spread(10, 0.5, 8), [gate.MILD]),
        (100, 3, Spread(10, 5, 8), [gate.FEW_SHEETS]),
    ],
)
def test_advice_is_withheld_where_the_data_cannot_carry_it(jurors, marks, spread, kinds):
    table, _worth = simulated(300, jurors, marks, spread, seed=4)
    solution = crossed.fit(table)
    found = gate.objections(table, solution, crossed.least_squares(table))
    assert [objection.kind for objection in found] == kinds


def test_the_last_of_several_rounds_alone_tells_no_chance():
    table, _worth = simulated(300, 20, 3, Spread(10, 5, 8), seed=4)
    marks = [
        (str(item), str(juror), float(mark))
        for item, juror, mark in zip(table.item, table.juror, table.mark, strict=True)
    ]
    files = {item for item, _juror, _mark in marks}
    alone, last = (report.advise(files, marks, places=30, rounds=rounds) for rounds in (1, 2))
    assert (alone.shown, last.shown) == (True, False)
    assert [objection.kind for objection in last.objections] == [gate.SEVERAL]
    assert all(line.chance is None and line.adjusted is None for line in last.lines.values())
    assert "adds up 2 rounds" in objection_sentence(gate.SEVERAL, 2, 1)


def test_two_juries_that_share_no_file_cannot_be_compared():
    one, _worth = simulated(100, 5, 2, Spread(10, 5, 3), seed=1)
    apart = Table(
        np.concatenate([one.item, one.item + 100]),
        np.concatenate([one.juror, one.juror + 5]),
        np.concatenate([one.mark, one.mark]),
        200,
        10,
    )
    found = gate.objections(apart, crossed.fit(apart), crossed.least_squares(apart))
    assert gate.UNCONNECTED in {objection.kind for objection in found}


def test_many_numbers_of_marks_give_the_same_answer_as_few(monkeypatch):
    dice = np.random.default_rng(8)
    counts = dice.integers(1, 9, 200)
    item = np.repeat(np.arange(200), counts)
    juror = np.concatenate([dice.choice(12, count, replace=False) for count in counts])
    mark = dice.normal(0, 5, 200)[item] + dice.normal(0, 3, 12)[juror] + dice.normal(0, 2, len(item))
    table = Table(item, juror, mark, 200, 12)
    dense = crossed.fit(table).adjusted
    monkeypatch.setattr(crossed, "MOST_CELLS", 0)
    assert crossed.fit(table).adjusted == pytest.approx(dense)


@pytest.mark.parametrize("marks", [[[5.0, 5.0], [5.0, 5.0]], [[1.0, None], [None, 2.0], [3.0, 4.0]]])
def test_tiny_or_flat_data_break_nothing(marks):
    table = table_of(marks)
    solution = crossed.fit(table)
    assert np.isfinite(solution.adjusted).all()
    assert gate.objections(table, solution, crossed.least_squares(table))


def test_a_mark_given_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        Table(np.array([0, 0]), np.array([1, 1]), np.array([1.0, 2.0]), 1, 2)
