"""Draw the jury of a call from the command line: the same draw as on the page, printed as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from scoring import draw
from scoring.draw_table import files_of
from scoring.models import Round
from workflow import access
from workflow.clock import now


class Command(BaseCommand):
    help = (
        "Draw jurors for the files of a round. With --dry-run it only prints what would be; else the draw is"
        " written and confirmed in the name of --actor."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="code of the call")
        parser.add_argument("--seed", type=int, required=True, help="the same seed draws the same jurors")
        parser.add_argument("--session", type=int, default=None, help="number of the session")
        parser.add_argument("--round", type=int, default=None, help="number of the round's grid")
        parser.add_argument("--dry-run", action="store_true", help="print, write nothing")
        parser.add_argument("--actor", default="", help="e-mail of who draws (jury secretary)")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seed"] < 0:
            raise CommandError("--seed needs a number from 0.")
        held = self._round(options)
        found = draw.preview(held, seed=options["seed"])
        written = 0
        if not options["dry_run"] and not found.problems:
            actor = User.objects.filter(email=options["actor"]).first()
            if actor is None or not access.may(actor, "scoring.run_jury", held):
                raise CommandError("--actor must be the e-mail of somebody who runs this jury.")
            draw.propose(held, seed=found.seed, fingerprint=found.fingerprint, by=actor, at=now())
            written = draw.confirm(held, actor=actor)
        self.stdout.write(json.dumps(self._said(found) | {"written": written}, ensure_ascii=False, indent=1))

    def _round(self, options: dict[str, Any]) -> Round:
        rounds = Round.objects.filter(session__call__code=options["code"], closed_at__isnull=True)
        if options["session"] is not None:
            rounds = rounds.filter(session__number=options["session"])
        if options["round"] is not None:
            rounds = rounds.filter(grid__number=options["round"])
        open_ones = [one for one in rounds.order_by("session__number", "grid__number") if self._waits(one)]
        if not open_ones:
            raise CommandError(f"No open round of {options['code']} has files that wait for jurors.")
        if len(open_ones) > 1:
            numbers = ", ".join(
                f"--session {one.session.number} --round {one.grid.number}" for one in open_ones
            )
            raise CommandError(f"Several rounds are open: {numbers}.")
        return open_ones[0]

    def _waits(self, held: Round) -> bool:
        return files_of(held).exists()

    def _said(self, found: draw.Preview) -> dict[str, Any]:
        table, worst = found.table, found.worst_served
        return {
            "call": table.round.session.call.code,
            "session": table.round.session.number,
            "round": table.round.grid.number,
            "seed": found.seed,
            "files": len(table.files),
            "jurors": len(table.jurors),
            "jurors_a_file": table.round.jurors,
            "problems": found.problems,
            "pairs": [
                {"case": table.files[row].number, "juror": table.jurors[column].user.email}
                for row, column in found.new_pairs
            ],
            "loads": [
                {"juror": juror.user.email, "before": before, "after": after}
                for juror, before, after in found.loads
            ],
            "kept_apart": dict(found.reasons),
            "linked": found.drawn.linked,
            "matched": found.drawn.gained,
            "best_matched": found.drawn.bound,
            "worst_served": {"case": worst[0].number, "matched": worst[1]} if worst else None,
        }
