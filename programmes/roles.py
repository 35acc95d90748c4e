"""Giving and ending roles: nobody gives one to himself, and a programme keeps a manager.

Coming in is by invitation (`accounts/invitations.py`); this package registers the purpose.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.invitations import CannotAccept
from accounts.models import Invitation, User
from programmes import predicates
from programmes.models import Membership, Organisation, Programme, Role
from workflow import access, notices

if TYPE_CHECKING:
    from django.db.models import QuerySet

PURPOSE = "programme_role"


class RoleRefused(Exception):
    """A role cannot be given or ended; the text says why."""


def managed_by(user: Any) -> "QuerySet[Programme]":
    """Return the programmes whose people this user may manage."""
    seen = Programme.objects.visible_to(user)
    if predicates.is_administrator(user):
        return seen
    return seen.filter(pk__in=predicates.programme_ids(user, Role.MANAGER))


def colleagues(programme: Programme) -> "QuerySet[User]":
    """Return the people who have a role in a programme now."""
    members = Membership.objects.filter(programme=programme).in_force(timezone.localdate())
    return User.objects.filter(pk__in=members.values("user"), is_active=True)


def holds(programme: Programme, email: str, role: str, donor: Organisation | None) -> bool:
    """Whether the person with an address has a role today."""
    rows = Membership.objects.filter(programme=programme, user__email=email.lower(), role=role, donor=donor)
    return bool(email) and rows.in_force(timezone.localdate()).exists()


@transaction.atomic
def give(
    programme: Programme,
    person: User,
    role: str,
    *,
    by: User,
    at: datetime,
    donor: Organisation | None = None,
    until: date | None = None,
) -> Membership:
    """Give a role from today on and tell the person. The caller checks that `by` may manage people.

    Raises `RoleRefused` with a sentence: to oneself, in a closed programme, twice.
    """
    if person == by:
        raise RoleRefused(_("You cannot give yourself a role. Ask another manager."))
    if programme.is_closed:
        raise RoleRefused(_("The programme is closed: it is read-only."))
    same = Membership.objects.filter(
        programme=programme, user=person, role=role, donor=donor, ended_at__isnull=True
    )
    same.filter(valid_until__lt=timezone.localdate(at)).update(ended_at=at)  # run out, not ended by anybody
    try:
        with transaction.atomic():
            given = Membership.objects.create(
                programme=programme,
                user=person,
                role=role,
                donor=donor,
                valid_from=timezone.localdate(at),
                valid_until=until,
                granted_by=by,
            )
    except IntegrityError as error:
        raise RoleRefused(_("This person has that role already.")) from error
    notices.queue(
        template="programmes.role_given",
        recipient_kind="user",
        recipient_id=person.pk,
        stream=programme.stream,
        context={"programme": programme.pk, "role": role},
        at=at,
    )
    return given


@transaction.atomic
def end(membership: Membership, *, by: User, at: datetime) -> None:
    """End a role now. Raises `RoleRefused` when the programme would be left without a manager."""
    programme = Programme.objects.select_for_update().get(pk=membership.programme_id)
    if membership.role == Role.MANAGER:
        managers = Membership.objects.filter(programme=programme, role=Role.MANAGER)
        others = managers.in_force(timezone.localdate(at)).exclude(user=membership.user_id)
        if not others.exists():
            raise RoleRefused(_("A programme needs a manager. Give somebody else the role first."))
    ended = Membership.objects.filter(pk=membership.pk, ended_at__isnull=True).update(
        ended_at=at, ended_by=by
    )
    if not ended:
        raise RoleRefused(_("This role has ended already."))
    predicates.forget(membership.user)


# Invitations


def may_invite(user: Any) -> bool:
    """Whether the user manages the people of some programme."""
    return predicates.is_administrator(user) or bool(predicates.programme_ids(user, Role.MANAGER))


def accept(user: User, payload: dict[str, Any], invitation: Invitation) -> None:
    """Give the role that somebody was invited for, if the inviter may still do so."""
    programme = Programme.objects.filter(pk=payload["programme"]).first()
    inviter = invitation.invited_by
    if programme is None or not access.may(inviter, "programmes.manage_people", programme):
        raise CannotAccept(_("The person who invited you may no longer do so."))
    donor = Organisation.objects.filter(pk=payload["donor"]).first() if payload["donor"] else None
    try:
        at = invitation.accepted_at or timezone.now()
        give(programme, user, payload["role"], by=inviter, at=at, donor=donor)
    except RoleRefused as refused:
        raise CannotAccept(str(refused)) from refused


def describe(payload: dict[str, Any]) -> str:
    """Say what somebody is invited for."""
    programme = Programme.objects.filter(pk=payload["programme"]).first()
    labels = dict(Role.choices)
    return _("%(role)s in the programme “%(programme)s”") % {
        "role": labels.get(payload["role"], payload["role"]),
        "programme": programme.title if programme else "–",
    }


PURPOSE_LABEL = gettext_lazy("Role in a programme")
