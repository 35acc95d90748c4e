"""Load the demonstration: seven programme records and one that goes on, with accounts for every role."""

import os
import subprocess
import sys
from functools import partial
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from demo.living import run as living
from demo.loading.run import is_loaded, load
from demo.loading.staff import PASSWORD, load_staff, sign_ins
from demo.plan import ProgrammePlan
from demo.programmes import all_plans
from programmes.models import Programme
from reporting.published import load_claims
from workflow import table_statistics
from workflow.checkpoints import write_checkpoint

WIDTH = 28


class Command(BaseCommand):
    help = "Load the demonstration into the database of DATABASE_URL and serve it; twice adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-server", action="store_true", help="only load")
        parser.add_argument("--living-only", action="store_true", help="only the programme that goes on")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        self._load([] if options["living_only"] else all_plans())
        if not options["no_server"]:
            self._work("--batch", "--no-startup-delay", "--verbosity", "0").wait()
            self._print_sign_ins(options["port"])
            self._serve(options["port"])

    def _load(self, plans: list[ProgrammePlan]) -> None:
        call_command("migrate", verbosity=0)
        staff = load_staff()
        steps = 5 * (len(plans) + 1)
        done = 0
        for plan in plans:
            if is_loaded(plan):
                done += 5
                continue
            events = load(plan, staff, now=timezone.now(), progress=partial(self._bar, plan))
            done += 5
            self.stdout.write(f"\r{plan.code:14} {events:>7} events {done * 100 // steps:>3} %" + " " * 20)
        if not living.is_loaded():
            events = living.load(staff, now=timezone.now())
            self.stdout.write(f"\r{living.CODE:14} {events:>7} events 100 %" + " " * 20)
            write_checkpoint(timezone.now())
            table_statistics.refresh()
        if plans:
            load_claims({programme.code: programme for programme in Programme.objects.all()})

    def _bar(self, plan: Any, step: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{plan.code:14} {step:<{WIDTH}}", ending="")
            self.stdout.flush()

    def _print_sign_ins(self, port: int) -> None:
        self.stdout.write(f"\nhttp://127.0.0.1:{port}/    password of all accounts: {PASSWORD}\n\n")
        for role, email in sign_ins():
            self.stdout.write(f"  {role:30} {email}")
        self.stdout.write("")

    def _work(self, *options: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "manage.py", "db_worker", *options]
        return subprocess.Popen(command, env=os.environ.copy())  # noqa: S603 our own command

    def _serve(self, port: int) -> None:
        worker = self._work()
        try:
            call_command("runserver", f"127.0.0.1:{port}", use_reloader=False)
        finally:
            worker.terminate()
            worker.wait(timeout=10)
