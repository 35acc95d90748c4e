"""Photos as a phone sends them, and the lines that announce them; no database."""

import hashlib
import io
import uuid
from typing import Any


def photo(shade: int = 90, size: tuple[int, int] = (64, 48)) -> bytes:
    """A small JPEG."""
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", size, (shade % 256, 120, 90)).save(target, "JPEG")
    return target.getvalue()


def announced(data: bytes, **fields: Any) -> dict[str, Any]:
    """A line of the list of files."""
    return {
        "uid": str(uuid.uuid4()),
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "type": "image/jpeg",
        "kind": "photo",
        "field": "photos",
        "consent": True,
        **fields,
    }
