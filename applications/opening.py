"""Opening a person's identity for somebody else: asks the rule and a reason, and leaves an event.

The person reads the own identity without either. Nothing else in the product opens a name for a reader:
lists, cases, notices and logs know the case number. Where pseudonyms are forced, the protection officer alone
opens an identity, and no paper or letter carries a name.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.consents import newest_case
from applications.models import Application, Case, Identity, Person, Registration, Reveal, Shown
from workflow import Refused, access, acts, new_key, notices
from workflow.states import WAITING

SHORTEST_REASON = 8


def identity_of_the_reader(person: Person) -> Identity:
    """Return a person's identity for a page that this very person reads; empty when nothing is written."""
    return Identity.objects.filter(person=person).first() or Identity(person=person)


def reveal(
    registration: Registration, *, actor: Any, reason: str, at: datetime, key: str | None = None
) -> Identity:
    """Return the identity of a person in a programme, and record who opened it, when and why.

    key: of the form that asked; an identity is shown once a key. Raises Http404 for whoever may not,
    `Refused` without a reason in words or when the key was used. Event, record and opening are one
    transaction: no identity leaves without its record.
    """
    access.check(actor, "applications.reveal_identity", registration)
    with transaction.atomic():
        _record(
            registration.person_id,
            registration.programme,
            newest_case(registration.person_id, registration.programme_id),
            Shown.IDENTITY,
            actor=actor,
            reason=reason,
            at=at,
            key=key or new_key(),
        )
        found = Identity.objects.filter(person=registration.person_id).first()
    return found or Identity(person=registration.person)


def _record(
    person: int,
    programme: Any,
    case: Case | None,
    shown: str,
    *,
    actor: Any,
    reason: str,
    at: datetime,
    key: str,
) -> None:
    said = " ".join(reason.split())
    if len(said) < SHORTEST_REASON:
        raise Refused([_("Say in a few words why you need to know who this is.")])
    if Reveal.objects.filter(key=key).exists():
        raise Refused([_("This was shown once. Give your reason again to see it again.")])
    verb = "open_identity" if shown == Shown.IDENTITY else "print_name"
    event = acts.record(
        Person(pk=person),
        verb,
        actor=actor,
        at=at,
        reason=said,
        data={"programme": programme.pk},
        stream=case.stream if case is not None else f"applications.person:{person}",
    )
    try:
        with transaction.atomic():
            Reveal.objects.create(
                person_id=person,
                programme=programme,
                case=case,
                actor=actor,
                at=at,
                shown=shown,
                key=key,
                event=event,
            )
    except IntegrityError as error:
        raise Refused([_("This was shown once. Give your reason again to see it again.")]) from error


def declare_acts() -> None:
    """Name the acts of this module for histories."""
    acts.declare(
        "applications.Person",
        "open_identity",
        gettext_lazy("Identity opened"),
        facts=("programme",),
        meaning=WAITING,
        reason=True,
    )
    acts.declare(
        "applications.Person",
        "print_name",
        gettext_lazy("Name printed on a paper"),
        facts=("programme",),
        reason=True,
    )


# Papers and letters


class Named(NamedTuple):
    """Who a paper or letter is about: the words that stand there, and whether they are a name."""

    words: str
    is_name: bool


def on_paper(application: Application, *, actor: Any, at: datetime, reason: str, language: str) -> Named:
    """Return who stands on a paper about an application, in the paper's language.

    An organisation is named. A person is named with a record of who printed it and why; where pseudonyms are
    forced, and where the vault holds no name, the paper says whose case it is.
    """
    if application.organisation_name:
        return Named(application.organisation_name, is_name=True)
    return person_on_paper(
        application.applicant, application.case, actor=actor, at=at, reason=reason, language=language
    )


def person_on_paper(
    person: Person | None, case: Case, *, actor: Any, at: datetime, reason: str, language: str
) -> Named:
    """Return how a paper names a person of a case, with a record of it: see `on_paper`."""
    programme = case.programme
    with translation.override(language):
        pseudonym = Named(pseudonym_of(case), is_name=False)
        if person is None or programme.forced_pseudonyms:
            return pseudonym
        identity = Identity.objects.filter(person=person).first()
        if identity is None or not identity.name:
            return pseudonym
        if person.user_id is None or person.user_id != actor.pk:
            access.check(actor, "applications.print_name", case)
            _record(
                person.pk,
                programme,
                case,
                Shown.NAME,
                actor=actor,
                reason=reason,
                at=at,
                key=new_key(),
            )
        return Named(identity.name, is_name=True)


def in_letter(application: Application) -> str:
    """Return how a letter addresses the applicant, in the active language.

    The name is put in when the letter leaves for the person or is read by the person, never while somebody
    else reads it before; where pseudonyms are forced it is not put in at all.
    """
    if application.organisation_name:
        return application.organisation_name
    if application.applicant_id is None or application.call.programme.forced_pseudonyms:
        return pseudonym_of(application.case)
    if not notices.is_for_recipient():
        return _("[the name, put in when the letter leaves]")
    identity = Identity.objects.filter(person=application.applicant_id).first()
    return (identity.name if identity else "") or pseudonym_of(application.case)


def pseudonym_of(case: Case) -> str:
    """Return what stands where a name would, in the active language."""
    return _("holder of case %(number)s") % {"number": case.number}
