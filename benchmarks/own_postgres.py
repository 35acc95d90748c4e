"""A PostgreSQL server of our own, from the installed programs, on a free port: to be killed and started."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.servers import free_port

START_SECONDS = 180
ACCOUNT = "postgres"


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`, None where they are not installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class OwnPostgres:
    """A cluster in a temporary folder; a root account starts it as the account that the package made."""

    def __init__(self) -> None:
        found = programs()
        if found is None:
            raise RuntimeError("initdb is not installed")
        self.bin, self.port = found, free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="jalon-own-postgres-"))
        self.data, self.log = self.folder / "data", self.folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"postgres://{ACCOUNT}@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> "OwnPostgres":
        make = [
            str(self.bin / "initdb"),
            "-D",
            str(self.data),
            "-U",
            ACCOUNT,
            "--auth=trust",
            "--encoding=UTF8",
        ]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **self.as_user)
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        import psycopg

        command = [
            str(self.bin / "postgres"), "-D", str(self.data), "-p", str(self.port),
            "-k", str(self.folder), "-c", "listen_addresses=127.0.0.1",
        ]  # fmt: skip
        with open(self.log, "ab") as log:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **self.as_user
            )
        self.process = process
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and process.poll() is None:
            try:
                psycopg.connect(self.url, connect_timeout=3).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start:\n{self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """Kill the server and all its processes at once, as a power cut would."""
        if self.process is None:
            return
        for process in [self.process.pid, *children(self.process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def kill_and_start(self) -> None:
        """Kill it, then start it again: it recovers from its log."""
        self.kill()
        self.start()


def children(parent: int) -> list[int]:
    """The processes that a process started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            after_name = stat.read_text().rpartition(")")[2].split()
            if int(after_name[1]) == parent:
                found.append(int(stat.parent.name))
    return found
