"""Check every promise over the stored records."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workflow.verification import verify


class Command(BaseCommand):
    help = "Replay events, recompute chains and balances, check every invariant."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--show", type=int, default=20, help="problems to print per check")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for result in verify():
            skipped = f", {result.skipped} skipped" if result.skipped else ""
            mark = "ok" if not result.problems else "BROKEN"
            self.stdout.write(f"{mark:7}{result.count:>9}{skipped}  {result.name}")
            for problem in result.problems[: options["show"]]:
                self.stdout.write(f"          {problem}")
            broken += bool(result.problems)
        if broken:
            raise CommandError(f"{broken} promises are broken")
        self.stdout.write("Every promise holds.")
