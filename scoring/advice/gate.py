"""When advice may be shown at all: conditions under which the crossed model is known to help.

Outside them a severity-adjusted mean loses as many good files as it finds. The bounds come from simulation
(`docs/severity-study.md`) and are told to the reader together with what the data gave.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from scoring.advice.crossed import Reals, Solution, Table

ENOUGH_SHEETS, ENOUGH_JURORS = 20, 0.9
LEAST_SEVERITY = 0.25
LEAST_ACCORD = 0.95
UNCONNECTED, FEW_SHEETS, MILD, DISCORD, TOO_FEW = "unconnected", "few_sheets", "mild", "discord", "too_few"
SEVERAL = "several_rounds"


class Objection(NamedTuple):
    """Why advice is not shown: the condition, what the data gave, what was needed."""

    kind: str
    got: float
    needed: float


def objections(table: "Table", solution: "Solution", fixed: "Reals") -> list[Objection]:
    """Return every condition that the data do not meet; advice is shown when there is none.

    fixed: worths by least squares, to compare the order with that of the mixed model.
    """
    found = []
    if table.components != 1:
        found.append(Objection(UNCONNECTED, table.components, 1))
    marking = table.marks_per_juror[table.marks_per_juror > 0]
    enough = float((marking >= ENOUGH_SHEETS).mean())
    if enough < ENOUGH_JURORS:
        found.append(Objection(FEW_SHEETS, enough, ENOUGH_JURORS))
    spread = solution.spread
    severity = spread.juror / spread.item if spread.item else 0.0
    if severity < LEAST_SEVERITY:
        found.append(Objection(MILD, severity, LEAST_SEVERITY))
    from scoring.advice.reliability import rank_correlation  # numpy: loaded where there is something to judge

    accord = rank_correlation(fixed, solution.adjusted)
    if accord < LEAST_ACCORD:
        found.append(Objection(DISCORD, accord, LEAST_ACCORD))
    return found
