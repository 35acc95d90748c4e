"""The order of pitches: a lot from the round's own seed, times from the first start, both mended by hand.

The lot is anybody's to repeat: files stand in the order of the SHA-256 of seed, a bar and the case number.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from scoring.models import PitchTurn, Round
from scoring.models.jury import LIVE


def by_lot(seed: str, numbers: Sequence[str]) -> list[str]:
    """Return case numbers in the order of the lot; it depends on the seed and on nothing else. Pure."""
    return sorted(numbers, key=lambda number: hashlib.sha256(f"{seed}|{number}".encode()).hexdigest())


def times(start: datetime | None, minutes: int, count: int) -> list[datetime | None]:
    """Return when each of `count` pitches begins, `minutes` apart; None without a start. Pure."""
    return [start + timedelta(minutes=minutes * turn) if start else None for turn in range(count)]


def turns_of(held: Round) -> "QuerySet[PitchTurn]":
    """Return the turns of a round in order, with their cases."""
    return PitchTurn.objects.filter(round=held).select_related("application__case").order_by("place")


def files_of(held: Round) -> dict[str, int]:
    """Return the files that jurors have in a round: case number -> application."""
    rows = held.assignments.filter(state__in=LIVE).order_by()
    return dict(rows.values_list("application__case__number", "application").distinct())


def count_files(held: Round) -> int:
    """Return how many files jurors have in a round."""
    given = held.assignments.select_related(None).filter(state__in=LIVE).order_by()
    return given.values("application").distinct().count()


def draw(held: Round, *, start: datetime | None, minutes: int) -> int:
    """Give every file of a round its turn by lot; return how many."""
    files = files_of(held)
    return _write(held, [files[number] for number in by_lot(held.seed, list(files))], start, minutes)


def move(held: Round, wanted: Mapping[int, int], *, start: datetime | None, minutes: int) -> int:
    """Put turns in the wanted order; wanted: application -> number, equal ones stay as they stood."""
    before = list(turns_of(held).values_list("application", "place"))
    ordered = sorted(before, key=lambda row: (wanted.get(row[0], row[1]), row[1]))
    return _write(held, [application for application, _place in ordered], start, minutes)


def _write(held: Round, applications: Sequence[int], start: datetime | None, minutes: int) -> int:
    with transaction.atomic():
        Round._base_manager.select_for_update(of=("self",)).filter(pk=held.pk).values("pk").first()
        PitchTurn.objects.filter(round=held).delete()
        moments = times(start, minutes, len(applications))
        PitchTurn.objects.bulk_create(
            PitchTurn(round=held, application_id=application, place=place, starts_at=moment)
            for place, (application, moment) in enumerate(zip(applications, moments, strict=True), start=1)
        )
    return len(applications)
