"""A server to measure on: gunicorn with two workers of four threads, as on a machine of two cores."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers import free_port

START_SECONDS = 60


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """Serve with two workers of four threads; give the address."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    own = {"PUBLIC_URL": url, "BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "2", "WEB_THREADS": "4"}
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "--log-level", "warning"]
    server = subprocess.Popen(command, env={**environment, **own})
    try:
        _await(port)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=60)


def _await(port: int) -> None:
    import socket

    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("the server did not start")
