"""Rankings in the database: which files and rounds they are about, making and checking snapshots."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from applications.models import Application
from scoring import advising, counted_marks, discrepant, snapshot
from scoring.models import RankedApplication, RankingSnapshot, Round, Stage
from scoring.score import rounded
from workflow import collector, many_rows

IN_STAGE = {Stage.REVIEW: "in_review", Stage.FINAL: "in_final_review"}


def rounds_until(held: Round) -> list[Round]:
    """Return the rounds of the same stage up to this one: what a ranking after it adds up."""
    rounds = Round.objects.filter(
        session=held.session_id, grid__stage=held.grid.stage, grid__number__lte=held.grid.number
    )
    return list(rounds.order_by("grid__number").prefetch_related("grid__sections", "grid__criteria__section"))


def files_of(held: Round) -> "QuerySet[Application]":
    """Return the applications that a ranking after this round orders: undecided ones of its stage."""
    return Application.objects.filter(
        session=held.session_id,
        state=IN_STAGE[Stage(held.grid.stage)],
        jury_assignments__round=held,
        jury_assignments__state__in=["assigned", "opened", "done"],
    ).distinct()


@collector.paused()
def make_snapshot(
    held: Round,
    *,
    by: Any,
    at: datetime,
    files: "QuerySet[Application] | None" = None,
) -> RankingSnapshot:
    """Compute the ranking after a round and keep it for ever.

    files: the applications to order, by default those of the round's stage that are undecided.
    """
    wanted = files_of(held) if files is None else files
    rounds = rounds_until(held)
    grids = [one.grid.definition for one in rounds]
    ids = dict(wanted.order_by().values_list("case__number", "pk"))
    sheets = counted_marks.read(rounds, wanted)
    inputs = snapshot.freeze(held.seed, grids, counted_marks.by_file(sheets, ids, rounds))
    rows = snapshot.compute(inputs)
    with transaction.atomic():
        Round._base_manager.select_for_update(of=("self",)).get(pk=held.pk)
        last = RankingSnapshot.objects.filter(round=held).aggregate(last=Max("number"))["last"] or 0
        made = RankingSnapshot.objects.create(
            session=held.session,
            round=held,
            number=last + 1,
            seed=held.seed,
            inputs=inputs,
            digest=snapshot.digest(inputs, rows),
            files=len(rows),
            ranked=sum(row["rank"] is not None for row in rows),
            maximum=sum((grid.share for grid in grids), Decimal(0)),
            made_at=at,
            made_by_id=by.pk,
        )
        many_rows.insert(RankedApplication, LINE, _lines(made, ids, rows, rounds))
        ranks = {ids[row["key"]]: row["rank"] for row in rows if row["rank"] is not None}
        advising.store(made, ids, ranks, [sheet for sheet in sheets if sheet.round == held.pk])
        discrepant.find(held, at=at)
    return made


LINE = (
    "snapshot_id",
    "application_id",
    "position",
    "rank",
    "score",
    "exact",
    "sheets",
    "decided_by",
    "failures",
    "criteria",
)


def _lines(
    made: RankingSnapshot, ids: dict[str, int], rows: list[dict[str, Any]], rounds: list[Round]
) -> Iterator[tuple[Any, ...]]:
    """Yield the lines of a snapshot as values of `LINE`."""

    @cache
    def decimal(points: str) -> Decimal:
        return rounded(Fraction(points))

    @cache
    def text(points: str) -> str:
        return str(decimal(points))

    numbers = [str(held.grid.number) for held in rounds]
    for position, row in enumerate(rows, start=1):
        criteria = {
            number: {key: text(points) for key, points in part["criteria"].items()}
            for number, part in zip(numbers, row["rounds"], strict=True)
        }
        yield (
            made.pk,
            ids[row["key"]],
            position,
            row["rank"],
            None if row["score"] is None else decimal(row["score"]),
            row["score"] or "",
            row["sheets"],
            row["decided_by"],
            row["failures"],
            criteria,
        )


def changed_since(made: RankingSnapshot) -> bool:
    """Tell whether a mark that counts was handed in, revised, voided or reopened after the snapshot."""
    from scoring.models import Scoresheet
    from scoring.models.sheets import TAKEN_BACK

    # two keys of their own, so that each is read from its index: sheets of the round are many, newer ones few
    sent = Scoresheet.objects.filter(submitted_at__gt=made.made_at).values("pk").order_by()
    undone = Scoresheet.objects.filter(state__in=TAKEN_BACK, state_since__gt=made.made_at).values("pk")
    return Scoresheet.objects.filter(
        pk__in=sent.union(undone.order_by(), all=True),
        assignment__round__session=made.session_id,
        assignment__round__grid__stage=made.round.grid.stage,
        assignment__round__grid__number__lte=made.round.grid.number,
    ).exists()
