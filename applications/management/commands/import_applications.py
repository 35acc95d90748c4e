"""Import applications of a call from a CSV or XLSX file, all or nothing."""

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from applications.imports import running
from applications.models import ImportMapping
from programmes.models import Call
from workflow import Refused


class Command(BaseCommand):
    help = "Import applications: import_applications PROGRAMME/CALL FILE --mapping NAME --user EMAIL"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("call", help="PROGRAMME/CALL, by their codes")
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", help="a mapping saved for the call, or a JSON file; else by guess")
        parser.add_argument("--user", required=True, help="e-mail of the manager who answers for the import")
        parser.add_argument("--received-on", default="", help="day of receipt, where no column says it")
        parser.add_argument("--consent", default="", help="where the signed consents are kept")
        parser.add_argument("--dry-run", action="store_true", help="only list what stands against it")

    def handle(self, *args: Any, **options: Any) -> None:
        programme, _slash, code = options["call"].partition("/")
        call = Call.objects.select_related("programme").filter(programme__code=programme, code=code).first()
        actor = User.objects.filter(email=options["user"].lower()).first()
        if call is None or actor is None:
            raise CommandError("There is no such call, or no such user.")
        at = timezone.now()
        try:
            path: Path = options["file"]
            batch = running.hand_in(call, path.read_bytes(), path.name, actor=actor, at=at)
            columns, given = _mapping(call, options["mapping"], batch.columns)
            given |= {"received_on": options["received_on"] or given.get("received_on", "")}
            if options["consent"]:
                given |= {"consent": "1", "note": options["consent"]}
            running.map_columns(batch, columns, given)
            if options["dry_run"]:
                found = running.check(batch, at=at)
                self.stdout.write(f"{len(found.drafts)} ready, {found.skipped} imported before")
            else:
                done = running.carry_out(batch, actor=actor, at=at)
                self.stdout.write(f"{done['written']} imported, {done['skipped']} imported before")
        except (Refused, OSError, ValidationError) as error:
            for line in json.loads(batch.report or "{}").get("problems", []) if "batch" in locals() else []:
                self.stderr.write(f"{_where(line[0])}, {line[1]}: {line[3]}")
            said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise CommandError(said) from error
        if options["dry_run"] and found.problems:
            for problem in found.problems:
                self.stderr.write(f"{_where(problem.row)}, {problem.column}: {problem.sentence}")
            raise CommandError(f"{len(found.problems)} problems")


def _mapping(call: Call, name: str | None, guessed: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    if not name:
        return guessed, {}
    saved = ImportMapping.objects.filter(call=call, name=name).first()
    if saved is not None:
        return saved.columns, dict(saved.options)
    path = Path(name)
    if not path.is_file():
        raise CommandError(f"No mapping {name!r} is saved for this call, and no such file is there.")
    written = json.loads(path.read_text(encoding="utf-8"))
    return written["columns"], dict(written.get("options", {}))


def _where(row: int) -> str:
    return f"row {row}" if row else "whole file"
