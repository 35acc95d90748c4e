"""What marks are worth: the one definition of a score, used by every page, paper, ranking and check.

Pure, exact (fractions, no rounding) and always with its maximum:

- a mark is worth `mark x points / highest mark` of its criterion; a gate is worth nothing and lets through
  or stops;
- a sheet's score is the sum over the criteria that were marked, and its maximum the sum of their points, so
  that an abstention counts neither for nor against;
- a round's score is the mean over its sheets of score / maximum, times the points of the grid; where the grid
  says so the highest and the lowest sheet are left out, from four sheets on;
- a file's score is the sum over rounds of that mean times the round's share of the final mark;
- thresholds are asked of the means over the same sheets.

Order and ties are in `ranking.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from math import lcm
from typing import NamedTuple

from scoring.marks import NO, Scale

ANY, MAJORITY = "any", "majority"
GATE, CRITERION, SECTION, PASS = "gate", "criterion", "section", "pass"
FEWEST_WITHOUT_EXTREMES = 4
PLACES = Decimal("0.0001")
ZERO = Fraction(0)

Marks = Mapping[str, Decimal | None]
"""The marks of one sheet by criterion key; None or absent where the juror abstained."""


@dataclass(frozen=True)
class Criterion:
    """One line of a grid. `points` is what the highest mark is worth; a gate is worth nothing."""

    key: str
    section: str
    points: Decimal
    scale: Scale
    gate: bool = False
    threshold: Decimal | None = None
    comment_at: frozenset[Decimal] = frozenset()

    @cached_property
    def rate(self) -> Fraction:
        """Points that one unit of the scale is worth."""
        return Fraction(self.points) / Fraction(self.scale.high)

    @cached_property
    def needed(self) -> Fraction | None:
        """The threshold, as a fraction."""
        return None if self.threshold is None else Fraction(self.threshold)


@dataclass(frozen=True)
class Section:
    """A group of criteria; below `threshold` points of its subtotal the file is out."""

    key: str
    threshold: Decimal | None = None

    @cached_property
    def needed(self) -> Fraction | None:
        """The threshold, as a fraction."""
        return None if self.threshold is None else Fraction(self.threshold)


@dataclass(frozen=True)
class Grid:
    """A grid as it counts: its lines, its share of the final mark and its rules.

    share: points of the final mark that a full grid is worth (85 for a paper round of 85 + 15).
    pass_mark: least final mark after this round, over all rounds so far. gate_rule: `any` refusal closes a
    gate, or the `majority` of those who answered. tie_break: criterion keys in the announced order.
    """

    sections: tuple[Section, ...]
    criteria: tuple[Criterion, ...]
    share: Decimal
    pass_mark: Decimal | None = None
    drop_extremes: bool = False
    gate_rule: str = MAJORITY
    tie_break: tuple[str, ...] = ()

    @cached_property
    def total(self) -> Decimal:
        """Points of a sheet with the highest mark everywhere."""
        return sum((criterion.points for criterion in self.criteria), Decimal(0))

    @cached_property
    def unit(self) -> int:
        """Parts of a point in which every mark of this grid is a whole number: sums are done in them."""
        parts = [
            line.rate * Fraction(size) for line in self.criteria for size in (line.scale.low, line.scale.step)
        ]
        return lcm(*(Fraction(line.points).denominator for line in self.criteria), *map(_denominator, parts))

    @cached_property
    def columns(self) -> tuple["Column", ...]:
        """The criteria that are worth points, as they are counted."""
        return tuple(Column(line, self.unit) for line in self.marked)

    @cached_property
    def section_columns(self) -> dict[str, tuple["Column", ...]]:
        """The same by section key."""
        return {
            section.key: tuple(column for column in self.columns if column.line.section == section.key)
            for section in self.sections
        }

    @cached_property
    def full(self) -> Fraction:
        """Points of a sheet with the highest mark everywhere, as a fraction."""
        return Fraction(self.total)

    @cached_property
    def part_of_final(self) -> Fraction:
        """The share of the final mark, as a fraction."""
        return Fraction(self.share)

    @cached_property
    def needed(self) -> Fraction | None:
        """The pass mark, as a fraction."""
        return None if self.pass_mark is None else Fraction(self.pass_mark)

    @cached_property
    def marked(self) -> tuple[Criterion, ...]:
        """The criteria that are worth points."""
        return tuple(criterion for criterion in self.criteria if not criterion.gate)

    @cached_property
    def gates(self) -> tuple[Criterion, ...]:
        return tuple(criterion for criterion in self.criteria if criterion.gate)


class Column:
    """One criterion as it is counted: what its marks are worth in whole parts of a point."""

    def __init__(self, line: Criterion, unit: int) -> None:
        self.line, self.key = line, line.key
        self.parts = _Parts(line, unit)

    @cached_property
    def full(self) -> int:
        """What the highest mark is worth."""
        return self.parts[self.line.scale.high]


class _Parts(dict[Decimal, int]):
    """What each mark is worth in `unit`-ths of a point; ValueError for one that is off the scale."""

    def __init__(self, line: Criterion, unit: int) -> None:
        super().__init__()
        self.line, self.unit = line, unit

    def __missing__(self, value: Decimal) -> int:
        if not self.line.scale.accepts(value):
            raise ValueError(f"{value} is not on the scale of {self.line.key}")
        known = self[value] = int(self.line.rate * Fraction(value) * self.unit)
        return known


class Points(NamedTuple):
    """Points with the maximum they are out of."""

    points: Fraction
    maximum: Fraction

    @property
    def share(self) -> Fraction | None:
        """Points as a part of the maximum; None where nothing could be had."""
        return self.points / self.maximum if self.maximum else None


class Failure(NamedTuple):
    """A rule that the file did not meet: a gate closed, or `got` points where `needed` were asked."""

    kind: str
    key: str = ""
    got: Fraction | None = None
    needed: Fraction | None = None


@dataclass(frozen=True)
class RoundScore:
    """What the sheets of one round say about one file.

    sheets: how many counted. share: mean part of the maximum, None without any mark. criteria: mean points
    by key over those who marked it. top: how many of the marks were the highest possible, as a part of all.
    """

    grid: Grid
    sheets: int
    share: Fraction | None
    criteria: Mapping[str, Fraction] = field(default_factory=dict)
    sections: Mapping[str, Points] = field(default_factory=dict)
    top: Fraction = Fraction(0)
    failures: tuple[Failure, ...] = ()

    @property
    def score(self) -> Points | None:
        """The mean in points of the grid."""
        if self.share is None:
            return None
        return Points(_product(self.share, self.grid.full), self.grid.full)


@dataclass(frozen=True)
class FileScore:
    """A file's score over its rounds; `score` is None while a round has no mark."""

    rounds: tuple[RoundScore, ...]
    score: Points | None
    failures: tuple[Failure, ...]

    @property
    def sheets(self) -> int:
        return sum(part.sheets for part in self.rounds)

    @property
    def top(self) -> Fraction:
        """Part of all marks that were the highest possible."""
        if len(self.rounds) == 1:
            return self.rounds[0].top
        marks = [(part.top, part.sheets * len(part.grid.marked)) for part in self.rounds]
        weight = sum(count for _top, count in marks)
        return sum((top * count for top, count in marks), ZERO) / weight if weight else ZERO


def sheet_parts(grid: Grid, marks: Marks) -> tuple[int, int]:
    """Return the points of one sheet and their maximum in whole parts of the grid."""
    return _sum(grid.columns, marks)


def sheet_score(grid: Grid, marks: Marks) -> Points:
    """Return the points of one sheet out of the maximum of the criteria that were marked."""
    return _as_points(grid, *_sum(grid.columns, marks))


def section_scores(grid: Grid, marks: Marks) -> dict[str, Points]:
    """Return the subtotal of every section of one sheet."""
    return {key: _as_points(grid, *_sum(columns, marks)) for key, columns in grid.section_columns.items()}


def round_score(grid: Grid, sheets: Iterable[Marks]) -> RoundScore:
    """Return what the sheets of one round say together; the order of the sheets does not matter."""
    counted = [sheet for marks in sheets if (sheet := _sheet(grid, marks)).maximum]
    closed = tuple(_closed_gates(grid, [sheet.marks for sheet in counted]))
    if not counted:
        return RoundScore(grid, 0, None, failures=closed)
    if grid.drop_extremes and len(counted) >= FEWEST_WITHOUT_EXTREMES:
        counted = sorted(counted, key=_Sheet.order)[1:-1]
    given = list(zip(*(sheet.worth for sheet in counted), strict=True))
    criteria, top = _criterion_means(grid, given)
    sections = _section_means(grid, given, criteria)
    return RoundScore(
        grid=grid,
        sheets=len(counted),
        share=_mean_share(counted),
        criteria=criteria,
        sections=sections,
        top=top,
        failures=(*closed, *_below(grid, criteria, sections)),
    )


def file_score(rounds: Sequence[RoundScore]) -> FileScore:
    """Add up the rounds of a file, each with its share of the final mark.

    The pass mark asked is the one of the last round, over all rounds so far.
    """
    failures = tuple(failure for part in rounds for failure in part.failures)
    counted = [(part.share, part.grid.part_of_final) for part in rounds if part.share is not None]
    if not rounds or len(counted) < len(rounds):
        return FileScore(tuple(rounds), None, failures)
    points = _total([_product(share, full) for share, full in counted])
    maximum = _total([full for _share, full in counted])
    needed = rounds[-1].grid.needed
    if needed is not None and points < needed:
        failures = (*failures, Failure(PASS, got=points, needed=needed))
    return FileScore(tuple(rounds), Points(points, maximum), failures)


def rounded(value: Fraction) -> Decimal:
    """Return a fraction as it is stored for reading and sorting: four decimals, half to even."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(PLACES, ROUND_HALF_EVEN)


def _denominator(value: Fraction) -> int:
    return value.denominator


@lru_cache(maxsize=100_000)
def _ratio(numerator: int, denominator: int) -> Fraction:
    """A fraction of whole numbers; a call has few different ones, and reducing each takes long."""
    return Fraction(numerator, denominator)


def _total(parts: Sequence[Fraction]) -> Fraction:
    """The sum; most files have one round, and adding a fraction to nothing takes as long as to another."""
    return parts[0] if len(parts) == 1 else sum(parts, ZERO)


def _product(one: Fraction, other: Fraction) -> Fraction:
    return _ratio(one.numerator * other.numerator, one.denominator * other.denominator)


class _Sheet(NamedTuple):
    """One sheet: what each mark is worth (None: abstained), points and maximum, all in parts of the grid."""

    worth: list[int | None]
    parts: int
    maximum: int
    marks: Marks

    def order(self) -> tuple[Fraction, list[tuple[str, Decimal]]]:
        # Equal shares: the marks themselves decide which sheet is left out, not the order of the sheets.
        given = [(key, value) for key, value in sorted(self.marks.items()) if value is not None]
        return Fraction(self.parts, self.maximum), given


def _sheet(grid: Grid, marks: Marks) -> _Sheet:
    worth: list[int | None] = []
    parts = maximum = 0
    for column in grid.columns:
        value = marks.get(column.key)
        if value is None:
            worth.append(None)
        else:
            worth.append(one := column.parts[value])
            parts += one
            maximum += column.full
    return _Sheet(worth, parts, maximum, marks)


def _sum(columns: Iterable[Column], marks: Marks) -> tuple[int, int]:
    parts = maximum = 0
    for column in columns:
        value = marks.get(column.key)
        if value is not None:
            parts += column.parts[value]
            maximum += column.full
    return parts, maximum


def _as_points(grid: Grid, parts: int, maximum: int) -> Points:
    return Points(_ratio(parts, grid.unit), _ratio(maximum, grid.unit))


def _mean_share(sheets: Sequence[_Sheet]) -> Fraction:
    if len({sheet.maximum for sheet in sheets}) == 1:
        return _ratio(sum(sheet.parts for sheet in sheets), len(sheets) * sheets[0].maximum)
    return sum((_ratio(sheet.parts, sheet.maximum) for sheet in sheets), ZERO) / len(sheets)


def _closed_gates(grid: Grid, sheets: Sequence[Marks]) -> Iterable[Failure]:
    for gate in grid.gates:
        answers = [value for marks in sheets if (value := marks.get(gate.key)) is not None]
        refusals = sum(value == NO for value in answers)
        if refusals and (grid.gate_rule == ANY or 2 * refusals > len(answers)):
            yield Failure(GATE, gate.key)


Given = Sequence[Sequence[int | None]]
"""What the marks of a file are worth: one sequence a column of the grid, one entry a sheet."""


def _criterion_means(grid: Grid, given: Given) -> tuple[dict[str, Fraction], Fraction]:
    """Mean points by criterion over those who marked it, and the part of all marks that were the highest."""
    means: dict[str, Fraction] = {}
    marks = highest = 0
    for column, worth in zip(grid.columns, given, strict=True):
        parts = [one for one in worth if one is not None]
        if parts:
            means[column.key] = _ratio(sum(parts), len(parts) * grid.unit)
            marks += len(parts)
            highest += parts.count(column.full)
    return means, _ratio(highest, marks) if marks else ZERO


def _section_means(grid: Grid, given: Given, criteria: Mapping[str, Fraction]) -> dict[str, Points]:
    sections = {}
    everybody = all(None not in worth for worth in given)
    worth_of = dict(zip((column.key for column in grid.columns), given, strict=True)) if everybody else {}
    for key, columns in grid.section_columns.items():
        marked = [column for column in columns if column.key in criteria]
        if everybody and given:
            # The sum of means over the same sheets is the mean of sums.
            parts = sum(sum(part for part in worth_of[column.key] if part) for column in marked)
            points = _ratio(parts, len(given[0]) * grid.unit)
        else:
            points = sum((criteria[column.key] for column in marked), ZERO)
        sections[key] = Points(points, _ratio(sum(column.full for column in marked), grid.unit))
    return sections


def _below(grid: Grid, criteria: Mapping[str, Fraction], sections: Mapping[str, Points]) -> Iterable[Failure]:
    for line in grid.marked:
        needed, got = line.needed, criteria.get(line.key)
        if needed is not None and got is not None and got < needed:
            yield Failure(CRITERION, line.key, got, needed)
    for section in grid.sections:
        needed = section.needed
        share = sections[section.key].share if needed is not None else None
        if needed is not None and share is not None:
            full = sum(column.full for column in grid.section_columns[section.key])
            got = share * _ratio(full, grid.unit)
            if got < needed:
                yield Failure(SECTION, section.key, got, needed)
