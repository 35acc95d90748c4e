"""The demo's plans tell exactly what the design page counts, before any record is made."""

from collections import Counter

import pytest

from demo.programmes import all_plans


@pytest.fixture(scope="module")
def plans():
    return {plan.code: plan for plan in all_plans()}


def ends(plan, **wanted):
    cases = [case for case in plan.cases if all(getattr(case, key) == value for key, value in wanted.items())]
    return Counter(case.ends for case in cases)


def test_412_persons_were_received_in_morocco_and_318_sensitised(plans):
    people = plans["MAR-REF-2018"].people
    assert sum(person.received_on is not None for person in people) == len(people) == 412
    assert sum(person.aware_on is not None for person in people) == 318


def test_231_creation_applications_ended_as_told(plans):
    creation = Counter(case.ends for case in plans["MAR-REF-2018"].cases if case.track != "STR")
    assert creation == {
        "funded": 173,
        "rejected": 31,
        "ineligible": 15,
        "withdrawn": 8,
        "lapsed_from_waiting": 4,
    }
    assert ends(plans["MAR-REF-2018"], track="STR") == {"funded": 57, "rejected": 5, "withdrawn": 2}


def test_173_projects_are_218_persons_and_the_money_adds_up(plans):
    funded = [case for case in plans["MAR-REF-2018"].cases if case.ends == "funded"]
    creation = [case for case in funded if case.track != "STR"]
    assert sum(len(case.members) for case in creation) == 218
    assert sum(case.amount for case in creation) == 286_400_000
    assert sum(case.amount for case in funded) == 332_000_000


def test_nobody_appears_twice_in_one_programme(plans):
    for plan in plans.values():
        keys = [person.key for person in plan.people]
        assert len(keys) == len(set(keys)), plan.code


def test_640_libyan_applications_split_over_sites_as_told(plans):
    plan = plans["LBY-MTQ2"]
    assert ends(plan) == {
        "ineligible": 185,
        "not_retained": 175,
        "enrolled_no_plan": 196,
        "rejected": 24,
        "rejected_after_pitch": 18,
        "funded": 42,
    }
    assert [ends(plan, site=site)["funded"] for site in ("TIP", "MIS", "ZIN")] == [21, 12, 9]
    enrolled = Counter(row.person.site for row in plan.cohorts[0].people)
    assert enrolled == {"TIP": 140, "MIS": 80, "ZIN": 60}
    assert sum(row.completed for row in plan.cohorts[0].people) == 231
    amounts = [case.amount for case in plan.cases if case.amount]
    assert sum(amounts) == 378_000_000
    assert max(amounts) <= 10_000_000


def test_98_cooperatives_hold_7042_households(plans):
    plan = plans["MLI-803"]
    assert Counter(case.site for case in plan.cases) == {"GAO": 43, "TOM": 43, "MEN": 7, "TAO": 5}
    assert sum(case.households for case in plan.cases) == 7042


def test_40_institutions_receive_kits_of_unpublished_value(plans):
    plan = plans["MLI-801"]
    kinds = Counter(case.title.split(",")[0] for case in plan.cases)
    assert sorted(kinds.values()) == [10, 14, 16]
    assert all(case.amount is None for case in plan.cases)


def test_512_young_people_120_kits_and_250_women_in_mali(plans):
    plan = plans["MLI-JPN-2016"]
    assert [len(cohort.people) for cohort in plan.cohorts] == [180, 150, 182]
    tracks = Counter(case.track for case in plan.cases)
    assert tracks == {"KITI": 100, "KITG": 20, "AGR": 25}
    women = [person for case in plan.cases if case.track == "AGR" for person in case.members]
    assert {person.sex for person in women} == {"f"}
    assert len(women) == 250
    assert sum(case.amount for case in plan.cases) == 100_250_000


def test_700_young_people_of_draa_tafilalet(plans):
    initiated, holders, entrepreneurs = plans["MAR-AJEE"].cohorts
    for cohort, split in (
        (initiated, [70, 60, 40, 45, 35]),
        (holders, [65, 60, 40, 45, 40]),
        (entrepreneurs, [55, 50, 30, 35, 30]),
    ):
        sites = Counter(row.person.site for row in cohort.people)
        assert [sites[code] for code in ("ERR", "OUA", "MID", "TIN", "ZAG")] == split
    assert sum(row.idea_on is not None for row in initiated.people) == 50
    assert Counter(row.partner for row in initiated.people if row.partner).most_common()[-1][1] == 10
    assert sum(row.opened for row in holders.people) == 50
    assert sum(row.month_6_profit > row.baseline_profit for row in entrepreneurs.people) == 120
    assert [sum(row.person.sex == "f" for row in cohort.people) for cohort in (initiated, holders)] == [
        100,
        100,
    ]
