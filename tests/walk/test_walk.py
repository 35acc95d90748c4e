"""A random walk over the whole journey: whatever people do, in whatever order, the promises hold."""

import pytest

from tests.walk.walker import Walk
from workflow.machines import machines
from workflow.verification import verify

pytestmark = pytest.mark.django_db
SHORT, LONG = 200, 2000
NEARLY_ALL = 0.95
"""Part of the declared arrows that a long walk goes at least; which ones are rare changes with chance."""
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


def every_arrow():
    return {
        (machine.name, str(row["source"]), row["verb"], str(row["target"]))
        for machine in machines()
        for row in machine.rows()
        if machine.kind != "testmachine.lantern"
    }


def said(arrows):
    return "\n".join(
        f"{machine}: {source} -{verb}-> {target}" for machine, source, verb, target in sorted(arrows)
    )


def test_a_short_walk_breaks_no_promise():
    walk = Walk(SEED, stocked=False)
    walk.go(SHORT)
    assert problems() == []


@pytest.mark.slow
def test_a_long_walk_breaks_no_promise_and_goes_nearly_every_arrow():
    walk = Walk(LONG_SEED)
    walk.go(LONG)
    assert problems() == []
    made = sum(walk.made.values())
    assert made >= LONG
    assert walk.made["lawful"] >= made // 2 - 1
    assert set(walk.made) >= SORTS
    left_out = every_arrow() - walk.walked
    assert len(left_out) <= (1 - NEARLY_ALL) * len(every_arrow()), said(left_out)
