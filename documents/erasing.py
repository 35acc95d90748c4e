"""Erasing the files and papers of a case, and hiding photos without erasing them.

Rows, numbers, dates and digests stay: they say that there was a file, and that nobody changed it before.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from documents.filing import erase
from documents.models import Document, Paper
from documents.papers import erase_paper


def erase_files(rows: "QuerySet[Document]", at: datetime) -> int:
    """Erase files that still exist; return how many."""
    count = 0
    for document in rows.filter(erased_at__isnull=True):
        erase(document, at=at)
        count += 1
    return count


def erase_streams(streams: Collection[str], at: datetime) -> tuple[int, int]:
    """Erase the files and papers of some streams; return how many of each."""
    files = erase_files(Document.objects.filter(stream__in=streams), at)
    papers = 0
    for paper in Paper.objects.filter(stream__in=streams, erasure=None):
        erase_paper(paper, at=at)
        papers += 1
    return files, papers


def withhold(rows: "QuerySet[Any]", at: datetime) -> int:
    """Hide files from everybody for now; return how many were not hidden before."""
    return rows.filter(withheld_at__isnull=True, erased_at__isnull=True).update(withheld_at=at)


def release(rows: "QuerySet[Any]") -> int:
    """Let hidden files be read again by those who may; return how many."""
    return rows.filter(withheld_at__isnull=False).update(withheld_at=None)
