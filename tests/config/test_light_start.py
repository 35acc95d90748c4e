"""The product starts quickly and small: what few pages need is loaded by those pages."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    "PIL",
    "babel",
    "bidi.algorithm",
    "defusedxml",
    "lxml",
    "matplotlib",
    "mt940",
    "numpy",
    "openpyxl",
    "phonenumbers",
    "pikepdf",
    "playwright",
    "psycopg",
    "pypdfium2",
    "pyxform",
    "rapidfuzz",
    "reportlab",
    "schwifty",
    "scipy",
    "segno",
    "uharfbuzz",
    "xlsxwriter",
}
START = (
    "import django, sys; django.setup(); import config.urls;"
    "from django.urls import get_resolver; get_resolver().url_patterns;"
    "print(*sys.modules)"
)
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": "sqlite://:memory:"}


def _said(code: str) -> list[str]:
    """Return the words that a fresh process prints."""
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    return said.stdout.split()


def test_starting_loads_no_library_that_only_some_pages_need() -> None:
    """SQLite, the packages and every URL: what `manage.py check` and a fresh worker load."""
    assert HEAVY.isdisjoint(loaded := set(_said(START))), sorted(HEAVY & loaded)


def test_cycles_are_looked_for_after_the_start_and_never_through_what_it_loaded() -> None:
    code = "import django, gc; django.setup(); print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    assert _said(code) == ["True", "True"]


def test_a_server_loads_every_page_before_it_has_workers() -> None:
    code = "import config.wsgi, gc, sys; print('config.urls' in sys.modules, gc.get_count()[0] < 1000)"
    assert _said(code) == ["True", "True"]
