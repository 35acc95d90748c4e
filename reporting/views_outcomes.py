"""The page of outcomes against marks: did the jury's marks tell which enterprises would do well?"""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from programmes.models import Programme
from programmes.scope import in_programme
from reporting import marks_and_outcomes, rank_correlation
from reporting.interval import interval
from reporting.marks_and_outcomes import Comparison, OfCall, shown
from workflow import access, display


@access.rule("reporting.view_outcomes", in_programme)
@require_safe
def outcomes(request: HttpRequest, code: str) -> HttpResponse:
    """Survival, profit and jobs of funded enterprises against their final marks, call by call."""
    programme: Programme = access.object_of(request)
    context = {
        "programme": programme,
        "calls": [_call(one) for one in marks_and_outcomes.read(programme)],
        "fewest": rank_correlation.FEWEST,
        "months": marks_and_outcomes.FROM_DAY // 30,
    }
    return render(request, "reporting/outcomes.html", context)


def _call(found: OfCall) -> dict[str, Any]:
    currency = found.call.currency
    return {
        "call": found.call,
        "funded": found.funded,
        "measures": [_measure(one, found, currency) for one in found.comparisons],
    }


def _measure(found: Comparison, of: OfCall, currency: str) -> dict[str, Any]:
    told = found.correlation
    top = max((group.middle or 0.0 for group in found.groups), default=0.0)
    whole = 1.0 if found.measure.code == "survival" else max(top, 0.0)
    return {
        "measure": found.measure,
        "seen": found.seen,
        "funded": of.funded,
        "sentence": found.sentence,
        "rho": told and _two(told.rho),
        "low": told and _two(told.low),
        "high": told and _two(told.high),
        "drawing": interval(told) if told else SafeString(""),
        "groups": [
            {
                "from": Decimal(group.lowest).quantize(Decimal("0.1")),
                "to": Decimal(group.highest).quantize(Decimal("0.1")),
                "files": group.pairs if group.middle is not None else None,
                "shown": shown(found.measure, group.middle, currency),
                "value": max(group.middle or 0.0, 0.0),
                "whole": whole or 1.0,
            }
            for group in found.groups
        ],
    }


def _two(value: float) -> SafeString:
    text = display.number_text(Decimal(value).quantize(Decimal("0.01")), 2)
    return format_html('<bdi dir="ltr">{}</bdi>', text)
