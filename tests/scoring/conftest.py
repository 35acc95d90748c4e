"""A call with applications in review, ready for its jury."""

import pytest

from tests.worlds.applications import an_application
from tests.worlds.programmes import open_call, programme_world
from tests.worlds.scoring import start_scoring


@pytest.fixture
def world(db):
    """A running programme with an open call and two places."""
    world = programme_world()
    open_call(world)
    return world


@pytest.fixture
def session(world):
    """Three applications, three jurors each, in scoring."""
    for _number in range(3):
        an_application(world, "eligible")
    return start_scoring(world)
