"""Erasing a person in a programme: what goes, in which order, and what the packages above add to it.

Erased is everything by which the person could be found: the vault row with its blind indexes, sealed and
written answers, files and papers, notes, the account. Kept is what money and statistics need: amounts, dates,
sex, year of birth, site, states, marks. The identity goes altogether (`whole`) when no other programme still
needs it; else only what belongs to this one.

A case goes with its applicant. A member's erasure takes the case's words and files along once nobody else of
the group is left; until then only the member's own identity goes.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from applications.models import AnswerSet, Application, Case, Person, Registration

Eraser = Callable[["Scope"], int]


class Scope(NamedTuple):
    """Whom and what an erasure is about. cases: those whose words and files go."""

    person: Person
    programme: Any
    cases: list[Case]
    whole: bool
    at: datetime

    @property
    def streams(self) -> list[str]:
        """The streams whose notes go: of the cases, and the person's own when nothing is left of it."""
        own = [f"applications.person:{self.person.pk}"] if self.whole else []
        return [*(case.stream for case in self.cases), *own]

    @property
    def case_keys(self) -> list[int]:
        """The keys of the cases."""
        return [case.pk for case in self.cases]


class Trace(NamedTuple):
    """One kind of thing that is erased. seals: labels of the models with sealed columns that it empties."""

    key: str
    label: Any
    erase: Eraser
    seals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What an erasure did: how many things of each kind, and whether the identity went altogether.

    answer_sets: keys of the answers whose words went.
    """

    whole: bool
    counts: dict[str, int] = field(default_factory=dict)
    answer_sets: list[int] = field(default_factory=list)


_traces: dict[str, Trace] = {}


def register(key: str, label: Any, erase: Eraser, *, seals: Iterable[str] = ()) -> None:
    """Add a kind of trace; upper packages call it from `apps.ready()`.

    erase: `scope -> how many things went`; safe to repeat, files only through `documents`. Every model with a
    sealed column belongs to one trace (a test looks).
    """
    _traces[key] = Trace(key, label, erase, tuple(label.lower() for label in seals))


def traces() -> list[Trace]:
    """Return the registered kinds, in order."""
    return list(_traces.values())


def scope_of(person: Person, programme: Any, at: datetime) -> Scope:
    """Return what erasing a person in a programme is about."""
    others = Registration.objects.filter(person=person, erased_at__isnull=True)
    whole = not others.exclude(programme=programme).exists()
    return Scope(person, programme, _cases(person, programme), whole, at)


def _cases(person: Person, programme: Any) -> list[Case]:
    """The person's cases: own ones, those of a group of which nobody else is left, and enrolments."""
    theirs = Q(applicant=person) | Q(members__person=person)
    applications = Application.objects.filter(theirs, call__programme=programme)
    found: list[Case] = []
    for application in applications.select_related("case").distinct():
        if application.applicant_id == person.pk or not _others_left(application, person):
            found.append(application.case)
    for cases_of in _more_cases:
        found += cases_of(person, programme)
    return sorted({case.pk: case for case in found}.values(), key=lambda case: case.pk)


def _others_left(application: Application, person: Person) -> bool:
    members = application.members.exclude(person=person).values("person")
    left = Registration.objects.filter(
        person__in=members, programme=application.programme_id, erased_at__isnull=True
    )
    return left.exists()


_more_cases: list[Callable[[Person, Any], Collection[Case]]] = []


def register_cases(cases_of: Callable[[Person, Any], Collection[Case]]) -> None:
    """Say which other cases are a person's in a programme, such as enrolments without an application."""
    if cases_of not in _more_cases:
        _more_cases.append(cases_of)


@transaction.atomic
def erase(person: Person, programme: Any, *, at: datetime) -> Outcome:
    """Erase a person in a programme; return what went. Bytes of files go after the commit."""
    scope = scope_of(person, programme, at)
    sets = AnswerSet.objects.filter(application__case__in=scope.case_keys, erased_at__isnull=True)
    touched = sorted(sets.values_list("pk", flat=True))
    counts = {trace.key: trace.erase(scope) for trace in traces()}
    return Outcome(scope.whole, {key: count for key, count in counts.items() if count}, touched)


class _TriedOut(Exception):
    """Ends a trial."""


def try_out(person: Person, programme: Any, *, at: datetime) -> Outcome:
    """Return what `erase` would do, and change nothing: the same code, rolled back."""
    outcome = Outcome(whole=False)
    try:
        with transaction.atomic():
            outcome = erase(person, programme, at=at)
            raise _TriedOut
    except _TriedOut:
        return outcome
