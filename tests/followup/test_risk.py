"""Every rule of the risk rating by itself, and how the parts add up."""

import pytest

from followup.risk import Level, Situation, level_of, rate

RULES = [
    ("closed within a year", Situation(statuses=["closed"], months_since_start=11), 60, "red", True),
    ("sold within a year", Situation(statuses=["sold"], months_since_start=0), 60, "red", True),
    ("closed after a year", Situation(statuses=["closed"], months_since_start=12), 0, "green", False),
    ("suspended", Situation(statuses=["open", "suspended"]), 35, "orange", False),
    ("a tenth off budget", Situation(off_budget_percent=10), 0, "green", False),
    ("more than a tenth off budget", Situation(off_budget_percent=10.1), 30, "orange", False),
    ("a quarter off budget", Situation(off_budget_percent=25), 30, "orange", False),
    ("more than a quarter off budget", Situation(off_budget_percent=25.1), 60, "red", True),
    ("an asset gone", Situation(asset_gone=True), 40, "orange", True),
    ("no profit once", Situation(profits=[5, 0]), 20, "green", False),
    ("no profit twice", Situation(profits=[0, -5]), 25, "green", False),
    ("profit halved", Situation(profits=[10, 5]), 20, "green", False),
    ("profit a little less", Situation(profits=[10, 6]), 0, "green", False),
    ("profit unknown between", Situation(profits=[0, None, -1]), 25, "green", False),
    ("missed once", Situation(missed=1), 15, "green", False),
    ("missed twice", Situation(missed=2), 35, "orange", False),
    ("unreachable twice", Situation(unreachable=2), 0, "green", False),
    ("unreachable three times", Situation(unreachable=3), 40, "orange", True),
    ("a dispute", Situation(group_dispute=True), 20, "green", False),
    ("two overdue actions", Situation(overdue_actions=2), 20, "green", False),
    ("five overdue actions", Situation(overdue_actions=5), 30, "orange", False),
    ("nothing", Situation(), 0, "green", False),
]


@pytest.mark.parametrize(
    ("situation", "points", "level", "hold"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES]
)
def test_each_rule_gives_the_points_of_the_design(situation, points, level, hold):
    rating = rate(situation)
    assert (rating.points, rating.level, rating.hold) == (points, level, hold)
    assert sum(part.points for part in rating.parts) == points


def test_parts_add_up_to_a_hundred_at_most_and_the_heaviest_stands_first():
    rating = rate(
        Situation(statuses=["closed"], asset_gone=True, missed=2, group_dispute=True, overdue_actions=9)
    )
    assert rating.points == 100
    assert rating.parts[0].code == "closed"
    assert rating.hold


def test_several_small_parts_make_it_red_and_hold():
    rating = rate(Situation(statuses=["suspended"], missed=2))
    assert (rating.points, rating.level, rating.hold) == (70, Level.RED, True)


def test_levels_change_at_thirty_and_sixty():
    assert [level_of(points) for points in (0, 29, 30, 59, 60, 100)] == [
        "green",
        "green",
        "orange",
        "orange",
        "red",
        "red",
    ]
