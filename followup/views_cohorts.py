"""Pages of cohorts: the list, one cohort with everybody's progress, its rule, enrolling, certificates."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from disbursements.views.parts import FormPage
from followup import papers
from followup.cohorts import enrol, progress_of
from followup.filters import CohortFilters
from followup.forms_support import LANGUAGES, CohortForm, EnrolForm
from followup.models import Cohort, Enrolment
from followup.models.support import SupportKind
from followup.scope import in_cohort
from followup.tables import CohortTable
from programmes.scope import enter, in_programme
from workflow import Refused, access, display
from workflow.lists import ListView


@access.rule("followup.view_cohorts", in_programme)
class CohortList(ListView):
    """The cohorts of a programme."""

    table_class = CohortTable
    filterset_class = CohortFilters
    title = gettext_lazy("Cohorts")
    lead = gettext_lazy("People who follow the same sessions, with the attendance that completion asks for.")
    export_name = "cohorts"
    template_name = "followup/cohorts.html"

    def get_queryset(self) -> Any:
        """Cohorts of this programme that the reader sees."""
        return Cohort.objects.visible_to(self.request.user).filter(programme=access.object_of(self.request))

    def get_rows(self) -> Any:
        """What the columns show."""
        enrolled = Count("enrolments", distinct=True)
        completed = Count("enrolments", filter=Q(enrolments__state="completed"), distinct=True)
        sessions = Count("sessions", filter=~Q(sessions__state="cancelled"), distinct=True)
        return Cohort.objects.annotate(enrolled=enrolled, completed=completed, held=sessions)

    def get_context(self, **context: Any) -> dict[str, Any]:
        """Whether this reader may make one."""
        programme = access.object_of(self.request)
        may_edit = access.may(self.request.user, "followup.edit_cohort", programme)
        return {**context, "programme": programme, "may_edit": may_edit}


class CohortEdit(FormPage):
    """What a new cohort and one that is changed share."""

    submit = gettext_lazy("Save")
    done = gettext_lazy("Cohort saved.")
    saved: Cohort | None = None

    def get_back(self) -> str:
        """To the cohort, else to the list."""
        if isinstance(self.record, Cohort):
            return self.record.get_absolute_url()
        if self.saved is not None:
            return self.saved.get_absolute_url()
        return reverse("followup:cohorts", args=[self.record.code])

    def save(self, form: CohortForm) -> None:
        """Store it."""
        self.saved = form.save()


@access.rule("followup.edit_cohort", in_programme)
class NewCohort(CohortEdit):
    """Make a cohort."""

    title = gettext_lazy("New cohort")

    def enter(self) -> None:
        """Let the page be about the programme."""
        enter(self.request, self.record)

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        """Of this programme."""
        return CohortForm(data, programme=self.record)


@access.rule("followup.edit_cohort", in_cohort)
class EditCohort(CohortEdit):
    """Change a cohort's dates and rule."""

    title = gettext_lazy("Change the cohort")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        """With what stands."""
        return CohortForm(data, programme=self.record.programme, instance=self.record)


@access.rule("followup.view_cohort", in_cohort)
class CohortPage(View):
    """One cohort: its sessions, who is enrolled, how far each has come, certificates."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        cohort: Cohort = access.object_of(request)
        progress = progress_of(cohort)
        certificates = papers.papers_of([row.enrolment.pk for row in progress])
        rows = [(row, certificates.get(row.enrolment.pk, [])) for row in progress]
        may_certify = cohort.kind != SupportKind.PSYCHOSOCIAL
        context = {
            "cohort": cohort,
            "programme": cohort.programme,
            "rows": rows,
            "sessions": cohort.sessions.order_by("held_on", "pk"),
            "languages": LANGUAGES,
            "certifies": may_certify,
            "may_print": may_certify and access.may(request.user, "followup.print_certificate", cohort),
            "may_enrol": access.may(request.user, "followup.enrol_people", cohort),
            "may_edit": access.may(request.user, "followup.edit_cohort", cohort),
        }
        return render(request, "followup/cohort.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Print a certificate."""
        cohort: Cohort = access.object_of(request)
        access.check(request.user, "followup.print_certificate", cohort)
        key = request.POST.get("enrolment", "")
        wanted = int(key) if key.isdecimal() and len(key) < 18 else 0
        rows = Enrolment.objects.select_related("cohort__programme", "case__programme", "person", "site")
        enrolment = rows.filter(cohort=cohort, pk=wanted).first()
        language = request.POST.get("language", "")
        try:
            if enrolment is None:
                raise Refused([_("Only who completed the cohort gets a certificate.")])
            paper = papers.issue_certificate(
                enrolment, language=language, actor=request.user, at=timezone.now()
            )
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Printed: %(number)s") % {"number": paper.reference})
        return HttpResponseRedirect(cohort.get_absolute_url())


@access.rule("followup.enrol_people", in_cohort)
class Enrol(FormPage):
    """Enrol people in a cohort."""

    title = gettext_lazy("Enrol people")
    submit = gettext_lazy("Enrol")

    def get_lead(self) -> Any:
        """In which cohort."""
        return self.record.title

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        """Of this programme."""
        return EnrolForm(data, programme=self.record.programme, initial={"day": timezone.localdate()})

    def save(self, form: EnrolForm) -> None:
        """Enrol everybody named."""
        data = form.cleaned_data
        number = enrol(
            self.record,
            form.persons,
            site=data["site"],
            day=data["day"],
            at=self.now,
            partnership=data["partnership"],
        )
        messages.success(
            self.request, _("%(count)s people were enrolled.") % {"count": display.number_text(number)}
        )
