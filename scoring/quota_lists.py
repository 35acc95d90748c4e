"""For which quotas an application counts, read from the database in a few queries however many there are.

An application counts for a quota of sex, age or status when at least half of its persons do; for a site or a
track when it belongs to it. What nobody knows counts for nothing. Ages are the whole years reached in the
year in which the session sits, because many people know no more than their year of birth.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db.models import QuerySet, Value

from applications import categories
from applications.models import Application, ApplicationMember, Registration
from programmes.models import Call, SelectionSession
from scoring.models import Quota
from scoring.models.quotas import Denominator, Measure
from scoring.reserved import Reserve

OF_PERSONS = frozenset({Measure.SEX, Measure.YOUTH, Measure.STATUS})


class Standing(NamedTuple):
    """What an application is for the quotas of its call.

    lists: keys of the quotas for which it counts. persons: how many it has; inside: of them, by quota of
    persons, how many belong to it. awarded: minor units, of one that is funded.
    """

    lists: frozenset[int] = frozenset()
    persons: int = 0
    inside: Mapping[int, int] = MappingProxyType({})
    awarded: int = 0


NOBODY = Standing()


def read(
    call: Call, quotas: Sequence[Quota], applications: "QuerySet[Application]", year: int
) -> dict[int, Standing]:
    """Return the standing of applications of one call by key. year: in which ages are counted."""
    if not quotas:
        return {}
    measures = {one.measure for one in quotas}
    rows = list(
        applications.order_by().values_list(
            "pk",
            "applicant",
            "awarded_minor",
            "case__site__code" if Measure.SITE in measures else Value(""),
            "track__code" if Measure.TRACK in measures else Value(""),
        )
    )
    pairs = _persons(applications, rows) if measures & OF_PERSONS else set()
    persons = Counter(map(itemgetter(0), pairs))
    inside = {
        key: Counter([pk for pk, person in pairs if person in members])
        for key, members in _belonging(call, quotas, pairs, year).items()
    }
    shares = any(one.of == Denominator.PERSONS for one in quotas)
    belongs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in quotas:
        belongs[one.measure, one.value].append(one.pk)
    people_of, members_of = persons.get, [(key, numbers.get) for key, numbers in inside.items()]
    kept: dict[tuple[Any, ...], frozenset[int]] = {}  # one set for all that are alike: there are few
    found = {}
    for pk, _applicant, awarded, site, track in rows:
        people = people_of(pk, 0)
        alike = (site, track, *[key for key, of in members_of if 0 < people <= 2 * of(pk, 0)])
        lists = kept.get(alike)
        if lists is None:
            places = (*belongs.get((Measure.SITE, site), ()), *belongs.get((Measure.TRACK, track), ()))
            lists = kept[alike] = frozenset((*alike[2:], *places))
        within = {key: of(pk, 0) for key, of in members_of} if shares else NOBODY.inside
        found[pk] = Standing(lists, people, within, awarded or 0)
    return found


def _persons(applications: "QuerySet[Application]", rows: Iterable[Any]) -> set[tuple[int, int]]:
    """Return (application, person) of everybody in them."""
    found = {(pk, applicant) for pk, applicant, *_rest in rows if applicant is not None}
    members = ApplicationMember.objects.filter(application__in=applications.order_by().values("pk"))
    found.update(members.order_by().values_list("application", "person"))
    return found


def _belonging(
    call: Call, quotas: Sequence[Quota], pairs: Iterable[tuple[int, int]], year: int
) -> dict[int, set[int]]:
    """Return the persons of each quota of persons; of a status only those of the pairs."""
    members: dict[int, set[int]] = {one.pk: set() for one in quotas if one.measure in OF_PERSONS}
    registered = Registration.objects.filter(programme=call.programme_id).order_by()
    statuses = []
    for one in quotas:
        if one.measure == Measure.SEX:
            of_sex = registered.filter(sex=one.value)
            members[one.pk] = set(of_sex.values_list("person", flat=True))
        elif one.measure == Measure.YOUTH:
            young = registered.filter(birth_year__gte=year - int(one.value))
            members[one.pk] = set(young.values_list("person", flat=True))
        elif one.measure == Measure.STATUS:
            statuses.append(one)
    if statuses:
        asked = {person for _pk, person in pairs}
        rows = [row for row in registered.only("pk", "person_id", "category") if row.person_id in asked]
        known = categories.for_engines(rows)
        for row in rows:
            for one in statuses:
                if known[row.pk] == one.value:
                    members[one.pk].add(row.person_id)
    return members


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
