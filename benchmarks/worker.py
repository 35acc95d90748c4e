"""One warm worker on one filled database: prints a JSON line for each page and work that it measured.

Run by `python -m benchmarks`; the environment says which database. SQLite works inside the process: its time
is the processor's, so that a busy machine matters less; with a server the clock on the wall counts.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

TIMES = 15


def main() -> None:
    """Measure everything on the database of the environment."""
    import config.wsgi  # noqa: F401 what gunicorn loads

    settings.ROOT_URLCONF = "benchmarks.floor"
    settings.REQUIRE_SECOND_FACTOR = False
    settings.ALLOWED_HOSTS = ["*"]
    from benchmarks import subjects

    world = subjects.World()
    for page in subjects.pages(world):
        say(page.work, page.goals, *_repeated(page.run), page=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for work in () if "--pages" in sys.argv else subjects.works(world):
        say(work.work, work.goals, *_repeated(work.run, times=work.times), page=False)
    say("memory after browsing (MB)", subjects.Goals(ms=130), memory, None, None, page=False)


def _repeated(run: Callable[[], int | None], times: int = TIMES) -> tuple[float, int, float | None]:
    """Return median milliseconds, queries of the last time and kilobytes; the first time warms up."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    if times > 1:
        run()
    spent, size = [], None
    for _time in range(max(1, times - 1)):
        began = clock()
        size = run()
        spent.append(1000 * (clock() - began))
    if times == 1:
        return spent[0], 0, size and size / 1024
    with CaptureQueriesContext(connection) as captured:
        run()
    return statistics.median(spent), len(captured), size and size / 1024


def say(work: str, goals: Any, ms: float, q: int | None, kb: float | None, *, page: bool) -> None:
    """Print one line for the table."""
    line = {"work": work, "ms": ms, "q": q, "kb": kb, "page": page}
    print(json.dumps(line | {"goal_ms": goals.ms, "goal_q": goals.q, "goal_kb": goals.kb}), flush=True)


if __name__ == "__main__":
    main()
