#!/usr/bin/env python3
"""Pin `requirements/*.in` into `requirements/*.txt` with hashes, for every Python from 3.11 on.

No address of a registry is written.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = (
    "--quiet",
    "--python-version=3.11",
    "--universal",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
)


def main() -> None:
    """Run uv once per set; what is passed on (`--upgrade`) goes to it."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(ROOT / ".venv" / "bin"))
    if uv is None:
        sys.exit("uv is missing: install it with `.venv/bin/pip install uv`.")
    for name in ("run", "test", "tools"):
        source, target = f"requirements/{name}.in", f"requirements/{name}.txt"
        subprocess.run(  # noqa: S603 fixed program and files
            [uv, "pip", "compile", *OPTIONS, *sys.argv[1:], source, "--output-file", target],
            cwd=ROOT,
            check=True,
        )


if __name__ == "__main__":
    main()
