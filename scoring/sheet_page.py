"""A grid as a form on a page: every criterion with its scale, what was given, what is still missing.

Plain data for templates; used by the juror's desk, by the secretary's page of a sheet and by its paper twin.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring import marks, score
from scoring.entry import ABSTAIN, BECAUSE, COMMENT, VALUE, name_of
from scoring.marks import Given
from scoring.models import Criterion, Grid, Section
from workflow import display

MOST_BUTTONS = 11
"""A scale with more marks is a number to type: buttons would be too small on a phone."""


class Choice(NamedTuple):
    """One mark of a scale as a button."""

    value: str
    label: str
    anchor: str
    chosen: bool


class Row(NamedTuple):
    """One criterion on the page."""

    criterion: Criterion
    given: Given
    choices: list[Choice]
    points: Decimal | None
    gap: str | None
    errors: dict[str, list[str]]
    asked: bool

    @property
    def mark_name(self) -> str:
        return name_of(VALUE, self.criterion)

    @property
    def abstain_name(self) -> str:
        return name_of(ABSTAIN, self.criterion)

    @property
    def because_name(self) -> str:
        return name_of(BECAUSE, self.criterion)

    @property
    def comment_name(self) -> str:
        return name_of(COMMENT, self.criterion)

    @property
    def value(self) -> str:
        """The mark as the form spells it."""
        return "" if self.given.value is None else spelled(self.given.value)

    @property
    def anchor(self) -> str:
        """What the chosen mark means, else what the lowest and the highest mean."""
        if self.given.value is not None:
            return self.criterion.anchor(self.given.value)
        return ""

    @property
    def range_hint(self) -> str:
        """The ends of the scale in words."""
        criterion = self.criterion
        ends = [
            _("%(mark)s: %(meaning)s") % {"mark": display.number_text(mark.normalize()), "meaning": meaning}
            for mark in (criterion.low, criterion.high)
            if (meaning := criterion.anchor(mark))
        ]
        return " … ".join(ends)

    @property
    def comment_rule(self) -> str:
        """For which marks a comment is required, in words."""
        wanted = [display.number_text(Decimal(mark)) for mark in self.criterion.comment_at]
        return _("required for %(marks)s") % {"marks": ", ".join(wanted)} if wanted else ""

    @property
    def mark_error(self) -> str:
        """What is wrong with the mark, once the juror asked to hand the sheet in."""
        said = self.errors.get(self.mark_name)
        if said:
            return " ".join(said)
        if self.asked and self.gap == marks.MISSING:
            return _("Give a mark, or abstain with a reason.")
        return ""

    @property
    def comment_error(self) -> str:
        """What is wrong with the comment."""
        said = self.errors.get(self.comment_name)
        if said:
            return " ".join(said)
        if self.asked and self.gap == marks.NO_COMMENT:
            return _("Write a sentence: why %(mark)s?") % {"mark": self.value}
        return ""

    @property
    def because_error(self) -> str:
        """What is wrong with the reason for abstaining."""
        if self.asked and self.gap == marks.NO_REASON:
            return _("Say why you abstain.")
        return " ".join(self.errors.get(self.because_name, []))


class Block(NamedTuple):
    """A section of the grid with its rows and subtotal; `section` is None for criteria by themselves."""

    section: Section | None
    rows: list[Row]
    points: Decimal
    maximum: Decimal


class Page(NamedTuple):
    """A whole grid on a page."""

    blocks: list[Block]
    points: Decimal
    maximum: Decimal
    total: Decimal

    @property
    def rows(self) -> list[Row]:
        """All rows in order."""
        return [row for block in self.blocks for row in block.rows]

    @property
    def left(self) -> str:
        """What is still missing, in words; "" when the sheet can be handed in."""
        gaps = [row.gap for row in self.rows if row.gap]
        if not gaps:
            return ""
        missing = sum(gap in (marks.MISSING, marks.OFF_SCALE) for gap in gaps)
        parts = []
        if missing:
            parts.append(ngettext("%(n)s mark", "%(n)s marks", missing) % {"n": display.number_text(missing)})
        if words := len(gaps) - missing:
            parts.append(
                ngettext("%(n)s sentence", "%(n)s sentences", words) % {"n": display.number_text(words)}
            )
        return _("still missing: %(things)s") % {"things": ", ".join(parts)}


def page_of(
    grid: Grid,
    given: Mapping[int, Given],
    *,
    errors: Mapping[str, list[str]] | None = None,
    asked: bool = False,
) -> Page:
    """Return a grid with its entries as a page; `asked` shows what keeps it from being handed in.

    The grid comes with its sections and criteria (`Grid.objects.whole()`).
    """
    definition = grid.definition
    rows: dict[int | None, list[Row]] = {}
    for criterion in grid.lines:
        entry = given.get(criterion.pk, Given())
        rows.setdefault(criterion.section_id, []).append(_row(criterion, entry, dict(errors or {}), asked))
    values = {row.criterion.key: row.given.value for one in rows.values() for row in one if _counts(row)}
    whole = score.sheet_score(definition, values)
    subtotals = score.section_scores(definition, values)
    sections: Sequence[Section | None] = [None, *grid.sections.all()]
    blocks = []
    for section in sections:
        found = rows.get(section.pk if section else None)
        if found:
            part = subtotals[section.key] if section else score.Points(Fraction(0), Fraction(0))
            maximum = sum((row.criterion.points for row in found), Decimal(0))
            blocks.append(Block(section, found, score.rounded(part.points), maximum))
    return Page(blocks, score.rounded(whole.points), score.rounded(whole.maximum), definition.total)


def spelled(value: Decimal) -> str:
    """Return a mark as forms spell it: without useless zeros, with a point."""
    return f"{value.normalize():f}"


def _counts(row: Row) -> bool:
    return row.given.value is not None and row.gap != marks.OFF_SCALE


def _row(criterion: Criterion, given: Given, errors: dict[str, list[str]], asked: bool) -> Row:
    gap = marks.gap(criterion.scale, criterion.definition.comment_at, given)
    points = None
    if given.value is not None and gap != marks.OFF_SCALE:
        points = score.rounded(Fraction(given.value) * criterion.definition.rate)
    values = criterion.scale.values()
    choices = []
    if len(values) <= MOST_BUTTONS:
        choices = [
            Choice(
                spelled(value), _label(criterion, value), criterion.anchor(value), chosen=value == given.value
            )
            for value in values
        ]
    return Row(criterion, given, choices, points, gap, errors, asked)


def _label(criterion: Criterion, value: Decimal) -> str:
    if criterion.gate:
        return _("Yes") if value == marks.YES else _("No")
    return display.number_text(value.normalize())
