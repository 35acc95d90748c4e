"""Pages of alerts and of the risk rating that a manager sets aside."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from disbursements.views.parts import FormPage
from followup import alerts, ratings
from followup.filters import AlertFilters, step_word
from followup.forms_actions import HandleAlertForm, OverrideRiskForm
from followup.models import Alert, Enterprise
from followup.scope import in_alert, in_enterprise
from followup.tables import AlertTable
from programmes.scope import in_programme
from workflow import access
from workflow.lists import ListView


@access.rule("followup.view_alerts", in_programme)
class AlertList(ListView):
    """The alerts of a programme, those that climbed highest first."""

    table_class = AlertTable
    filterset_class = AlertFilters
    title = _("Alerts")
    lead = _("Supervisors have a week, managers two more; then the auditor sees it too.")
    empty = _("No alert. High risk and money that left too early appear here.")
    export_name = "alerts"

    def get_queryset(self) -> Any:
        """Alerts of this programme that the reader sees."""
        return Alert.objects.visible_to(self.request.user).filter(programme=access.object_of(self.request))

    def get_rows(self) -> Any:
        """What the columns show."""
        return Alert.objects.select_related("case", "enterprise")


@access.rule("followup.view_alert", in_alert)
class AlertPage(FormPage):
    """One alert with its reasons; POST says what was done about it."""

    form_class = HandleAlertForm
    template_name = "followup/alert.html"
    done = _("The alert is dealt with.")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Only supervisors and managers say what was done."""
        access.check(request.user, "followup.handle_alert", self.record)
        return super().post(request, **kwargs)

    def save(self, form: HandleAlertForm) -> None:
        """Store what was done."""
        alerts.handle(self.record, note=form.cleaned_data["note"], actor=self.request.user, at=self.now)

    def page(self, form: Any, status: int = 200) -> HttpResponse:
        """Draw the page."""
        alert: Alert = self.record
        grant = alert.enterprise.grant
        context = {
            "alert": alert,
            "programme": alert.programme,
            "form": form,
            "holder": step_word(alert.step),
            "grant": grant,
            "holds": grant.holds.filter(state="placed") if grant else (),
            "rating": ratings.current(alert.enterprise, timezone.localdate()),
            "may_handle": alert.is_open and access.may(self.request.user, "followup.handle_alert", alert),
        }
        return render(self.request, self.template_name, context, status=status)


@access.rule("followup.override_risk", in_enterprise)
class OverrideRisk(FormPage):
    """A manager sets another level until a day."""

    form_class = OverrideRiskForm
    title = _("Set the risk rating")
    submit = _("Set")
    done = _("The rating is set.")

    def get_lead(self) -> Any:
        """What it does and does not do."""
        return _(
            "Until that day, or until the next validated visit. It releases no hold; “high risk” places one."
        )

    def save(self, form: OverrideRiskForm) -> None:
        """Store it."""
        enterprise: Enterprise = self.record
        data = form.cleaned_data
        ratings.override(
            enterprise,
            data["level"],
            reason=data["reason"],
            until=data["until"],
            actor=self.request.user,
            at=self.now,
        )
