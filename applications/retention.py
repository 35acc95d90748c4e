"""How long identities are kept: who is due when, the requests that `tick` makes, and those it carries out.

A programme counts its period in months from the day on which it was closed. Requests appear a month ahead, so
that the protection officer can still keep an identity for a reason; on the day they are carried out.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.consents import newest_case
from applications.models import Cause, Consent, Erasure, Person, Registration
from programmes.models import Programme
from workflow import acts, tick
from workflow.states import WAITING

AHEAD = timedelta(days=30)
AT_ONCE = 200
"""Erasures that one run of `tick` carries out, so that it stays short; the next run goes on."""


def after_months(day: date, months: int) -> date:
    """Return the day so many months later; the last of a shorter month stands for the 31st."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_on(programme: Programme) -> date | None:
    """Return when the identities of a programme are due; None while it is open or has no period."""
    if not programme.is_closed or programme.closed_on is None or not programme.retention_months:
        return None
    return after_months(programme.closed_on, programme.retention_months)


def not_erased(programme: Programme) -> "QuerySet[Person]":
    """Return the persons of a programme of whom something is left to erase."""
    registered = Registration.objects.filter(programme=programme, person=OuterRef("pk"))
    erased = Erasure.objects.filter(programme=programme, person=OuterRef("pk"), state="erased")
    applied = Q(application_memberships__application__call__programme=programme)
    applied |= Q(applications__call__programme=programme)
    loose = applied & ~Exists(registered) & ~Exists(erased)
    wanted = Person.objects.filter(Q(Exists(registered.filter(erased_at__isnull=True))) | loose)
    return wanted.distinct()


def request(
    person: Person, programme: Programme, cause: str, *, actor: Any, at: datetime, due: date | None = None
) -> Erasure:
    """Ask for the erasure of a person in a programme; an open request is returned as it is."""
    found = Erasure.objects.filter(person=person, programme=programme, state__in=["requested", "kept"])
    if (held := found.first()) is not None:
        return held
    wanted = Erasure(
        person=person,
        programme=programme,
        case=newest_case(person.pk, programme.pk),
        cause=cause,
        requested_at=at,
        requested_by_id=actor.pk,
        due_on=due or timezone.localdate(at, programme.zone) + AHEAD,
    )
    try:
        with transaction.atomic():
            wanted.save()
    except IntegrityError:
        return found.get()
    return wanted


def declare_acts() -> None:
    """Name the acts of this module for histories."""
    acts.declare(
        "applications.Person",
        "ask_erasure",
        gettext_lazy("Erasure asked for"),
        facts=("programme",),
        meaning=WAITING,
    )


@transaction.atomic
def ask(
    person: Person, programme: Programme, cause: str, *, actor: Any, at: datetime, reason: str = ""
) -> Erasure:
    """Ask for an erasure as a person, with an act in the history; once while a request is open."""
    case = newest_case(person.pk, programme.pk)
    stream = case.stream if case is not None else f"applications.person:{person.pk}"
    open_ones = Erasure.objects.filter(person=person, programme=programme, state__in=["requested", "kept"])
    if (held := open_ones.first()) is not None:
        return held
    acts.record(
        person,
        "ask_erasure",
        actor=actor,
        at=at,
        reason=reason,
        data={"programme": programme.pk},
        stream=stream,
    )
    return request(person, programme, cause, actor=actor, at=at)


def ask_after_withdrawal(consent: Consent, actor: Any, at: datetime) -> None:
    """Whoever takes the consent to the use of data back asks for erasure by that."""
    request(consent.person, consent.programme, Cause.CONSENT, actor=actor, at=at)


def queue_due(now: datetime) -> int:
    """Make the requests of programmes whose period is over within a month; return how many are new."""
    Erasure.objects.filter(cause=Cause.RETENTION, state="requested").exclude(
        programme__state="closed", programme__retention_months__isnull=False
    ).delete()
    made = 0
    for programme in Programme.objects.filter(state="closed", retention_months__isnull=False):
        due, today = due_on(programme), timezone.localdate(now, programme.zone)
        if due is None:
            continue
        waiting = Erasure.objects.filter(programme=programme, cause=Cause.RETENTION, state="requested")
        waiting.exclude(due_on=due).update(due_on=due)
        if due - AHEAD <= today:
            made += _queue(programme, due, now)
    return made


def _queue(programme: Programme, due: date, now: datetime) -> int:
    asked = Erasure.objects.filter(
        programme=programme, person=OuterRef("pk"), state__in=["requested", "kept"]
    )
    persons = not_erased(programme).exclude(Exists(asked)).order_by("pk")[: 10 * AT_ONCE]
    cases = _newest_cases(persons, programme)
    rows = [
        Erasure(
            person=person,
            programme=programme,
            case_id=cases.get(person.pk),
            cause=Cause.RETENTION,
            requested_at=now,
            due_on=due,
        )
        for person in persons
    ]
    return len(Erasure.objects.bulk_create(rows, ignore_conflicts=True))


def _newest_cases(persons: Iterable[Person], programme: Programme) -> dict[int, int]:
    from applications.models import ApplicationMember

    rows = ApplicationMember.objects.filter(
        person__in=[person.pk for person in persons], application__call__programme=programme
    )
    ordered = rows.order_by("application__case__opened_at", "application__case__pk")
    return dict(ordered.values_list("person", "application__case"))


def carry_out_due(now: datetime) -> int:
    """Erase whose period is over; return how many. Nobody's request is carried out without a person."""
    today = timezone.localdate(now)
    due = Erasure.objects.filter(cause=Cause.RETENTION, state="requested", due_on__lte=today)
    rows = due.select_related("person", "programme", "case").order_by("due_on", "pk")[:AT_ONCE]
    return tick.fire_due(rows, "carry_out", now, {"reason": _("The period of retention is over.")})
