"""Rounds of a session as they come and go: made from the call's grids, closed, their sheets locked."""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from programmes.models import Call, SelectionSession
from scoring import discrepant
from scoring.models import Criterion, Grid, JuryAssignment, Round, RoundKind, Scoresheet, Section
from workflow import fire

SEED_BYTES = 8


def new_seed() -> str:
    """Return a seed for the lot: 16 hexadecimal digits from the system's source of chance."""
    return secrets.token_hex(SEED_BYTES)


def is_shortlisting(held: Round) -> bool:
    """Tell whether decisions after a round choose who goes on, because a later round follows."""
    later = Round.objects.filter(session=held.session_id, grid__number__gt=held.grid.number)
    return later.exists()


def with_counts(rounds: "QuerySet[Round]", **states: Iterable[str]) -> list[Round]:
    """Return rounds, each with how many of its assignments are in some states, by name: counted in one go."""
    listed = list(rounds)
    given = JuryAssignment.objects.select_related(None).filter(round__in=[held.pk for held in listed])
    counts = {
        (held, state): number
        for held, state, number in given.order_by().values_list("round", "state").annotate(n=Count("round"))
    }
    for held in listed:
        for name, wanted in states.items():
            setattr(held, name, sum(counts.get((held.pk, state), 0) for state in wanted))
    return listed


def freeze_grids(call: Call, *, at: datetime) -> None:
    """Freeze the grids of a call that is published; from now on the database refuses to change them."""
    grids = Grid.objects.filter(call=call, frozen=False, amends__isnull=True)
    Criterion.objects.filter(grid__in=grids).update(frozen=True)
    Section.objects.filter(grid__in=grids).update(frozen=True)
    grids.update(frozen=True, frozen_at=at)


def ensure_rounds(session: SelectionSession, *, seed: Callable[[], str] = new_seed) -> list[Round]:
    """Make the rounds that a session lacks, one a grid of its call as it is now; return all in order."""
    known = set(Round.objects.filter(session=session).values_list("grid__number", flat=True))
    missing = Grid.objects.current().filter(call=session.call_id, frozen=True).exclude(number__in=known)
    # Who goes to a site learns whose file it is: nothing is hidden from a visit.
    Round.objects.bulk_create(
        Round(session=session, grid=grid, seed=seed(), names_hidden=grid.kind != RoundKind.VISIT)
        for grid in missing
    )
    return list(Round.objects.filter(session=session).order_by("grid__number"))


def close_round(held: Round, *, by: Any, at: datetime) -> bool:
    """Close a round, once, and find its discrepancies; from now on no sheet is handed in or reopened.

    False when it was closed before.
    """
    with transaction.atomic():
        closed = Round.objects.filter(pk=held.pk, closed_at__isnull=True).update(closed_at=at, closed_by=by)
        held.refresh_from_db()
        if closed:
            discrepant.find(held, at=at)
    return bool(closed)


def lock_sheets(held: Round, *, actor: Any, limit: int | None = None) -> int:
    """Lock the handed-in sheets of a closed round, one transaction each; return how many were locked."""
    waiting = Scoresheet.objects.filter(assignment__round=held, state="submitted").order_by("pk")
    locked = 0
    for sheet in waiting[:limit] if limit else waiting:
        fire(sheet, "lock", actor=actor)
        locked += 1
    return locked
