"""Where identities could have got to: tables, logs, caches, files; each is read as text."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
from django.core.cache import cache
from django.db import connection

from documents.models import PaperCopy

# Tables in which a canary may stand in clear, by column, and why.
DESIGNED = {
    "accounts_user.email": "the address with which somebody signs in",
    "accounts_user.full_name": "what the owner of an account calls it; shown to the owner alone",
    "account_emailaddress.email": "the address with which somebody signs in, verified or not",
}

# Views whose pages name somebody without asking a reason, who may read them, and why.
FINANCE = frozenset({"preparer", "verifier", "approver", "releaser", "reconciler", "auditor"})
NAMING_PAGES = {
    # The dry run of a table: whoever handed it in reads its rows.
    "applications:import": frozenset({"manager"}),
    # What the bank wrote on its statement: read by whoever finds out what a movement is.
    "disbursements:statement_file": frozenset({"reconciler"}),
    "disbursements:bank_line": frozenset({"reconciler"}),
    # Payment orders, see NAMING_PAPERS.
    "documents:paper": FINANCE | {"manager"},
}
# Papers that name somebody even where pseudonyms are forced, and why.
NAMING_PAPERS = {"payment_order": "the bank is told whom it pays; read by who signs payments"}


def rows_of_the_database() -> Iterator[tuple[str, str]]:
    """Yield every value of every table as (table.column, text): what a dump of the database holds."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if value is not None and not isinstance(value, int | float):
                        yield f"{table}.{name}", text_of(value)


def text_of(value: Any) -> str:
    """Return a value as the text in which a canary would be seen."""
    if isinstance(value, memoryview):
        value = bytes(value)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def entries_of_the_cache() -> Iterator[tuple[str, str]]:
    """Yield what the cache of this process holds."""
    for key, value in list(cache._cache.items()):  # type: ignore[attr-defined]
        yield f"cache {key}", text_of(key) + text_of(value)


def files_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every stored file, papers under their kind: its name, its bytes, and what a reader would see."""
    kinds = dict(PaperCopy.objects.values_list("stored_as", "paper__kind"))
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = str(path.relative_to(folder))
            yield f"name of {name}", name
            yield kinds.get(name, name), contents(path.read_bytes())


def contents(data: bytes) -> str:
    """Return what can be read in a file: its bytes, the pages of a PDF, the parts of an archive."""
    seen = [data.decode("utf-8", "replace")]
    if data.startswith(b"%PDF-"):
        seen += [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            seen += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return "\n".join(seen)


def body_of(answer: Any) -> str:
    """Return what an answer says, headers included."""
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return headers + contents(data)
