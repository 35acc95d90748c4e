"""What may come in: pure checks on the bytes of an uploaded file, without database or request.

`inspect` decides the type by content, requires that the name agrees, and gives back the file written anew
(pictures re-encoded, documents rebuilt from examined parts) or raises `FileRefused` with a clear sentence.
Where a file is kept and who may read it is decided elsewhere (`documents.filing`, `documents.readers`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.intake.names import split_name
from documents.intake.refusal import FileRefused
from documents.limits import (
    ALL_TYPES,
    EXTENSIONS,
    JPEG,
    MAX_FILE_BYTES,
    MEGABYTE,
    PDF,
    PHOTOS,
    PNG,
    TYPE_NAMES,
    WEBP,
)

__all__ = ["Accepted", "FileRefused", "inspect"]

OFFICE = "office"

# First bytes, the type or the reason of refusal that they stand for.
ACCEPTED_MARKS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"%PDF-", PDF),
    (b"PK\x03\x04", OFFICE),
)
REFUSED_MARKS = (
    (b"GIF8", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")


@dataclass(frozen=True)
class Accepted:
    """A file that may be stored: its clean bytes and what is known about them.

    received_sha256 is the digest of the bytes as they came, sha256 that of the bytes that are kept.
    """

    data: bytes = field(repr=False)
    name: str
    media_type: str
    received_sha256: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None

    @property
    def size(self) -> int:
        """Bytes kept."""
        return len(self.data)

    @property
    def sha256(self) -> str:
        """Digest of the bytes kept."""
        return hashlib.sha256(self.data).hexdigest()


def inspect(data: bytes, name: str, types: Sequence[str] = ALL_TYPES) -> Accepted:
    """Check one uploaded file and return it clean.

    data: the bytes as received; name: as the browser gave it; types: media types wanted here, a subset of
    `limits.ALL_TYPES`. Raises FileRefused, whose message says what to do.
    """
    if not data:
        raise FileRefused("empty")
    if len(data) > MAX_FILE_BYTES:
        raise FileRefused("too_big", limit=MAX_FILE_BYTES // MEGABYTE)
    received = hashlib.sha256(data).hexdigest()
    width = height = pages = None
    found = _type_by_content(data)
    if found in PHOTOS:
        from documents.intake.images import clean_image  # heavy: loads Pillow

        image = clean_image(data, found)
        data, width, height = image.data, image.width, image.height
    elif found == PDF:
        from documents.intake.pdf import clean_pdf  # heavy: loads the PDF reader

        pdf = clean_pdf(data)
        data, pages = pdf.data, pdf.pages
    else:
        from documents.intake.office import clean_office  # heavy: loads XML

        office = clean_office(data)
        data, found = office.data, office.media_type
    if found not in types:
        raise FileRefused("not_wanted", found=TYPE_NAMES[found])
    stem, extension = split_name(name)
    if extension not in EXTENSIONS[found]:
        raise FileRefused("wrong_extension", extension=extension, found=TYPE_NAMES[found])
    return Accepted(data, f"{stem}.{EXTENSIONS[found][0]}", found, received, width, height, pages)


def _type_by_content(data: bytes) -> str:
    """Return the accepted type that the first bytes announce; raises FileRefused for all others."""
    for mark, media_type in ACCEPTED_MARKS:
        if data.startswith(mark):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    for mark, reason in REFUSED_MARKS:
        if data.startswith(mark):
            raise FileRefused(reason)
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        raise FileRefused("heic")
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        raise FileRefused("svg")
    if start.startswith(b"<"):
        raise FileRefused("web_page")
    raise FileRefused("unknown_type")
