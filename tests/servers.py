"""A real web server on a loopback port, for tests that look at the product from a browser."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.databases import ROOT, RealDatabase

START_SECONDS = 60


@dataclass(frozen=True)
class Site:
    """A running product: its address and the database behind it."""

    url: str
    database: RealDatabase
    log: Path

    def work(self) -> None:
        """Run the tasks that wait, as the task worker would, to their end."""
        self.database.manage("db_worker", "--batch", "--no-startup-delay")


def free_port() -> int:
    """A loopback port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serve(database: RealDatabase, **variables: str) -> Iterator[Site]:
    """Serve `database` with gunicorn as in production; `variables` are added to its environment."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = database.folder / "server.log"
    with open(log, "w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"],
            cwd=ROOT,
            env=database.environment(**{"PUBLIC_URL": url, **variables, "BIND": f"127.0.0.1:{port}"}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, port, log)
        yield Site(url, database, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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
