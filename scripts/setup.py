#!/usr/bin/env python3
"""Make the Python environment in `.venv` from the hash-pinned requirements: `scripts/setup.py run|test`.

Runs on a bare Python 3.11 or newer, without any package. An environment that already has the pinned
packages is left alone; a stamp in it remembers which requirements those were. `uv` installs them, because it
takes seconds: the one on the PATH, else the pinned one, which pip brings; where that fails, pip does it all.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
OLDEST = (3, 11)
# What the test set holds includes what the run set holds.
SETS = {"run": ("run", "test"), "test": ("test",)}


def digest(name: str) -> str:
    """SHA-256 of a requirements file and of the version of Python that it is installed for."""
    version = ".".join(map(str, sys.version_info[:2]))
    return hashlib.sha256((ROOT / "requirements" / f"{name}.txt").read_bytes() + version.encode()).hexdigest()


def stamp(name: str) -> Path:
    """The file that remembers which requirements were installed."""
    return ENVIRONMENT / f"requirements-{name}.sha256"


def ready(name: str) -> bool:
    """Whether the environment holds the requirements `name` ("run" or "test")."""
    return PYTHON.exists() and any(
        stamp(wider).is_file() and stamp(wider).read_text() == digest(wider) for wider in SETS[name]
    )


def make() -> None:
    """Make an empty environment."""
    result = subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=False)  # noqa: S603 ours
    if result.returncode:
        sys.exit("Python could not make an environment: on Debian or Ubuntu, install python3-venv.")


def install(name: str) -> None:
    """Install the pinned packages, each checked against its hash."""
    print(f"Installing the {name} requirements ...", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    uv = find_uv()
    if uv is None and pinned(pip, "tools", quietly=True):
        uv = find_uv()
    # Compiled at once, as pip does: who serves may not write there. Only pip knows the index it was set to.
    quick = uv and [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(PYTHON)]
    if not (quick and pinned(quick, name, quietly=True)) and not pinned(pip, name):
        sys.exit("The packages could not be installed; the lines above say why.")
    stamp(name).write_text(digest(name))


def find_uv() -> str | None:
    """The quicker installer, on the PATH or in the environment."""
    return shutil.which("uv") or shutil.which("uv", path=str(ENVIRONMENT / "bin"))


def pinned(command: list[str], name: str, *, quietly: bool = False) -> bool:
    """Run an installer on a requirements file; return whether it did its work. quietly: nothing is said."""
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    result = subprocess.run(  # noqa: S603 our own files
        [*command, "--require-hashes", "-r", str(ROOT / "requirements" / f"{name}.txt")],
        env=environment,
        check=False,
        capture_output=quietly,
    )
    return result.returncode == 0


def main(name: str) -> None:
    """Bring the environment up to the requirements `name`."""
    if sys.version_info < OLDEST:
        sys.exit(
            f"Jalon needs Python {'.'.join(map(str, OLDEST))} or newer; this is {sys.version.split()[0]}."
        )
    if ready(name):
        return
    if not PYTHON.exists():
        make()
    install(name)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in SETS:
        sys.exit("usage: scripts/setup.py run|test")
    main(sys.argv[1])
