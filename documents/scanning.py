"""The optional virus scanner: a ClamAV daemon, asked over its socket. Without one, nothing is asked.

Setting CLAMD_ADDRESS: "host:port", "unix:/path/to/socket", or empty for none. Fails closed: what could not be
scanned counts as not clean.
"""

import socket
from enum import Enum

from django.conf import settings

CHUNK = 64 * 1024
TIMEOUT = 20.0


class Verdict(Enum):
    """What the scanner says."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"


def scan(data: bytes) -> Verdict:
    """Ask the configured scanner about some bytes; CLEAN when none is configured, UNKNOWN when it fails."""
    address: str = settings.CLAMD_ADDRESS
    if not address:
        return Verdict.CLEAN
    try:
        answer = _instream(address, data)
    except (OSError, ValueError):
        return Verdict.UNKNOWN
    if answer.endswith(b"FOUND"):
        return Verdict.INFECTED
    return Verdict.CLEAN if answer == b"stream: OK" else Verdict.UNKNOWN


def _connect(address: str) -> socket.socket:
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(TIMEOUT)
        try:
            connection.connect(address.removeprefix("unix:"))
        except OSError:
            connection.close()
            raise
        return connection
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=TIMEOUT)


def _instream(address: str, data: bytes) -> bytes:
    """Send bytes with clamd's INSTREAM command and return its answer without the final NUL."""
    with _connect(address) as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), CHUNK):
            chunk = data[start : start + CHUNK]
            connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
        connection.sendall(b"\0\0\0\0")
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
    return answer.rstrip(b"\0\n")
