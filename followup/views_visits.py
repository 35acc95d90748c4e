"""Pages of visits: the coach's week, the visit, its form, the list, the handover."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Case
from followup import doubts, ratings
from followup.attempts import note_attempt
from followup.enterprises import HandoverError, hand_over
from followup.filling import EDITABLE, makes_it
from followup.filters import VisitFilters
from followup.form_versions import parts_for
from followup.forms import AttemptForm, HandoverForm
from followup.models import ActionPoint, DeviceContact, Enterprise, Visit
from followup.read_answers import read_out
from followup.scope import in_enterprise, in_visit
from followup.tables import VisitTable
from followup.views_sheets import LANGUAGES
from programmes.scope import in_programme
from workflow import access
from workflow.lists import ListView

SILENT = timedelta(days=5)


@access.rule("followup.view_visits", in_programme)
class VisitList(ListView):
    """The visits of a programme."""

    table_class = VisitTable
    filterset_class = VisitFilters
    title = gettext_lazy("Visits")
    export_name = "visits"
    template_name = "followup/visits.html"

    def get_queryset(self) -> Any:
        """Visits of this programme that the reader sees."""
        return Visit.objects.visible_to(self.request.user).filter(programme=access.object_of(self.request))

    def get_rows(self) -> Any:
        """What the columns show."""
        return Visit.objects.select_related("case", "enterprise", "coach", "enterprise__site")

    def get_context(self, **context: Any) -> dict[str, Any]:
        """Where the buttons lead."""
        programme = access.object_of(self.request)
        may_see_load = access.may(self.request.user, "followup.view_workload", programme)
        may_import = access.may(self.request.user, "followup.import_visits", programme)
        return {
            **context,
            "programme": programme,
            "may_see_load": may_see_load,
            "may_import": may_import,
            "may_see_form": access.may(self.request.user, "followup.view_visit_form", programme),
        }


@access.rule("followup.view_own_visits")
def my_week(request: HttpRequest) -> HttpResponse:
    """The coach's visits: late, this week, later."""
    today = timezone.localdate()
    week_end = today + timedelta(days=7)
    visits = list(
        Visit.objects.filter(coach=request.user)
        .waiting()
        .select_related("case", "enterprise", "enterprise__site", "programme")[:200]
    )
    groups = [
        (_("Late"), [visit for visit in visits if visit.due_on < today]),
        (_("This week"), [visit for visit in visits if today <= visit.due_on <= week_end]),
        (_("Later"), [visit for visit in visits if visit.due_on > week_end]),
    ]
    points = ActionPoint.objects.filter(coach=request.user).waiting().select_related("case", "enterprise")
    context = {
        "groups": [(title, rows) for title, rows in groups if rows],
        "points": points[:50],
        "today": today,
    }
    return render(request, "followup/my_week.html", context)


@access.rule("followup.view_visit", in_visit)
def visit_page(request: HttpRequest, pk: str) -> HttpResponse:
    """One visit: where it stands, what was found, what it does to money."""
    visit: Visit = access.object_of(request)
    staff = access.may(request.user, "followup.read_answers", visit)
    contact = DeviceContact.objects.filter(coach=visit.coach_id).first() if staff else None
    media = list(visit.media.select_related("document")) if staff else []
    context = {
        "visit": visit,
        "programme": visit.programme,
        "enterprise": visit.enterprise,
        "answers": readable_answers(visit) if staff else [],
        "doubts": doubts.doubts_of(visit) if staff else [],
        "attempts": visit.attempts.select_related("by"),
        "media": media,
        "files_missing": any(one.document is None for one in media),
        "reports": visit.submissions.select_related("sender") if staff else [],
        "contact": contact,
        "contact_late": contact is not None and timezone.now() - contact.seen_at > SILENT,
        "may_waive": access.may(request.user, "followup.waive_media", visit),
        "rating": ratings.current(visit.enterprise, timezone.localdate()) if staff else None,
        "points": visit.action_points.select_related("case", "enterprise"),
        "today": timezone.localdate(),
        "may_add_action": access.may(request.user, "followup.add_action", visit),
        "may_refer": access.may(request.user, "followup.open_referral", visit),
        "may_fill": visit.state in EDITABLE and access.may(request.user, "followup.edit_visit", visit),
        "makes_it": makes_it(request.user, visit),
        "may_print": visit.state in EDITABLE
        and access.may(request.user, "followup.print_visit_sheet", visit),
        "sheet_languages": LANGUAGES,
        "attempt_form": AttemptForm(),
        "staff": staff,
        "case_url": visit.case.get_absolute_url() if _may_open_case(visit, request.user) else "",
    }
    return render(request, "followup/visit.html", context)


def _may_open_case(visit: Visit, user: Any) -> bool:
    """Whether the reader of a visit reads the whole case too: a coach does not."""
    return Case.objects.visible_to(user).filter(pk=visit.case_id).exists()


def readable_answers(visit: Visit) -> list[tuple[str, str]]:
    """Return label and answer of what was filled in, in the order of the form."""
    parts = parts_for(visit.programme_id, visit.form_version)
    return list(read_out(visit.answers, visit.programme.currency, parts))


@access.rule("followup.make_visit", in_visit)
def add_attempt(request: HttpRequest, pk: str) -> HttpResponse:
    """Note an attempt."""
    visit: Visit = access.object_of(request)
    form = AttemptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note_attempt(visit, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Attempt noted."))
        return HttpResponseRedirect(visit.get_absolute_url())
    return render(
        request,
        "followup/attempt.html",
        {"visit": visit, "programme": visit.programme, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@access.rule("followup.hand_over_enterprise", in_enterprise)
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an enterprise to another coach."""
    enterprise: Enterprise = access.object_of(request)
    today = timezone.localdate()
    form = HandoverForm(
        request.POST or None, programme_id=enterprise.programme_id, today=today, initial={"day": today}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            hand_over(
                enterprise,
                coach=data["coach"].user,
                day=data["day"],
                reason=data["reason"],
                by=request.user,
            )
        except HandoverError as error:
            form.add_error("coach", str(error))
        else:
            messages.success(request, _("The enterprise was handed over; its open visits moved along."))
            return HttpResponseRedirect(reverse("followup:enterprise", args=[enterprise.pk]))
    context = {"enterprise": enterprise, "programme": enterprise.programme, "form": form}
    return render(request, "followup/handover.html", context, status=422 if request.method == "POST" else 200)
