"""Checkpoints over all stream heads, written off the database, signed with a key that is not in it."""

import gzip
import hashlib
import hmac
import json
from datetime import datetime
from pathlib import Path

from django.conf import settings

from workflow.models import Event, StreamHead

CHUNK = 900


def folder() -> Path:
    """Return where checkpoint files are kept."""
    return Path(settings.CHECKPOINT_DIR)


def write_checkpoint(at: datetime) -> Path:
    """Write the heads of all streams to a signed file; return its path."""
    heads = list(StreamHead.objects.order_by("stream").values_list("stream", "seq", "hash"))
    body = json.dumps({"at": at.isoformat(), "heads": heads}, ensure_ascii=False)
    target = folder() / f"{at:%Y%m%dT%H%M%S%f}.json.gz"
    target.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(target, "wt", encoding="utf-8") as file:
        json.dump({"body": body, "hmac": _sign(body)}, file)
    return target


def checkpoint_problems() -> tuple[int, list[str]]:
    """Compare the newest checkpoint with the events; return the streams compared and the problems."""
    files = sorted(folder().glob("*.json.gz"))
    if not files:
        return 0, []
    with gzip.open(files[-1], "rt", encoding="utf-8") as file:
        sealed = json.load(file)
    if not hmac.compare_digest(sealed["hmac"], _sign(sealed["body"])):
        return 0, [f"{files[-1].name}: the signature does not match"]
    heads = [(stream, seq, value) for stream, seq, value in json.loads(sealed["body"])["heads"] if seq]
    problems = []
    for start in range(0, len(heads), CHUNK):
        part = heads[start : start + CHUNK]
        wanted = {stream: (seq, value) for stream, seq, value in part}
        rows = Event.objects.filter(stream__in=wanted).values_list("stream", "seq", "hash")
        found = {(stream, seq): value for stream, seq, value in rows}
        problems += [
            f"{stream}#{seq}: the checkpoint knows another event here"
            for stream, (seq, value) in wanted.items()
            if found.get((stream, seq)) != value
        ]
    return len(heads), problems


def _sign(body: str) -> str:
    return hmac.new(settings.CHECKPOINT_KEY.encode(), body.encode(), hashlib.sha256).hexdigest()
