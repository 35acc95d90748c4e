"""Consents: giving them, taking them back, and what follows from that.

Taking back the consent to photos hides the photos; taking back the one to the use of data asks the protection
officer for erasure. Both are acts in the history of the case.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Case, Consent, Person
from workflow import acts
from workflow.states import DONE, NEUTRAL, REFUSED

PERSON = "applications.Person"
Consequence = Callable[[Consent, Any, datetime], None]
_consequences: dict[str, list[Consequence]] = {"data": [], "photo": []}
_when_given: dict[str, list[Consequence]] = {"data": [], "photo": []}


def on_giving(kind: str, consequence: Consequence) -> None:
    """Let something follow when a consent of a kind is given: `(consent, actor, at)`."""
    if consequence not in _when_given[kind]:
        _when_given[kind].append(consequence)


def on_withdrawal(kind: str, consequence: Consequence) -> None:
    """Let something follow when a consent of a kind is taken back: `(consent, actor, at)`."""
    if consequence not in _consequences[kind]:
        _consequences[kind].append(consequence)


def declare_acts() -> None:
    """Name the acts of this module for histories."""
    acts.declare(PERSON, "give_data", gettext_lazy("Consent to the use of the data given"), meaning=DONE)
    acts.declare(PERSON, "give_photo", gettext_lazy("Consent to photos given"), meaning=DONE)
    acts.declare(
        PERSON, "withdraw_data", gettext_lazy("Consent to the use of the data taken back"), meaning=REFUSED
    )
    acts.declare(PERSON, "withdraw_photo", gettext_lazy("Consent to photos taken back"), meaning=REFUSED)


def stream_of(person_id: int, programme_id: int) -> str:
    """Return the stream of a person's acts in a programme: the newest case's, else the person's own."""
    case = newest_case(person_id, programme_id)
    return case.stream if case is not None else f"applications.person:{person_id}"


def newest_case(person_id: int, programme_id: int) -> Case | None:
    """Return the newest case of a person in a programme, None when there is none."""
    theirs = Q(application__applicant=person_id) | Q(application__members__person=person_id)
    cases = Case.objects.filter(theirs, programme=programme_id)
    return cases.order_by("-opened_at", "-pk").first()


@transaction.atomic
def give(person: Person, programme: Any, kind: str, *, actor: Any, at: datetime) -> Consent:
    """Note that a person agreed; one that is in force already is returned as it is.

    actor: who wrote it down, the person included.
    """
    held = Consent.objects.filter(person=person, programme=programme, kind=kind, withdrawn_at__isnull=True)
    if (found := held.first()) is not None:
        return found
    acts.record(person, f"give_{kind}", actor=actor, at=at, stream=stream_of(person.pk, programme.pk))
    by = None if person.user_id == actor.pk else actor.pk
    given = Consent.objects.create(
        person=person, programme=programme, kind=kind, given_at=at, recorded_by_id=by
    )
    for consequence in _when_given[kind]:
        consequence(given, actor, at)
    return given


@transaction.atomic
def withdraw(consent: Consent, *, actor: Any, at: datetime) -> bool:
    """Take a consent back, with what follows; return whether it was in force until now."""
    person = consent.person
    acts_in = stream_of(person.pk, consent.programme_id)
    held = Consent.objects.select_for_update().filter(pk=consent.pk, withdrawn_at__isnull=True).first()
    if held is None:
        return False
    acts.record(person, f"withdraw_{held.kind}", actor=actor, at=at, stream=acts_in)
    held.withdrawn_at = at
    held.withdrawn_by_id = None if person.user_id == actor.pk else actor.pk
    held.save(update_fields=["withdrawn_at", "withdrawn_by"])
    for consequence in _consequences[held.kind]:
        consequence(held, actor, at)
    return True


class Standing(NamedTuple):
    """Where one kind of consent stands: the newest row of it, None when it was never given."""

    kind: str
    newest: Consent | None

    @property
    def in_force(self) -> bool:
        """Whether it holds now."""
        return self.newest is not None and self.newest.is_in_force

    @property
    def words(self) -> str:
        """What is read beside it."""
        if self.newest is None:
            return _("Data: not agreed") if self.kind == Consent.Kind.DATA else _("Photos: not agreed")
        if self.newest.is_in_force:
            return _("Data: agreed") if self.kind == Consent.Kind.DATA else _("Photos: agreed")
        return _("Data: taken back") if self.kind == Consent.Kind.DATA else _("Photos: taken back")

    @property
    def title(self) -> str:
        """What it is about."""
        if self.kind == Consent.Kind.DATA:
            return _("Use of your data for this programme")
        return _("Photos of you and of your work")

    @property
    def consequence(self) -> str:
        """What taking it back does."""
        if self.kind == Consent.Kind.DATA:
            return _("Without it your file cannot go on, and we are asked to erase what we know about you.")
        return _("Without it no photo is taken, and photos that were taken are hidden. Your file goes on.")

    @property
    def agree(self) -> str:
        """The word on the button that gives it."""
        return _("Agree: data") if self.kind == Consent.Kind.DATA else _("Agree: photos")

    @property
    def take_back(self) -> str:
        """The word on the button that takes it back."""
        return _("Take back: data") if self.kind == Consent.Kind.DATA else _("Take back: photos")

    @property
    def meaning(self) -> str:
        """How it is coloured."""
        if self.newest is None:
            return NEUTRAL
        return DONE if self.newest.is_in_force else REFUSED

    @property
    def on(self) -> datetime | None:
        """When it was given, or taken back."""
        return None if self.newest is None else self.newest.withdrawn_at or self.newest.given_at


def standings(persons: Iterable[int], programme_id: int) -> dict[int, list[Standing]]:
    """Return where each person's consents stand in a programme, by person: one query."""
    wanted = list(persons)
    newest: dict[tuple[int, str], Consent] = {}
    rows = Consent.objects.filter(person__in=wanted, programme=programme_id).order_by("given_at", "pk")
    for row in rows:
        newest[row.person_id, row.kind] = row
    return {
        person: [Standing(kind, newest.get((person, kind))) for kind in Consent.Kind.values]
        for person in wanted
    }
