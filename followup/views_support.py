"""Pages of support sessions and cohorts: planning, attendance, enrolments."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from applications.models import Case
from disbursements.views.parts import FormPage
from followup import papers
from followup.attendance import (
    UnknownNumbers,
    disputes,
    mark,
    persons_meant,
    put_on_the_list,
    read_numbers,
)
from followup.attendance_sync import decide
from followup.cohorts import list_the_cohort
from followup.filters import EnrolmentFilters, SupportSessionFilters
from followup.forms import AttendanceForm, SupportSessionForm
from followup.forms_support import LANGUAGES, OrganisationForm
from followup.models import Enrolment, SupportSession
from followup.scope import in_support_session
from followup.tables import EnrolmentTable, SupportSessionTable
from programmes.scope import in_programme
from workflow import Refused, access, display
from workflow.lists import ListView

SEEN = {"1": True, "0": False}
"""What a line of the attendance list showed, as its form sends it back; nothing where it was not marked."""


@access.rule("followup.view_support_sessions", in_programme)
class SupportSessionList(ListView):
    """The support sessions of a programme."""

    table_class = SupportSessionTable
    filterset_class = SupportSessionFilters
    title = gettext_lazy("Support sessions")
    export_name = "support-sessions"
    template_name = "followup/support_sessions.html"

    def get_queryset(self) -> Any:
        """Sessions of this programme that the reader sees."""
        return SupportSession.objects.visible_to(self.request.user).filter(
            programme=access.object_of(self.request)
        )

    def get_rows(self) -> Any:
        """What the columns show."""
        present = Count("attendance", filter=Q(attendance__present=True))
        return SupportSession.objects.select_related("site", "cohort").annotate(people=present)

    def get_context(self, **context: Any) -> dict[str, Any]:
        """Whether this reader may plan one."""
        programme = access.object_of(self.request)
        may_plan = access.may(self.request.user, "followup.plan_supportsession", programme)
        return {**context, "programme": programme, "may_plan": may_plan}


@access.rule("followup.view_support_sessions", in_programme)
class EnrolmentList(ListView):
    """The places in the cohorts of a programme."""

    table_class = EnrolmentTable
    filterset_class = EnrolmentFilters
    title = gettext_lazy("Enrolments")
    export_name = "enrolments"

    def get_queryset(self) -> Any:
        """Enrolments of this programme that the reader sees."""
        return Enrolment.objects.visible_to(self.request.user).filter(
            cohort__programme=access.object_of(self.request)
        )

    def get_rows(self) -> Any:
        """What the columns show."""
        cases = Case.objects.visible_to(self.request.user).filter(pk=OuterRef("case"))
        return Enrolment.objects.select_related("case", "cohort", "site").annotate(case_opens=Exists(cases))


@access.rule("followup.plan_supportsession", in_programme)
def plan_session(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a support session."""
    programme = access.object_of(request)
    form = SupportSessionForm(request.POST or None, programme=programme)
    if request.method == "POST" and form.is_valid():
        session = form.save(commit=False)
        session.leader_id = request.user.pk
        session.save()
        list_the_cohort(session)
        messages.success(request, _("Session planned."))
        return HttpResponseRedirect(session.get_absolute_url())
    return render(
        request,
        "followup/plan_session.html",
        {"form": form, "programme": programme},
        status=422 if request.method == "POST" else 200,
    )


@access.rule("followup.record_attendance", in_support_session)
def print_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the attendance list to sign, in a language (POST)."""
    session: SupportSession = access.object_of(request)
    if request.method == "POST":
        try:
            paper = papers.issue_list(
                session, language=request.POST.get("language", ""), actor=request.user, at=timezone.now()
            )
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Printed: %(number)s") % {"number": paper.reference})
    return HttpResponseRedirect(session.get_absolute_url())


@access.rule("followup.record_attendance", in_support_session)
class AddOrganisation(FormPage):
    """Note a partner organisation that a session strengthens."""

    title = gettext_lazy("Add an organisation")
    submit = gettext_lazy("Add")
    done = gettext_lazy("The organisation is noted.")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        """Partners of the programme that are not noted yet."""
        return OrganisationForm(data, session=self.record)

    def save(self, form: OrganisationForm) -> None:
        """Store it."""
        if self.record.state not in {"planned", "held"}:
            raise Refused([_("The list of a closed session no longer changes.")])
        form.save()


@access.rule("followup.view_supportsession", in_support_session)
class SupportSessionPage(View):
    """One session with its attendance list; POST adds people or ticks them."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        session: SupportSession = access.object_of(request)
        return self._page(request, session, AttendanceForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        session: SupportSession = access.object_of(request)
        access.check(request.user, "followup.record_attendance", session)
        if session.state not in {"planned", "held"} and "aside" not in request.POST:
            messages.error(request, _("The list of a closed session no longer changes."))
            return HttpResponseRedirect(session.get_absolute_url())
        if "tick" in request.POST:
            return self._tick(request, session)
        if "list" in request.POST:
            return self._decide(request, session)
        if "cohort" in request.POST:
            added = list_the_cohort(session)
            messages.success(
                request, _("%(count)s people were added to the list.") % {"count": display.number_text(added)}
            )
            return HttpResponseRedirect(session.get_absolute_url())
        form = AttendanceForm(request.POST)
        if form.is_valid():
            try:
                persons = persons_meant(session.programme_id, read_numbers(form.cleaned_data["numbers"]))
            except UnknownNumbers as error:
                form.add_error("numbers", str(error))
            else:
                added = put_on_the_list(session, persons)
                messages.success(
                    request,
                    _("%(count)s people were added to the list.") % {"count": display.number_text(added)},
                )
                return HttpResponseRedirect(session.get_absolute_url())
        return self._page(request, session, form, status=422)

    def _tick(self, request: HttpRequest, session: SupportSession) -> HttpResponse:
        present = [int(key) for key in request.POST.getlist("present") if key.isdecimal() and len(key) < 18]
        rows = set(session.attendance.values_list("pk", flat=True))
        shown = {row: SEEN.get(request.POST.get(f"seen-{row}", "")) for row in rows}
        asked = {row for row in rows if f"seen-{row}" in request.POST}
        mark(
            session,
            asked & set(present),
            asked - set(present),
            by=request.user,
            at=timezone.now(),
            seen=shown,
        )
        messages.success(request, _("Attendance saved."))
        return HttpResponseRedirect(session.get_absolute_url())

    def _decide(self, request: HttpRequest, session: SupportSession) -> HttpResponse:
        """Take a list from a phone that waits over, or set it aside."""
        asked = request.POST["list"]
        key = int(asked) if asked.isdecimal() and len(asked) < 18 else 0
        report = session.phone_lists.filter(pk=key).select_related("session").first()
        if report is not None:
            try:
                decide(report, take="aside" not in request.POST, actor=request.user, at=timezone.now())
            except Refused as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, _("The list from the phone is decided about."))
        return HttpResponseRedirect(session.get_absolute_url())

    def _page(
        self, request: HttpRequest, session: SupportSession, form: AttendanceForm, status: int = 200
    ) -> HttpResponse:
        told = disputes(session)
        persons = session.attendance.select_related("person").order_by("pk")
        rows = [(row, told.get(row.pk, [])) for row in persons]
        may_keep = access.may(request.user, "followup.record_attendance", session)
        context = {
            "session": session,
            "programme": session.programme,
            "attendance": rows,
            "disputes": told,
            "phone_lists": session.phone_lists.select_related("sender"),
            "organisations": session.organisations.select_related("organisation"),
            "form": form,
            "lists": papers.lists_of(session).order_by("language"),
            "languages": LANGUAGES,
            "may_record": session.state in {"planned", "held"} and may_keep,
            "may_decide": may_keep,
        }
        return render(request, "followup/support_session.html", context, status=status)
