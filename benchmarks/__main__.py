"""The table of speed: pages and works at several sizes, on each engine, beside the floor and the goals.

    python -m benchmarks [--applications 1000 10000] [--engines sqlite postgres] [--pages] [--keep FOLDER]

Each size gets a database of its own with a synthetic call (`manage.py generate`), which one process then
reads as a warm worker does: medians of 15 requests, debug off. PostgreSQL is the server of BENCH_POSTGRES,
else the one on 127.0.0.1:5432 when it answers. The floor is a bare view of the same 50 rows in our base
layout, measured in the same process: on another machine the ratio to it is what can be compared, the
milliseconds are not.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.bench_databases import Prepared, postgres_answers, prepared

SIZES = [1000, 10_000]
GROWTH = 1.5
FLOOR = "floor: 50 rows in a bare view"
HEAD = ("work", "engine", "rows", "ms", "q", "KB", "x floor", "growth", "goal ms", "goal q", "")


def measured(database: Prepared, *, pages: bool = False) -> list[dict[str, Any]]:
    """Measure in a process of its own; return a line for each work. pages: nothing that changes rows."""
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.worker", *(["--pages"] if pages else [])],
        env=database.environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in said.stdout.splitlines() if line.startswith("{")]


def report(engine: str, size: int, lines: Sequence[dict[str, Any]], first: dict[str, float]) -> Iterator[str]:
    """Yield the rows of the table for one database. first: milliseconds of each work at the smallest size."""
    floor = next((line["ms"] for line in lines if line["work"] == FLOOR), None)
    for line in lines:
        ms, work = line["ms"], line["work"]
        smallest = first.setdefault(f"{engine} {work}", ms)
        grown = ms / smallest if smallest else 1.0
        over = [
            name
            for name, goal in (("ms", line["goal_ms"]), ("q", line["goal_q"]), ("KB", line["goal_kb"]))
            if goal is not None and line[name.lower()] is not None and line[name.lower()] > goal
        ]
        if line["page"] and grown > GROWTH:
            over.append("growth")
        yield (
            f"{work:<34} {engine:<9} {size:>7,} {ms:>9.1f} {_whole(line['q']):>5} {_whole(line['kb']):>6}"
            f" {ms / floor if floor and line['page'] else 0:>8.1f} {grown:>7.2f} {_whole(line['goal_ms']):>8}"
            f" {_whole(line['goal_q']):>7} {'over: ' + ', '.join(over) if over else ''}"
        ).rstrip()


def _whole(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def main() -> None:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("--applications", type=int, nargs="+", default=SIZES)
    parser.add_argument("--engines", nargs="+", choices=["sqlite", "postgres"])
    parser.add_argument("--jurors", type=int, default=300)
    parser.add_argument(
        "--keep", type=Path, help="a folder for SQLite databases that are kept and used again"
    )
    parser.add_argument("--pages", action="store_true", help="pages only: a kept database stays as it is")
    given = parser.parse_args()
    engines = given.engines or ["sqlite", *(["postgres"] if postgres_answers() else [])]
    first: dict[str, float] = {}
    print(f"{HEAD[0]:<34} {HEAD[1]:<9} {HEAD[2]:>7} {HEAD[3]:>9} {HEAD[4]:>5} {HEAD[5]:>6}", end=" ")
    print(f"{HEAD[6]:>8} {HEAD[7]:>7} {HEAD[8]:>8} {HEAD[9]:>7}")
    for engine in engines:
        for size in sorted(given.applications):
            with tempfile.TemporaryDirectory() as folder:
                jurors = min(given.jurors, max(3, size // 30))
                with prepared(engine, size, jurors, given.keep or Path(folder)) as database:
                    lines = [*database.lines, *measured(database, pages=given.pages)]
                    for row in report(engine, size, lines, first):
                        print(row, flush=True)


if __name__ == "__main__":
    main()
