"""The claim of a case by its owner: from then on the person writes alone, under an own account.

Case number and PIN are not enough, because a slip can be found or seen: the account's confirmed phone is the
one in the vault, or a code goes to the vault's phone, or a field agent who sees the person confirms it. The
number `match` ties the account on the screen to the person at the desk.
"""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import assisting, slips
from applications.models import Case, Claim, Identity, Person
from workflow import Refused, acts, notices
from workflow.states import DONE, REFUSED, WAITING

CASE = "applications.Case"
BY_ACCOUNT, BY_CODE, BY_AGENT = "account", "code", "agent"


def declare_acts() -> None:
    """Name the acts of this module."""
    acts.declare(CASE, "ask_claim", gettext_lazy("Somebody asks to take the case over"), meaning=WAITING)
    acts.declare(
        CASE,
        "claim",
        gettext_lazy("Claimed by its owner, who writes from now on"),
        facts=("person", "way", "owner"),
        meaning=DONE,
    )
    acts.declare(
        CASE, "refuse_claim", gettext_lazy("Claim of the case refused"), reason=True, meaning=REFUSED
    )


def person_of(case: Case) -> Person | None:
    """Return whose case it is, None where nobody is named."""
    return Person.objects.filter(applications__case=case).first()


def why_not(case: Case, user: Any) -> str | None:
    """Return why this account cannot take the case over, None when it can."""
    person = person_of(case)
    if person is None or person.user_id is not None:
        return _("This case has an account already.")
    own = Person.objects.filter(user=user).first()
    if own is not None and not _is_empty(own):
        return _("Your account already holds files of its own. Go to the office: an agent can help.")
    return None


def _is_empty(person: Person) -> bool:
    """Whether nothing at all hangs on a person: an account that never applied."""
    return not (
        person.applications.exists()
        or person.application_memberships.exists()
        or person.registrations.exists()
        or Identity.objects.filter(person=person).exists()
    )


def phone_of(case: Case) -> str:
    """Return the phone in the vault of whose case it is, for a code; empty when there is none."""
    identity = Identity.objects.filter(person__applications__case=case).first()
    return identity.phone if identity else ""


def has_the_phone(case: Case, user: Any) -> bool:
    """Whether the account's confirmed phone is the one in the vault."""
    if not user.phone or user.phone_verified_at is None:
        return False
    said = Identity(phone=user.phone)
    said.index()
    held = Identity.objects.filter(person__applications__case=case, phone_index=said.phone_index)
    return bool(said.phone_index) and held.exists()


@transaction.atomic
def ask(case: Case, user: Any, *, at: datetime) -> Claim:
    """Note that an account asks for the case; asked again it is the same claim. Raises `Refused`."""
    if (sentence := why_not(case, user)) is not None:
        raise Refused([sentence])
    held = Claim.objects.filter(case=case, user=user, decided_at__isnull=True).first()
    if held is not None:
        return held
    acts.record(case, "ask_claim", actor=user, at=at)
    return Claim.objects.create(case=case, user=user, asked_at=at, match=f"{secrets.randbelow(10_000):04}")


def open_claims(case: Case) -> "QuerySet[Claim]":
    """Return the claims of a case that nobody decided."""
    return Claim.objects.filter(case=case, decided_at__isnull=True)


@transaction.atomic
def grant(claim: Claim, *, way: str, actor: Any, at: datetime) -> Person:
    """Let the account be the person: helpers stop writing, the PINs of all its cases die. Raises `Refused`.

    way: what proved it. actor: the person, or the agent who saw the person.
    """
    # the person first: all claims of a case meet there, and only then is it known who came before
    person = Person.objects.select_for_update(of=("self",)).get(applications__case=claim.case_id)
    held = Claim.objects.select_for_update(of=("self",)).select_related("case", "user").get(pk=claim.pk)
    if held.decided_at is not None:
        raise Refused([_("This claim was decided already.")])
    if (sentence := why_not(held.case, held.user)) is not None:
        raise Refused([sentence])
    cases = Case.objects.filter(application__applicant=person).order_by("number")
    facts = {"person": person.pk, "way": way, "owner": held.user_id}
    events = {case.pk: acts.record(case, "claim", actor=actor, at=at, data=facts) for case in cases}
    Person.objects.filter(user=held.user).delete()  # the empty one: `why_not` looked
    person.user = held.user
    person.save(update_fields=["user"])
    assisting.end_for(person, at)
    slips.end_for(person, at)
    open_claims(held.case).exclude(pk=held.pk).update(decided_at=at, granted=False)
    held.decided_at, held.granted = at, True
    held.save(update_fields=["decided_at", "granted"])
    notices.queue(
        template="case_claimed",
        recipient_kind="person",
        recipient_id=person.pk,
        stream=held.case.stream,
        at=at,
        context={"application": held.case.application.pk},
        event=events[held.case_id],
    )
    return person


def grant_at_the_desk(claim: Claim, *, match: str, actor: Any, at: datetime) -> Person:
    """Grant a claim as the agent who sees the person and hears the number on the person's screen.

    Raises `Refused`.
    """
    if not secrets.compare_digest(slips.typed(match), claim.match):
        raise Refused([_("This is not the number on the person's screen.")])
    if claim.user_id == actor.pk:
        raise Refused([_("Nobody grants an own claim.")])
    return grant(claim, way=BY_AGENT, actor=actor, at=at)


@transaction.atomic
def refuse(claim: Claim, *, actor: Any, at: datetime, reason: str) -> None:
    """Refuse a claim, with a reason. Raises `Refused`."""
    if not reason.strip():
        raise Refused([_("Say why the claim is refused.")])
    acts.record(claim.case, "refuse_claim", actor=actor, at=at, reason=reason)
    open_claims(claim.case).filter(pk=claim.pk).update(decided_at=at, granted=False)
