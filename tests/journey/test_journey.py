"""One project walks from reception to closing in a real browser, each step by whom it belongs to."""

import pytest

from tests.browser import Visitor
from tests.journey.steps import JOURNEY
from tests.journey.walker import Walk
from tests.servers import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_journey(visitor: Visitor, living: Site) -> None:
    """One test, since every step begins where the one before ended: no two processes may share it out."""
    walk = Walk(visitor, living)
    for step in JOURNEY:
        step(walk)
        assert not visitor.problems, f"{step.__name__}: {visitor.problems}"
