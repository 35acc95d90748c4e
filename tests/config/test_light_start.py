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


def test_starting_loads_no_library_that_only_some_pages_need() -> None:
    """SQLite, the packages and every URL: what `manage.py check` and a fresh worker load."""
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": "sqlite://:memory:"}
    said = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert HEAVY.isdisjoint(loaded := set(said.stdout.split())), sorted(HEAVY & loaded)
