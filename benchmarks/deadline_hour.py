"""The hour of the deadline: applicants who save every few seconds and send within the same minutes.

    python -m benchmarks.deadline_hour [--applicants 300] [--seconds 300] [--pause 5] [--engine postgres]

Serves a fresh database with gunicorn, two workers of four threads, and lets each applicant write and send
(`benchmarks/applicants.py`). Prints what each kind of request took, errors, and changes that were
acknowledged and are not in the database: there must be none of either. Engines: postgres, sqlite, or both.
The load itself shares the processors with the server, so the figures are the worse for it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.applicants import Applicant, Seen
from benchmarks.bench_databases import empty, postgres_answers
from benchmarks.bench_server import serving

KINDS = ("look", "save", "review", "send")


def main() -> int:
    """Run on the wanted engines; print a table each; return 1 when something was lost or refused."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--applicants", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--pause", type=float, default=5, help="mean seconds between two saves")
    parser.add_argument("--engine", choices=["postgres", "sqlite", "both"], default="both")
    given = parser.parse_args()
    engines = ["postgres", "sqlite"] if given.engine == "both" else [given.engine]
    failed = False
    for engine in engines:
        if engine == "postgres" and not postgres_answers():
            print("postgres: no server to measure on")
            continue
        with tempfile.TemporaryDirectory() as folder, empty(engine, Path(folder)) as environment:
            failed |= run(engine, environment, given)
    return int(failed)


def run(engine: str, environment: dict[str, str], given: argparse.Namespace) -> bool:
    """One deadline on one database; return whether anything went wrong."""
    drafts = _inside(environment, "prepare", str(given.applicants))
    with serving(environment) as url:
        people = [
            Applicant(url, number, session, seconds=given.seconds, pause=given.pause, seed=seed)
            for seed, (number, session) in enumerate(drafts)
        ]
        began = time.monotonic()
        for person in people:
            person.start()
        for person in people:
            person.join()
        took = time.monotonic() - began
    return report(engine, [person.seen for person in people], _inside(environment, "stored"), took)


def report(engine: str, seen: list[Seen], stored: dict[str, Any], took: float) -> bool:
    """Print the table of one run; return whether there was an error, a loss or a double.

    stored: by case number the state, the words and the number of submissions that the database holds.
    """
    errors = [error for one in seen for error in one.errors]
    lost = [one.number for one in seen if stored[one.number]["description"] != one.acknowledged]
    unsent = [one.number for one in seen if stored[one.number]["state"] != "submitted" or not one.sent]
    doubled = [number for number, row in stored.items() if row["submissions"] > 1]
    asked = sum(len(times) for one in seen for times in one.took.values())
    print(
        f"\n{engine}: {len(seen)} applicants, {asked} requests in {took:.0f} s, {asked / took:.0f} a second"
    )
    print(f"  {'request':10}{'number':>8}{'median':>10}{'p95':>10}{'p99':>10}{'longest':>10}  ms")
    for kind in KINDS:
        times = sorted(time for one in seen for time in one.took.get(kind, ()))
        if times:
            shares = [times[min(len(times) - 1, int(share * len(times)))] for share in (0.5, 0.95, 0.99, 1)]
            print(f"  {kind:10}{len(times):>8}" + "".join(f"{share:>10.0f}" for share in shares))
    print(f"  errors {len(errors)}, lost {len(lost)}, not sent {len(unsent)}, sent twice {len(doubled)}")
    for error in sorted(set(errors))[:10]:
        print(f"    {errors.count(error)} x {error}")
    return bool(errors or lost or unsent or doubled)


def _inside(environment: dict[str, str], *step: str) -> Any:
    """Run a step of this module in a process of its own on the database; return what it prints as JSON."""
    command = [sys.executable, "-m", "benchmarks.deadline_hour", "--inside", *step]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def prepare(number: int) -> list[tuple[str, str]]:
    """Make an open call and so many complete drafts; return case numbers and sessions of their owners."""
    from datetime import timedelta

    from django.test import Client
    from django.utils import timezone

    from accounts.models import User
    from programmes.models import Call
    from tests.worlds import applications as worlds
    from tests.worlds.programmes import open_call, programme_world

    world = programme_world()
    open_call(world)
    later = timezone.now() + timedelta(days=1)
    Call.objects.filter(pk=world.call.pk).update(closes_at=later)
    world.call.sessions.update(cutoff_at=later)
    made = []
    for position in range(number):
        user = User.objects.create(email=f"applicant{position}@example.org", language="fr")
        person = worlds.a_person(world, f"Amina {position}", user=user)
        application = worlds.a_draft(world, person, at=timezone.now())
        client = Client()
        client.force_login(user)
        made.append((application.case.number, client.session.session_key or ""))
    return made


def stored() -> dict[str, dict[str, Any]]:
    """By case number: state, words and submissions in the history."""
    from applications.models import AnswerSet
    from workflow.models import Event

    sets = AnswerSet.objects.select_related("application__case")
    return {
        one.application.case.number: {
            "state": one.application.state,
            "description": one.answers.get("description", ""),
            "submissions": Event.objects.filter(
                kind="applications.application", object_id=str(one.application_id), verb="submit"
            ).count(),
        }
        for one in sets
    }


def inside(step: str, *arguments: str) -> None:
    """Do one step on the database of the environment and print what it gives as JSON."""
    import django

    django.setup()
    print(json.dumps(prepare(int(arguments[0])) if step == "prepare" else stored()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        inside(*sys.argv[2:])
    else:
        sys.exit(main())
