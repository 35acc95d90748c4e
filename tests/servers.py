"""A real web server on a loopback port, for tests that look at the product from a browser."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from tests.databases import ROOT, RealDatabase

START_SECONDS = 180
_PORTS_EACH = 200
_first = 12_000 + os.getpid() % 100 * _PORTS_EACH
_ports = iter(range(_first, _first + _PORTS_EACH))


@dataclass
class Site:
    """A running product: its address and the database behind it."""

    url: str
    database: RealDatabase
    log: Path
    variables: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        bind = self.url.removeprefix("http://")
        with open(self.log, "a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"],
                cwd=ROOT,
                env=self.database.environment(**{"PUBLIC_URL": self.url, **self.variables, "BIND": bind}),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        _wait(self.process, int(bind.rpartition(":")[2]), self.log)

    def stop(self, *, at_once: bool = False) -> None:
        """End the server; at_once: without waiting for lines that browsers hold open."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGQUIT if at_once else signal.SIGTERM)
        try:
            self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def work(self) -> None:
        """Run the tasks that wait, as the task worker would, to their end."""
        self.database.manage("db_worker", "--batch", "--no-startup-delay")


def free_port() -> int:
    """A loopback port that nobody listens on, and that no other process of tests is given.

    The system lends ports of its own range to every connection that goes out: a server that is started on one
    of those, or started anew, may find it taken. These lie below that range, and none is given twice.
    """
    for port in _ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("every port of this process is taken")


@contextmanager
def serve(database: RealDatabase, **variables: str) -> Iterator[Site]:
    """Serve `database` with gunicorn as in production; `variables` are added to its environment."""
    log = database.folder / "server.log"
    log.write_text("")
    site = Site(f"http://127.0.0.1:{free_port()}", database, log, variables)
    try:
        site.start()
        yield site
    finally:
        site.stop()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
                connection.request("GET", "/")
                connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the web server did not start:\n{log.read_text()}")
