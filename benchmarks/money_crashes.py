"""Web workers and the database are killed while payments are signed: nothing acknowledged may be lost.

    python -m benchmarks.money_crashes [--kills 100] [--database-kills 20] [--orders 240] [--engine postgres]

Eight clerks walk payment orders from the draft to the execution over HTTP, against gunicorn as production
runs it. Meanwhile workers die by SIGKILL, and then, in a second run, the whole database server does: one that
this script starts itself on another port. Whoever gets no answer, or an error, sends the same form again. In
the end every step that was answered is in the history, every step happened once and wholly, and `verify` has
the word.
"""

import argparse
import http.client
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.bench_databases import empty, postgres_answers
from benchmarks.own_postgres import OwnPostgres
from benchmarks.served import KIND, ROLES, Served, inside

CLERKS = 8
TOKEN = "a" * 32  # a CSRF secret of the right length: the cookie and the form carry the same
PATIENCE = 180


@dataclass
class Log:
    """What the clerks saw."""

    acknowledged: list[tuple[int, str]] = field(default_factory=list)
    cut: int = 0
    failed: int = 0
    strange: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def done(self) -> int:
        """Steps that were answered."""
        return len(self.acknowledged)


class Clerk(threading.Thread):
    """Takes orders from a pile, walks each through its steps, sends a form again until it is answered."""

    def __init__(self, port: int, sessions: dict[str, str], pile: list[int], log: Log) -> None:
        super().__init__(daemon=True)
        self.port, self.sessions, self.pile, self.log = port, sessions, pile, log

    def run(self) -> None:
        """Work until the pile is empty."""
        while True:
            try:
                order = self.pile.pop()
            except IndexError:
                return
            for verb in ROLES:
                if not self._step(order, verb):
                    break

    def _step(self, order: int, verb: str) -> bool:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                status = self._press(order, verb)
            except (OSError, http.client.HTTPException):
                with self.log.lock:
                    self.log.cut += 1
            else:
                if status == http.HTTPStatus.FOUND:
                    with self.log.lock:
                        self.log.acknowledged.append((order, verb))
                    return True
                if status < http.HTTPStatus.INTERNAL_SERVER_ERROR:
                    self.log.strange.append(f"{order} {verb}: {status}")
                    return False
                with self.log.lock:
                    self.log.failed += 1
            time.sleep(0.05)
        self.log.strange.append(f"{order} {verb}: never answered")
        return False

    def _press(self, order: int, verb: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        form = {"key": f"{verb}-{order}", "csrfmiddlewaretoken": TOKEN, **fields(order, verb)}
        cookies = f"sessionid={self.sessions[verb]}; csrftoken={TOKEN}"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}
        try:
            connection.request("POST", f"/act/{KIND}/{order}/{verb}/", urlencode(form), headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()


def fields(order: int, verb: str) -> dict[str, str]:
    """What a person fills in."""
    if verb == "submit":
        return {"withholding": "0", "fee": "0"}
    if verb == "execute":
        today = time.strftime("%Y-%m-%d")
        return {"evidence": "statement", "reference": f"REL-{order}", "executed_on": today}
    return {}


def under_load(
    served: Served, orders: list[int], sessions: dict[str, str], kills: int, kill: Callable[[], None]
) -> tuple[Log, int]:
    """Let the clerks work and kill so many times, spread over their work; return what they saw."""
    log, pile = Log(), list(reversed(orders))
    clerks = [Clerk(served.port, sessions, pile, log) for _number in range(CLERKS)]
    chance = random.Random(1)  # noqa: S311 the moments of a benchmark
    for clerk in clerks:
        clerk.start()
    every = len(orders) * len(ROLES) / (kills + 1)
    killed = 0
    while killed < kills and any(clerk.is_alive() for clerk in clerks):
        if log.done >= every * (killed + chance.random()):
            kill()
            killed += 1
        time.sleep(chance.uniform(0.01, 0.1))
    for clerk in clerks:
        clerk.join(timeout=PATIENCE * 4)
    return log, killed


def report(
    name: str, environment: dict[str, str], orders: list[int], log: Log, run: tuple[int, float]
) -> bool:
    """Print what came of it; return whether every promise held. run: kills, seconds."""
    killed, took = run
    rows = inside(environment, "stood")
    lost = [step for step in log.acknowledged if rows["events"].get(f"{step[0]} {step[1]}", 0) < 1]
    double = [step for step, count in rows["events"].items() if count > 1]
    half = rows["half"]
    unfinished = [order for order in orders if rows["states"].get(str(order)) != "executed"]
    verified = subprocess.run(
        [sys.executable, "manage.py", "verify"],
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    said = verified.stdout.splitlines()[-1] if verified.stdout else "verify said nothing"
    print(
        f"{name}: {killed} kills in {took:.0f} s; {log.done} steps answered, {log.cut} requests cut,"
        f" {log.failed} answered by an error and sent again;"
        f" lost {len(lost)}, half {len(half)}, double {len(double)}, unfinished {len(unfinished)};"
        f" verify: {said}",
        flush=True,
    )
    for line in [*sorted(set(log.strange))[:10], *half[:10]]:
        print("   ", line)
    return not (lost or double or half or unfinished or log.strange) and verified.returncode == 0


def kill_workers(engine: str, kills: int, number: int) -> bool:
    """Kill web workers under load."""
    with tempfile.TemporaryDirectory() as folder, empty(engine, Path(folder)) as environment:
        orders, sessions = inside(environment, "prepare", str(number))
        workers = 1 if engine == "sqlite" else 2
        with Served(environment, workers) as served:
            began = time.monotonic()
            log, killed = under_load(served, orders, sessions, kills, served.kill_a_worker)
            took = time.monotonic() - began
        return report(f"{engine}, web workers", environment, orders, log, (killed, took)) and killed == kills


def kill_database(kills: int, number: int) -> bool:
    """Kill the whole PostgreSQL server under load, and start it again."""
    with (
        tempfile.TemporaryDirectory() as folder,
        OwnPostgres() as server,
        empty("postgres", Path(folder), server.url) as environment,
    ):
        orders, sessions = inside(environment, "prepare", str(number))
        with Served(environment, 2) as served:
            began = time.monotonic()
            log, killed = under_load(served, orders, sessions, kills, server.kill_and_start)
            took = time.monotonic() - began
        return report("postgres, the server", environment, orders, log, (killed, took)) and killed == kills


def main() -> int:
    """Run; return 1 when something was lost, half, double or unfinished."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100, help="of web workers, on each engine")
    parser.add_argument("--database-kills", type=int, default=20)
    parser.add_argument("--orders", type=int, default=240)
    parser.add_argument("--engine", choices=["postgres", "sqlite", "both"], default="both")
    given = parser.parse_args()
    engines = ["postgres", "sqlite"] if given.engine == "both" else [given.engine]
    if not postgres_answers():
        print("postgres: no server to measure on")
        engines = [engine for engine in engines if engine != "postgres"]
    held = [kill_workers(engine, given.kills, given.orders) for engine in engines if given.kills]
    if given.database_kills and given.engine != "sqlite":
        held.append(kill_database(given.database_kills, max(20, given.orders // 2)))
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
