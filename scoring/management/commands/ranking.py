"""Print the ranking of a call with the advice beside it."""

import csv
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoring.printed_ranking import ITEM_COLUMNS, printed_ranking


class Command(BaseCommand):
    help = "Print the ranking of a call from the marks as they are: json (items and set) or csv (items)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="code of the call")
        parser.add_argument("--format", choices=["json", "csv"], default="json")
        parser.add_argument("--session", type=int, default=None, help="number of the session")
        parser.add_argument("--places", type=int, default=None, help="how many are funded, for the chances")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = printed_ranking(options["code"], session=options["session"], places=options["places"])
        except LookupError as error:
            raise CommandError(str(error)) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        writer = csv.DictWriter(self.stdout, ITEM_COLUMNS)
        writer.writeheader()
        writer.writerows(found["items"])
