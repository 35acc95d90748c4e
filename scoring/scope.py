"""Which record a page of scoring is about: found for its reader; the frame shows its programme.

Views name these functions as the lookup of `access.rule`.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from programmes import scope
from programmes.models import Call, SelectionSession
from scoring.models import (
    DecisionBatch,
    Deliberation,
    Discrepancy,
    Grid,
    JurorEngagement,
    JuryAssignment,
    Quota,
    RankingSnapshot,
    RedactedCopy,
    Round,
    Scoresheet,
)
from workflow import access

Lookup = Callable[..., Any]


def _of(rows: Any, call_of: Callable[[Any], Any]) -> Lookup:
    def lookup(request: HttpRequest, pk: int, **_arguments: Any) -> Any:
        found = access.get_visible(rows, request.user, pk=pk)
        call = call_of(found)
        scope.enter(request, call.programme, call)
        return found

    return lookup


in_session = _of(SelectionSession.objects.select_related("call__programme"), lambda session: session.call)
in_round = _of(Round.objects.select_related("session__call__programme"), lambda held: held.session.call)
in_call = _of(Call.objects.select_related("programme"), lambda call: call)
in_quota = _of(Quota.objects.select_related("call__programme"), lambda quota: quota.call)
in_grid = _of(Grid.objects.select_related("call__programme"), lambda grid: grid.call)
in_copy = _of(
    RedactedCopy.objects.select_related("application__call__programme", "application__session__call"),
    lambda copy: copy.application.call,
)
in_file = _of(
    JuryAssignment.objects.select_related("round__session__call__programme"),
    lambda assignment: assignment.round.session.call,
)
in_invitation = _of(JurorEngagement.objects.all(), lambda engagement: engagement.session.call)
in_sheet = _of(
    Scoresheet.objects.select_related("assignment__round__session__call__programme"),
    lambda sheet: sheet.assignment.round.session.call,
)
in_ranking = _of(
    RankingSnapshot.objects.select_related("session__call__programme", "round__grid", "advice").with_points(),
    lambda made: made.session.call,
)
in_discrepancy = _of(Discrepancy.objects.all(), lambda one: one.round.session.call)
in_sitting = _of(Deliberation.objects.all(), lambda sitting: sitting.session.call)
in_batch = _of(DecisionBatch.objects.all(), lambda batch: batch.session.call)
