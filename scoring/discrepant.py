"""Files of a round on which jurors differ, from the sheets that count; the rule is in `discrepancy.py`.

Found when the round is closed or ranked, and by `tick` while marks come in; the board reads what was kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, FloatField, Max, Min, QuerySet, Value, When
from django.db.models.functions import Cast

from scoring.discrepancy import GREY, Marked, discrepancies
from scoring.discrepancy import Discrepancy as Found
from scoring.models import Discrepancy, DiscrepancyState, FileAdvice, Round, RoundKind, Scoresheet
from scoring.models.sheets import COUNTED

ASKED_IN = ("scoring", "deliberation")
"""States of a session in which there is still something to do about a discrepancy."""
SHOWN = 20
CHUNK = 2000
LATER = Case(When(state=DiscrepancyState.OPEN, then=Value(0)), default=Value(1))
LATELY = timedelta(hours=36)
"""`tick` looks at files with a sheet handed in since then; it runs once a day at least."""


def find(held: Round, *, at: datetime, since: datetime | None = None) -> int:
    """Keep the discrepancies of a round as its marks are now; return how many are new.

    since: only of files with a sheet handed in after it. What somebody dealt with stays as it is; what nobody
    has looked at yet follows the marks, and goes when the jurors no longer differ. Nothing is found while
    pitches go on, because their marks are hidden.
    """
    asked = Round.objects.filter(pk=held.pk, session__state__in=ASKED_IN)
    if (held.kind == RoundKind.PITCH and not held.is_closed) or not asked.exists():
        return 0
    known = dict(Discrepancy._base_manager.filter(round=held).order_by().values_list("application", "pk"))
    still: set[int] = set()
    fresh: list[Discrepancy] = []
    changed: list[Discrepancy] = []
    new = 0
    for one in _found(held, since):
        row = Discrepancy(
            pk=known.get(one.key),
            round=held,
            application_id=one.key,
            range=one.range,
            wide=one.wide,
            chance=one.chance,
            unsure=one.unsure,
            found_at=at,
        )
        still.add(one.key)
        (fresh if row.pk is None else changed).append(row)
        if len(fresh) >= CHUNK:
            new += _keep(fresh)
    new += _keep(fresh)
    _follow(changed)
    if since is None:
        gone = [pk for key, pk in known.items() if key not in still]
        for start in range(0, len(gone), CHUNK):
            part = Discrepancy._base_manager.filter(pk__in=gone[start : start + CHUNK])
            part.filter(state=DiscrepancyState.OPEN).delete()
    return new


def find_new(now: datetime) -> int:
    """Keep what sheets handed in lately show, in every open round; a job of `tick`."""
    rounds = Round.objects.filter(session__state="scoring", closed_at__isnull=True)
    return sum(find(held, at=now, since=now - LATELY) for held in rounds)


def _keep(fresh: list[Discrepancy]) -> int:
    count = len(fresh)
    Discrepancy.objects.bulk_create(fresh, batch_size=CHUNK, ignore_conflicts=True)
    fresh.clear()
    return count


def _follow(changed: list[Discrepancy]) -> None:
    for start in range(0, len(changed), CHUNK):
        part = {row.pk: row for row in changed[start : start + CHUNK]}
        stored = list(Discrepancy._base_manager.filter(pk__in=part, state=DiscrepancyState.OPEN))
        names = ("range", "wide", "chance", "unsure")
        moved = []
        for row in stored:
            now = part[row.pk]
            if any(getattr(row, name) != getattr(now, name) for name in names):
                for name in names:
                    setattr(row, name, getattr(now, name))
                moved.append(row)
        Discrepancy._base_manager.bulk_update(moved, names, batch_size=500)


def _found(held: Round, since: datetime | None) -> Iterator[Found]:
    """Yield the discrepancies of a round from its sheets, a file at a time: the database adds them up.

    A mark is the points of a sheet as a part of the scale, from the lowest to the highest sheet of the grid,
    so that grids whose marks begin at one are not milder than others.
    """
    grid = held.grid.definition
    full = float(grid.full)
    least = sum(float(line.rate) * float(line.scale.low) for line in grid.marked)
    span = max(full - least, 1e-9)
    sheets = Scoresheet._base_manager.filter(assignment__round=held, state__in=COUNTED, maximum__gt=0)
    if since is not None:
        lately = Scoresheet._base_manager.filter(submitted_at__gt=since, assignment__round=held)
        sheets = sheets.filter(assignment__application__in=lately.values("assignment__application"))
    rate = Cast("points", FloatField()) / Cast("maximum", FloatField())
    rows = (
        sheets.order_by()
        .values("assignment__application")
        .annotate(low=Min(rate), high=Max(rate), n=Count("pk"))
        .values_list("assignment__application", "low", "high", "n")
    )
    made = held.rankings.order_by("-number").values("pk")[:1]
    advised = FileAdvice.objects.filter(advice__snapshot__in=made, chance__range=GREY)
    chances = dict(advised.values_list("application", "chance"))
    marked = (
        Marked(pk, (low * full - least) / span, (high * full - least) / span, n, chances.get(pk))
        for pk, low, high, n in rows.iterator(chunk_size=CHUNK)
    )
    yield from discrepancies(marked)


@dataclass(frozen=True)
class Differs:
    """The discrepancies of a round as its page shows them: those to look at first, the widest range first.

    count: of all. open: that nobody has looked at. may_extra: one more juror can still be asked for.
    """

    lines: list[Discrepancy]
    count: int
    open: int
    may_extra: bool


def of_round(held: Round, user: Any, *, whole: bool = False) -> Differs | None:
    """Return what a page says of a round to a reader, None once its session is decided: two queries.

    whole: all of them, not the first.
    """
    if held.session.state not in ASKED_IN:
        return None
    rows = Discrepancy.objects.filter(round=held)
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    named = rows.visible_to(user).annotate(later=LATER).order_by("later", "-range", "pk")
    return Differs(
        list(named[: None if whole else SHOWN]) if counts else [],
        sum(counts.values()),
        counts.get(DiscrepancyState.OPEN, 0),
        not held.is_closed,
    )


def wide_in(held: Round, files: Iterable[int]) -> set[int]:
    """Return those of some files of a round whose jurors are far apart."""
    wide = Discrepancy.objects.filter(round=held, wide=True, application__in=list(files))
    return set(wide.values_list("application", flat=True))


def extra_in(held: Round) -> "QuerySet[Any]":
    """Return the files of a round that have one juror more than the others."""
    return Discrepancy.objects.filter(round=held, extra=True).values_list("application", flat=True)
