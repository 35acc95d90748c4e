"""Where the bytes lie: the project's private storage, under random names, never under a web root.

The folder is MEDIA_ROOT by default; the `default` entry of STORAGES may name an S3-compatible bucket instead.
There is no MEDIA_URL: bytes leave only through the permission-checked views of this package.
"""

import hashlib
import secrets
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage

READ_STEP = 256 * 1024


def random_name() -> str:
    """Return a name that says nothing: 128 random bits, spread over 256 folders."""
    token = secrets.token_hex(16)
    return f"{token[:2]}/{token}"


def private_storage() -> Storage:
    """Return the storage of all files; a function, so that tests and deployments may change it."""
    return default_storage


def keep(data: bytes) -> str:
    """Write bytes under a new random name and return that name."""
    return private_storage().save(random_name(), ContentFile(data))


def pieces(name: str) -> Iterator[bytes]:
    """Yield the bytes of a stored file in steps."""
    with private_storage().open(name, "rb") as stored:
        while piece := stored.read(READ_STEP):
            yield piece


def digest(name: str) -> str:
    """Return the SHA-256 of a stored file, read in steps; raises OSError when it is not there."""
    found = hashlib.sha256()
    for piece in pieces(name):
        found.update(piece)
    return found.hexdigest()
