"""The visit plan of a call: set up before publication, from a default or row by row."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup.models import Visit, VisitPlan, VisitPlanRow
from followup.models.plans import Anchor
from programmes.models import Call
from programmes.scope import in_programme
from workflow import access

DEFAULT_ROWS: tuple[dict[str, Any], ...] = (
    {"code": "V0", "before_payment": True, "gates_tranche": 1, "purpose": "Baseline"},
    {"code": "M1", "offset_months": 1, "gates_tranche": 2},
    {"code": "M3", "offset_months": 3},
    {"code": "M6", "offset_months": 6},
    {"code": "M12", "offset_months": 12},
)


class RowForm(forms.ModelForm[VisitPlanRow]):
    """One visit of the plan."""

    class Meta:
        model = VisitPlanRow
        fields = (
            "code",
            "offset_months",
            "offset_days",
            "window_days",
            "before_payment",
            "gates_tranche",
            "purpose",
        )


class PlanForm(forms.ModelForm[VisitPlan]):
    """What the visits are counted from."""

    class Meta:
        model = VisitPlan
        fields = ("anchor",)
        help_texts = {"anchor": gettext_lazy("A kit is always counted from its hand-over.")}


RowFormSet = forms.inlineformset_factory(VisitPlan, VisitPlanRow, form=RowForm, extra=2, can_delete=True)


@access.rule("followup.edit_visit_plan", access.visible(Call.objects, pk="pk"))
def edit_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the visit plan of a call that is still a draft."""
    call: Call = access.object_of(request)
    plan = VisitPlan.objects.filter(call=call, track__isnull=True).first()
    frozen = call.state != "draft"
    if request.method == "POST" and not frozen:
        return _save(request, call, plan)
    formset = RowFormSet(instance=plan or VisitPlan(call=call, programme=call.programme))
    return _page(request, call, plan, formset, frozen)


@access.rule("followup.edit_programme_plan", in_programme)
def edit_programme_plan(request: HttpRequest, code: str) -> HttpResponse:
    """Edit the visit plan of enterprises that a programme accompanies without a grant."""
    programme = access.object_of(request)
    plan = VisitPlan.objects.filter(programme=programme, call__isnull=True).first()
    plan = plan or VisitPlan(programme=programme, anchor=Anchor.ENROLMENT)
    frozen = plan.pk is not None and Visit.objects.filter(plan_row__plan=plan).exists()
    formset = RowFormSet(request.POST if request.method == "POST" else None, instance=plan)
    if request.method == "POST" and not frozen and formset.is_valid():
        with transaction.atomic():
            plan.save()
            formset.save()
        messages.success(request, _("Visit plan saved."))
        return HttpResponseRedirect(request.path)
    return _page(request, None, plan, formset, frozen, status=422 if request.method == "POST" else 200)


def _save(request: HttpRequest, call: Call, plan: VisitPlan | None) -> HttpResponse:
    if plan is None:
        plan = VisitPlan(call=call, programme=call.programme)
    if "default" in request.POST:
        with transaction.atomic():
            plan.save()
            plan.rows.all().delete()
            for row in DEFAULT_ROWS:
                plan.rows.create(**row)
        messages.success(request, _("The usual visits were taken over; change them as you need."))
        return HttpResponseRedirect(request.path)
    formset = RowFormSet(request.POST, instance=plan)
    plan_form = PlanForm(request.POST, instance=plan)
    if formset.is_valid() and plan_form.is_valid():
        with transaction.atomic():
            plan.save()
            formset.save()
        messages.success(request, _("Visit plan saved."))
        return HttpResponseRedirect(call.get_absolute_url())
    return _page(request, call, plan, formset, False, status=422)


def _page(
    request: HttpRequest,
    call: Call | None,
    plan: VisitPlan | None,
    formset: Any,
    frozen: bool,
    status: int = 200,
) -> HttpResponse:
    context = {
        "call": call,
        "programme": call.programme if call else access.object_of(request),
        "plan": plan,
        "formset": formset,
        "plan_form": PlanForm(instance=plan) if call is not None else None,
        "frozen": frozen,
    }
    return render(request, "followup/visit_plan.html", context, status=status)
