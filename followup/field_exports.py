"""What other field tools export: a table of visits, tables of what repeats in them, and pictures, as files.

KoboToolbox gives a workbook with a sheet for each repeat, and a zip of media by submission; ODK Central gives
a zip of CSV files with the media beside. An archive is opened in bounds: so many entries, so much of each.
"""

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from documents.intake import FileRefused
from documents.intake.refusal import DAMAGED_ARCHIVE
from documents.intake.tables import Sheet, read_table, read_tables
from documents.limits import MAX_FILE_BYTES, MEGABYTE

MOST_BYTES = 200 * MEGABYTE
MOST_ENTRIES = 5_000
MOST_TABLES = 50
PICTURES = (".jpg", ".jpeg", ".png", ".webp")
TABLES = (".csv",)


@dataclass(frozen=True)
class Export:
    """The main table, and the tables of what repeats by their name."""

    main: Sheet
    repeats: Mapping[str, Sheet] = field(default_factory=dict)


def read_export(data: bytes, name: str) -> Export:
    """Return the tables of an export: CSV, XLSX, or a zip of CSV files; raises FileRefused."""
    if data.startswith(b"PK\x03\x04") and name.lower().endswith(".zip"):
        return _of_archive(data)
    tables = read_tables(data, name)
    (_first, main), *others = tables.items()
    _check_number(len(others))
    return Export(main, dict(others))


def _of_archive(data: bytes) -> Export:
    found: dict[str, Sheet] = {}
    with opened(data) as archive:
        entries = [one for one in archive.infolist() if one.filename.lower().endswith(TABLES)]
        _check_number(len(entries) - 1)
        for entry in entries:
            path = PurePosixPath(entry.filename)
            found[path.stem] = read_table(bytes_of(archive, entry), path.name)
    # the main table is the one that no row of which has a parent
    mains = [
        name for name, sheet in found.items() if not {"PARENT_KEY", "_parent_index"} & set(sheet.headings)
    ]
    if not mains:
        raise FileRefused("empty")
    main = min(mains, key=len)
    return Export(found.pop(main), found)


def _check_number(repeats: int) -> None:
    """Refuse what has more tables than are read: none is left out in silence."""
    if repeats > MOST_TABLES:
        raise FileRefused("too_many_tables", limit=MOST_TABLES)


def opened(data: bytes) -> zipfile.ZipFile:
    """Open an archive whose entries and declared sizes are within bounds; raises FileRefused."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED_ARCHIVE as error:
        raise FileRefused("damaged") from error
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > 2 * MOST_BYTES:
        raise FileRefused("bomb")
    return archive


def bytes_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the bytes of an entry, never more than a file may have; raises FileRefused."""
    try:
        with archive.open(entry) as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except DAMAGED_ARCHIVE as error:
        raise FileRefused("damaged") from error
    if len(data) > MAX_FILE_BYTES:
        raise FileRefused("too_big", limit=MAX_FILE_BYTES // MEGABYTE)
    return data


class Pictures:
    """The pictures of an archive, found by the submission in whose folder they lie, else by name alone."""

    def __init__(self, data: bytes) -> None:
        self.archive = opened(data)
        self._by_name: dict[str, list[zipfile.ZipInfo]] = defaultdict(list)
        for entry in self.archive.infolist():
            path = PurePosixPath(entry.filename)
            if path.suffix.lower() in PICTURES and not entry.is_dir():
                self._by_name[path.name].append(entry)

    def __len__(self) -> int:
        return sum(len(entries) for entries in self._by_name.values())

    def find(self, submission: str, name: str) -> zipfile.ZipInfo | None:
        """Return the picture of a submission; None where there is none, or several and none in its folder."""
        entries = self._by_name.get(PurePosixPath(name).name, [])
        own = [entry for entry in entries if submission in PurePosixPath(entry.filename).parts]
        if own:
            return own[0]
        return entries[0] if len(entries) == 1 else None

    def bytes_of(self, entry: zipfile.ZipInfo) -> bytes:
        """Return the bytes of a picture; raises FileRefused."""
        return bytes_of(self.archive, entry)


# Kept between the two steps of the page


def as_text(export: Export) -> str:
    """Return the tables as JSON."""
    tables = {"": export.main, **export.repeats}
    return json.dumps({name: [sheet.headings, sheet.rows] for name, sheet in tables.items()})


def from_text(text: str) -> Export:
    """Return the tables that were kept; raises ValueError when they are none."""
    data = json.loads(text)
    if not isinstance(data, dict) or "" not in data:
        raise ValueError("no tables")
    sheets = {}
    for name, (headings, rows) in data.items():
        cells = [(int(number), [str(cell) for cell in row]) for number, row in rows]
        sheets[str(name)] = Sheet([str(one) for one in headings], cells)
    return Export(sheets.pop(""), sheets)
