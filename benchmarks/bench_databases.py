"""Databases to measure on: migrated, filled by `manage.py generate`, dropped afterwards."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SERVER = os.environ.get("BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")
SEED = 1


@dataclass(frozen=True)
class Prepared:
    """A filled database: the environment of a process that works on it, and what filling it took."""

    environment: dict[str, str]
    lines: list[dict[str, Any]] = field(default_factory=list)


def postgres_answers() -> bool:
    """Whether a server is there to measure on."""
    import psycopg

    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def prepared(engine: str, size: int, jurors: int, folder: Path) -> Iterator[Prepared]:
    """A database with a call of so many applications; a SQLite file that is there is used as it is."""
    path = folder / f"bench-{size}.sqlite3"
    filled = engine == "sqlite" and path.exists()
    with _made(engine, path) as environment:
        lines = []
        if not filled:
            lines.append(_timed(environment, "fresh migrate", 15_000, "migrate", "--verbosity", "0"))
            fill = ["--applications", str(size), "--jurors", str(jurors), "--seed", str(SEED)]
            lines.append(_timed(environment, "generate the call", None, "generate", *fill))
            _settle(engine, environment["DATABASE_URL"])
        _timed(environment, "compile everything", None, "check")
        lines.append(_timed(environment, "start (manage.py check)", 1000, "check"))
        yield Prepared(environment, lines)


def _settle(engine: str, url: str) -> None:
    """Let the server do now what it does by itself within minutes of so many new rows, in everybody's way."""
    import psycopg

    if engine == "postgres":
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")


@contextmanager
def empty(engine: str, folder: Path, server: str = SERVER) -> Iterator[dict[str, str]]:
    """A migrated database without rows: the environment of a process that works on it."""
    with _made(engine, folder / "empty.sqlite3", server) as environment:
        _timed(environment, "fresh migrate", None, "migrate", "--verbosity", "0")
        yield environment


@contextmanager
def _made(engine: str, path: Path, server: str = SERVER) -> Iterator[dict[str, str]]:
    """The environment of a database: a file at `path`, or one on the server, which is dropped afterwards."""
    path.parent.mkdir(parents=True, exist_ok=True)
    name = f"jalon_{path.stem.replace('-', '_')}_{os.getpid()}"
    if engine == "sqlite":
        url = f"sqlite:///{path.resolve()}"
    else:
        _server("CREATE DATABASE {}", name, server)
        url = f"{server.rsplit('/', 1)[0]}/{name}"
    try:
        yield {
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "MEDIA_ROOT": str(path.parent / "files"),
            "CHECKPOINT_DIR": str(path.parent / "checkpoints"),
            "EXPORT_ROW_LIMIT": "0",
            # compiled once, as on a machine that serves
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(path.parent / "bytecode"),
        }
    finally:
        if engine == "postgres":
            _server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name, server)


def _timed(environment: dict[str, str], work: str, goal: int | None, *arguments: str) -> dict[str, Any]:
    """Run a management command; its processor time is what counts, so that a busy machine does not matter."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "manage.py", *arguments], env=environment, check=True, capture_output=True
    )
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    ms = 1000 * min(wall, busy)
    return {
        "work": work,
        "ms": ms,
        "q": None,
        "kb": None,
        "goal_ms": goal,
        "goal_q": None,
        "goal_kb": None,
        "page": False,
    }


def _server(statement: str, name: str, server: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
