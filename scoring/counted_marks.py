"""The marks that count in a ranking, read from the database once for the ranking and for the advice on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import TextField
from django.db.models.functions import Cast

from scoring.models import Mark, Round, Scoresheet
from scoring.models.sheets import COUNTED

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from applications.models import Application

EXACT = Decimal("0.000001")
CHUNK = 20_000


@dataclass(frozen=True)
class CountedSheet:
    """One sheet that counts, by ids. marks: by criterion key, None where the juror abstained."""

    application: int
    round: int
    engagement: int
    marks: dict[str, Decimal | None] = field(default_factory=dict)


def read(rounds: Iterable[Round], files: "QuerySet[Application]") -> list[CountedSheet]:
    """Return the sheets that count in some rounds with their marks: two queries, and the grids' own."""
    held = list(rounds)
    keys = {line.pk: line.key for one in held for line in one.grid.criteria.all()}
    rows = Scoresheet._base_manager.select_related(None).filter(
        assignment__round__in=[one.pk for one in held],
        assignment__application__in=files.order_by().values("pk"),
        state__in=COUNTED,
    )
    ids = ("pk", "assignment__application", "assignment__round", "assignment__engagement")
    sheets = {
        pk: CountedSheet(application, round_id, engagement)
        for pk, application, round_id, engagement in rows.order_by().values_list(*ids)
    }
    # As text: there are few different marks, and no decimal is made for each of a hundred thousand rows.
    marks = Mark.objects.filter(sheet__in=rows.order_by().values("pk")).order_by()
    exact: dict[str | None, Decimal | None] = {None: None}
    marks_of = {pk: sheet.marks for pk, sheet in sheets.items()}
    for sheet, criterion, value in marks.values_list(
        "sheet_id", "criterion_id", Cast("value", TextField())
    ).iterator(chunk_size=CHUNK):
        if sheet in marks_of:
            if value not in exact:
                exact[value] = Decimal(value).quantize(EXACT)
            marks_of[sheet][keys[criterion]] = exact[value]
    return list(sheets.values())


def by_file(
    sheets: Iterable[CountedSheet], ids: Mapping[str, int], rounds: Sequence[Round]
) -> dict[str, list[list[dict[str, Decimal | None]]]]:
    """Return the marks of each file by case number: one list a round, one mapping a sheet.

    ids: of the files by case number.
    """
    place = {held.pk: index for index, held in enumerate(rounds)}
    found: dict[int, list[list[dict[str, Decimal | None]]]] = {
        pk: [[] for _round in rounds] for pk in ids.values()
    }
    for sheet in sheets:
        if sheet.marks:
            found[sheet.application][place[sheet.round]].append(sheet.marks)
    return {number: found[pk] for number, pk in ids.items()}
