"""The walk finds the bugs for which it is there: planted one by one, each breaks its own promise."""

import pytest

from tests.walk.faults import Broken
from tests.walk.plants import PLANTS
from tests.walk.walker import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEED, STEPS = 1, 250


def walk():
    walk = Walk(SEED, within="disbursements")
    walk.go(STEPS)


def test_without_a_planted_bug_the_same_walk_breaks_no_promise():
    walk()


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_planted_bug_is_found(plant, monkeypatch):
    plant.slip(monkeypatch)
    with pytest.raises(Broken) as broken:
        walk()
    assert broken.value.promises & plant.promises, broken.value
