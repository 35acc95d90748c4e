"""Coaches' phones in front of a module's own `site`."""

import pytest

from tests.followup.desk import Desk
from tests.followup.phones import Phone


@pytest.fixture(scope="module")
def desk(site):
    office = Desk(site.database)
    yield office
    office.close()


@pytest.fixture
def phone(chromium, site, desk):
    """Makes phones: `phone(visits=2)`."""
    made = []

    def make(visits=1, told=None, **fields):
        made.append(Phone(chromium, site, desk, told or desk.coach(visits=visits, **fields)))
        return made[-1]

    yield make
    for one in made:
        one.close()
