"""What became of funded enterprises, beside the marks by which their applications were chosen.

For each call, because its files were marked on one grid. An outcome is what the last validated visit found
from the fifth month after the first payment on; what nobody saw is missing, never zero. The statistics are
in `rank_correlation.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup.models import Enterprise, Visit
from programmes.models import Call, Programme
from programmes.money import Money
from reporting import rank_correlation
from reporting.rank_correlation import Correlation, Group
from scoring.models import Decision
from workflow import display

FROM_DAY = 150
WEAK, STRONG = 0.3, 0.5
SURVIVED, ENDED = ("open",), ("closed", "suspended")

Answers = Mapping[str, Any]


class Measure(NamedTuple):
    """One outcome. read: answers of a visit -> number, None when unknown; mean: averaged, else its median."""

    code: str
    label: Any
    definition: Any
    read: Callable[[Answers], float | None]
    mean: bool = False


class Comparison(NamedTuple):
    """A measure against marks. seen: funded files with an outcome; correlation: None where it is not told."""

    measure: Measure
    seen: int
    correlation: Correlation | None
    groups: list[Group]
    sentence: str


class OfCall(NamedTuple):
    """The comparisons of one call. funded: files with a final mark that were funded."""

    call: Call
    funded: int
    comparisons: list[Comparison]


def _survival(answers: Answers) -> float | None:
    status = answers.get("status")
    return 1.0 if status in SURVIVED else 0.0 if status in ENDED else None


def _profit(answers: Answers) -> float | None:
    profit = answers.get("profit")
    return float(profit) if isinstance(profit, int) else None


def _jobs(answers: Answers) -> float | None:
    known = [answers.get(name) for name in ("jobs_women", "jobs_men")]
    counts = [one for one in known if isinstance(one, int)]
    return float(sum(counts)) if counts else None


MEASURES = (
    Measure(
        "survival",
        gettext_lazy("Survival"),
        gettext_lazy("The business was found open; suspended and closed ones count as not."),
        _survival,
        mean=True,
    ),
    Measure("profit", gettext_lazy("Profit of the month"), gettext_lazy("As the visit noted it."), _profit),
    Measure("jobs", gettext_lazy("Jobs"), gettext_lazy("Jobs of women and men, heads counted."), _jobs, True),
)


def read(programme: Programme) -> list[OfCall]:
    """Return the comparisons of every call of a programme that funded something; trials are left out."""
    calls = Call.objects.filter(programme=programme, is_test=False).order_by("opens_at", "pk")
    found = []
    for call in calls:
        marks = _marks(call)
        if marks:
            outcomes = _outcomes(marks)
            found.append(OfCall(call, len(marks), [_compare(one, marks, outcomes) for one in MEASURES]))
    return found


def _marks(call: Call) -> dict[int, float]:
    """Return the final mark in percent of the highest one, by case, of what was funded and announced."""
    rows = Decision.objects.filter(
        batch__session__call=call,
        batch__state="announced",
        batch__shortlisting=False,
        application__awarded_minor__isnull=False,
        score__isnull=False,
        batch__snapshot__maximum__gt=0,
    ).order_by("batch__announced_at", "batch__number")
    listed = rows.values_list("application__case", "score", "batch__snapshot__maximum")
    return {
        case: float(100 * score / maximum) for case, score, maximum in listed if maximum and score is not None
    }


def _outcomes(cases: Iterable[int]) -> dict[int, Answers]:
    """Return the answers of the last validated visit that is late enough, by case."""
    known = Enterprise.objects.filter(case__in=list(cases)).values_list("case", "anchor_on")
    anchors: dict[int, date] = {case: day for case, day in known if day is not None}
    visits = Visit.objects.filter(case__in=list(anchors), state="validated", performed_at__isnull=False)
    found: dict[int, Answers] = {}
    for case, performed, answers in visits.order_by("performed_at").values_list(
        "case", "performed_at", "answers"
    ):
        if performed is not None and performed.date() >= anchors[case] + timedelta(days=FROM_DAY):
            found[case] = answers
    return found


def _compare(measure: Measure, marks: Mapping[int, float], outcomes: Mapping[int, Answers]) -> Comparison:
    pairs = [
        (marks[case], value)
        for case, answers in outcomes.items()
        if (value := measure.read(answers)) is not None
    ]
    correlation = rank_correlation.spearman(pairs)
    groups = rank_correlation.quarters(pairs, mean=measure.mean) if correlation else []
    return Comparison(measure, len(pairs), correlation, groups, _sentence(pairs, correlation))


def _sentence(pairs: list[tuple[float, float]], found: Correlation | None) -> str:
    """Say in plain words what the numbers allow to be said."""
    if len(pairs) < rank_correlation.FEWEST:
        return _("Too few outcomes are known to say anything: %(seen)s, and %(needed)s are needed.") % {
            "seen": len(pairs),
            "needed": rank_correlation.FEWEST,
        }
    if found is None:
        return _("All outcomes, or all marks, are the same: nothing can be compared.")
    if found.low > 0:
        better = _("Enterprises with better marks did better here, and more than chance alone explains.")
        return f"{better} {_strength(found)}"
    if found.high < 0:
        worse = _("Enterprises with better marks did worse here, and more than chance alone explains.")
        return f"{worse} {_strength(found)}"
    return _("The marks do not tell who did better later: no relation at all lies within the interval.")


def _strength(found: Correlation) -> str:
    size = abs(found.rho)
    if size < WEAK:
        return _("The relation is weak: marks tell little about a single enterprise.")
    return _("The relation is moderate.") if size < STRONG else _("The relation is strong.")


def shown(measure: Measure, value: float | None, currency: str) -> str:
    """Return the middle of a group as people read it."""
    if value is None:
        return _("withheld")
    if measure.code == "survival":
        return display.percent_text(Decimal(100 * value).quantize(Decimal(1)))
    if measure.code == "profit":
        return display.money_text(Money(round(value), currency))
    return display.number_text(Decimal(value).quantize(Decimal("0.1")), 1)
