"""The static files as production serves them, named by content and compressed: gathered once in a run."""

import fcntl
import subprocess
import sys
from pathlib import Path

from tests import databases
from tests.config.production import production_environment


def static_files() -> Path:
    """The folder of the gathered files, only to be read; whoever asks first gathers them, others wait."""
    run = databases.of_this_run().folder
    folder, ready = run / "static", run / "static.ready"
    with open(run / "static.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            subprocess.run(
                [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
                cwd=databases.ROOT,
                env=production_environment(STATIC_ROOT=str(folder)),
                check=True,
            )
            ready.touch()
    return folder
