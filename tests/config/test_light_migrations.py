"""What lets a fresh database be made in seconds: libraries go first, and drawn tables listen to nobody."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": "sqlite://:memory:"}
OURS = {path.parent.parent.name for path in ROOT.glob("*/migrations/__init__.py")} - {"accounts"}
"""Ours but the accounts, which the tables of libraries refer to."""
DRAWN = """
import django
django.setup()
from django.db.migrations.loader import MigrationLoader
from django.db.models.signals import class_prepared
before = len(class_prepared.receivers)
drawn = MigrationLoader(None).project_state().apps.get_model("applications", "Application")
print(len(class_prepared.receivers) - before)
record = drawn(state="draft")
try:
    record.state = "awarded"
except AttributeError:
    print(record.state)
"""


def _said(*arguments: str) -> str:
    """Return what a fresh process of the product prints."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True
    ).stdout


def test_the_tables_of_libraries_are_made_before_ours() -> None:
    plan = [
        line.split()[2].split(".")[0] for line in _said("manage.py", "showmigrations", "--plan").splitlines()
    ]
    first = min(plan.index(package) for package in OURS)
    assert set(plan[first:]) == OURS


def test_tables_drawn_by_migrations_look_for_no_transitions_and_keep_their_states_shut() -> None:
    assert _said("-c", DRAWN).split() == ["0", "draft"]
