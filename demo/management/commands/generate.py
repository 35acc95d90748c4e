"""Make a synthetic call: as many applications as wanted, to measure and to try with."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from demo.loading.staff import PASSWORD
from demo.synthetic.run import generate
from demo.synthetic.scene import DOMAIN, code_of
from programmes.models import Programme
from workflow import table_statistics


class Command(BaseCommand):
    help = (
        "Make a trial call with synthetic applications, marks, grants and visits, in a programme of its own"
        " (LOAD-<seed>). For databases that are measured or tried out, never for one in service."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--applications", type=int, default=1000, help="how many (default 1000)")
        parser.add_argument("--jurors", type=int, default=30, help="jurors of the call (default 30)")
        parser.add_argument("--marks", type=int, default=3, help="jurors a file (default 3)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same call")

    def handle(self, *args: Any, **options: Any) -> None:
        seed, applications = options["seed"], options["applications"]
        if applications < 100:
            raise CommandError("Ask for 100 applications or more.")
        if Programme.objects.filter(code=code_of(seed)).exists():
            raise CommandError(f"{code_of(seed)} is there already: take another --seed.")
        try:
            events = generate(
                applications=applications,
                jurors=options["jurors"],
                marks=options["marks"],
                seed=seed,
                now=timezone.now(),
                progress=self._progress,
            )
        except ValueError as error:
            raise CommandError(str(error)) from None
        table_statistics.refresh()
        self.stdout.write(f"{code_of(seed)}: {applications} applications, {events} events.")
        self.stdout.write(
            f"Sign in as manager.{seed}@{DOMAIN}, juror-1.{seed}@{DOMAIN} and so on; password {PASSWORD}."
        )

    def _progress(self, done: int, wanted: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done * 100 // wanted:>3} %", ending="" if done < wanted else "\n")
            self.stderr.flush()
