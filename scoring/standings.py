"""Rankings from the database: reading the marks that count, making and checking snapshots."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from applications.models import Application
from scoring import advising, snapshot
from scoring.models import Mark, RankedApplication, RankingSnapshot, Round, Stage
from scoring.models.sheets import COUNTED
from scoring.score import rounded

BATCH = 1000
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


def read_marks(rounds: Iterable[Round], files: "QuerySet[Application]") -> dict[int, dict[int, Any]]:
    """Return the marks that count: application, round, sheet, criterion key -> mark (None: abstained)."""
    found: dict[int, dict[int, Any]] = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    rows = Mark.objects.filter(
        sheet__assignment__round__in=[held.pk for held in rounds],
        sheet__assignment__application__in=files.order_by().values("pk"),
        sheet__state__in=COUNTED,
    ).values_list(
        "sheet__assignment__application_id",
        "sheet__assignment__round_id",
        "sheet_id",
        "criterion__key",
        "value",
    )
    for application_id, round_id, sheet_id, key, value in rows.order_by().iterator(chunk_size=5000):
        found[application_id][round_id][sheet_id][key] = value
    return found


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
    marks = read_marks(rounds, wanted)
    inputs = snapshot.freeze(
        held.seed,
        grids,
        {
            number: [list(marks[pk][one.pk].values()) if pk in marks else [] for one in rounds]
            for number, pk in ids.items()
        },
    )
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
        lines = [
            line_of(made, ids[row["key"]], position, row, rounds)
            for position, row in enumerate(rows, start=1)
        ]
        RankedApplication.objects.bulk_create(lines, batch_size=BATCH)
        advising.store(made, wanted)
    return made


def line_of(
    made: RankingSnapshot, application_id: int, position: int, row: dict[str, Any], rounds: list[Round]
) -> RankedApplication:
    """Return one line of a snapshot as a row of the database."""
    score = row["score"]
    return RankedApplication(
        snapshot=made,
        application_id=application_id,
        position=position,
        rank=row["rank"],
        score=None if score is None else rounded(Fraction(score)),
        exact=score or "",
        sheets=row["sheets"],
        decided_by=row["decided_by"],
        failures=row["failures"],
        criteria={
            str(held.grid.number): {
                key: str(rounded(Fraction(points))) for key, points in part["criteria"].items()
            }
            for held, part in zip(rounds, row["rounds"], strict=True)
        },
    )


def changed_since(made: RankingSnapshot) -> bool:
    """Tell whether a mark that counts was handed in, revised, voided or reopened after the snapshot."""
    from scoring.models import Scoresheet

    sheets = Scoresheet.objects.filter(
        assignment__round__session=made.session_id,
        assignment__round__grid__stage=made.round.grid.stage,
        assignment__round__grid__number__lte=made.round.grid.number,
    )
    undone = Q(state__in=["reopened", "revised", "voided"], state_since__gt=made.made_at)
    return sheets.filter(Q(submitted_at__gt=made.made_at) | undone).exists()
