"""The figures of scoring: the draw of jurors, foreign marks imported and ranked, a ranking made again.

    python -m benchmarks.scoring [--engines sqlite postgres] [--marks 12000 100000]

Every line comes from a process of its own, so that its memory is its own: "more MB" is the most that it took
on top of what was loaded before the work began. Goals are those of the design. The data are made up from
stored seeds: jurors who read some of three languages, ten sites of their own, twelve sectors; marks with a
spread of files, of jurors and of chance.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bench_databases import empty, postgres_answers

FILES, JURORS, MARKS = 10_000, 300, 3
CRITERIA, JUDGES_A_FILE, HIGHEST = 4, 3, 10
CALL = "BENCH-FOREIGN"
HEAD = ("work", "engine", "size", "seconds", "goal", "more MB", "goal", "queries", "")


def goals_of(work: str) -> tuple[float | None, float | None]:
    """Return seconds and megabytes that the design allows for a work, None where it says nothing."""
    known: dict[str, tuple[float | None, float | None]] = {
        "draw of jurors": (5.0, 300.0),
        "marks ranked, with advice": (10.0, None),
        "ranking made again after marks changed": (2.0, None),
    }
    return known.get(work, (None, None))


@contextmanager
def measured(work: str, size: int) -> Iterator[dict[str, Any]]:
    """Measure the block and print its line; the block may add `queries` and `note`."""
    line: dict[str, Any] = {"work": work, "size": size, "queries": None, "note": ""}
    before, began, busy = _peak(), time.perf_counter(), time.process_time()
    yield line
    line["seconds"] = time.perf_counter() - began
    line["busy"] = time.process_time() - busy
    line["mb"] = _peak() - before
    print(json.dumps(line), flush=True)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# The draw


def draw_jurors(files: int) -> None:
    """Draw three jurors a file, a tenth of them by chance alone, and say how far the optimum may be."""
    from scoring.assignment import draw

    chance = np.random.default_rng(1)
    languages, sectors, sites = (chance.integers(0, many, files) for many in (3, 12, 10))
    reads = chance.random((JURORS, 3)) < np.array([0.7, 0.6, 0.2])
    reads[np.arange(JURORS), chance.integers(0, 2, JURORS)] = True
    own = chance.integers(-1, 10, JURORS)
    apart = chance.random((files, JURORS)) <= 0.002
    allowed = reads[:, languages].T & (sites[:, None] != own) & ~apart
    wish = (chance.random((JURORS, 12)) < 0.25).T[sectors].astype(np.int8)
    draw(allowed[:200], MARKS, seed=3, kinds=languages[:200], preference=wish[:200])  # loads the solver
    with measured("draw of jurors", files) as line:
        made = draw(allowed, MARKS, seed=3, kinds=languages, preference=wish, linking=0.1)
    tracemalloc.start()  # a second time, because counting memory takes time
    draw(allowed, MARKS, seed=3, kinds=languages, preference=wish, linking=0.1)
    megabytes = tracemalloc.get_traced_memory()[1] / 2**20
    assert made.complete
    bad = int((made.pairs & ~allowed).sum())
    away = 100 * (1 - made.gained / made.bound) if made.bound else 0.0
    loads = f"{made.loads.min()}-{made.loads.max()}"
    said = f"at most {away:.3f} % below the optimum; {bad} conflicts; loads {loads}; {made.linked} linking"
    print(json.dumps({"more": f"{line['work']} {files}", "note": said, "mb": megabytes}), flush=True)


# Foreign marks


def write_marks(path: Path, marks: int) -> None:
    """Write a table of item, judge, criterion, score with so many rows or a few more."""
    items = -(-marks // (JUDGES_A_FILE * CRITERIA))
    judges = max(items * JUDGES_A_FILE // 100, 10)
    chance = np.random.default_rng(2)
    worth, temper = chance.normal(6, 1.2, items), chance.normal(0, 0.7, judges)
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["item", "judge", "criterion", "score"])
        for item in range(items):
            for judge in chance.choice(judges, JUDGES_A_FILE, replace=False):
                for criterion in range(CRITERIA):
                    score = worth[item] + temper[judge] + chance.normal(0, 1)
                    mark = int(min(max(round(score), 0), HIGHEST))
                    table.writerow([f"F{item}", f"J{judge}", f"c{criterion}", mark])


def foreign(path: str, marks: int) -> None:
    """Import the table, rank it, change marks and rank it again, on the database of the environment."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.db.models import F
    from django.test.utils import CaptureQueriesContext

    from scoring import standings
    from scoring.models import Mark, Round

    quiet = {"stdout": open(os.devnull, "w", encoding="utf-8")}  # noqa: SIM115 closed with the process
    with measured("marks imported", marks):
        call_command("import_scores", path, new_call=CALL, places=100, **quiet)
    with measured("marks ranked, with advice", marks):
        call_command("ranking", CALL, format="json", **quiet)
    held = Round.objects.get(session__call__code=CALL)
    files = standings.files_of(held)
    if not files.exists():
        from applications.models import Application

        files = Application.objects.filter(session=held.session)
    with transaction.atomic():
        changed = Mark.objects.filter(sheet__assignment__round=held, criterion__key="c0")
        changed.filter(value__lt=HIGHEST).update(value=F("value") + 1)
        again = Round.objects.get(pk=held.pk)
        with (
            measured("ranking made again after marks changed", marks) as line,
            CaptureQueriesContext(connection) as captured,
        ):
            standings.make_snapshot(again, by=_nobody(), at=_now(), files=files)
            line["queries"] = len(captured)
        transaction.set_rollback(True)


def _nobody() -> Any:
    from workflow import System

    return System("benchmark")


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


# The table


def run(environment: dict[str, str], *arguments: str) -> Iterator[dict[str, Any]]:
    """Run one measure in a process of its own; yield its lines."""
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.scoring", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in said.stdout.splitlines() if line.startswith("{")]
    notes = {line.pop("more"): line for line in lines if "more" in line}
    for line in lines:
        if "work" in line:
            yield {**line, **notes.get(f"{line['work']} {line['size']}", {})}


def row(line: dict[str, Any], engine: str) -> str:
    """Return a line of the table as Markdown."""
    seconds, megabytes = goals_of(line["work"])
    cells = (
        line["work"],
        engine,
        f"{line['size']:,}",
        f"{min(line['seconds'], line['busy']) if engine != 'postgres' else line['seconds']:.2f}",
        "" if seconds is None else f"{seconds:g}",
        f"{line['mb']:.0f}",
        "" if megabytes is None else f"{megabytes:g}",
        "" if line["queries"] is None else str(line["queries"]),
        line["note"],
    )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure and print, or run the one measure that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--engines", nargs="+", choices=["sqlite", "postgres"])
    parser.add_argument("--marks", type=int, nargs="+", default=[12_000, 100_000])
    parser.add_argument("--files", type=int, nargs="+", default=[1500, FILES])
    parser.add_argument("--draw", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--table", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    alone: dict[bool, Callable[[], None]] = {
        given.draw is not None: lambda: draw_jurors(given.draw),
        given.table is not None: lambda: foreign(given.table[0], int(given.table[1])),
    }
    if True in alone:
        alone[True]()
        return
    print(f"| {' | '.join(HEAD)} |\n|---|---|---:|---:|---:|---:|---:|---:|---|")
    for files in given.files:
        for line in run(dict(os.environ), "--draw", str(files)):
            print(row(line, "none"), flush=True)
    for engine in given.engines or ["sqlite", *(["postgres"] if postgres_answers() else [])]:
        for marks in given.marks:
            with tempfile.TemporaryDirectory() as folder, empty(engine, Path(folder)) as environment:
                path = Path(folder) / "marks.csv"
                write_marks(path, marks)
                for line in run(environment, "--table", str(path), str(marks)):
                    print(row(line, engine), flush=True)


if __name__ == "__main__":
    main()
