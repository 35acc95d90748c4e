"""The grid on paper: one page a file for a juror to fill in and sign, typed in later by the secretary.

A form to fill in, not a paper of record: it has no number. It names the file by its case number and never an
applicant.
"""

from collections.abc import Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from documents.bidi import isolate
from documents.sheet import Align, Boxes, Column, Facts, Gap, Grid, NewPage, Signature, Signatures
from programmes.letterhead import letterhead_of
from scoring.models import Criterion, JuryAssignment, Round
from scoring.models import Grid as ScoringGrid
from scoring.papers import day, points
from workflow import display

MOST = 300
"""A round with more sheets is printed juror by juror."""


def pdf(held: Round, language: str, *, juror: int | None = None) -> bytes:
    """Return the sheets of a round that are not handed in; juror: of one engagement alone."""
    with translation.override(language):
        from documents.rendering import render  # heavy: loads ReportLab and HarfBuzz
        from documents.sheet import Sheet

        sheet = Sheet(
            title=_("Scoresheet"),
            language=language,
            letterhead=letterhead_of(held.session.call.programme),
            blocks=list(_blocks(held, language, juror)),
            subtitle=isolate(f"{held.session.call.title} · {held.grid.title}"),
        )
        return render(sheet, foot=_("To be signed by the juror and typed in with its scan"))


def _blocks(held: Round, language: str, juror: int | None) -> Iterator[Any]:
    waiting = JuryAssignment.objects.filter(round=held, state__in=["assigned", "opened"])
    if juror is not None:
        waiting = waiting.filter(engagement=juror)
    rows = waiting.select_related("engagement__user", "application__track").order_by(
        "engagement__user__full_name", "application__case__number"
    )
    grid = ScoringGrid.objects.whole().get(pk=held.grid_id)
    for number, assignment in enumerate(rows[:MOST]):
        if number:
            yield NewPage()
        yield from _sheet(assignment, grid, language)


def _sheet(assignment: JuryAssignment, grid: ScoringGrid, language: str) -> Iterator[Any]:
    held = assignment.round
    facts = [
        (_("File"), isolate(assignment.application.case.number)),
        (_("Juror"), isolate(str(assignment.engagement.user))),
        (_("Marks due"), day(held.closes_at, language)),
    ]
    yield Facts([(label, value) for label, value in facts if value])
    yield Boxes([_("I have no conflict of interests with this file.")])
    yield Gap()
    columns = [
        Column(_("Criterion"), 3.2),
        Column(_("Marks"), 1.2),
        Column(_("Points"), 0.9, Align.NUMBER),
        Column(_("Mark"), 1),
        Column(_("Comment, or reason for abstaining"), 3.7),
    ]
    yield Grid(columns, [_row(line) for line in grid.lines])
    yield Gap()
    yield Signatures([Signature(_("Juror"), isolate(str(assignment.engagement.user)))])


def _row(line: Criterion) -> list[str]:
    if line.gate:
        return [line.title, _("yes or no"), "", "", ""]
    low, high = display.number_text(line.low.normalize()), display.number_text(line.high.normalize())
    return [line.title, f"{low} – {high}", points(line.points), "", ""]
