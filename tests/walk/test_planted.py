"""The walk finds the bugs for which it is there: planted one by one, each breaks its own promise."""

import pytest
from django.db import transaction

from tests.walk.faults import Broken
from tests.walk.plants import PLANTS
from tests.walk.stock import confirmed_before_the_signature
from tests.walk.walker import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEEDS, STEPS = (6, 9), 120
NEAR_SEED, FEW = 3, 16


def walk(near=None):
    """Walk on money, from a few seeds, or from one place of a jury."""
    if near is not None:
        walk = Walk(NEAR_SEED, stocked=False, within="scoring")
        walk.build(near)
        walk.go(FEW)
        return
    for seed in SEEDS:
        with transaction.atomic():
            Walk(seed, within="disbursements").go(STEPS)
            transaction.set_rollback(True)


@pytest.mark.parametrize("near", [None, confirmed_before_the_signature])
def test_without_a_planted_bug_the_same_walk_breaks_no_promise(near):
    walk(near)


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_planted_bug_is_found(plant, monkeypatch):
    plant.slip(monkeypatch)
    with pytest.raises(Broken) as broken:
        walk(plant.near)
    assert broken.value.promises & plant.promises, broken.value
