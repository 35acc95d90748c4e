"""Pages of action points: the list of a programme, one point, agreeing a new one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from disbursements.views.parts import FormPage
from followup.action_points import agree
from followup.filters import ActionFilters
from followup.forms_actions import ActionPointForm
from followup.models import ActionPoint, Visit
from followup.scope import in_action, in_visit
from followup.tables import ActionTable
from programmes.scope import in_programme
from workflow import access
from workflow.lists import ListView


@access.rule("followup.view_actions", in_programme)
class ActionList(ListView):
    """The action points of a programme; a coach sees the own caseload."""

    table_class = ActionTable
    filterset_class = ActionFilters
    title = _("Action points")
    lead = _("What visits agreed should be done. Overdue ones give points of risk.")
    export_name = "action-points"

    def get_queryset(self) -> Any:
        """Action points of this programme that the reader sees."""
        return ActionPoint.objects.visible_to(self.request.user).filter(
            programme=access.object_of(self.request)
        )

    def get_rows(self) -> Any:
        """What the columns show."""
        return ActionPoint.objects.select_related("case", "enterprise", "coach")


@access.rule("followup.view_action", in_action)
def action_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One action point: what, until when, who says so, what proves it."""
    point: ActionPoint = access.object_of(request)
    staff = access.may(request.user, "followup.view_actions", point)
    context = {
        "point": point,
        "programme": point.programme,
        "overdue": point.is_overdue(timezone.localdate()),
        "staff": staff,
    }
    return render(request, "followup/action.html", context)


@access.rule("followup.add_action", in_visit)
class AddAction(FormPage):
    """Agree an action point in a visit."""

    form_class = ActionPointForm
    title = _("Agree an action")
    submit = _("Agree")
    done = _("Action agreed.")

    def get_lead(self) -> Any:
        """For whom."""
        visit: Visit = self.record
        return f"{visit.enterprise.name} · {visit.name}"

    def save(self, form: ActionPointForm) -> None:
        """Store it."""
        visit: Visit = self.record
        data = form.cleaned_data
        agree(
            visit.enterprise,
            what=data["what"],
            due_on=data["due_on"],
            today=timezone.localdate(),
            responsible=data["responsible"],
            visit=visit,
        )
