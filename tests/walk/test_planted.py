"""The walk finds the bugs for which it is there: planted one by one, each breaks its own promise."""

import pytest

from tests.walk.faults import Broken
from tests.walk.plants import PLANTS
from tests.walk.walker import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEED, STEPS = 6, 120
NEAR_SEED, FEW = 3, 16


def walk(near, within):
    """Walk within a package, over all of it or from one place."""
    if near is None:
        Walk(SEED, within=within).go(STEPS)
        return
    walk = Walk(NEAR_SEED, stocked=False, within=within)
    walk.build(near)
    walk.go(FEW)


@pytest.mark.parametrize(("near", "within"), sorted({(one.near, one.within) for one in PLANTS}, key=str))
def test_without_a_planted_bug_the_same_walk_breaks_no_promise(near, within):
    walk(near, within)


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_planted_bug_is_found(plant, monkeypatch):
    plant.slip(monkeypatch)
    with pytest.raises(Broken) as broken:
        walk(plant.near, plant.within)
    assert broken.value.promises & plant.promises, broken.value
