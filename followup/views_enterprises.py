"""Pages of enterprises: the caseload, one enterprise, coaches, the day its visits are counted from."""

from typing import Any

from django import forms
from django.db.models import F, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from disbursements.views.parts import FormPage
from followup import ratings
from followup.enterprises import HandoverError, found_without_grant, stand_in
from followup.filters import EnterpriseFilters
from followup.forms_enterprises import AnchorForm, FoundEnterpriseForm, StandInForm
from followup.models import ActionPoint, CaseloadAssignment, Enterprise, Visit
from followup.planning import move_anchor, plan_of, plan_visits, unplanned_visit
from followup.scope import in_enterprise
from followup.tables import EnterpriseTable
from programmes.scope import enter, in_programme
from workflow import Refused, access
from workflow.lists import ListView


@access.rule("followup.view_enterprises", in_programme)
class EnterpriseList(ListView):
    """The enterprises of a programme; a coach sees the own caseload."""

    table_class = EnterpriseTable
    filterset_class = EnterpriseFilters
    title = _("Enterprises")
    export_name = "enterprises"
    template_name = "followup/enterprises.html"

    def get_queryset(self) -> Any:
        """Enterprises of this programme that the reader sees."""
        return Enterprise.objects.visible_to(self.request.user).filter(
            programme=access.object_of(self.request)
        )

    def get_rows(self) -> Any:
        """What the columns show: the lead coach and the next visit come with the row."""
        today = timezone.localdate()
        lead = CaseloadAssignment.objects.filter(enterprise=OuterRef("pk"), role="lead").in_force(today)
        coming = Visit.objects.filter(enterprise=OuterRef("pk")).waiting()
        return Enterprise.objects.select_related("case", "site").annotate(
            lead_name=Subquery(lead.values("coach__full_name")[:1]),
            next_on=Subquery(coming.values("due_on")[:1]),
        )

    def get_context(self, **context: Any) -> dict[str, Any]:
        """Whether this reader may found one."""
        programme = access.object_of(self.request)
        may_found = access.may(self.request.user, "followup.found_enterprise", programme)
        return {**context, "programme": programme, "may_found": may_found}


@access.rule("followup.view_enterprise", in_enterprise)
def enterprise_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One enterprise: its visits, its risk, who follows it since when, what is agreed."""
    enterprise: Enterprise = access.object_of(request)
    user = request.user
    context = {
        "enterprise": enterprise,
        "programme": enterprise.programme,
        "visits": Visit.objects.visible_to(user)
        .filter(enterprise=enterprise)
        .select_related("case", "coach")
        .order_by(F("performed_at").asc(nulls_last=True), "due_on"),
        "caseload": enterprise.caseload.select_related("coach").order_by("-valid_from", "-pk"),
        "members": enterprise.members.select_related("person").order_by("pk"),
        "rating": ratings.current(enterprise, timezone.localdate()),
        "points": ActionPoint.objects.visible_to(user)
        .waiting()
        .filter(enterprise=enterprise)
        .select_related("case", "enterprise"),
        "today": timezone.localdate(),
        "plan": plan_of(enterprise),
        "may": {
            verb: access.may(user, f"followup.{verb}", enterprise)
            for verb in (
                "hand_over_enterprise",
                "stand_in_enterprise",
                "move_anchor",
                "visit_enterprise",
                "override_risk",
            )
        },
    }
    return render(request, "followup/enterprise.html", context)


class EnterpriseForm(FormPage):
    """A form about one enterprise that leads back to its page."""

    def get_lead(self) -> Any:
        """Which enterprise."""
        return f"{self.record.name} · {self.record.case.number}"

    def get_back(self) -> str:
        """To its page."""
        return reverse("followup:enterprise", args=[self.record.pk])


@access.rule("followup.stand_in_enterprise", in_enterprise)
class StandIn(EnterpriseForm):
    """Another coach stands in for the lead coach."""

    title = _("Let a coach stand in")
    submit = _("Stand in")
    done = _("The coach stands in and sees the enterprise from that day on.")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        """The coaches of the programme."""
        today = timezone.localdate()
        return StandInForm(data, programme_id=self.record.programme_id, today=today, initial={"day": today})

    def save(self, form: StandInForm) -> None:
        """Store it."""
        data = form.cleaned_data
        try:
            stand_in(
                self.record,
                coach=data["coach"].user,
                day=data["day"],
                until=data["until"],
                reason=data["reason"],
                by=self.request.user,
            )
        except HandoverError as error:
            raise Refused([str(error)]) from error


@access.rule("followup.move_anchor", in_enterprise)
class MoveAnchor(EnterpriseForm):
    """Count the visits from another day."""

    form_class = AnchorForm
    title = _("Count the visits from another day")
    submit = _("Plan anew")
    done = _("Planned anew. Visits that were confirmed, made or missed stay as they are.")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        """With the present day."""
        return AnchorForm(data, initial={"day": self.record.anchor_on})

    def save(self, form: AnchorForm) -> None:
        """Plan anew."""
        data = form.cleaned_data
        move_anchor(self.record, data["day"], reason=data["reason"], by=self.request.user, at=self.now)


@access.rule("followup.visit_enterprise", in_enterprise)
class UnplannedVisit(EnterpriseForm):
    """A coach passes by without a plan."""

    form_class = forms.Form
    title = _("Visit outside the plan")
    submit = _("Begin the visit")
    made: Visit | None = None

    def get_back(self) -> str:
        """To the visit, once there is one."""
        return self.made.get_absolute_url() if self.made else super().get_back()

    def save(self, form: forms.Form) -> None:
        """Make the visit."""
        self.made = unplanned_visit(self.record, self.request.user, timezone.localdate())


@access.rule("followup.found_enterprise", in_programme)
class FoundEnterprise(FormPage):
    """An enterprise without a grant, accompanied only: its visits are counted from its enrolment."""

    title = _("Accompany an enterprise without a grant")
    submit = _("Begin")
    done = _("The enterprise is there, and its visits are planned.")

    def enter(self) -> None:
        """Let the page be about the programme."""
        enter(self.request, self.record)

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        """About a case of the programme."""
        return FoundEnterpriseForm(data, programme=self.record, initial={"day": timezone.localdate()})

    def get_back(self) -> str:
        """To the list."""
        return reverse("followup:enterprises", args=[self.record.code])

    def save(self, form: FoundEnterpriseForm) -> None:
        """Found it and plan its visits."""
        data = form.cleaned_data
        enterprise = found_without_grant(form.case, name=data["name"], kind=data["kind"], site=data["site"])
        plan_visits(enterprise, data["day"], baseline=True)
        plan_visits(enterprise, data["day"])
