#!/usr/bin/env python
"""Command line entrance: every management command starts here."""

import gc
import os
import sys

STARTING = 100_000
"""Objects between two looks for cycles: while everything is loaded, hardly any of it can go."""


def main() -> None:
    """Run one management command."""
    gc.set_threshold(STARTING)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
