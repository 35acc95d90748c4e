"""Bring in scores that another jury gave, as a call in test mode."""

import hashlib
import io
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents.intake import FileRefused
from documents.intake.tables import decode
from scoring.foreign import table
from scoring.foreign.keeping import keep
from workflow.clock import now


class Command(BaseCommand):
    help = "Import a file of scores (columns item, judge, criterion, score) into a new call in test mode."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--new-call", required=True, metavar="CODE")
        parser.add_argument("--lower-is-better", action="store_true")
        parser.add_argument("--weights", default="", help="a=2,b=1; a criterion that is not named weighs 1")
        parser.add_argument("--places", type=int, help="how many are funded, for the chances")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if options["places"] is not None and options["places"] < 1:
            raise CommandError("--places needs a number from 1.")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        try:
            text = decode(content)
        except FileRefused as refused:
            raise CommandError(f"{path} is no table of text.") from refused
        try:
            scores = table.read(
                io.StringIO(text, newline=""),
                lower_is_better=options["lower_is_better"],
                weights=_weights(options["weights"]),
            )
            call = keep(
                scores,
                options["new_call"],
                file_name=path.name,
                digest=hashlib.sha256(content).hexdigest(),
                places=options["places"],
                at=now(),
            )
        except table.Unreadable as unreadable:
            raise CommandError("\n".join(unreadable.problems)) from unreadable
        self.stdout.write(
            f"{call.code}: {len(scores.items)} items, {len(scores.judges)} judges,"
            f" {len(scores.criteria)} criteria, {sum(map(len, scores.values.values()))} scores,"
            f" {scores.missing} missing, {scores.rounded} rounded to {table.DECIMALS} decimals,"
            f" {scores.repeated} rows repeated and counted once"
        )


def _weights(text: str) -> dict[str, Decimal]:
    weights = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, sign, weight = part.rpartition("=")
        try:
            value = Decimal(weight)
        except InvalidOperation:
            value = Decimal("NaN")
        if not sign or not name or not value.is_finite() or value != round(value, 2):
            raise CommandError(f"--weights: {part!r} is not name=number with two decimals at most.")
        weights[name.strip()] = value
    return weights
