#!/usr/bin/env python3
"""Run the checks named on the command line (targets of the Makefile), two at a time, and say what each took.

All of them run, even after one has failed; what a failed check said is shown in full.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AT_A_TIME = 2


def run(target: str) -> tuple[str, bool, float, str]:
    """One check: its name, whether it passed, its seconds and its output."""
    start = time.monotonic()
    result = subprocess.run(  # noqa: S603 targets of our own Makefile
        ["make", "--no-print-directory", "--silent", target],  # noqa: S607 make started us
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return target, result.returncode == 0, time.monotonic() - start, result.stdout


def main(targets: list[str]) -> int:
    """Run them all; the exit code is 1 when any failed."""
    failed = 0
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for target, passed, seconds, output in pool.map(run, targets):
            print(f"{target:20} {'ok' if passed else 'FAILED':7} {seconds:5.1f} s", flush=True)
            if not passed:
                failed += 1
                print(output, flush=True)
    print(f"{len(targets) - failed} checks passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
