"""Rankings: making one, reading its lines page by page. What is decided from one is in `lines.py`."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from programmes.localised import columns
from scoring import advising, guards, standings
from scoring.models import FileAdvice, RankedApplication, RankingSnapshot, Round
from scoring.scope import in_ranking, in_round
from scoring.tables import RankingTable
from scoring.views.conflicts import conflicts_in
from workflow import access
from workflow.clock import now
from workflow.lists import KeyedRows, ListView


@access.rule("scoring.make_ranking", in_round)
@require_POST
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute the ranking after a round from the marks as they are, and keep it."""
    held: Round = access.object_of(request)
    if hidden := guards.pitches_are_over(held):
        messages.error(request, hidden)
        return HttpResponseRedirect(held.get_absolute_url())
    if not standings.files_of(held).exists():
        messages.error(request, _("No file of this round can be ranked now."))
        return HttpResponseRedirect(held.get_absolute_url())
    made = standings.make_snapshot(held, by=request.user, at=now())
    messages.success(request, _("The ranking is made; it never changes."))
    return HttpResponseRedirect(made.get_absolute_url())


class AdvisedRows(KeyedRows):
    """Lines of a ranking with the advice on their files, read in one query a page."""

    def fetch(self, keys: Any) -> list[Any]:
        """Read the rows of a page."""
        rows = super().fetch(keys)
        files = [row.application_id for row in rows]
        found = {}
        if rows:
            advised = FileAdvice.objects.filter(advice__snapshot=rows[0].snapshot_id, application__in=files)
            found = {line.application_id: line for line in advised}
        for row in rows:
            row.advised = found.get(row.application_id)
        return rows


@access.rule("scoring.view_ranking", in_ranking)
class RankingPage(ListView):
    """The lines of one ranking; a reader with a conflict does not see the lines of those files."""

    table_class = RankingTable
    rows_class = AdvisedRows
    title = gettext_lazy("Ranking")
    export_name = "ranking"
    template_name = "scoring/ranking.html"

    def get_queryset(self) -> "QuerySet[Any]":
        """The lines that this reader may see, best first."""
        made = access.object_of(self.request)
        lines = RankedApplication.objects.filter(snapshot=made).order_by("position")
        return lines.exclude(application__in=conflicts_in(self.request.user, made.session_id))

    def get_rows(self) -> "QuerySet[Any]":
        """What their columns show."""
        shown = (
            *("snapshot", "position", "rank", "score", "sheets", "decided_by", "failures"),
            *("application__requested_minor", "application__case__number", "application__call__currency"),
            *columns("application__case__site__name"),
        )
        return RankedApplication.objects.select_related("application__case__site", "application__call").only(
            *shown
        )

    def get_title(self) -> Any:
        """The round and the number of the ranking."""
        made = access.object_of(self.request)
        return _("Ranking %(number)s · %(round)s") % {"number": made.number, "round": made.round}

    def get_context(self, **context: Any) -> dict[str, Any]:
        """What the ranking was made from, and what can follow from it."""
        made: RankingSnapshot = access.object_of(self.request)
        return {
            **context,
            "made": made,
            "session": made.session,
            "changed": standings.changed_since(made),
            "advice": advising.words_of(made),
            "batches": made.batches.order_by("number"),
            "may_decide": access.may(self.request.user, "scoring.edit_decisions", made),
            "hidden": made.files - len(context["table"].data),
        }
