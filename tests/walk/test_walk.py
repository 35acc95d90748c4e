"""A random walk over the whole journey: whatever people do, in whatever order, the promises hold."""

import pytest

from tests.walk.walker import Walk, every_edge
from workflow.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SHORT, LONG = 200, 2000
SORTS = {
    "stranger",
    "wrong state",
    "missing input",
    "forged id",
    "signed before",
    "held",
    "repeated",
    "contradicted",
}
SEED, LONG_SEED = 7, 61


def problems():
    return [f"{result.name}: {problem}" for result in verify() for problem in result.problems]


def said(arrows):
    return "\n".join(f"{kind}: {source} -{verb}-> {target}" for kind, source, verb, target in sorted(arrows))


def test_a_short_walk_breaks_no_promise():
    walk = Walk(SEED, stocked=False)
    walk.go(SHORT)
    assert problems() == []


@pytest.mark.slow
def test_a_long_walk_breaks_no_promise_and_goes_every_arrow():
    walk = Walk(LONG_SEED)
    walk.go(LONG)
    assert problems() == []
    made = sum(walk.made.values())
    assert made >= LONG
    assert walk.made["lawful"] >= made // 2 - 1
    assert set(walk.made) >= SORTS
    left_out = every_edge() - set(walk.watch.arrows)
    assert not left_out, said(left_out)
