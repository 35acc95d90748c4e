"""The walk finds the bugs for which it is there: planted one by one, each breaks its own promise."""

import pytest

from tests.walk.faults import Broken
from tests.walk.plants import PLANTS
from tests.walk.stock import confirmed_before_the_signature
from tests.walk.walker import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEED, STEPS = 1, 250
NEAR_SEED, FEW = 3, 16


def walk(near=None):
    """Walk on money, or from one place of a jury."""
    if near is None:
        walk, steps = Walk(SEED, within="disbursements"), STEPS
    else:
        walk, steps = Walk(NEAR_SEED, stocked=False, within="scoring"), FEW
        walk.build(near)
    walk.go(steps)


@pytest.mark.parametrize("near", [None, confirmed_before_the_signature])
def test_without_a_planted_bug_the_same_walk_breaks_no_promise(near):
    walk(near)


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_planted_bug_is_found(plant, monkeypatch):
    plant.slip(monkeypatch)
    with pytest.raises(Broken) as broken:
        walk(plant.near)
    assert broken.value.promises & plant.promises, broken.value
