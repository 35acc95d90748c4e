#!/usr/bin/env python3
"""Start the product as a production server would: the deploy check is clean and all static files gather.

Keys are made up for the run. No database is needed: nothing here connects to one.
"""

import base64
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (
    ["check", "--deploy", "--fail-level", "WARNING"],
    # Every style sheet's url() must lead to a file: the storage with hashed names refuses otherwise.
    ["collectstatic", "--no-input", "--verbosity", "0"],
)


def key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def main() -> int:
    """Run the commands; returns 1 when one failed."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "JALON_ENV": "production",
            "DEBUG": "off",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "VAULT_KEYS": key(),
            "VAULT_INDEX_KEY": key(),
            "CHECKPOINT_KEY": key(),
            "ALLOWED_HOSTS": "jalon.example.org",
            "PUBLIC_URL": "https://jalon.example.org",
            "DATABASE_URL": "postgres://jalon@127.0.0.1:5432/jalon",
            "STATIC_ROOT": folder,
        }
        for command in COMMANDS:
            result = subprocess.run(  # noqa: S603 our own commands
                [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=False
            )
            if result.returncode:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
