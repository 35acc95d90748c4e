"""When adjusting marks for severity finds more of the best files, and when it loses them: a simulation.

    python -m benchmarks.severity_study            prints the table of docs/severity-study.md
    python -m benchmarks.severity_study --write    writes the page and its chart again

Files have a true worth; jurors add their own severity and chance. A fifth of the files is funded, by the raw
mean, by the severity-adjusted mean, and by the mean of marks standardised juror by juror (z-scores). Counted
is how many of the truly best fifth are among the funded. Every cell is the mean of runs with stored seeds.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring.advice import crossed, gate
from scoring.advice.crossed import Reals, Table

ROOT = Path(__file__).resolve().parent.parent
PAGE, CHART = ROOT / "docs" / "severity-study.md", ROOT / "docs" / "img" / "severity-study.svg"
FILES, MARKS, FUNDED = 300, 3, 60
WORTH, REST = 10.0, 8.0
SEVERITIES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
SHEETS = (5, 10, 20, 45)
RUNS = 40
SORTED, MIXED = "sorted", "mixed"
MILD = 0.25


HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif"'
    ' font-size="12" role="img" aria-label="Gain over the raw mean by severity of the jury">'
)
PAGE_TEXT = """# When adjusting for severity helps, and when it harms

Made by `python -m benchmarks.severity_study --write`; seeds are stored in the script.

{files} files, {marks} marks each, {funded} funded, {runs} runs a cell. The spread of files is {worth} points,
of chance {rest}. Severity is the spread of jurors as a part of that of files. Figures: percent of the best
files that are funded. *mixed*: every juror reads any file; *sorted*: jurors read files of like worth, as when
a jury sits by region or track. *gate open*: how often the product would show adjusted marks.

![Gain over the raw mean](img/severity-study.svg)

Lines: adjusted mean; dashed: z-scores; darker: more sheets a juror (files mixed).

## In words

{words}

## The table

{table}

## What follows

The raw weighted mean decides; adjusted marks are advice and shown only
behind the gate (`scoring/advice/gate.py`); z-scores per juror are not offered.
"""

WORDS = """- **It helps** where jurors read mixed files and differ by half the spread of files or more:
  {helps} points more of the best files are funded.
- **It changes little** where they differ by a quarter of that spread or less: {nothing} points.
- **It harms** where every juror reads files of like worth: {harms} points. The worth of files is taken
  for the temper of their jurors.
- **z-scores** harm even with mixed files when jurors differ little and read few: {few} points with {least}
  sheets a juror, {many} with {most}; with files of like worth {alike}.
- **The gate** let adjusted marks through in {opened} of {cells} cells; there they gave {behind} points."""


@dataclass(frozen=True)
class Cell:
    """Percent of the best files that are funded, by method; shown: part of the runs that pass the gate."""

    severity: float
    sheets: int
    deal: str
    raw: float
    adjusted: float
    standardised: float
    shown: float


def study() -> Iterator[Cell]:
    """Yield every cell: severity as a part of the spread of files, sheets a juror, how files were dealt.

    sorted: each juror reads files of like worth (a region, a track), where z-scores do most harm.
    """
    for deal in (MIXED, SORTED):
        for sheets in SHEETS:
            for severity in SEVERITIES:
                yield _cell(severity, sheets, deal)


def _cell(severity: float, sheets: int, deal: str) -> Cell:
    hits = {"raw": 0.0, "adjusted": 0.0, "standardised": 0.0}
    shown = 0
    for run in range(RUNS):
        source = np.random.Generator(np.random.PCG64([run, sheets, int(100 * severity), deal == SORTED]))
        table, worth = _marks(source, severity, sheets, deal)
        solution = crossed.fit(table)
        found = {
            "raw": table.item_means,
            "adjusted": solution.adjusted,
            "standardised": standardised(table),
        }
        best = set(np.argsort(-worth)[:FUNDED].tolist())
        for name, values in found.items():
            hits[name] += len(best & set(np.argsort(-values, kind="stable")[:FUNDED].tolist())) / FUNDED
        shown += not gate.objections(table, solution, crossed.least_squares(table))
    means = {name: 100 * total / RUNS for name, total in hits.items()}
    return Cell(severity, sheets, deal, means["raw"], means["adjusted"], means["standardised"], shown / RUNS)


def _marks(source: np.random.Generator, severity: float, sheets: int, deal: str) -> tuple[Table, Reals]:
    jurors = FILES * MARKS // sheets
    worth = source.normal(0, WORTH, FILES)
    temper = source.normal(0, severity * WORTH, jurors)
    item = np.repeat(np.argsort(worth) if deal == SORTED else np.arange(FILES), MARKS)
    juror = _near(source, jurors) if deal == SORTED else _level(source, jurors)
    mark = 60 + worth[item] + temper[juror] + source.normal(0, REST, len(item))
    return Table(item, juror, mark, FILES, jurors), worth


def _level(source: np.random.Generator, jurors: int) -> NDArray[np.int64]:
    """Any juror for any file, loads within one of each other, as the draw of the product deals them."""
    hands: list[int] = []
    while len(hands) < FILES * MARKS:
        turn = source.permutation(jurors).tolist()
        begun = hands[len(hands) - len(hands) % MARKS :]  # jurors of a file that lacks some
        turn.sort(key=lambda juror: juror in begun)
        hands += turn
    return np.array(hands[: FILES * MARKS], dtype=np.int64)


def _near(source: np.random.Generator, jurors: int) -> NDArray[np.int64]:
    """Mostly jurors whose other files are neighbours on the scale of worth."""
    panels = []
    for number in range(FILES):
        centre = number * jurors // FILES
        near = np.unique(np.clip(np.arange(centre - 3, centre + 4), 0, jurors - 1))
        panels.append(source.choice(near, MARKS, replace=False))
    return np.concatenate(panels)


def standardised(table: Table) -> Reals:
    """Return the mean of marks after each juror's were brought to mean 0 and spread 1."""
    counts = np.maximum(table.marks_per_juror, 1)
    means = np.bincount(table.juror, weights=table.mark, minlength=table.jurors) / counts
    squares = np.bincount(table.juror, weights=table.mark**2, minlength=table.jurors) / counts
    spreads = np.sqrt(np.maximum(squares - means**2, 0))
    spreads[spreads == 0] = 1
    scores = (table.mark - means[table.juror]) / spreads[table.juror]
    return np.asarray(np.bincount(table.item, weights=scores, minlength=table.items) / table.marks_per_item)


def rows(cells: list[Cell]) -> list[str]:
    """Return the table as lines of Markdown."""
    lines = [
        "| files | sheets a juror | severity | raw mean | adjusted | gain | z-scores | gain | gate open |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {cell.deal} | {cell.sheets} | {cell.severity:.2f} | {cell.raw:.1f} | {cell.adjusted:.1f}"
        f" | {cell.adjusted - cell.raw:+.1f} | {cell.standardised:.1f} | {cell.standardised - cell.raw:+.1f}"
        f" | {100 * cell.shown:.0f} % |"
        for cell in cells
    ]
    return lines


def words(cells: list[Cell]) -> str:
    """Return what the table says, as a list in Markdown."""
    mixed = [cell for cell in cells if cell.deal == MIXED]
    alike = [cell for cell in cells if cell.deal == SORTED]
    mild = [cell for cell in mixed if cell.severity <= MILD]
    opened = [cell for cell in cells if cell.shown > 0]
    return WORDS.format(
        helps=_range([cell for cell in mixed if cell.severity > MILD], "adjusted"),
        nothing=_range(mild, "adjusted"),
        harms=_range(alike, "adjusted"),
        few=_range([cell for cell in mild if cell.sheets == SHEETS[0]], "standardised"),
        many=_range([cell for cell in mild if cell.sheets == SHEETS[-1]], "standardised"),
        least=SHEETS[0],
        most=SHEETS[-1],
        alike=_range(alike, "standardised"),
        opened=len(opened),
        cells=len(cells),
        behind=_range(opened, "adjusted"),
    )


def _range(cells: list[Cell], name: str) -> str:
    gains = [getattr(cell, name) - cell.raw for cell in cells]
    return f"{min(gains):+.1f} to {max(gains):+.1f}"


def chart(cells: list[Cell]) -> str:
    """Return the gains over the raw mean by severity as a small SVG: adjusted (line), z-scores (dashed)."""
    wide, high, left, top, unit = 640, 300, 50, 20, 9.0
    zero = top + 130

    def points(chosen: list[Cell], name: str) -> str:
        places = [
            (left + cell.severity * (wide - left - 90), zero - unit * (getattr(cell, name) - cell.raw))
            for cell in chosen
        ]
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)

    shades = dict(zip(SHEETS, ("#9db4c6", "#5f8cae", "#1f5e8a", "#0b2f4a"), strict=True))
    parts = [
        HEAD.format(wide=wide, high=high),
        f'<line x1="{left}" y1="{zero}" x2="{wide - 20}" y2="{zero}" stroke="#888"/>',
    ]
    for gain in (-12, -8, -4, 4, 8, 12):
        parts.append(f'<text x="8" y="{zero - unit * gain + 4:.0f}" fill="#555">{gain:+d}</text>')
    for severity in SEVERITIES:
        x = left + severity * (wide - left - 90)
        parts.append(f'<text x="{x:.0f}" y="{high - 8}" fill="#555" text-anchor="middle">{severity:g}</text>')
    for sheets in SHEETS:
        chosen = [cell for cell in cells if cell.sheets == sheets and cell.deal == MIXED]
        line = f'fill="none" stroke="{shades[sheets]}" stroke-width="2"'
        parts.append(f'<polyline points="{points(chosen, "adjusted")}" {line}/>')
        parts.append(f'<polyline points="{points(chosen, "standardised")}" {line} stroke-dasharray="4 4"/>')
        x = left + 20 + 110 * SHEETS.index(sheets)
        parts.append(f'<line x1="{x}" y1="14" x2="{x + 22}" y2="14" {line}/>')
        parts.append(f'<text x="{x + 28}" y="18" fill="#333">{sheets} sheets</text>')
    return "\n".join([*parts, "</svg>", ""])


def page(cells: list[Cell]) -> str:
    """Return the page of the study."""
    return PAGE_TEXT.format(
        files=FILES,
        marks=MARKS,
        funded=FUNDED,
        runs=RUNS,
        worth=f"{WORTH:g}",
        rest=f"{REST:g}",
        words=words(cells),
        table="\n".join(rows(cells)),
    )


def main() -> None:
    """Run the study and print its table; with --write, write the page and the chart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    cells = list(study())
    print("\n".join(rows(cells)))
    if options.write:
        CHART.parent.mkdir(exist_ok=True)
        CHART.write_text(chart(cells), encoding="utf-8")
        PAGE.write_text(page(cells), encoding="utf-8")


if __name__ == "__main__":
    main()
