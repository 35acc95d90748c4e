"""The walk takes place on one day, so that a seed walks the same way on every day."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection

from tests.walk.written import WRITES

DAY = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _one_day() -> Iterator[None]:
    with time_machine.travel(DAY):
        yield


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("ERROR")


@pytest.fixture(autouse=True)
def _writes_are_counted() -> Iterator[None]:
    with connection.execute_wrapper(WRITES):
        yield
