"""Print the declared machines, or write their pages of the documentation."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workflow.diagrams import page
from workflow.machines import machines

TARGET = Path(settings.BASE_DIR) / "docs" / "states.md"


class Command(BaseCommand):
    help = (
        "Print the declared state machines; --write makes docs/states.md, --check says whether it is stale."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["json", "markdown"], default="markdown")
        parser.add_argument("--write", action="store_true")
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["format"] == "json":
            self.stdout.write(json.dumps([row for machine in machines() for row in machine.rows()], indent=1))
        elif options["write"]:
            TARGET.write_text(page(), encoding="utf-8")
        elif options["check"]:
            if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != page():
                raise CommandError("docs/states.md is stale: run manage.py machines --write")
        else:
            self.stdout.write(page())
