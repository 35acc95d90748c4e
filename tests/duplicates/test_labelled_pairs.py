"""The promise on 2,000 labelled pairs: who is found, and who is left alone."""

from collections import Counter

import pytest

from applications.duplicates.keys import candidates, find, keys
from applications.duplicates.weighing import Grade, Profile, judge
from tests.duplicates.labelled import crowd, pairs

PRECISION, RECALL = 0.99, 0.95


@pytest.fixture(scope="module")
def judged():
    return [(pair, judge(pair.one, pair.other).grade) for pair in pairs()]


def test_of_two_thousand_pairs_hardly_one_is_wrong_and_nineteen_of_twenty_are_found(judged):
    counts = Counter((pair.same, grade == Grade.LIKELY) for pair, grade in judged)
    assert len(judged) == 2000
    right, wrong, missed = counts[True, True], counts[False, True], counts[True, False]
    assert right / (right + wrong) >= PRECISION
    assert right / (right + missed) >= RECALL


def test_every_slip_of_a_digit_is_found_and_no_brother_or_twin_is_taken_for_the_other(judged):
    likely = Counter(pair.kind for pair, grade in judged if grade == Grade.LIKELY)
    assert likely["slip"] == 300
    assert likely["sibling"] == 0


def test_the_order_of_two_persons_does_not_matter(judged):
    for pair, grade in judged[::25]:
        assert judge(pair.other, pair.one).grade == grade


def test_what_is_one_person_shares_a_key(judged):
    same = [pair for pair, grade in judged if pair.same and grade == Grade.LIKELY]
    met = sum(not keys(pair.one).isdisjoint(keys(pair.other)) for pair in same)
    assert met / len(same) >= 0.99


def test_the_whole_way_finds_who_was_written_down_twice_in_a_crowd():
    persons, same = crowd(3000)
    found = {(match.one, match.other) for match in find(persons, least=Grade.LIKELY)}
    assert len(found & same) / len(same) >= 0.9
    assert len(found & same) / len(found) >= 0.9


def test_a_key_that_very_many_share_is_not_followed():
    assert candidates({"p:1": list(range(1000)), "p:2": [1, 2]}) == {(1, 2)}


def test_the_same_document_is_always_shown_and_a_shared_phone_only_as_possible():
    one = Profile(1, latin="Amina Alaoui", birth="1990", document="QA 123-456", phone="0612345678")
    other = Profile(2, latin="Said Tazi", birth="1961", document="qa123456", phone="+212611111111")
    assert judge(one, other).grade == Grade.LIKELY
    family = Profile(3, latin="Said Tazi", birth="1961", phone="+212612345678")
    assert judge(one, family).grade == Grade.POSSIBLE


def test_grounds_are_codes_and_a_profile_prints_nobody():
    one = Profile(1, latin="Amina Alaoui", birth="1990-05-04", document="QA123456")
    grounds = judge(one, one).grounds
    assert set(grounds) == {"name_same", "birth_same", "document_same"}
    assert "Amina" not in repr(one)
    assert "1990" not in repr(one)
