"""How a record behind a figure is shown: by reference, never by name."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import F

from applications.models import Case, Person
from disbursements.models import Grant, Procurement
from followup.models import Enrolment, Enterprise
from programmes.models import Contribution, Organisation, Partnership, Programme


class RecordRow(NamedTuple):
    """One line of the list behind a figure. url: where it can be read, empty for people outside the team."""

    reference: str
    detail: str = ""
    url: str = ""


def rows_of(records: Any) -> list[RecordRow]:
    """Return the rows of a page of records; a constant number of queries per kind."""
    model, items = records.model, list(records)
    if model is Person:
        return _persons(items)
    make = _MAKERS.get(model)
    if make is None:
        return [RecordRow(str(item)) for item in items]
    return [make(item) for item in items]


def with_related(records: Any) -> Any:
    """Return the records with what their rows show, so that no row costs a query."""
    related = _RELATED.get(records.model, ())
    return records.select_related(*related) if related else records


def _persons(persons: Iterable[Person]) -> list[RecordRow]:
    keys = [person.pk for person in persons]
    numbers: dict[int, list[Case]] = {}
    by_membership = Case.objects.filter(application__members__person__in=keys)
    for case, person in _pairs(by_membership, "application__members__person"):
        numbers.setdefault(person, []).append(case)
    by_enrolment = Case.objects.filter(enrolments__person__in=keys)
    for case, person in _pairs(by_enrolment, "enrolments__person"):
        numbers.setdefault(person, []).append(case)
    return [_person_row(person, numbers.get(person.pk, [])) for person in persons]


def _pairs(cases: Any, path: str) -> Iterable[tuple[Case, int]]:
    for case in cases.annotate(person_key=F(path)):
        yield case, case.person_key


def _person_row(person: Person, cases: list[Case]) -> RecordRow:
    if not cases:
        return RecordRow(str(person))
    known = {case.number: case for case in cases}
    return RecordRow(", ".join(known), str(person), cases[0].get_absolute_url())


_MAKERS: dict[Any, Any] = {
    Grant: lambda grant: RecordRow(grant.reference, grant.case.number, grant.get_absolute_url()),
    Enterprise: lambda item: RecordRow(item.case.number, item.name, item.get_absolute_url()),
    Enrolment: lambda item: RecordRow(item.case.number, item.cohort.title, item.get_absolute_url()),
    Procurement: lambda item: RecordRow(item.number, item.tranche.grant.reference, item.get_absolute_url()),
    Contribution: lambda item: RecordRow(str(item.donor), item.get_basis_display()),
    Partnership: lambda item: RecordRow(str(item.organisation), item.role),
    Organisation: lambda item: RecordRow(str(item)),
    Programme: lambda item: RecordRow(item.code, item.title, item.get_absolute_url()),
}
_RELATED: dict[Any, tuple[str, ...]] = {
    Grant: ("case",),
    Enterprise: ("case",),
    Enrolment: ("case", "cohort"),
    Procurement: ("tranche__grant",),
    Contribution: ("donor",),
    Partnership: ("organisation",),
}
