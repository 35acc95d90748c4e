#!/usr/bin/env python
"""Command line entrance: every management command starts here."""

import gc
import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    finally:
        gc.freeze()  # the process ends: Python would look through everything once more


if __name__ == "__main__":
    main()
