"""What this machine offers to the tests: a PostgreSQL server, Chromium; and what a run without them says.

A laptop skips with a sentence. With `JALON_REQUIRE_ALL=1` (continuous integration) nothing may be
skipped: see `pytest_runtest_makereport` in `conftest.py`.
"""

import os
import shutil
from functools import cache
from pathlib import Path

import psycopg
import pytest

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REQUIRE_ALL = os.environ.get("JALON_REQUIRE_ALL") == "1"
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def inherited() -> dict[str, str]:
    """The environment for a process that a test starts: ours, without what is about this process alone."""
    own = {"DJANGO_ALLOW_ASYNC_UNSAFE"}
    return {name: value for name, value in os.environ.items() if name not in own}


@cache
def postgres_fault() -> str | None:
    """Why PostgreSQL cannot be used, or None."""
    try:
        psycopg.connect(POSTGRES, connect_timeout=30).close()
    except psycopg.Error as error:
        return f"No PostgreSQL server answers at TEST_POSTGRES_URL ({type(error).__name__})."
    return None


@cache
def chromium() -> Path | None:
    """The system's Chromium, or None."""
    for name in (os.environ.get("CHROMIUM", ""), *CHROMIUM_NAMES):
        found = name and shutil.which(name)
        if found:
            return Path(found)
    return None


def need_postgres() -> None:
    """Skip the test unless a PostgreSQL server answers."""
    if fault := postgres_fault():
        pytest.skip(fault)


def need_chromium() -> Path:
    """The system's Chromium; skip the test where there is none."""
    found = chromium()
    if found is None:
        pytest.skip("No Chromium on this machine: install the package chromium or set CHROMIUM.")
    return found
