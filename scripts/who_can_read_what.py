#!/usr/bin/env python3
"""Write docs/who-can-read-what.md from the tables of the permission matrix (`--check` only compares)."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main() -> int:
    """Write the page, or say whether it is stale."""
    import django

    django.setup()
    from tests.permissions.page import TARGET, page

    if "--check" in sys.argv:
        if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == page():
            return 0
        print("docs/who-can-read-what.md is stale: run scripts/who_can_read_what.py")
        return 1
    TARGET.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
