"""Pages of figures: published beside computed, and the records behind each."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.models import Programme
from programmes.scope import in_programme
from reporting.figure import AMOUNT, PERCENT, find
from reporting.forms import CountingRuleForm
from reporting.indicators.grants import STRENGTHENED_RULES
from reporting.models import Claim, CountingRule
from reporting.published import STRENGTHENED_RULE, Comparison, comparisons, rule_of
from reporting.record_rows import rows_of, with_related
from workflow import access, display

PER_PAGE = 50


def shown_value(value: Any, unit: str) -> str:
    """Return a value as people read it: percent, amount in whole units, or a number."""
    if value is None:
        return _("not published")
    value = Fraction(value)
    number: int | Decimal = (
        int(value) if value == int(value) else round(Decimal(value.numerator) / Decimal(value.denominator), 1)
    )
    if unit == "%":
        return display.percent_text(number, 0 if isinstance(number, int) else 1)
    return display.number_text(number)


def line_of(comparison: Comparison, user: Any) -> dict[str, Any]:
    """Return a comparison as a line of the page; it leads to its records for whoever may open them."""
    claim, figure = comparison.claim, comparison.figure
    definition = find(claim.indicator)
    unit = "%" if figure.unit == PERCENT else claim.unit
    return {
        "claim": claim,
        "label": definition.label,
        "definition": definition.definition,
        "published": shown_value(claim.value, unit),
        "operator": claim.get_operator_display() if claim.value is not None else "",
        "computed": shown_value(figure.value, unit),
        "unit": "" if unit == "%" else unit,
        "is_amount": figure.unit == AMOUNT,
        "matches": comparison.matches,
        "difference": None
        if comparison.difference is None
        else display.number_text(int(comparison.difference)),
        "records": figure.number_of_records,
        "coverage": (figure.observed, figure.expected) if figure.observed is not None else None,
        "url": reverse("reporting:records", args=[claim.programme.code, claim.indicator])
        if access.may(user, "reporting.view_records", claim.programme)
        else "",
        "rule": dict(STRENGTHENED_RULES).get(rule_of(claim.programme), "") if definition.rules else "",
    }


@access.rule("reporting.view_all_figures")
def published_figures(request: HttpRequest) -> HttpResponse:
    """Every published figure of the programmes that the reader may read, beside the computed value."""
    claims = Claim.objects.visible_to(request.user)
    lines = [line_of(comparison, request.user) for comparison in comparisons(claims)]
    return render(request, "reporting/published_figures.html", {"groups": grouped(lines)})


@access.rule("reporting.view_figures", in_programme)
def programme_figures(request: HttpRequest, code: str) -> HttpResponse:
    """The figures of one programme, with its narrative results and counting rule."""
    programme: Programme = access.object_of(request)
    claims = Claim.objects.filter(programme=programme)
    lines = [line_of(comparison, request.user) for comparison in comparisons(claims)]
    may_choose = access.may(request.user, "reporting.choose_rule", programme)
    context = {
        "programme": programme,
        "groups": grouped(lines),
        "narratives": programme.narrative_results.all(),
        "uses_rules": any(line["rule"] for line in lines),
        "may_choose": may_choose,
        "may_compare": access.may(request.user, "reporting.view_outcomes", programme),
    }
    return render(request, "reporting/published_figures.html", context)


def grouped(lines: list[dict[str, Any]]) -> list[tuple[Programme, list[dict[str, Any]]]]:
    """Return the lines by programme, in order."""
    groups: dict[int, tuple[Programme, list[dict[str, Any]]]] = {}
    for line in lines:
        programme = line["claim"].programme
        groups.setdefault(programme.pk, (programme, []))[1].append(line)
    return list(groups.values())


@access.rule("reporting.view_records", in_programme)
def figure_records(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """The list of records behind a figure; its length is the figure."""
    programme: Programme = access.object_of(request)
    try:
        definition = find(indicator)
    except KeyError as error:
        raise Http404 from error
    rule = rule_of(programme) if definition.rules else ""
    figure = definition.compute(programme, rule)
    page = Paginator(with_related(figure.records.order_by("pk")), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "definition": definition,
        "figure": figure,
        "value": shown_value(figure.value, "%" if figure.unit == PERCENT else ""),
        "page": page,
        "rows": rows_of(page.object_list),
        "rule": dict(STRENGTHENED_RULES).get(rule, ""),
    }
    return render(request, "reporting/records.html", context)


@access.rule("reporting.choose_rule", in_programme)
def choose_rule(request: HttpRequest, code: str) -> HttpResponse:
    """Switch the counting rule of a programme, with a reason."""
    programme: Programme = access.object_of(request)
    form = CountingRuleForm(request.POST or None, initial={"rule": rule_of(programme)})
    if request.method == "POST" and form.is_valid():
        CountingRule.objects.create(
            programme=programme,
            name=STRENGTHENED_RULE,
            chosen_by_id=request.user.pk,
            chosen_at=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, _("The counting rule was changed; every figure says which one is used."))
        return HttpResponseRedirect(reverse("reporting:figures", args=[programme.code]))
    history = programme.counting_rules.filter(name=STRENGTHENED_RULE).select_related("chosen_by")
    context = {"programme": programme, "form": form, "history": history.order_by("-chosen_at")}
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/counting_rule.html", context, status=status)
