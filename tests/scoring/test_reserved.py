"""Reserved places are kept, cost no more than they must, and leapfrog nobody silently."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.merit import Candidate, by_merit
from scoring.quota_price import best, price
from scoring.reserved import File, MeritList, Reserve, leapfrogged

WOMEN, YOUNG, NORTH = 1, 2, 3
LISTS = st.frozensets(st.sampled_from([WOMEN, YOUNG, NORTH]), max_size=3)
FILES = st.lists(st.tuples(st.integers(1, 9), LISTS, st.integers(0, 40)), max_size=9).map(
    lambda rows: [
        File(key, key + 1, amount, lists, worth)
        for key, ((amount, lists, _mark), worth) in enumerate(
            zip(rows, sorted((mark for *_rest, mark in rows), reverse=True), strict=True)
        )
    ]
)
RESERVES = st.tuples(st.integers(0, 100), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)).map(
    lambda goals: [
        reserve
        for reserve in (
            Reserve(WOMEN, goals[0], percent=True, before=goals[3] // 2, before_all=goals[3]),
            Reserve(YOUNG, goals[1]),
            Reserve(NORTH, goals[2]),
        )
        if reserve.goal
    ]
)
LIMIT = st.none() | st.integers(0, 40)


def file(rank, *lists, amount=1, worth=0):
    return File(rank, rank, amount, frozenset(lists), worth)


def test_the_best_of_the_list_takes_the_place_of_the_last_whom_no_quota_needs():
    files = [file(1), file(2), file(3, NORTH), file(4), file(5, WOMEN), file(6, WOMEN), file(7, NORTH)]
    found = MeritList(files, [Reserve(WOMEN, 25, percent=True), Reserve(NORTH, 1)]).choose(4)
    assert found.funded == (1, 2, 3, 5)
    assert found.reserved == {5: WOMEN}
    assert (found.needed, found.found) == ({WOMEN: 1, NORTH: 1}, {WOMEN: 1, NORTH: 1})
    met = MeritList(files, [Reserve(NORTH, 1)]).choose(4)
    assert met.funded == (1, 2, 3, 4)
    assert not met.reserved, "a goal that is met in the order of merit reserves nothing"


def test_one_file_that_counts_twice_is_better_than_two_that_count_once():
    files = [file(1), file(2), file(3), file(4, WOMEN), file(5, WOMEN, YOUNG), file(6, YOUNG)]
    assert MeritList(files, [Reserve(WOMEN, 1), Reserve(YOUNG, 1)]).choose(3).funded == (1, 2, 5)


def test_places_that_nobody_can_fill_go_to_merit():
    found = MeritList([file(1), file(2), file(3, NORTH)], [Reserve(NORTH, 2)]).choose(2)
    assert found.funded == (1, 3)
    assert found.short == {NORTH: 1}


@settings(max_examples=150, deadline=None)
@given(FILES, RESERVES, LIMIT, LIMIT)
def test_nobody_is_leapfrogged_without_a_quota_and_nothing_is_overspent(files, reserves, places, envelope):
    merit = MeritList(files, reserves)
    found = merit.line(places=places, envelope=envelope)
    ranks = {one.key: one.rank for one in files}
    assert leapfrogged(files, found.funded, found.needed) == set()
    assert found.spent == sum(one.amount for one in files if one.key in found.funded)
    assert envelope is None or found.spent <= envelope
    assert places is None or found.places <= places
    assert len(found.funded) == found.places
    first = min((ranks[key] for key in ranks if key not in found.funded), default=len(files) + 1)
    assert set(found.reserved) == {key for key in found.funded if ranks[key] > first}
    for key, reserve in found.reserved.items():
        assert reserve in files[key].lists
        assert found.found[reserve] <= found.needed[reserve], "a place is reserved for what is not met alone"
    if found.places < len(files) and (places is None or found.places < places):
        assert merit.choose(found.places + 1).spent > (envelope or 0), "one place more cannot be paid"


@given(FILES, LIMIT, LIMIT)
def test_without_reserved_places_it_is_merit_alone(files, places, envelope):
    alone = by_merit(
        [Candidate(one.key, one.rank, one.amount) for one in files], places=places, envelope=envelope
    )
    assert MeritList(files).line(places=places, envelope=envelope).funded == alone.chosen


@settings(max_examples=60, deadline=None)
@given(FILES, st.sets(st.integers(0, 8)), RESERVES)
def test_the_checker_finds_every_file_that_could_take_the_place_of_a_later_one(files, chosen, reserves):
    funded = {one.key for one in files if one.key in chosen}
    needed = {one.key: one.needed(len(funded)) for one in reserves}

    def missing(keys):
        counted = [one for one in files if one.key in keys]
        return sum(max(need - sum(key in one.lists for one in counted), 0) for key, need in needed.items())

    expected = {
        out.key
        for out in files
        for in_ in files
        if out.key not in funded and in_.key in funded and out.rank < in_.rank
        if missing(funded - {in_.key} | {out.key}) <= missing(funded)
    }
    assert leapfrogged(files, funded, needed) == expected


def brute_force(files, places, envelope, needed):
    return max(
        (
            sum(one.worth for one in chosen)
            for chosen in combinations(files, places)
            if envelope is None or sum(one.amount for one in chosen) <= envelope
            if all(sum(key in one.lists for one in chosen) >= need for key, need in needed.items())
        ),
        default=None,
    )


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(FILES, RESERVES, st.integers(0, 6), LIMIT)
def test_the_price_of_a_quota_is_that_of_trying_every_choice(files, reserves, places, envelope):
    needed = {one.key: one.needed(places) for one in reserves}
    found = price(files, places=places, envelope=envelope, needed=needed)
    free, kept = (brute_force(files, places, envelope, wanted) for wanted in ({}, needed))
    assert (found.free.worth, found.kept.worth) == (free, kept)
    assert found.feasible is (kept is not None)
    assert found.whole == (None if free is None or kept is None else free - kept)
    for key in needed:
        others = {other: need for other, need in needed.items() if other != key}
        without = brute_force(files, places, envelope, others)
        expected = None if without is None or kept is None else without - kept
        assert found.by_reserve[key] == expected


@pytest.mark.long
def test_the_merit_list_comes_near_the_optimum_and_never_above_it():
    """Ten thousand files, overlapping lists: to one in a thousand the marks of the integer programme."""
    files = [
        File(
            number,
            number + 1,
            9_000,
            frozenset(
                key
                for key, (step, phase) in {WOMEN: (10, 3), YOUNG: (7, 3), NORTH: (97, 9)}.items()
                if number * 37 % step < phase
            ),
            950_000 - 60 * number,
        )
        for number in range(10_000)
    ]
    merit = MeritList(
        files, [Reserve(WOMEN, 40, percent=True), Reserve(YOUNG, 50, percent=True), Reserve(NORTH, 350)]
    )
    found = merit.line(places=None, envelope=27_000_000)
    assert found.places == 3000
    assert not found.short
    assert leapfrogged(files, found.funded, found.needed) == set()
    most = best(files, places=found.places, envelope=27_000_000, needed=found.needed)
    reached = sum(one.worth for one in files if one.key in set(found.funded))
    assert most.proven
    assert most.worth * 0.999 <= reached <= most.worth
