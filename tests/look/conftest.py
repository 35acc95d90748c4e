"""A served product without data, for pages that need none."""

from collections.abc import Iterator

import pytest

from tests import requirements
from tests.databases import RealDatabase
from tests.servers import Site, serve


@pytest.fixture(scope="module")
def bare(module_database: RealDatabase) -> Iterator[Site]:
    """The product on an empty database, served as in development (the style page is on)."""
    requirements.need_chromium()
    with serve(module_database) as site:
        yield site
