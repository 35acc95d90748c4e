"""What a figure is: a value with the records behind it. Pure data; the queries are in `indicators/`."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import QuerySet

COUNT, PERCENT, AMOUNT, MONTHS = "count", "percent", "amount", "months"


class Figure(NamedTuple):
    """A computed figure.

    value: an exact number, None where nothing was recorded. records: the rows behind it (for a share, those
    of the numerator); for a count their number is the value. numerator, denominator: for shares.
    observed, expected: how many records could be judged, of how many.
    """

    value: Fraction | None
    records: "QuerySet[Any]"
    numerator: int | None = None
    denominator: int | None = None
    observed: int | None = None
    expected: int | None = None
    unit: str = COUNT
    rule: str = ""

    @property
    def number_of_records(self) -> int:
        """How many rows stand behind the figure."""
        return self.records.count()

    @property
    def plain(self) -> int | float | None:
        """The value as JSON writes it: whole where it is whole."""
        if self.value is None:
            return None
        return int(self.value) if self.value.denominator == 1 else float(self.value)


class Indicator(NamedTuple):
    """A figure's definition. compute: `(programme, rule) -> Figure`; rules: counting rules it knows."""

    code: str
    label: Any
    definition: Any
    compute: Callable[[Any, str], Figure]
    rules: tuple[tuple[str, Any], ...] = ()


_indicators: dict[str, Indicator] = {}


def indicator(
    code: str, *, label: Any, definition: Any, rules: tuple[tuple[str, Any], ...] = ()
) -> Callable[[Callable[[Any, str], Figure]], Callable[[Any, str], Figure]]:
    """Declare the decorated function `(programme, rule) -> Figure` as the one definition of a figure."""

    def declare(compute: Callable[[Any, str], Figure]) -> Callable[[Any, str], Figure]:
        _indicators[code] = Indicator(code, label, definition, compute, rules)
        return compute

    return declare


def find(code: str) -> Indicator:
    """Return a definition by its code; KeyError when there is none."""
    return _indicators[code]


def all_indicators() -> Iterable[Indicator]:
    """Return the definitions in the order of declaration."""
    return _indicators.values()


def counted(records: "QuerySet[Any]") -> Figure:
    """Return the figure that counts its records."""
    return Figure(value=Fraction(records.count()), records=records)


def share(part: "QuerySet[Any]", whole: "QuerySet[Any]", *, observed: int | None = None) -> Figure:
    """Return the share of a part in a whole, in percent; no value where the whole is empty."""
    numerator, denominator = part.count(), whole.count()
    return Figure(
        value=Fraction(100 * numerator, denominator) if denominator else None,
        records=part,
        numerator=numerator,
        denominator=denominator,
        observed=observed,
        expected=denominator if observed is not None else None,
        unit=PERCENT,
    )
