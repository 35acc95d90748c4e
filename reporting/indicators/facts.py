"""Facts about a programme itself: budget, contributions, durations. True zero and unknown stay apart."""

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from programmes.models import Contribution, Programme
from programmes.money import exponent
from reporting.figure import AMOUNT, MONTHS, Figure, indicator


def _amount(rows: Any) -> Figure:
    known = [(row.amount_minor, row.currency) for row in rows if row.amount_minor is not None]
    total = sum((Fraction(minor, 10 ** exponent(currency)) for minor, currency in known), Fraction(0))
    return Figure(
        value=total if known else None,
        records=rows,
        observed=len(known),
        expected=len(rows),
        unit=AMOUNT,
    )


def _of_donor(programme: Any, words: str) -> Figure:
    return _amount(Contribution.objects.filter(programme=programme, donor__name_en__icontains=words))


@indicator("budget_total", label=_("Total budget"), definition=_("Sum of the donors' contributions."))
def budget_total(programme: Any, rule: str) -> Figure:
    """Add up the contributions that are known."""
    return _amount(Contribution.objects.filter(programme=programme))


@indicator(
    "contribution_luxembourg",
    label=_("Contribution of Luxembourg"),
    definition=_("Contribution of that donor: a true zero, not unknown."),
)
def contribution_luxembourg(programme: Any, rule: str) -> Figure:
    """The Government of Luxembourg's own contribution."""
    return _of_donor(programme, "Luxembourg")


@indicator(
    "contribution_eu",
    label=_("Contribution of the European Union"),
    definition=_("Contribution of that donor."),
)
def contribution_eu(programme: Any, rule: str) -> Figure:
    """The European Union's contribution."""
    return _of_donor(programme, "European")


def _months(programme: Any, value: int | None) -> Figure:
    return Figure(
        value=None if value is None else Fraction(value),
        records=Programme.objects.filter(pk=programme.pk),
        unit=MONTHS,
    )


@indicator(
    "duration_planned",
    label=_("Planned duration"),
    definition=_("The planned duration, a stored field."),
)
def duration_planned(programme: Any, rule: str) -> Figure:
    """Months as planned."""
    return _months(programme, programme.planned_months)


@indicator(
    "duration_published",
    label=_("Published duration"),
    definition=_("The published duration, a stored field beside the dates."),
)
def duration_published(programme: Any, rule: str) -> Figure:
    """Months as published."""
    return _months(programme, programme.published_months)
