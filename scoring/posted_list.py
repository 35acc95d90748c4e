"""The list of decisions that is posted at the door: case numbers only, never a name, a mark or a rank."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from documents.models import Paper, Sensitivity
from documents.sheet import Column, Facts, Heading, Paragraph, Sheet, Table
from scoring import papers
from scoring.models import DecisionBatch, Outcome
from workflow import Refused

ACROSS = 4
POSTED = (Outcome.AWARD, Outcome.SHORTLIST, Outcome.WAITLIST)


def papers_of(batch: DecisionBatch) -> list[Paper]:
    """Return the valid lists of a batch in every language."""
    return list(papers.valid_papers(batch, papers.POSTED_LIST))


def store(batch: DecisionBatch, *, language: str, by: Any, at: datetime) -> Paper:
    """Issue the list of an announced batch in a language; raises `Refused` before it is announced."""
    if batch.state != "announced":
        raise Refused([_("Nothing is posted before the decisions are announced.")])
    if language not in papers.LANGUAGES:
        raise Refused([_("Choose a language.")])
    return papers.issue(
        papers.POSTED_LIST,
        batch,
        language,
        session=batch.session,
        by=by,
        at=at,
        sensitivity=Sensitivity.PUBLIC,
        sheet=lambda: sheet(batch, language),
    )


def sheet(batch: DecisionBatch, language: str) -> Sheet:
    """Return what the list says, in the active language."""
    return papers.sheet_of(
        batch.session, language, title=_("List of decisions"), blocks=lambda: blocks(batch, language)
    )


def blocks(batch: DecisionBatch, language: str) -> Iterator[Any]:
    """Yield the parts of the list: numbers in ascending order, the waiting list by turn."""
    yield Facts(
        [
            (_("Session"), str(batch.session.number)),
            (_("Announced on"), papers.day(batch.announced_at, language)),
            *_appeals(batch, language),
        ]
    )
    for outcome in POSTED:
        rows = batch.decisions.filter(outcome=outcome)
        numbers = list(
            rows.order_by("place", "application__case__number").values_list(
                "place", "application__case__number"
            )
        )
        if numbers:
            yield Heading(f"{outcome.label} ({len(numbers)})")
            cells = [f"{place}. {number}" if place else number for place, number in numbers]
            yield _table(cells)
    yield Paragraph(
        _("Everybody finds the decision on the own file, with its reasons, under the own case number."),
        small=True,
    )


def _appeals(batch: DecisionBatch, language: str) -> list[tuple[str, str]]:
    until = batch.session.appeal_until
    return [(_("Appeals until"), papers.day(until, language))] if until else []


def _table(cells: list[str]) -> Table:
    padded = [*cells, *[""] * (-len(cells) % ACROSS)]
    rows = [padded[start : start + ACROSS] for start in range(0, len(padded), ACROSS)]
    return Table([Column("") for _column in range(ACROSS)], rows)
