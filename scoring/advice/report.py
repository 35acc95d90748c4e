"""The advice on one set of marks: figures of the set, and beside each file what its marks say.

What decides is not here. Adjusted means and chances are only given where `gate.py` finds nothing against
them; the other figures describe and are always given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from scoring.advice import chance, crossed, gate, reliability
from scoring.advice.crossed import Reals, Solution, Spread, Table
from scoring.exchanges import Lists


@dataclass(frozen=True)
class Line:
    """What the marks of one file say, in units of the mark.

    spread: highest less lowest. adjusted, chance: None where advice is not shown, or the file has no marks.
    """

    marks: int
    mean: float | None
    median: float | None
    spread: float | None
    adjusted: float | None = None
    chance: float | None = None


@dataclass(frozen=True)
class Report:
    """Advice on a set of marks. lines: by file. objections: why adjusted means and chances are not shown.

    spread and what rests on it are None where there are too few marks to fit anything. components: parts of
    the set that no juror links. places: how many files the chances are about, None when nobody said.
    """

    lines: Mapping[str, Line]
    components: int
    spread: Spread | None
    icc_single: float | None
    icc_mean: float | None
    alpha: float | None
    objections: tuple[gate.Objection, ...] = ()
    places: int | None = None
    severities: Mapping[str, float] = field(default_factory=dict)

    @property
    def shown(self) -> bool:
        """Whether adjusted means and chances are given."""
        return not self.objections


def advise(
    files: Iterable[str],
    marks: Iterable[tuple[str, str, float]],
    *,
    places: int | None = None,
    seed: int = 0,
    draws: int | None = None,
    lists: Mapping[str, Lists] | None = None,
    needed: Mapping[int, int] | None = None,
    rounds: int = 1,
) -> Report:
    """Return the advice on marks.

    files: keys of all files, also of those without a mark. marks: (file, juror, mark), higher is better, one
    for each file and juror who met. places: how many files are funded, for the chances. seed, draws: of the
    draws that the chances are counted in; the same arguments give the same report. lists, needed: the
    reserves that a file counts for, and how many of the funded must count for each. rounds: how many the
    ranking adds up; these marks are those of the last one, which alone tells nobody's chance.
    Raises ValueError for a juror who marked a file twice, KeyError for a mark of an unknown file.
    """
    keys = sorted(set(files))
    given = sorted(marks)
    jurors = sorted({juror for _file, juror, _mark in given})
    rows, columns = {key: row for row, key in enumerate(keys)}, {key: at for at, key in enumerate(jurors)}
    table = Table(
        item=np.array([rows[file] for file, _juror, _mark in given], dtype=np.int64),
        juror=np.array([columns[juror] for _file, juror, _mark in given], dtype=np.int64),
        mark=np.array([mark for _file, _juror, mark in given], dtype=np.float64),
        items=len(keys),
        jurors=len(jurors),
    )
    lines = _described(keys, table)
    try:
        solution = crossed.fit(table)
    except ValueError:
        too_few = gate.Objection(gate.TOO_FEW, len(given), 3)
        parts = table.components if given else 0
        return Report(lines, parts, None, None, None, reliability.alpha(table), (too_few,), places)
    several = [gate.Objection(gate.SEVERAL, rounds, 1)] if rounds > 1 else []
    against = (*several, *gate.objections(table, solution, crossed.least_squares(table)))
    if not against:
        reserved = None
        if needed:
            reserved = chance.Reserved([(lists or {}).get(key, frozenset()) for key in keys], needed)
        chances = None
        if places is not None:
            chances = chance.chance_funded(table, solution, places, seed=seed, draws=draws, reserved=reserved)
        lines = _advised(keys, lines, solution, chances)
    varied = bool(np.ptp(table.mark))
    severities = {} if against else dict(zip(jurors, map(float, solution.severity), strict=True))
    return Report(
        lines=lines,
        components=table.components,
        spread=solution.spread,
        icc_single=reliability.icc_single(solution.spread) if varied else None,
        icc_mean=reliability.icc_mean(solution.spread, reliability.marks_a_file(table)) if varied else None,
        alpha=reliability.alpha(table),
        objections=against,
        places=places,
        severities=severities,
    )


def _described(keys: list[str], table: Table) -> dict[str, Line]:
    """Mean, median and spread of every file's marks."""
    marks = table.mark[np.lexsort((table.mark, table.item))]
    counts = np.bincount(table.item, minlength=table.items)
    ends = np.cumsum(counts)
    starts = ends - counts
    marked = np.flatnonzero(counts)
    first, last, many = starts[marked], ends[marked] - 1, counts[marked]
    medians = (marks[first + (many - 1) // 2] + marks[first + many // 2]) / 2
    spreads = marks[last] - marks[first]
    means = [np.add.reduce(marks[one:end]) / (end - one) for one, end in zip(first, last + 1, strict=True)]
    lines = dict.fromkeys(keys, Line(0, None, None, None))
    found = zip(marked.tolist(), many.tolist(), means, medians.tolist(), spreads.tolist(), strict=True)
    for row, count, mean, median, spread in found:
        lines[keys[row]] = Line(count, float(mean), median, spread)
    return lines


def _advised(
    keys: list[str], lines: Mapping[str, Line], solution: Solution, chances: Reals | None
) -> dict[str, Line]:
    advised = {}
    for row, key in enumerate(keys):
        line = lines[key]
        if line.marks:
            adjusted = float(solution.adjusted[row])
            likely = None if chances is None else float(chances[row])
            line = Line(line.marks, line.mean, line.median, line.spread, adjusted, likely)
        advised[key] = line
    return advised
