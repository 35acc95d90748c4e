"""Sentences are read in English here, whatever the product's first language is; a site with an open call."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.utils import translation

from tests import requirements
from tests.databases import RealDatabase
from tests.servers import Site, serve

_numbers = count(1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def served(module_database: RealDatabase) -> Iterator[Site]:
    """The product with one programme and its open call, served as in development."""
    requirements.need_chromium()
    module_database.python("-m", "tests.applications.served", "world")
    with serve(module_database) as site:
        yield site


@pytest.fixture
def draft(served: Site) -> Callable[..., tuple[str, str]]:
    """A maker of drafts: `draft()` gives case number and e-mail address of a new applicant."""

    def make(stage: str = "begun") -> tuple[str, str]:
        name = f"amina{next(_numbers)}"
        done = served.database.python("-m", "tests.applications.served", "draft", name, stage)
        return done.stdout.split()[-1], f"{name}@example.org"

    return make
