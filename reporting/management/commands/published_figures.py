"""Print every published figure beside the value that the records give."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting.published import as_row, comparisons


class Command(BaseCommand):
    help = "Compare what programmes published with what their records give."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["json", "text"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [as_row(comparison) for comparison in comparisons()]
        if options["format"] == "json":
            self.stdout.write(json.dumps(rows, indent=1, ensure_ascii=False))
        else:
            for row in rows:
                mark = "ok " if row["matches"] else "NOT"
                published = "not published" if row["published"] is None else row["published"]
                self.stdout.write(
                    f"{mark} {row['programme']:14} {row['indicator']:26} "
                    f"{row['operator']:2} {published!s:>13} {row['computed']!s:>10} ({row['records']})"
                )
        if not all(row["matches"] for row in rows):
            raise CommandError("some figures do not match")
