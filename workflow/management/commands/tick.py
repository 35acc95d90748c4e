"""Run what time alone brings about: due transitions, reminders, notices, checkpoint."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from workflow import tick


class Command(BaseCommand):
    help = "Fire due transitions, send notices, write the checkpoint. Safe to run any number of times."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in tick.run(timezone.now()).items():
            if not options["quiet"]:
                self.stdout.write(f"{count:>6}  {name}")
