"""Setting up: the instalment plan of a track, the payment rules of a programme."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.http import require_POST

from disbursements.drafting import plan_rows
from disbursements.forms.plans import CeilingForm, PlanFormSet, PolicyForm, ThresholdForm, row_initial
from disbursements.models import ApprovalThreshold, PaymentPolicy, WriteOffCeiling
from disbursements.views.parts import FormPage
from programmes.models import Track
from programmes.scope import enter, in_programme
from workflow import Refused, access

TRACK = access.visible(Track.objects.select_related("call__programme"), pk="pk")


@access.rule("disbursements.plan_call", TRACK)
class EditPlan(FormPage):
    """In which instalments the grants of a track are paid; fixed once the call is published."""

    title = _("Instalment plan")
    done = _("Plan saved.")
    template_name = "disbursements/plan.html"

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        """Six rows; those without a share are left out."""
        initial = [row_initial(row) for row in plan_rows(self.record)]
        return PlanFormSet(data, initial=initial, prefix="row")

    def get_lead(self) -> str:
        """Whose plan."""
        return str(self.record)

    def get_back(self) -> str:
        """To the call."""
        return str(self.record.call.get_absolute_url())

    def save(self, form: Any) -> None:
        """Replace the plan while the call is a draft."""
        if self.record.call.state != "draft":
            raise Refused([gettext("The call is published: its plan does not change any more.")])
        form.save(self.record)

    def enter(self) -> None:
        """Let the page be about the programme of the track's call."""
        enter(self.request, self.record.call.programme, self.record.call)

    def page(self, form: Any, status: int = 200) -> HttpResponse:
        """Draw the page."""
        context = {
            "formset": form,
            "track": self.record,
            "title": self.title,
            "lead": self.get_lead(),
            "back": self.get_back(),
            "editable": self.record.call.state == "draft",
        }
        return render(self.request, self.template_name, context, status=status)


@access.rule("disbursements.set_policy", in_programme)
class PaymentRules(View):
    """Waiting times, limits and signature thresholds of a programme."""

    http_method_names = ["get", "post", "head", "options"]

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Show both forms and the thresholds."""
        return self.page(request, self.forms(request))

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Save the form that was sent."""
        which = next((name for name in ("threshold", "ceiling") if name in request.POST), "policy")
        forms = self.forms(request, which)
        form: Any = forms[which]
        if not form.is_valid():
            return self.page(request, forms, status=422)
        form.save()
        messages.success(request, gettext("Payment rules saved."))
        return HttpResponseRedirect(self.url(request))

    def forms(self, request: HttpRequest, which: str = "") -> dict[str, Any]:
        """The forms, the sent one bound."""
        programme = access.object_of(request)
        instance = PaymentPolicy.objects.filter(programme=programme).first()
        policy = instance or PaymentPolicy(programme=programme)
        data: dict[str, Any] = {which: request.POST}
        return {
            "policy": PolicyForm(data.get("policy"), instance=policy),
            "threshold": ThresholdForm(data.get("threshold"), programme=programme),
            "ceiling": CeilingForm(data.get("ceiling"), programme=programme),
        }

    def url(self, request: HttpRequest) -> str:
        """This page."""
        return reverse("disbursements:rules", args=[access.object_of(request).code])

    def page(self, request: HttpRequest, forms: dict[str, Any], status: int = 200) -> HttpResponse:
        """Draw the page."""
        programme = access.object_of(request)
        context = {
            "programme": programme,
            **forms,
            "ceilings": WriteOffCeiling.objects.visible_to(request.user).filter(programme=programme),
            "thresholds": ApprovalThreshold.objects.visible_to(request.user).filter(programme=programme),
        }
        return render(request, "disbursements/rules.html", context, status=status)


@require_POST
@access.rule("disbursements.set_policy", in_programme)
def remove_threshold(request: HttpRequest, code: str) -> HttpResponse:
    """Take a threshold away; what no row covers cannot be paid."""
    programme = access.object_of(request)
    rows = ApprovalThreshold.objects.visible_to(request.user).filter(programme=programme)
    chosen = request.POST.get("row", "")
    if chosen.isdecimal():
        rows.filter(pk=int(chosen[:18])).delete()
    return HttpResponseRedirect(reverse("disbursements:rules", args=[programme.code]))


@require_POST
@access.rule("disbursements.set_policy", in_programme)
def remove_ceiling(request: HttpRequest, code: str) -> HttpResponse:
    """Take the write-off ceiling away: nothing is written off any more."""
    programme = access.object_of(request)
    WriteOffCeiling.objects.visible_to(request.user).filter(
        programme=programme, currency=programme.currency
    ).delete()
    return HttpResponseRedirect(reverse("disbursements:rules", args=[programme.code]))
