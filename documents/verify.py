"""What `manage.py verify` checks here: stored bytes are unchanged, paper numbers have no gaps."""

from collections.abc import Iterable

from django.db.models import Count, Max

from documents.models import Document, Paper, PaperCopy, PaperCounter
from documents.storage import digest
from workflow.verification import Result

CHUNK = 500


def check_files() -> Result:
    """Every uploaded file that was not erased is in storage and has its digest."""
    kept = Document.objects.filter(erased_at=None)
    rows = ((f"file {row.uid}", row.stored_as, row.sha256) for row in kept.iterator(chunk_size=CHUNK))
    result = _check_digests("uploaded files have their digests", rows)
    result.skipped = Document.objects.exclude(erased_at=None).count()
    return result


def check_papers() -> Result:
    """Every original and duplicate that was not erased is in storage and has its digest."""
    copies = PaperCopy.objects.select_related("paper")
    kept = copies.filter(paper__erasure=None)
    rows = (
        (f"paper {row.paper.reference}, copy {row.number}", row.stored_as, row.sha256)
        for row in kept.iterator(chunk_size=CHUNK)
    )
    result = _check_digests("papers have their digests", rows)
    result.skipped = copies.exclude(paper__erasure=None).count()
    result.problems += [
        f"paper {paper.reference} has no original"
        for paper in Paper.objects.exclude(copies__number=0).iterator(chunk_size=CHUNK)
    ]
    return result


def check_numbers() -> Result:
    """Per kind, scope and year: numbers run from 1 without a gap up to what the counter gave out."""
    result = Result("paper numbers have no gaps", 0)
    counted = {(row.kind, row.scope, row.year): row.last for row in PaperCounter.objects.all()}
    series = Paper.objects.order_by().values_list("kind", "scope", "year")
    for kind, scope, year, number, highest in series.annotate(Count("number"), Max("number")):
        result.count += number
        last = counted.pop((kind, scope, year), 0)
        if not number == highest == last:
            name = f"{kind} {scope} {year}"
            result.problems.append(f"{name}: {number} papers, highest number {highest}, counter at {last}")
    result.problems += [
        f"{kind} {scope} {year}: counter at {last}, no paper"
        for (kind, scope, year), last in counted.items()
        if last
    ]
    return result


def _check_digests(name: str, rows: Iterable[tuple[str, str, str]]) -> Result:
    result = Result(name, 0)
    for label, stored_as, expected in rows:
        result.count += 1
        try:
            found = digest(stored_as)
        except OSError:
            result.problems.append(f"{label}: its bytes are gone")
            continue
        if found != expected:
            result.problems.append(f"{label}: its bytes were changed")
    return result
