"""Several processes that do the same at the same moment: see `RealDatabase.race`.

`python -m tests.racing MODULE PRESSES` loads the product once and forks one process for each list of
arguments in PRESSES (JSON), before anything is read from the database. Each runs the module's `main`, which
says when it is ready, waits for a line on its standard input and prints the numbers that it has to tell.
Prints them all.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from importlib import import_module

import django

SECONDS = 300
"""After which a process that still runs is ended, and its race lost."""


class Racer:
    """One of the processes, started at once."""

    def __init__(self, run: Callable[..., None], words: list[str]) -> None:
        waits, self.gate = os.pipe()
        hears, speaks = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.dup2(waits, sys.stdin.fileno())
            os.dup2(speaks, sys.stdout.fileno())
            _run(run, words)
        os.close(waits)
        os.close(speaks)
        self.words = os.fdopen(hears)

    def go(self) -> None:
        """Let it begin."""
        os.write(self.gate, b"go\n")

    def end(self) -> list[int]:
        """Wait for the end; return the numbers that it printed."""
        numbers = [int(word) for word in self.words.read().split()]
        _pid, status = os.waitpid(self.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0, "a process of the race ended with an error"
        return numbers


def _run(run: Callable[..., None], words: list[str]) -> None:
    """Be one of the processes, to its end."""
    from django.db import connections

    code = 1
    try:
        signal.alarm(SECONDS)
        run(*words)
        connections.close_all()
        sys.stdout.flush()
        code = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def main(module: str, presses: str) -> None:
    django.setup()
    from django.conf import settings
    from django.db import connections

    import_module(settings.ROOT_URLCONF)
    run = import_module(module).main
    connections.close_all()
    racers = [Racer(run, words) for words in json.loads(presses)]
    for racer in racers:
        assert racer.words.readline().strip() == "ready", "a process of the race did not begin"
    for racer in racers:
        racer.go()
    print(json.dumps([racer.end() for racer in racers]))


if __name__ == "__main__":
    main(*sys.argv[1:])
