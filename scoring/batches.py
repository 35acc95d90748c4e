"""Batches of decisions while they are made: proposed from a ranking, changed in a sitting, explained.

What is decided follows merit with reserved places (`funding_line.py`) within money and places (`envelope.py`)
until somebody changes it with a reason. Submitting, confirming and announcing are the batch's machine.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from programmes.money import Money, format_money
from scoring import batch_line, funding_line, merit
from scoring.amounts import Amounts
from scoring.funding_line import Scene
from scoring.guards import merit_lines, too_many
from scoring.models import Decision, DecisionBatch, Outcome, RankingSnapshot, Round, Stage
from scoring.models.deliberations import HELD
from scoring.reserved import Selection
from workflow import Refused, display

GOES_ON = ""


class Change(NamedTuple):
    """A new decision on one file: outcome, amount in minor units, turn on the waiting list, words."""

    outcome: str
    amount: int | None = None
    place: int | None = None
    conditions: str = ""
    reason: str = ""


def propose(
    made: RankingSnapshot,
    *,
    by: Any,
    places: int | None = None,
    waiting: int = 0,
    amounts: Amounts | None = None,
) -> DecisionBatch:
    """Make a draft of decisions from a ranking where its funding line stands; return it.

    places: how many are chosen, by default as many as there are places and money for. waiting: how many of
    the next ones go to the waiting list. amounts: how much each gets, by default what it asks for. After a
    round that is not the last one, the batch only says who goes on. Raises `Refused` while sheets are not
    locked, when decisions of this stage wait already, or when so many places cost more than there is.
    """
    with transaction.atomic():
        held = Round._base_manager.select_for_update(of=("self",)).get(pk=made.round_id)
        shortlisting = not _is_last(held)
        _check(made, held, shortlisting)
        scene = funding_line.read(made, amounts, shortlisting=shortlisting)
        chosen = scene.line_at(places)
        _check_room(scene, chosen)
        last = DecisionBatch.objects.filter(session=made.session_id).aggregate(last=Max("number"))["last"]
        batch = DecisionBatch.objects.create(
            session=made.session,
            number=(last or 0) + 1,
            stage=held.grid.stage,
            shortlisting=shortlisting,
            snapshot=made,
            line=scene.line(chosen).stored(),
        )
        Decision.objects.bulk_create(_decisions(batch, scene, chosen, waiting))
    return batch


def outcomes_of(batch: DecisionBatch) -> list[Outcome]:
    """Return the outcomes that a batch can decide."""
    if not batch.shortlisting:
        return [Outcome.AWARD, Outcome.WAITLIST, Outcome.REJECT, Outcome.POSTPONE]
    if batch.stage == Stage.REVIEW:
        return [Outcome.SHORTLIST, Outcome.NOT_RETAIN, Outcome.POSTPONE]
    return [Outcome.REJECT, Outcome.POSTPONE]


def is_editable(batch: DecisionBatch) -> bool:
    """Tell whether decisions can be changed: in a draft, before its minutes or in another sitting."""
    if batch.state != "draft":
        return False
    states = set(batch.deliberations.values_list("state", flat=True))
    return "in_session" in states or not states & set(HELD)


def change(batch: DecisionBatch, changes: Mapping[int, Change]) -> int:
    """Change decisions of a batch by their id; return how many differed.

    Raises `Refused` when the batch can no longer be changed, or for an outcome that it cannot decide.
    """
    with transaction.atomic():
        held = DecisionBatch._base_manager.select_for_update(of=("self",)).get(pk=batch.pk)
        if not is_editable(held):
            raise Refused([_("These decisions can no longer be changed.")])
        allowed = {outcome.value for outcome in outcomes_of(held)} | {""}
        changed = []
        for decision in held.decisions.filter(pk__in=changes):
            wanted = changes[decision.pk]
            if wanted.outcome not in allowed:
                raise Refused([_("This decision is not possible here.")])
            if _apply(decision, wanted):
                changed.append(decision)
        fields = ["outcome", "amount_minor", "place", "conditions", "reason", "reserved_for"]
        Decision.objects.bulk_update(changed, fields, batch_size=500)
        renumber(held)
        note_line(held)
    return len(changed)


def renumber(batch: DecisionBatch) -> None:
    """Give the waiting list its turns, in the order of the ranking."""
    waiting = list(batch.decisions.filter(outcome=Outcome.WAITLIST).order_by("position"))
    moved = []
    for place, decision in enumerate(waiting, start=1):
        if decision.place != place:
            decision.place = place
            moved.append(decision)
    Decision.objects.bulk_update(moved, ["place"])


def note_line(batch: DecisionBatch) -> None:
    """Keep where the line stands with the decisions as they are, for the words that explain them."""
    found = batch_line.read(batch)
    if found is not None:
        batch.line = found.line.stored()
        DecisionBatch.objects.filter(pk=batch.pk).update(line=batch.line)


def exceptions(batch: DecisionBatch) -> set[int]:
    """Return the ids of decisions that depart from the order of merit."""
    return merit.exceptions(merit_lines(batch))


def _apply(decision: Decision, wanted: Change) -> bool:
    amount = wanted.amount if wanted.outcome in (Outcome.AWARD, Outcome.WAITLIST) else None
    place = decision.place if wanted.outcome == Outcome.WAITLIST else None
    values = {
        "outcome": wanted.outcome,
        "amount_minor": amount,
        "place": place,
        "conditions": wanted.conditions.strip(),
        "reason": wanted.reason.strip(),
        "reserved_for_id": decision.reserved_for_id if wanted.outcome == Outcome.AWARD else None,
    }
    differs = any(getattr(decision, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(decision, name, value)
    return differs


def _is_last(held: Round) -> bool:
    later = Round.objects.filter(session=held.session_id, grid__number__gt=held.grid.number)
    return not later.exists()


def _check(made: RankingSnapshot, held: Round, shortlisting: bool) -> None:
    session = held.session
    if (
        DecisionBatch.objects.filter(session=session, stage=held.grid.stage)
        .exclude(state="announced")
        .exists()
    ):
        raise Refused([_("Decisions of this stage wait already.")])
    if held.rankings.filter(number__gt=made.number).exists():
        raise Refused([_("There is a newer ranking.")])
    unlocked = held.assignments.filter(sheets__state__in=["draft", "submitted", "reopened"])
    if not held.is_closed or unlocked.exists():
        raise Refused([_("Close the round and lock its sheets first: marks can still change.")])
    if not shortlisting and session.state != "deliberation":
        raise Refused([_("The session is not in deliberation.")])
    if shortlisting and session.state != "scoring":
        raise Refused([_("The session is not in scoring.")])


def _check_room(scene: Scene, chosen: Selection) -> None:
    room, over = scene.room, scene.over(chosen)
    if over:
        text = format_money(Money(over, scene.made.session.call.currency), display.language())
        raise Refused([_("The awards exceed the envelope by %(amount)s.") % {"amount": text}])
    if room.places is not None and chosen.places > room.places:
        raise Refused([too_many(room.places, chosen.places)])


def _decisions(batch: DecisionBatch, scene: Scene, chosen: Selection, waiting: int) -> Iterable[Decision]:
    funded = set(chosen.funded)
    rest = [one.key for one in scene.merit.files if one.key not in funded]
    turns = {key: turn for turn, key in enumerate(rest[: 0 if batch.shortlisting else waiting], start=1)}
    told = scene.told(scene.rows)
    for position, row in enumerate(scene.rows, start=1):
        outcome = _outcome(batch, row.line in funded, row.line in turns)
        if outcome == GOES_ON:
            continue
        paid = outcome in (Outcome.AWARD, Outcome.WAITLIST)
        yield Decision(
            batch=batch,
            application_id=row.application,
            position=position,
            rank=row.rank,
            score=told[row.line].score,
            failures=told[row.line].failures,
            outcome=outcome,
            amount_minor=row.amount if paid else None,
            place=turns.get(row.line) if outcome == Outcome.WAITLIST else None,
            reserved_for_id=chosen.reserved.get(row.line) if outcome == Outcome.AWARD else None,
        )


def _outcome(batch: DecisionBatch, chosen: bool, waits: bool) -> str:
    if not batch.shortlisting:
        if chosen:
            return Outcome.AWARD
        return Outcome.WAITLIST if waits else Outcome.REJECT
    if batch.stage == Stage.REVIEW:
        return Outcome.SHORTLIST if chosen else Outcome.NOT_RETAIN
    return GOES_ON if chosen else Outcome.REJECT
