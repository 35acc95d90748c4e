"""Real databases for tests that need real commits, several processes or a web server.

Append-only triggers refuse the flush with which Django's transactional tests clean up. So such a
test gets a database of its own, filled once per run by a recipe, copied for the test and dropped
whole: a file on SQLite, `CREATE DATABASE ... TEMPLATE` on PostgreSQL.
"""

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests import requirements

ROOT = Path(__file__).resolve().parent.parent
SQLITE, POSTGRES = "sqlite", "postgres"
# A recipe is the template that another one begins with, and the management command that fills it further.
RECIPES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "bare": ("", ()),
    "empty": ("", ("migrate", "--run-syncdb", "--verbosity", "0")),
    "living": ("empty", ("demo", "--no-server", "--living-only")),
    "demo": ("living", ("demo", "--no-server")),
}
_numbers = count(1)


class CommandFailed(AssertionError):
    """A command that a test needed ended with an error; the message holds its output."""


@dataclass(frozen=True)
class RealDatabase:
    """A database on one engine, with the folder for uploaded files and checkpoints that goes with it."""

    engine: str
    name: str
    folder: Path
    settings_module: str

    @property
    def url(self) -> str:
        """The value of `DATABASE_URL` for a process that works on this database."""
        if self.engine == SQLITE:
            return f"sqlite:///{self.folder / 'database.sqlite3'}"
        return f"{requirements.POSTGRES.rsplit('/', 1)[0]}/{self.name}"

    def environment(self, **more: str) -> dict[str, str]:
        """The environment for a process that works on this database."""
        return {
            **requirements.inherited(),
            "DJANGO_SETTINGS_MODULE": self.settings_module,
            "DATABASE_URL": self.url,
            "MEDIA_ROOT": str(self.folder / "files"),
            "CHECKPOINT_DIR": str(self.folder / "checkpoints"),
            "PYTHONPATH": str(ROOT),
            **more,
        }

    def manage(self, *arguments: str, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end. Raises `CommandFailed` unless `check` is off."""
        return self.python("manage.py", *arguments, check=check, **more)

    def python(self, *arguments: str, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
        """Run Python (`"-m", "module"` or a script and its arguments) to its end on this database."""
        result = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            check=False,
        )
        if check and result.returncode:
            raise CommandFailed(
                f"{' '.join(arguments)}: exit {result.returncode}\n{result.stdout}\n{result.stderr}"
            )
        return result

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start Python on this database and return at once.

        The caller waits (`communicate`) and looks at the exit code.
        """
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def race(self, module: str, *presses: Sequence[str]) -> list[list[int]]:
        """Let processes run a module at the same moment, one with each of some arguments (`tests.racing`).

        Return the numbers that each of them printed.
        """
        told: list[list[int]] = json.loads(
            self.python("-m", "tests.racing", module, json.dumps(presses)).stdout
        )
        return told

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of one SQL query (parameters as %s), read outside Django."""
        if self.engine == SQLITE:
            with closing(sqlite3.connect(self.folder / "database.sqlite3")) as connection:
                return connection.execute(query.replace("%s", "?"), parameters).fetchall()
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode(), parameters).fetchall()


class Templates:
    """The filled databases of one test run, made when first asked for and shared by its processes."""

    def __init__(self, run: str, folder: Path) -> None:
        self.run, self.folder = run, folder

    @contextmanager
    def copy(
        self, engine: str, folder: Path, *, recipe: str = "empty", settings_module: str
    ) -> Iterator[RealDatabase]:
        """A fresh copy of the template, dropped when the block ends."""
        name = f"{self._prefix()}{os.getpid()}_{next(_numbers)}"
        database = RealDatabase(engine, name, folder, settings_module)
        self._copy(database, recipe)
        try:
            yield database
        finally:
            if engine == POSTGRES:
                _postgres("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def drop(self) -> None:
        """Remove what this run made, templates and forgotten copies."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if requirements.postgres_fault() is None:
            for name in _postgres_names(self._prefix()):
                _postgres("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _prefix(self) -> str:
        return f"jalon_test_{self.run}_"

    def template(self, engine: str, recipe: str, settings_module: str) -> RealDatabase:
        """The filled database that copies are made of; whoever asks first fills it, others wait."""
        key = f"{recipe}_{settings_module.replace('.', '_')}"
        folder = self.folder / f"{engine}-{key}"
        template = RealDatabase(engine, f"{self._prefix()}{key}", folder, settings_module)
        with open(self.folder / f"{engine}-{key}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "ready").exists():
                self._fill(template, recipe)
        return template

    def _copy(self, database: RealDatabase, recipe: str) -> None:
        template = self.template(database.engine, recipe, database.settings_module)
        shutil.copytree(template.folder, database.folder, dirs_exist_ok=True)
        if database.engine == POSTGRES:
            _postgres("CREATE DATABASE {} TEMPLATE {}", database.name, template.name)

    def _fill(self, template: RealDatabase, recipe: str) -> None:
        base, command = RECIPES[recipe]
        shutil.rmtree(template.folder, ignore_errors=True)
        (template.folder / "files").mkdir(parents=True)
        if template.engine == POSTGRES:
            _drop_forgotten()
        if base:
            self._copy(template, base)
            (template.folder / "ready").unlink()
        elif template.engine == POSTGRES:
            _postgres("CREATE DATABASE {}", template.name)
        if command:
            template.manage(*command)
        if template.engine == SQLITE:
            with closing(sqlite3.connect(template.folder / "database.sqlite3")) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (template.folder / "ready").touch()


def of_this_run() -> Templates:
    """The templates of the test run to which this process belongs."""
    run, folder = os.environ["JALON_TEST_RUN"].split(":", 1)
    return Templates(run, Path(folder))


def _postgres(statement: str, *names: str) -> None:
    with psycopg.connect(requirements.POSTGRES, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _drop_forgotten() -> None:
    """Drop what test runs that were killed left behind: their process is gone."""
    for name in _postgres_names("jalon_test_"):
        run = name.removeprefix("jalon_test_").partition("_")[0]
        if run.isdecimal() and not _alive(int(run)):
            _postgres("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _postgres_names(prefix: str) -> list[str]:
    with psycopg.connect(requirements.POSTGRES) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
        ).fetchall()
    return [row[0] for row in rows]


if __name__ == "__main__":
    of_this_run().template(*sys.argv[1:])
