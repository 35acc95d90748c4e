"""A ranking as text: everything that it was computed from, and what came out, reproducible to the byte.

Pure. `freeze` writes the inputs (grids, seed, every mark that counted) in one canonical spelling, `compute`
turns inputs into the ordered list, `digest` ties both together. Reading marks from the database and
storing snapshots is done in `standings.py`.

The inputs are one JSON object:
    seed: text of the published seed
    rounds: list of grids (see `grid_data`), in the order of the rounds
    files: object of case number -> list (one a round) of lists (one a sheet) of {criterion key: mark or null}
Marks are decimal strings, so that no binary fraction ever appears.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from scoring.marks import Scale
from scoring.ranking import Entry, order
from scoring.score import ZERO, Criterion, FileScore, Grid, Marks, Section, file_score, round_score, rounded

VERSION = 1

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)

Sheets = Sequence[Sequence[Marks]]
"""The marks of one file: one sequence a round, one mapping a sheet."""


@lru_cache(maxsize=10_000)
def plain_number(value: Decimal | None) -> str | None:
    """Return a decimal in its shortest spelling without exponent: 12, 0.5, None."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def grid_data(grid: Grid) -> dict[str, Any]:
    """Return a grid as plain data."""
    return {
        "share": plain_number(grid.share),
        "pass_mark": plain_number(grid.pass_mark),
        "drop_extremes": grid.drop_extremes,
        "gate_rule": grid.gate_rule,
        "tie_break": list(grid.tie_break),
        "sections": [
            {"key": section.key, "threshold": plain_number(section.threshold)} for section in grid.sections
        ],
        "criteria": [
            {
                "key": line.key,
                "section": line.section,
                "points": plain_number(line.points),
                "low": plain_number(line.scale.low),
                "high": plain_number(line.scale.high),
                "step": plain_number(line.scale.step),
                "gate": line.gate,
                "threshold": plain_number(line.threshold),
            }
            for line in grid.criteria
        ],
    }


def grid_from(data: Mapping[str, Any]) -> Grid:
    """Return the grid that `grid_data` described."""
    return Grid(
        share=Decimal(data["share"]),
        pass_mark=_decimal(data["pass_mark"]),
        drop_extremes=data["drop_extremes"],
        gate_rule=data["gate_rule"],
        tie_break=tuple(data["tie_break"]),
        sections=tuple(Section(row["key"], _decimal(row["threshold"])) for row in data["sections"]),
        criteria=tuple(
            Criterion(
                key=row["key"],
                section=row["section"],
                points=Decimal(row["points"]),
                scale=Scale(Decimal(row["low"]), Decimal(row["high"]), Decimal(row["step"])),
                gate=row["gate"],
                threshold=_decimal(row["threshold"]),
            )
            for row in data["criteria"]
        ),
    )


def freeze(seed: str, grids: Sequence[Grid], files: Mapping[str, Sheets]) -> str:
    """Return the inputs of a ranking in their canonical spelling.

    files: the marks of each file by case number. Within a round the sheets are put in the order of their
    spelling, so that the text does not depend on the order in which they were read.
    """
    # The spelling of the whole, put together from those of the sheets, by which these are sorted anyway.
    spelled = ",".join(
        f"{canonical(key)}:[{','.join(_sheets(part) for part in sheets)}]"
        for key, sheets in sorted(files.items())
    )
    rounds = canonical([grid_data(grid) for grid in grids])
    return f'{{"files":{{{spelled}}},"rounds":{rounds},"seed":{canonical(seed)},"version":{VERSION}}}'


def compute(inputs: str) -> list[dict[str, Any]]:
    """Return the ranked list that inputs lead to, best first, as plain data.

    Every row: key, rank, decided_by, sheets, top, failures, score and maximum as exact fractions ("151/2"),
    and per round the score and the criterion means.
    """
    data = json.loads(inputs)
    grids = [grid_from(held) for held in data["rounds"]]
    scores = {key: score_file(grids, sheets) for key, sheets in data["files"].items()}
    places = order((_entry(key, grids, score) for key, score in scores.items()), seed=data["seed"])
    return [
        {"key": place.key, "rank": place.rank, "decided_by": place.decided_by, **row(scores[place.key])}
        for place in places
    ]


def digest(inputs: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of inputs and result together, as 64 hexadecimal digits."""
    return hashlib.sha256(f"{inputs}\n{canonical(rows)}".encode()).hexdigest()


def canonical(value: Any) -> str:
    """Return one spelling of a JSON value: sorted keys, no spaces."""
    return _canonical.encode(value)


def score_file(grids: Sequence[Grid], sheets: Sequence[Iterable[Mapping[str, Any]]]) -> FileScore:
    """Return the score of one file from its marks (decimals or their spelling), one sequence a round."""
    return file_score(
        [
            round_score(grid, [{key: _decimal(value) for key, value in marks.items()} for marks in part])
            for grid, part in zip(grids, sheets, strict=True)
        ]
    )


def row(score: FileScore) -> dict[str, Any]:
    """Return the score of one file as plain data."""
    whole = score.score
    rounds = [(part.score, part.criteria) for part in score.rounds]
    return {
        "score": str(whole.points) if whole else None,
        "maximum": str(whole.maximum) if whole else None,
        "sheets": score.sheets,
        "top": str(score.top),
        "failures": [
            {
                "kind": failure.kind,
                "key": failure.key,
                "got": None if failure.got is None else str(rounded(failure.got)),
                "needed": None if failure.needed is None else str(rounded(failure.needed)),
            }
            for failure in score.failures
        ],
        "rounds": [
            {
                "score": str(mean.points) if mean else None,
                "criteria": {key: str(points) for key, points in criteria.items()},
            }
            for mean, criteria in rounds
        ],
    }


def _entry(key: str, grids: Sequence[Grid], score: FileScore) -> Entry:
    means = [
        part.criteria.get(name, ZERO)
        for grid, part in zip(grids, score.rounds, strict=True)
        for name in grid.tie_break
    ]
    return Entry(
        key=key,
        score=score.score.points if score.score else None,
        criteria=tuple(means),
        top=score.top,
        ranked=not score.failures,
    )


def _sheets(part: Sequence[Marks]) -> str:
    spelled = [f"{{{','.join([_mark(*given) for given in sorted(marks.items())])}}}" for marks in part]
    return f"[{','.join(sorted(spelled))}]"


@lru_cache(maxsize=10_000)
def _mark(key: str, value: Decimal | None) -> str:
    """A mark in its canonical spelling: a call has few different ones."""
    return f"{canonical(key)}:{canonical(plain_number(value))}"


@lru_cache(maxsize=10_000)
def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)
