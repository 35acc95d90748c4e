"""Pages for those who run a programme: the list of applications, one case."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from applications import dossier
from applications.desk_rows import DeskRows, desk_rows
from applications.filters import ApplicationFilters
from applications.models import Application, Case
from applications.standing import standing
from applications.tables import ApplicationTable
from documents.models import Document
from programmes.named_parts import parts_of
from programmes.scope import enter, in_programme, programme_by_key
from workflow import access, display
from workflow.events import timeline
from workflow.lists import ListView

HISTORY = 30
"""How many events of a case are shown until all are asked for."""


@access.rule("applications.view_applications", lookup=in_programme)
class ApplicationList(ListView):
    """Applications of a programme, drafts left out."""

    table_class = ApplicationTable
    filterset_class = ApplicationFilters
    title = gettext_lazy("Applications")
    export_name = "applications"
    export_needs_reason = True
    template_name = "applications/list.html"

    def get_queryset(self) -> "QuerySet[Any]":
        """What was sent in the programme of the page, newest first."""
        programme = access.object_of(self.request)
        return Application.objects.sent_in(programme, self.request.user).order_by("-submitted_at")

    def get_data(self, chosen: "QuerySet[Any]") -> DeskRows:
        """The rows, with what the columns show."""
        parts = parts_of(access.object_of(self.request))
        return DeskRows(chosen, desk_rows(self.shown_columns()), self.get_sums(), parts)

    def get_context(self, **context: Any) -> dict[str, Any]:
        """Whether the reader may print lists for the notice board."""
        programme = access.object_of(self.request)
        may_print = access.may(self.request.user, "applications.print_lists", programme)
        return {**super().get_context(**context), "may_print": may_print}


def _case(request: HttpRequest, number: str) -> Case:
    # By itself: joined with the case and with who may see it, PostgreSQL planned longer than it read.
    filed = Application.objects.select_related("call", "track", "session", "applicant")
    rows = Case.objects.select_related("site").prefetch_related(Prefetch("application", filed))
    found: Case = access.get_visible(rows, request.user, number=number)
    found.programme = programme_by_key(request.user, found.programme_id)
    application = getattr(found, "application", None)
    if application is not None and application.call.programme_id == found.programme_id:
        application.call.programme = found.programme
    enter(request, found.programme, application.call if application else None)
    return found


@access.signed_in
@require_safe
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """A case with everything that packages know of it; the applicant is led to the own page."""
    case = _case(request, number)
    application = getattr(case, "application", None)
    if application is not None:
        own = application.applicant is not None and application.applicant.user_id == request.user.pk
        draft = application.state == "draft"
        if own or (draft and access.may(request.user, "applications.edit_application", application)):
            return redirect("applications:status", case.number)
        if draft:
            raise Http404
    limit = None if "history" in request.GET else HISTORY
    events = list(timeline(case.stream)[:limit])
    context: dict[str, Any] = {
        "case": case,
        "programme": case.programme,
        "application": application,
        "limit": limit,
        "events": events,
        "all_events": events if limit is None or len(events) < limit else None,
    }
    if application is not None:
        words = standing(application, timezone.now())
        context |= {
            "title": application.title or case.number,
            "state": application.state_word,
            "meaning": application.meaning,
            "facts": [
                {"label": _("Next step"), "value": words.following},
                {"label": _("Who has it"), "value": capfirst(words.holder_for_staff)},
                {"label": _("Since"), "value": _age(words.since)},
                {"label": _("Case"), "value": display.person(case.number)},
            ],
            "may_screen": application.state == "submitted"
            and access.may(request.user, "applications.screen_application", application),
            "dossier": dossier_of(application),
            "files": files_of(application, request.user),
        }
    return render(request, "applications/case.html", context)


def _age(since: Any) -> Any:
    return display.age_text(display.days_between(since, timezone.now())) if since else display.DASH


def dossier_of(application: Application) -> list[Any]:
    """Return what was answered, section by section, in both forms."""
    return [
        section
        for given in application.all_sent_answers()
        for section in dossier.sections(given, application.currency, own=False)
    ]


def files_of(application: Application, user: Any) -> list[Document]:
    """Return the files of an application that a user may read, each with its question as `label`."""
    files = Document.objects.of(application).visible_to(user)
    asked = {
        question.key: question.label_in(display.language())
        for given in (application.all_sent_answers() if files else ())
        for question in given.form.questions()
    }
    for file in files:
        file.label = asked.get(file.kind, "")  # type: ignore[attr-defined]
    return files
