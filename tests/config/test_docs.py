"""The page about production knows every environment variable, and none that is gone."""

import re

from django.conf import settings

NAMES = re.compile(r"""(?:env(?:\.\w+)?|environ(?:\.get)?)[(\[]\s*"([A-Z][A-Z_]+)\"""")
READERS = ("config/settings.py", "config/gunicorn.py", "workflow/boot.py")


def written_in(*paths):
    return {name for path in paths for name in NAMES.findall((settings.BASE_DIR / path).read_text("utf-8"))}


def test_every_environment_variable_is_in_the_table():
    text = (settings.BASE_DIR / "docs" / "production.md").read_text("utf-8")
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))
    assert len(table) > 30
    assert table == written_in(*READERS)


def test_the_example_names_only_variables_that_exist():
    text = (settings.BASE_DIR / ".env.example").read_text("utf-8")
    named = set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE))
    assert named <= written_in(*READERS)
    assert {"SECRET_KEY", "VAULT_KEYS", "VAULT_INDEX_KEY", "CHECKPOINT_KEY", "DATABASE_URL"} <= named
