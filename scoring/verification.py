"""Promises about juries that `manage.py verify` checks over the stored rows."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import F, Prefetch, Q

from scoring import merit, snapshot
from scoring.guards import merit_lines
from scoring.models import (
    Decision,
    DecisionBatch,
    Grid,
    JuryAssignment,
    Mark,
    RankedApplication,
    RankingSnapshot,
    RedactedCopy,
    Scoresheet,
)
from scoring.models.sheets import COUNTED
from scoring.score import Grid as Definition
from scoring.score import rounded, sheet_score
from workflow.verification import Result, register

CHUNK = 2000


def rankings_recompute() -> Result:
    """Every snapshot gives, from what it was made from, the same list and digest; its lines say the same."""
    result = Result("rankings recompute to the byte", 0)
    for made in RankingSnapshot.objects.defer(None).order_by("pk").iterator(chunk_size=10):
        result.count += 1
        rows = snapshot.compute(made.inputs)
        if snapshot.digest(made.inputs, rows) != made.digest:
            result.problems.append(f"ranking {made.pk}: its content was changed")
            continue
        lines = RankedApplication.objects.filter(snapshot=made).order_by("position")
        stored = list(lines.values_list("application__case__number", "rank", "exact", "decided_by"))
        expected = [(row["key"], row["rank"], row["score"] or "", row["decided_by"]) for row in rows]
        if stored != expected:
            result.problems.append(f"ranking {made.pk}: its lines are not those that it computes")
    return result


def nobody_is_passed_over_silently() -> Result:
    """Nobody unfunded stands above a funded one without a recorded reason, once decisions are confirmed."""
    result = Result("nobody unfunded above a funded one without a reason", 0)
    batches = DecisionBatch.objects.filter(state__in=["confirmed", "announced"]).order_by("pk")
    for batch in batches.iterator(chunk_size=100):
        lines = merit_lines(batch, every=True)
        result.count += len(lines)
        for pk in sorted(merit.unexplained(lines)):
            result.problems.append(f"decision {pk} departs from the ranking without a reason")
        reserved = batch.decisions.filter(reserved_for__isnull=False)
        own = Q(reserved_for__call=batch.session.call_id, reserved_for__reserved=True)
        for pk in reserved.exclude(own).values_list("pk", flat=True):
            result.problems.append(f"decision {pk} has a place that its call did not reserve")
    return result


def sheets_equal_their_marks() -> Result:
    """The stored points of every counted sheet are those of its marks, by the one definition of a score."""
    result = Result("points of scoresheets equal their marks", 0)
    grids: dict[int, Definition] = {grid.pk: grid.definition for grid in Grid.objects.whole()}
    sheets = (
        Scoresheet.objects.filter(state__in=COUNTED)
        .order_by("pk")
        .prefetch_related(Prefetch("marks", queryset=Mark.objects.select_related("criterion")))
    )
    for sheet in sheets.iterator(chunk_size=CHUNK):
        result.count += 1
        marks: dict[str, Decimal | None] = {mark.criterion.key: mark.value for mark in sheet.marks.all()}
        try:
            found = sheet_score(grids[sheet.assignment.round.grid_id], marks)
        except ValueError as error:
            result.problems.append(f"scoresheet {sheet.pk}: {error}")
            continue
        if (sheet.points, sheet.maximum) != (rounded(found.points), rounded(found.maximum)):
            result.problems.append(
                f"scoresheet {sheet.pk} stores {sheet.points}/{sheet.maximum},"
                f" its marks give {rounded(found.points)}/{rounded(found.maximum)}"
            )
    return result


def announced_decisions_were_applied() -> Result:
    """What an announced decision says happened to its application, by the events."""
    from workflow.models import Event

    result = Result("announced decisions were applied", 0)
    for batch in DecisionBatch.objects.filter(state="announced").order_by("pk").iterator(chunk_size=100):
        decisions = batch.decisions.exclude(outcome="postpone").values_list(
            "pk", "application_id", "outcome", "application__state"
        )
        rows = list(decisions)
        verbs: dict[str, set[str]] = defaultdict(set)
        events = Event.objects.filter(
            kind="applications.application", object_id__in=[str(row[1]) for row in rows]
        )
        for object_id, verb in events.values_list("object_id", "verb"):
            verbs[object_id].add(verb)
        for pk, application_id, outcome, state in rows:
            result.count += 1
            done = verbs[str(application_id)]
            left = state in ("withdrawn", "disqualified") and not done & {"award", "waitlist", "reject"}
            if outcome not in done and not left:
                result.problems.append(f"decision {pk} was announced and not applied")
    return result


def copies_were_confirmed() -> Result:
    """Every copy that a juror opened is confirmed; who confirmed one stands in the history of the case."""
    from workflow.models import Event

    result = Result("masked copies that jurors read were confirmed", 0)
    opened = RedactedCopy.objects.filter(assignments__isnull=False).distinct()
    result.count = opened.count()
    for pk in opened.filter(confirmed_at__isnull=True).values_list("pk", flat=True):
        result.problems.append(f"masked copy {pk} was opened and not confirmed")
    events = Event.objects.filter(kind="scoring.redactedcopy", verb="confirm")
    told = dict(events.values_list("object_id", "actor_id"))
    by_persons = RedactedCopy.objects.filter(confirmed_by__isnull=False)
    for pk, person in by_persons.values_list("pk", "confirmed_by").iterator(chunk_size=CHUNK):
        if told.get(str(pk)) != person:
            result.problems.append(f"masked copy {pk}: no event says who confirmed it")
    return result


def jurors_mark_for_their_own_session() -> Result:
    """Every assignment is of a round of the session of its juror: the desk follows the juror alone."""
    result = Result("jurors mark files of the session that invited them", JuryAssignment.objects.count())
    strays = JuryAssignment.objects.exclude(engagement__session=F("round__session"))
    for pk in strays.order_by("pk").values_list("pk", flat=True):
        result.problems.append(f"assignment {pk} is of another session than its juror")
    return result


def freed_places_went_in_turn() -> Result:
    """Nobody left a waiting list before somebody with an earlier turn without a recorded quota."""
    from workflow.models import Event

    result = Result("freed places went in turn or by a recorded quota", 0)
    waited = Decision.objects.filter(outcome="waitlist", batch__state="announced")
    rows = waited.values_list("pk", "batch", "application", "place", "reserved_for", "application__state")
    events = Event.objects.filter(kind="applications.application", source="waitlisted", verb="award")
    awarded = dict(events.order_by().values_list("object_id", "pk"))
    queues: dict[int, list[tuple[int, int | None, str, int, int | None]]] = defaultdict(list)
    for pk, batch, application, turn, quota, state in rows:
        queues[batch].append((turn or 0, awarded.get(str(application)), state, pk, quota))
    for queue in queues.values():
        for place, promoted, _state, decision, reserved_for in queue:
            if promoted is None:
                continue
            result.count += 1
            passed = any(
                earlier < place and (now in ("waitlisted", "lapsed") if other is None else other > promoted)
                for earlier, other, now, _pk, _quota in queue
            )
            if passed and reserved_for is None:
                result.problems.append(f"decision {decision} left the waiting list before an earlier turn")
    return result


def register_all() -> None:
    """Add the checks to `verify`."""
    register("rankings", rankings_recompute)
    register("merit", nobody_is_passed_over_silently)
    register("sheets", sheets_equal_their_marks)
    register("decisions", announced_decisions_were_applied)
    register("waiting", freed_places_went_in_turn)
    register("copies", copies_were_confirmed)
    register("seats", jurors_mark_for_their_own_session)
