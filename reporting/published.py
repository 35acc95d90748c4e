"""Published figures beside the computed ones: one row per claim."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from reporting import indicators as _definitions
from reporting.figure import Figure, find
from reporting.models import Claim, CountingRule

CLAIMS_FILE = Path(__file__).parent / "data" / "claims.csv"
STRENGTHENED_RULE = "strengthened"
_ = _definitions  # importing the package declares the indicators


class Comparison(NamedTuple):
    """A claim with what the records give."""

    claim: Claim
    figure: Figure

    @property
    def matches(self) -> bool:
        """Whether the computed value is the one that the records must give."""
        return self.figure.value is not None and self.figure.value == Fraction(self.claim.demo_value)

    @property
    def holds(self) -> bool | None:
        """Whether the published statement is true of the computed value; None without a published number."""
        published, computed = self.claim.value, self.figure.value
        if published is None or computed is None:
            return None
        exact = Fraction(published)
        return {"=": computed == exact, ">": computed > exact, ">=": computed >= exact}[self.claim.operator]

    @property
    def difference(self) -> Fraction | None:
        """Computed minus published."""
        if self.claim.value is None or self.figure.value is None:
            return None
        return self.figure.value - Fraction(self.claim.value)


def rule_of(programme: Any, name: str = STRENGTHENED_RULE) -> str:
    """Return the counting rule that a programme uses now; rule A where nobody chose."""
    chosen = CountingRule.objects.filter(programme=programme, name=name).last()
    return chosen.rule if chosen else "A"


def compare(claim: Claim) -> Comparison:
    """Compute the figure of a claim under the programme's counting rule."""
    definition = find(claim.indicator)
    rule = rule_of(claim.programme) if definition.rules else ""
    return Comparison(claim, definition.compute(claim.programme, rule))


def comparisons(claims: Any = None) -> Iterator[Comparison]:
    """Yield every claim with its computed figure, in the order published."""
    rows = Claim.objects.all() if claims is None else claims
    for claim in rows.select_related("programme"):
        yield compare(claim)


def as_row(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain JSON."""
    claim, figure = comparison.claim, comparison.figure
    return {
        "programme": claim.programme.code,
        "indicator": claim.indicator,
        "kind": claim.kind,
        "operator": claim.operator,
        "published": _number(claim.value),
        "computed": figure.plain,
        "matches": comparison.matches,
        "rule": claim.counting_rule,
        "counting_rule_used": rule_of(claim.programme) if find(claim.indicator).rules else "",
        "basis": claim.basis,
        "unit": claim.unit,
        "records": figure.number_of_records,
    }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def load_claims(programmes: dict[str, Any]) -> int:
    """Store the claims of the data file for the programmes given by code; return how many rows it has."""
    with CLAIMS_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    Claim.objects.bulk_create(
        [
            Claim(
                programme=programmes[row["programme"]],
                indicator=row["indicator"],
                kind=row["kind"],
                operator=row["operator"],
                value=Decimal(row["value"]) if row["value"] else None,
                unit=row["unit"],
                statement=row["published_statement"],
                counting_rule=row["counting_rule"],
                demo_value=Decimal(row["demo_value"]),
                sort=number,
            )
            for number, row in enumerate(rows, start=1)
        ],
        ignore_conflicts=True,
    )
    return len(rows)
