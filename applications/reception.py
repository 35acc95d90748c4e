"""Receiving people: who is written down in a programme, whom we know already, how they are found again.

Nobody browses names. A person is found by reference or case number; by name, document or phone only where
names may be known at all, through blind indexes.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from applications import case_number, consents
from applications.models import Application, ApplicationMember, Identity, Person, Registration
from applications.person_form import PersonForm
from applications.vault import name_tokens
from workflow import access

MOST_FOUND = 50


def why_closed(programme: Any) -> str | None:
    """Return why nobody is received in a programme now, None when people are."""
    if programme.is_closed:
        return _("The programme is closed: it is read-only.")
    return None if programme.state == "running" else _("The programme has not begun.")


@transaction.atomic
def receive(
    form: PersonForm,
    *,
    actor: Any,
    at: datetime,
    person: Person | None = None,
    agreed: Iterable[str] = ("data",),
) -> Registration:
    """Write a person down in the form's programme, or complete what is known; return the registration.

    person: who is known already, None for somebody new. agreed: what the person agreed to.
    """
    person = person or Person.objects.create()
    row = form.file(person, received_at=at, received_by=actor)
    if row.received_at is None:
        row.received_at, row.received_by = at, actor
        row.save(update_fields=["received_at", "received_by"])
    for kind in agreed:
        consents.give(person, form.programme, kind, actor=actor, at=at)
    return row


def alike(form: PersonForm, user: Any) -> list[Person]:
    """Return the persons whom the user may see who have the same document or phone as a clean form says."""
    said = Identity(
        document_number=form.cleaned_data.get("document_number", ""), phone=form.cleaned_data.get("phone", "")
    )
    said.index()
    same = Q(pk__in=[])
    if said.document_index:
        same |= Q(document_index=said.document_index)
    if said.phone_index:
        same |= Q(phone_index=said.phone_index)
    persons = Identity.objects.filter(same).values("person")
    found = Person.objects.visible_to(user).filter(pk__in=persons)
    if form.person is not None:
        found = found.exclude(pk=form.person.pk)
    return list(found.order_by("pk")[:5])


def may_search_names(user: Any, programme: Any) -> bool:
    """Whether names can be searched for in a programme by this reader."""
    return access.may(user, "applications.search_names", programme)


def find(programme: Any, user: Any, wanted: str, *, by_name: bool = False) -> "QuerySet[Registration]":
    """Return the registrations of a programme that a reader means: by reference or case number.

    by_name: by name, document or phone too, where this reader may. Such a search is never an address, which
    would stand in logs and histories: it is posted.
    """
    rows = Registration.objects.visible_to(user).filter(programme=programme)
    text = " ".join(wanted.split())[:120]
    number = text.replace(" ", "")
    if case_number.is_valid(number):
        return rows.filter(person__in=_persons_of_case(number, user))
    if reference := _reference(text):
        return rows.filter(person__reference__startswith=reference)
    if not text or not by_name or not may_search_names(user, programme):
        return rows.none()
    return rows.filter(person__in=_persons_called(text))


def _persons_of_case(number: str, user: Any) -> "QuerySet[Any]":
    applications = Application.objects.visible_to(user).filter(case__number=number)
    members = ApplicationMember.objects.filter(application__in=applications)
    return members.values("person")


def _reference(text: str) -> str:
    """The beginning of a reference such as P-3F2A91AB, in lower case; empty when the text is none."""
    bare = text.upper().removeprefix("P-").lower() if text.upper().startswith("P-") else ""
    return bare if 4 <= len(bare) <= 8 and all(letter in "0123456789abcdef" for letter in bare) else ""


def _persons_called(text: str) -> "QuerySet[Any]":
    """Whose document or phone it is, or whose name holds every word of the text."""
    said = Identity(document_number=text, phone=text)
    said.index()
    found = Q(document_index=said.document_index) if said.document_index else Q(pk__in=[])
    if sum(letter.isdigit() for letter in text) >= 9:
        found |= Q(phone_index=said.phone_index)
    tokens = name_tokens([text])
    if tokens:
        named = Q(pk__isnull=False)
        for token in tokens:
            named &= Q(pk__in=Identity.objects.filter(tokens__token=token).values("pk"))
        found |= named
    return Identity.objects.filter(found).values("person")


def counts(programme: Any) -> dict[str, int]:
    """Return how many persons and how many projects a programme has: never the same thing.

    persons: registered; applicants: who is part of a project that was sent; projects: sent. One query.
    """
    members = ApplicationMember.objects.exclude(application__state="draft")
    found: dict[str, int] = (
        type(programme)
        .objects.filter(pk=programme.pk)
        .values(
            persons=_number(Registration.objects.all(), "programme", "pk"),
            applicants=_number(members, "application__call__programme", "person"),
            projects=_number(Application.objects.exclude(state="draft"), "call__programme", "pk"),
        )
        .get()
    )
    return found


def _number(rows: "QuerySet[Any]", programme: str, of: str) -> Coalesce:
    """How many different values of a field the rows of the outer programme have."""
    own = rows.filter(**{programme: OuterRef("pk")}).order_by().values(programme)
    return Coalesce(Subquery(own.annotate(number=Count(of, distinct=True)).values("number")), 0)
