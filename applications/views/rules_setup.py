"""Eligibility rules of a call, made by its manager while the call is a draft."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from applications.models import EligibilityRule, RuleKind
from applications.rule_forms import HINTS, RuleForm
from programmes.models import Call
from programmes.scope import in_call
from programmes.views.setup import read_only
from workflow import access

setting_up = access.rule("applications.change_forms", lookup=in_call)
STEPS = {"up": -1, "down": 1}


def _fixed(request: HttpRequest, call: Call) -> HttpResponse | None:
    if refused := read_only(request, call.programme):
        return refused
    if call.state == "draft":
        return None
    messages.error(request, _("The rules are fixed once the call is published."))
    return HttpResponseRedirect(_back(call))


def _back(call: Call) -> str:
    return f"{call.get_absolute_url()}#rules"


@setting_up
@require_http_methods(["GET", "HEAD", "POST"])
def edit_rule(request: HttpRequest, code: str, call: str, pk: int | None = None) -> HttpResponse:
    """Add a rule, its kind chosen first, or change one."""
    found: Call = access.object_of(request)
    rule = get_object_or_404(found.eligibility_rules.all(), pk=pk) if pk else None
    if refused := _fixed(request, found):
        return refused
    kind = rule.kind if rule else request.GET.get("kind", "")
    context: dict[str, Any] = {"call": found, "programme": found.programme, "back": _back(found)}
    if kind not in RuleKind.values:
        kinds = [(value, label, HINTS[value]) for value, label in RuleKind.choices]
        return render(request, "applications/rules/kinds.html", {**context, "kinds": kinds})
    form = RuleForm(request.POST or None, instance=rule, call=found, kind=kind)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(_back(found))
    context |= {"form": form, "title": RuleKind(kind).label, "hint": HINTS[kind]}
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/rules/form.html", context, status=status)


@setting_up
@require_POST
def arrange_rule(request: HttpRequest, code: str, call: str, pk: int) -> HttpResponse:
    """Move a rule one place up or down, or take it away."""
    found: Call = access.object_of(request)
    rule = get_object_or_404(found.eligibility_rules.all(), pk=pk)
    if refused := _fixed(request, found):
        return refused
    do = request.POST.get("do", "")
    if do == "remove":
        rule.delete()
        messages.success(request, _("Removed."))
    elif do in STEPS:
        _move(found, rule, STEPS[do])
    else:
        messages.error(request, _("Nothing was moved."))
    return HttpResponseRedirect(_back(found))


@transaction.atomic
def _move(call: Call, rule: EligibilityRule, by: int) -> None:
    rows = list(call.eligibility_rules.select_for_update())
    at = [row.pk for row in rows].index(rule.pk)
    if not 0 <= at + by < len(rows):
        return
    rows[at], rows[at + by] = rows[at + by], rows[at]
    for place, row in enumerate(rows):
        if row.sort != place:
            EligibilityRule.objects.filter(pk=row.pk).update(sort=place)
