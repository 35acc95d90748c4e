"""Who has which file: the assignments of a round as a list, one of them with what can be done about it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from scoring.filters import AssignmentFilters
from scoring.models import JuryAssignment, Scoresheet
from scoring.scope import in_file, in_round
from scoring.tables import AssignmentTable
from workflow import access
from workflow.lists import ListView
from workflow.models import Event
from workflow.timeline import lines_of


@access.rule("scoring.view_marks", in_round)
class AssignmentList(ListView):
    """The files of a round with their jurors, one row for each pair."""

    table_class = AssignmentTable
    filterset_class = AssignmentFilters
    export_name = "assignments"
    empty = gettext_lazy("No file of this round has a juror yet.")
    template_name = "scoring/assignments.html"

    def get_queryset(self) -> "QuerySet[Any]":
        """The pairs of the round, file by file: whoever may see marks of the round may see all of them."""
        rows = JuryAssignment.objects.select_related(None).filter(round=access.object_of(self.request))
        return rows.order_by("application")

    def get_rows(self) -> "QuerySet[Any]":
        """Their columns."""
        return JuryAssignment.objects.select_related(None).select_related(
            "application__case__site", "engagement__user"
        )

    def get_title(self) -> Any:
        """What the list is of."""
        return _("Who has which file")

    def get_context(self, **context: Any) -> dict[str, Any]:
        """The round, for the way back."""
        held = access.object_of(self.request)
        return {**context, "round": held, "session": held.session}


@access.rule("scoring.view_marks", in_file)
@require_safe
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """One file in one juror's hands: how it came there, what happened, what can be done."""
    found: JuryAssignment = access.object_of(request)
    events = Event.objects.filter(kind=found.kind, object_id=str(found.pk)).order_by("-seq")
    sheets = Scoresheet.objects.visible_to(request.user).filter(assignment=found).order_by("-pk")
    context = {
        "assignment": found,
        "round": found.round,
        "sheets": [(sheet, not sheet.hides_marks_from(request.user)) for sheet in sheets],
        "lines": lines_of(list(events.select_related("actor", "note"))),
    }
    return render(request, "scoring/assignment.html", context)
