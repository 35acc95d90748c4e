"""For which quotas an application counts, read from the database in a few queries however many there are.

An application counts for a quota of sex, age or status when at least half of its persons do; for a site or a
track when it belongs to it. What nobody knows counts for nothing. Ages are the whole years reached in the
year in which the session sits, because many people know no more than their year of birth.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from applications import categories
from applications.models import Application, ApplicationMember, Registration
from programmes.models import Call, SelectionSession
from scoring.models import Quota
from scoring.models.quotas import Denominator, Measure
from scoring.reserved import Reserve

OF_PERSONS = frozenset({Measure.SEX, Measure.YOUTH, Measure.STATUS})


@dataclass(frozen=True)
class Standing:
    """What an application is for the quotas of its call.

    lists: keys of the quotas for which it counts. persons: how many it has; inside: of them, by quota of
    persons, how many belong to it. awarded: minor units, of one that is funded.
    """

    lists: frozenset[int] = frozenset()
    persons: int = 0
    inside: Mapping[int, int] = field(default_factory=dict)
    awarded: int = 0


NOBODY = Standing()


def read(
    call: Call, quotas: Sequence[Quota], applications: "QuerySet[Application]", year: int
) -> dict[int, Standing]:
    """Return the standing of applications of one call by key. year: in which ages are counted."""
    if not quotas:
        return {}
    rows = list(
        applications.order_by().values_list(
            "pk", "applicant", "case__site__code", "track__code", "awarded_minor"
        )
    )
    persons = _persons(applications, rows) if any(one.measure in OF_PERSONS for one in quotas) else {}
    belongs = _belonging(call, quotas, persons, year)
    found = {}
    for pk, _applicant, site, track, awarded in rows:
        people = persons.get(pk, frozenset())
        inside = {key: len(people & members) for key, members in belongs.items()}
        lists = {key for key, number in inside.items() if number and 2 * number >= len(people)}
        lists |= {one.pk for one in quotas if one.measure == Measure.SITE and one.value == site}
        lists |= {one.pk for one in quotas if one.measure == Measure.TRACK and one.value == track}
        found[pk] = Standing(frozenset(lists), len(people), inside, awarded or 0)
    return found


def _persons(applications: "QuerySet[Application]", rows: Iterable[Any]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for pk, applicant, *_rest in rows:
        if applicant is not None:
            found[pk].add(applicant)
    members = ApplicationMember.objects.filter(application__in=applications.order_by().values("pk"))
    for application, person in members.values_list("application", "person"):
        found[application].add(person)
    return {pk: frozenset(people) for pk, people in found.items()}


def _belonging(
    call: Call, quotas: Sequence[Quota], persons: Mapping[int, frozenset[int]], year: int
) -> dict[int, frozenset[int]]:
    """Return the persons of each quota of persons."""
    wanted = [one for one in quotas if one.measure in OF_PERSONS]
    if not wanted:
        return {}
    asked = frozenset().union(*persons.values()) if persons else frozenset()
    members: dict[int, set[int]] = {one.pk: set() for one in wanted}
    registered = Registration.objects.filter(programme=call.programme_id)
    for person, sex, born in registered.values_list("person", "sex", "birth_year"):
        for one in wanted:
            young = one.measure == Measure.YOUTH and born is not None and year - born <= int(one.value)
            if young or (one.measure == Measure.SEX and sex == one.value):
                members[one.pk].add(person)
    statuses = [one for one in wanted if one.measure == Measure.STATUS]
    if statuses:
        rows = [row for row in registered.only("pk", "person_id", "category") if row.person_id in asked]
        known = categories.for_engines(rows)
        for row in rows:
            for one in statuses:
                if known[row.pk] == one.value:
                    members[one.pk].add(row.person_id)
    return {key: frozenset(people) & asked for key, people in members.items()}


def year_of(session: SelectionSession) -> int:
    """Return the year in which ages are counted: of the sitting, else of the cut-off."""
    if session.sits_on is not None:
        return session.sits_on.year
    return session.cutoff_at.astimezone(session.call.programme.zone).year


def funded_of(call: Call) -> "QuerySet[Application]":
    """Return the applications of a call that are funded now."""
    return Application.objects.filter(call=call, state="awarded")


def reserves(session: SelectionSession, quotas: Sequence[Quota], before: Iterable[Standing]) -> list[Reserve]:
    """Return the reserved quotas of a session's call as plain data.

    before: who is funded already, in this call. Places of a call with several sessions fall due with the
    places of its sessions, so that the first one does not carry them all.
    """
    listed = list(before)
    return [
        Reserve(
            key=one.pk,
            goal=one.goal if one.of == Denominator.AWARDS else due(session, one.goal),
            percent=one.of == Denominator.AWARDS,
            before=sum(one.pk in standing.lists for standing in listed),
            before_all=len(listed),
        )
        for one in quotas
        if one.reserved
    ]


def due(session: SelectionSession, goal: int) -> int:
    """Return how many of a call's reserved places are due with a session: in part while others follow.

    All are due where sessions do not say how many places they have.
    """
    sessions = session.call.sessions.exclude(state="cancelled").order_by("cutoff_at", "number")
    places = dict(sessions.values_list("pk", "places"))
    known = {pk: number for pk, number in places.items() if number is not None}
    whole = sum(known.values())
    if len(places) < 2 or len(known) < len(places) or not whole:
        return goal
    until = 0
    for pk, number in known.items():
        until += number
        if pk == session.pk:
            break
    return -(-goal * until // whole)
