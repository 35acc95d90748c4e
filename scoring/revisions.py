"""Marks that a sitting revised: what they were and are, why, and the ranking that follows from them.

Revising is the sheet's machine (`models/sheets.py`); both values stay in `MarkRevision` for ever.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from scoring import batches, standings
from scoring.models import (
    Decision,
    DecisionBatch,
    Deliberation,
    MarkRevision,
    RankedApplication,
    RankingSnapshot,
    Scoresheet,
)
from workflow import Refused
from workflow.models import Event

RERANKED = ("position", "rank", "score", "failures")


class RevisedMark(NamedTuple):
    """One revised mark. before: None where the juror had abstained; reason: "" once it was erased."""

    number: str
    sheet: Scoresheet
    juror: str
    criterion: str
    before: Decimal | None
    after: Decimal
    reason: str
    by: str
    at: datetime


def of_sitting(sitting: Deliberation) -> list[RevisedMark]:
    """Return the marks that a sitting revised, in the order in which it did: two queries."""
    return _read(MarkRevision.objects.filter(deliberation=sitting))


def of_sheet(sheet: Scoresheet) -> list[RevisedMark]:
    """Return the marks of one sheet that were revised, in order."""
    return _read(MarkRevision.objects.filter(mark__sheet=sheet))


def _read(rows: Any) -> list[RevisedMark]:
    found = list(
        rows.select_related(
            "revised_by",
            "mark__criterion",
            "mark__sheet__assignment__application__case",
            "mark__sheet__assignment__engagement__user",
        ).order_by("revised_at", "pk")
    )
    told = _reasons({str(one.mark.sheet_id) for one in found})
    return [
        RevisedMark(
            number=one.mark.sheet.assignment.application.case.number,
            sheet=one.mark.sheet,
            juror=str(one.mark.sheet.assignment.engagement.user),
            criterion=one.mark.criterion.title,
            before=one.before,
            after=one.after,
            reason=told.get((str(one.mark.sheet_id), one.revised_at), ""),
            by=str(one.revised_by),
            at=one.revised_at,
        )
        for one in found
    ]


def _reasons(sheets: Iterable[str]) -> dict[tuple[str, datetime], str]:
    """Return why marks were revised, by sheet and moment: words of the journal, which can be erased."""
    events = Event.objects.filter(kind="scoring.scoresheet", object_id__in=list(sheets), verb="revise")
    return {
        (event.object_id, event.occurred_at): event.note.text
        for event in events.select_related("note")
        if event.note is not None
    }


def sheets_of(sitting: Deliberation, number: str, user: Any) -> list[Scoresheet]:
    """Return the locked sheets of a file that the sitting decides on, for whoever may see marks."""
    return list(
        Scoresheet.objects.visible_to(user)
        .filter(
            assignment__application__case__number=number,
            assignment__application__decisions__batch=sitting.batch_id,
            assignment__round__session=sitting.session_id,
            state__in=["locked", "revised"],
        )
        .select_related("assignment__engagement__user", "assignment__round__grid")
        .order_by("assignment__round__grid__number", "pk")
        .distinct()
    )


def are_after_the_ranking(sitting: Deliberation) -> bool:
    """Tell whether the sitting revised a mark after the ranking that its decisions show was made."""
    made = sitting.batch.snapshot
    return made is not None and sitting.revisions.filter(revised_at__gt=made.made_at).exists()


def rank_again(sitting: Deliberation, *, by: Any, at: datetime) -> RankingSnapshot:
    """Make the ranking again and put its ranks and marks beside the decisions; return it.

    Decisions, amounts and reasons stay as the jury took them; where they now depart from the order, a reason
    is asked for before the sitting ends. A file that left the selection keeps its line, without rank. Raises
    `Refused` when the decisions can no longer be changed.
    """
    with transaction.atomic():
        held = DecisionBatch._base_manager.select_for_update(of=("self",)).get(pk=sitting.batch_id)
        if sitting.state != "in_session" or not batches.is_editable(held) or held.snapshot is None:
            raise Refused([_("These decisions can no longer be changed.")])
        made = standings.make_snapshot(held.snapshot.round, by=by, at=at)
        _follow(held, made)
        held.snapshot = made
        held.save(update_fields=["snapshot"])
        batches.renumber(held)
    sitting.batch = held
    return made


def _follow(batch: DecisionBatch, made: RankingSnapshot) -> None:
    lines = {line.application_id: line for line in RankedApplication.objects.filter(snapshot=made)}
    decisions = list(batch.decisions.order_by("position"))
    # A position stands once: make room first, for all the lines and for those who left the selection.
    last = max((decision.position for decision in decisions), default=0)
    batch.decisions.update(position=F("position") + max(last, len(lines) + len(decisions)) + 1)
    for place, decision in enumerate(decisions):
        line = lines.get(decision.application_id)
        if line is None:
            decision.position, decision.rank = len(lines) + 1 + place, None
        else:
            decision.position, decision.rank = line.position, line.rank
            decision.score, decision.failures = line.score, line.failures
    Decision.objects.bulk_update(decisions, RERANKED, batch_size=500)
