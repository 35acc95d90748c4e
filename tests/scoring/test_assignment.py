"""The draw keeps its promises: k jurors a file, no conflict, level loads, the same seed the same draw."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow

from scoring.assignment import draw, fewest_preferred

pytestmark = pytest.mark.long


@st.composite
def calls(made):
    files = made(st.integers(1, 25))
    jurors = made(st.integers(1, 9))
    cells = made(st.lists(st.booleans(), min_size=files * jurors, max_size=files * jurors))
    allowed = np.array(cells, dtype=bool).reshape(files, jurors)
    return allowed, made(st.integers(1, min(3, jurors))), made(st.integers(0, 2**32))


@given(calls())
@settings(deadline=None, max_examples=300)
def test_every_file_has_its_jurors_and_no_conflict_is_ever_drawn(call):
    allowed, k, seed = call
    made = draw(allowed, k, seed=seed)
    assert not (made.pairs & ~allowed).any()
    short = {row for row in range(len(allowed)) if allowed[row].sum() < k}
    assert {shortage.file for shortage in made.shortages} == short
    if not short:
        assert made.complete
        assert (made.pairs.sum(axis=1) == k).all()


@given(calls())
@settings(deadline=None, max_examples=100)
def test_loads_are_as_level_as_a_minimum_cost_flow_makes_them(call):
    """Compared with an independent exact solution: the sum of squared loads is the least possible."""
    allowed, k, seed = call
    made = draw(allowed, k, seed=seed)
    if made.complete:
        assert int((made.loads**2).sum()) == _least_squares(allowed, k)


def _least_squares(allowed, k):
    return _least_cost(allowed, k, 1, np.zeros(allowed.shape))


def _least_cost(allowed, k, weight, wish):
    """Flow by linear programme: file -> juror -> one slot a level, the n-th at (2n - 1) times the weight."""
    files, jurors = allowed.shape
    pair = files * jurors
    slots = weight * np.tile(2 * np.arange(1, files + 1) - 1, jurors)
    cost = np.concatenate([-wish.ravel(), slots])
    balance = np.zeros((files + jurors, 2 * pair))
    for row in range(files):
        balance[row, row * jurors : (row + 1) * jurors] = 1
    for juror in range(jurors):
        balance[files + juror, juror:pair:jurors] = 1
        balance[files + juror, pair + juror * files : pair + (juror + 1) * files] = -1
    upper = np.concatenate([allowed.ravel(), np.ones(pair)])
    solved = linprog(cost, A_eq=balance, b_eq=[k] * files + [0] * jurors, bounds=[(0, top) for top in upper])
    assert solved.success
    return round(solved.fun)


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 4), st.integers(0, 2**64 - 1))
@settings(deadline=None, max_examples=100)
def test_without_conflicts_loads_differ_by_one_at_most(files, jurors, k, seed):
    made = draw(np.ones((files, max(jurors, k)), dtype=bool), k, seed=seed)
    assert made.loads.max() - made.loads.min() <= 1


@given(calls())
@settings(deadline=None, max_examples=50)
def test_the_same_seed_draws_the_same_jurors(call):
    allowed, k, seed = call
    assert (draw(allowed, k, seed=seed).pairs == draw(allowed, k, seed=seed).pairs).all()


def test_another_seed_draws_other_jurors():
    allowed = np.ones((60, 10), dtype=bool)
    assert (draw(allowed, 2, seed=1).pairs != draw(allowed, 2, seed=2).pairs).any()


def test_a_draw_under_a_known_seed_never_changes():
    """The seed is printed in the minutes: whoever draws again must get this."""
    made = draw(np.ones((6, 4), dtype=bool), 2, seed=20230117)
    assert ["".join("x" if cell else "." for cell in row) for row in made.pairs] == KNOWN


KNOWN = ["..xx", "..xx", "x..x", ".xx.", "xx..", "xx.."]


@given(calls(), st.data())
@settings(deadline=None, max_examples=150)
def test_a_top_up_leaves_existing_work_alone_and_only_adds(call, data):
    allowed, k, seed = call
    before = draw(allowed, 1, seed=seed)
    if not before.complete:
        return
    again = draw(allowed, k, seed=seed + 1, kept=before.pairs)
    assert (again.pairs | before.pairs == again.pairs).all()
    if again.complete:
        assert (again.pairs.sum(axis=1) == k).all()


@given(calls(), st.data())
@settings(deadline=None, max_examples=200)
def test_limits_hold_and_are_blamed_only_when_no_draw_exists(call, data):
    allowed, k, seed = call
    files, jurors = allowed.shape
    limits = data.draw(st.lists(st.none() | st.integers(0, 12), min_size=jurors, max_size=jurors))
    made = draw(allowed, k, seed=seed, limits=limits)
    caps = [files if limit is None else limit for limit in limits]
    assert all(load <= cap for load, cap in zip(made.loads, caps, strict=True))
    if not made.shortages:
        assert made.complete == (_most_marks(allowed, k, caps) == files * k)
    if made.full:
        assert all(made.loads[juror] >= caps[juror] for juror in made.full.jurors)
        assert made.full.missing == files * k - made.pairs.sum()


def _most_marks(allowed, k, caps):
    """Greatest number of marks by scipy's maximum flow: source - file - juror - sink."""
    files, jurors = allowed.shape
    size = files + jurors + 2
    flow = np.zeros((size, size), dtype=np.int32)
    flow[0, 1 : files + 1] = k
    flow[1 : files + 1, files + 1 : -1] = allowed
    flow[files + 1 : -1, -1] = caps
    return maximum_flow(csr_matrix(flow), 0, size - 1).flow_value


def test_a_file_that_too_few_may_read_is_named_with_those_who_may():
    allowed = np.array([[True, True, True], [True, False, False]])
    made = draw(allowed, 2, seed=5)
    assert [(short.file, short.needed, short.allowed) for short in made.shortages] == [(1, 2, (0,))]


@st.composite
def calls_with_wishes(made):
    allowed, k, seed = made(calls())
    cells = made(st.lists(st.booleans(), min_size=allowed.size, max_size=allowed.size))
    return allowed, k, seed, np.array(cells, dtype=np.int8).reshape(allowed.shape)


@given(calls_with_wishes())
@settings(deadline=None, max_examples=100)
def test_among_level_draws_the_one_with_most_preferred_jurors_is_taken(call):
    """Compared with an independent linear programme over all pairs, whose loads cost more than any wish."""
    allowed, k, seed, wish = call
    made = draw(allowed, k, seed=seed, preference=wish)
    if made.complete:
        assert made.gained == (made.pairs * wish).sum() == made.bound
        level = int((made.loads**2).sum())
        assert level == _least_squares(allowed, k)
        assert made.gained == _most_wishes(allowed, k, wish, level)


def _most_wishes(allowed, k, wish, level):
    """The most wishes that come true at these loads: a unit of level weighs more than all of them."""
    weight = wish.size + 1
    return weight * level - _least_cost(allowed, k, weight, wish)


@given(calls_with_wishes(), st.sampled_from([0.1, 0.5]))
@settings(deadline=None, max_examples=100)
def test_a_share_of_the_assignments_is_drawn_by_chance_alone(call, share):
    allowed, k, seed, wish = call
    made = draw(allowed, k, seed=seed, preference=wish, linking=share)
    plain = draw(allowed, k, seed=seed, preference=wish)
    assert made.complete == plain.complete
    assert not (made.pairs & ~allowed).any()
    if made.complete:
        assert (made.pairs.sum(axis=1) == k).all()
        assert made.gained <= made.bound
        asked = min(int(np.ceil(share * k * len(allowed))), len(allowed))
        assert made.linked <= asked
        assert made.linked == asked or not allowed.all()


def test_the_file_with_the_fewest_preferred_jurors_is_named():
    wish = np.array([[1, 1, 0], [0, 0, 0], [1, 0, 1]], dtype=np.int8)
    made = draw(np.ones((3, 3), dtype=bool), 2, seed=1, preference=wish)
    assert fewest_preferred(made, wish) == 1
    assert fewest_preferred(made, np.zeros((3, 3), dtype=np.int8)) is None


def test_ten_thousand_files_come_within_a_thousandth_of_the_optimum():
    chance = np.random.default_rng(1)
    languages, sectors, sites = (chance.integers(0, many, 10_000) for many in (3, 12, 10))
    reads = chance.random((300, 3)) < np.array([0.7, 0.6, 0.2])
    reads[np.arange(300), chance.integers(0, 2, 300)] = True
    own = chance.integers(-1, 10, 300)
    allowed = reads[:, languages].T & (sites[:, None] != own) & (chance.random((10_000, 300)) > 0.002)
    wish = (chance.random((300, 12)) < 0.25).T[sectors].astype(np.int8)
    made = draw(allowed, 3, seed=3, kinds=languages, preference=wish, linking=0.1)
    assert made.complete
    assert not (made.pairs & ~allowed).any()
    assert made.linked == 3000
    assert made.bound * 0.999 <= made.gained <= made.bound
    # Who reads only the rarer languages has more: two levels, each within one file.
    assert len(set(made.loads.tolist())) <= 4


@pytest.mark.slow
def test_ten_thousand_files_and_three_hundred_jurors_take_little_memory():
    chance = np.random.default_rng(7)
    languages = chance.integers(0, 3, 10_000)
    reads = np.zeros((300, 3), dtype=bool)
    reads[np.arange(300), chance.integers(0, 3, 300)] = True
    reads[:100, chance.integers(0, 3)] = True
    allowed = reads[:, languages].T & (chance.random((10_000, 300)) > 0.03)
    tracemalloc.start()
    made = draw(allowed, 3, seed=42, kinds=languages)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.complete
    assert (made.pairs.sum(axis=1) == 3).all()
    assert not (made.pairs & ~allowed).any()
    assert peak < 300 * 2**20
