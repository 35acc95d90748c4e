"""What it costs on SQLite that acknowledged money survives a power cut: `synchronous=FULL` beside `NORMAL`.

    python -m benchmarks.money_durability [--grants 200]

One process signs payment orders (submit, approve, release) in turns under either setting, on the disk that
holds the temporary folder, and prints transitions a second. FULL waits for the disk at every commit; NORMAL
only at checkpoints, so that the last commits before a power cut may be missing.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.bench_databases import empty

SETTINGS = ("NORMAL", "FULL")
VERBS = (("submit", "preparer"), ("approve", "approver"), ("release", "releaser"))
TURN = 10  # grants signed before the setting changes


def inside(grants: int) -> None:
    """Sign the orders of so many grants in a process on the database of the environment; print the rates."""
    import django

    django.setup()
    from benchmarks.money_presser import ROWS, name_apart

    name_apart(os.getpid())
    from documents.papers import PaperContext
    from tests.worlds.disbursements import drafted, money_world

    PaperContext.render = lambda self, sheet: b"%PDF-1.4 durability"  # type: ignore[method-assign]
    world = money_world(rows=ROWS)
    moneys = [drafted(world, 1_000_00) for _number in range(grants)]
    for money in moneys:
        money.activate()
    orders = [(money, money.ordered(1)) for money in moneys]
    spent = dict.fromkeys(SETTINGS, 0.0)
    count = dict.fromkeys(SETTINGS, 0)
    for start in range(0, len(orders), TURN):
        setting = SETTINGS[(start // TURN) % 2]
        spent[setting] += signed(orders[start : start + TURN], setting)
        count[setting] += len(orders[start : start + TURN]) * len(VERBS)
    for setting in SETTINGS:
        rate = count[setting] / spent[setting]
        print(f"  synchronous={setting:<7}{count[setting]:>6} transitions{rate:>8.1f} a second", flush=True)


def signed(orders: list[tuple[Any, Any]], setting: str) -> float:
    """Sign orders under a setting; return the seconds on the wall."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={setting}")
    began = time.perf_counter()
    for money, order in orders:
        for verb, role in VERBS:
            money.fire(order, verb, role)
    return time.perf_counter() - began


def main() -> int:
    """Make a database, measure in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grants", type=int, default=200)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        inside(given.grants)
        return 0
    with tempfile.TemporaryDirectory() as folder, empty("sqlite", Path(folder)) as environment:
        command = [sys.executable, "-m", "benchmarks.money_durability", "--inside"]
        subprocess.run([*command, "--grants", str(given.grants)], env=environment, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
