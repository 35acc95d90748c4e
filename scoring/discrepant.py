"""Files of a round on which jurors differ, from the sheets that count; the rule is in `discrepancy.py`."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from applications.models import Application
from scoring.discrepancy import THIRD_JUROR, Discrepancy, Marked, discrepancies
from scoring.models import FileAdvice, Round, Scoresheet
from scoring.models.sheets import COUNTED

ASKED_IN = ("scoring", "deliberation")
"""States of a session in which there is still something to do about a discrepancy."""
SHOWN = 20


@dataclass(frozen=True)
class Differs:
    """The files of a round to look at again, the widest range first. files: of the round, with marks."""

    lines: list[tuple[Application, Discrepancy]]
    count: int
    files: int
    one_more: bool


def found_in(held: Round) -> tuple[list[Discrepancy], int]:
    """Return the discrepancies of a round, and how many files have marks: two queries.

    A mark is the points of a sheet as a part of the scale, from the lowest to the highest sheet of the grid,
    so that grids whose marks begin at one are not milder than others.
    """
    grid = held.grid.definition
    least = sum(float(line.rate) * float(line.scale.low) for line in grid.marked)
    span = max(float(grid.full) - least, 1e-9)
    parts: dict[int, list[float]] = {}
    rows = Scoresheet.objects.filter(assignment__round=held, state__in=COUNTED, maximum__gt=0)
    for application, points, maximum in rows.order_by().values_list(
        "assignment__application", "points", "maximum"
    ):
        whole = float(points) * float(grid.full) / float(maximum)
        parts.setdefault(application, []).append((whole - least) / span)
    made = held.rankings.order_by("-number").values("pk")[:1]
    advised = FileAdvice.objects.filter(advice__snapshot__in=made, chance__isnull=False)
    chances = dict(advised.values_list("application", "chance"))
    marked = [Marked(pk, min(marks), max(marks), len(marks), chances.get(pk)) for pk, marks in parts.items()]
    return discrepancies(marked, is_open=not held.is_closed), len(parts)


def of_round(held: Round, *, hidden: Collection[int] = (), whole: bool = False) -> Differs | None:
    """Return what a page says of a round, None once its session is decided.

    hidden: applications that the reader must not see, counted but not named. whole: all of them, not the
    first.
    """
    if held.session.state not in ASKED_IN:
        return None
    found, files = found_in(held)
    named = [one for one in found if one.key not in hidden][: None if whole else SHOWN]
    rows: Any = Application.objects.select_related("case__site").in_bulk([one.key for one in named])
    return Differs(
        [(rows[one.key], one) for one in named],
        len(found),
        files,
        any(one.todo == THIRD_JUROR for one in found),
    )
