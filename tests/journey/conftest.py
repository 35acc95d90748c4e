"""One served living programme for all steps of the journey."""

from collections.abc import Iterator

import pytest

from tests import databases, requirements
from tests.conftest import PRODUCT
from tests.databases import SQLITE
from tests.servers import Site, serve


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product with its living programme alone, served; the steps change it."""
    requirements.need_chromium()
    folder = tmp_path_factory.mktemp("journey")
    with (
        databases.of_this_run().copy(SQLITE, folder, recipe="living", settings_module=PRODUCT) as database,
        serve(database) as site,
    ):
        yield site
