"""Who has which role where: the predicates and key sets that every package builds its rules from.

All memberships of a user are read in one query and kept on the user object, which lives for one request.
A predicate never looks at states (guards do) and says no to `System` (`workflow.actors.is_system` says yes).
"""

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import rules
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workflow.written_once import written_once

if TYPE_CHECKING:
    from collections.abc import Iterable

CACHE = "_programme_roles"
WORKED_ON = "_programmes_worked_on"


class Role(models.TextChoices):
    """What somebody is in a programme. Applicants and beneficiaries are no members: they own their case."""

    FIELD_AGENT = "field_agent", _("field agent")
    SCREENING_OFFICER = "screening_officer", _("screening officer")
    JUROR = "juror", _("juror")
    JURY_SECRETARY = "jury_secretary", _("jury secretary")
    JURY_CHAIR = "jury_chair", _("jury chair")
    PREPARER = "preparer", _("finance: preparer")
    VERIFIER = "verifier", _("finance: verifier")
    APPROVER = "approver", _("finance: approver")
    RELEASER = "releaser", _("finance: releaser")
    RECONCILER = "reconciler", _("finance: reconciler")
    COACH = "coach", _("coach")
    SUPERVISOR = "supervisor", _("supervisor of coaches")
    MANAGER = "manager", _("programme manager")
    PROTECTION_OFFICER = "protection_officer", _("protection officer")
    APPEAL_OFFICER = "appeal_officer", _("appeal officer")
    DONOR = "donor", _("donor")
    AUDITOR = "auditor", _("auditor")


DELEGABLE = (
    Role.PREPARER,
    Role.VERIFIER,
    Role.APPROVER,
    Role.RELEASER,
    Role.RECONCILER,
    Role.MANAGER,
    Role.SUPERVISOR,
)
"""Roles that somebody may be stood in for: acts of an office, not of a confidence such as a juror's."""

INSIDE = tuple(role.value for role in Role if role != Role.DONOR)
"""Every role but the donor's: people who run the programme or audit it."""


def who_worked(users: "set[int]") -> "set[int]":
    """Return those of some users who have or had a role in a programme."""
    from programmes.models import Membership

    return set(Membership.objects.filter(user__in=users).order_by().values_list("user", flat=True))


def memberships_of(user: Any) -> "dict[int, frozenset[str]]":
    """Return the roles that a user has today, by programme: one query per user object."""
    found = getattr(user, CACHE, None)
    if found is None:
        found = _read(user)
        if getattr(user, "pk", None) is not None:
            setattr(user, CACHE, found)
    return found


def _read(user: Any) -> dict[int, frozenset[str]]:
    if getattr(user, "pk", None) is None or not user.is_active:
        return {}
    roles: dict[int, set[str]] = {}
    for programme_id, role in _in_force(user.pk, timezone.localdate()):
        roles.setdefault(programme_id, set()).add(role)
    return {programme_id: frozenset(names) for programme_id, names in roles.items()}


@written_once
def _in_force(user: int, day: date) -> "models.QuerySet[Any, Any]":
    from programmes.models import Membership

    return Membership.objects.filter(user=user).in_force(day).order_by().values_list("programme_id", "role")


def forget(user: Any) -> None:
    """Read the memberships of this user object again when next asked: one of them has changed."""
    for kept in (CACHE, WORKED_ON):
        if hasattr(user, kept):
            delattr(user, kept)


def roles_of(user: Any, programme_id: int) -> frozenset[str]:
    """Return what the user is in a programme."""
    return memberships_of(user).get(programme_id, frozenset())


def programme_ids(user: Any, *roles: str) -> set[int]:
    """Return the programmes in which the user has one of the roles (any role when none is named)."""
    found = memberships_of(user)
    if not roles:
        return set(found)
    wanted = frozenset(roles)
    return {programme_id for programme_id, names in found.items() if names & wanted}


def managed_ids(user: Any) -> set[int]:
    """Return the programmes that the user manages."""
    return programme_ids(user, Role.MANAGER)


def donor_ids(user: Any, programme_id: int) -> set[int]:
    """Return the organisations for which the user is a donor in a programme."""
    from programmes.models import Membership

    if Role.DONOR not in roles_of(user, programme_id):
        return set()
    rows = Membership.objects.filter(user=user.pk, programme=programme_id, role=Role.DONOR)
    return set(rows.in_force(timezone.localdate()).values_list("donor_id", flat=True))


@cache
def has_role(*roles: str) -> Any:
    """Return the predicate "has one of these roles in the record's programme".

    The record exposes `programme_id`; no record is no programme, so the answer is no.
    """
    wanted = _known(roles)

    @rules.predicate(f"has_role:{','.join(sorted(wanted))}")
    def predicate(user: Any, record: Any = None) -> bool:
        programme_id = getattr(record, "programme_id", None)
        return programme_id is not None and not wanted.isdisjoint(roles_of(user, programme_id))

    return predicate


@cache
def has_role_somewhere(*roles: str) -> Any:
    """Return the predicate "has one of these roles in some programme", for pages without a record."""
    wanted = _known(roles)

    @rules.predicate(f"has_role_somewhere:{','.join(sorted(wanted))}")
    def predicate(user: Any, record: Any = None) -> bool:
        return bool(programme_ids(user, *wanted))

    return predicate


def _known(roles: "Iterable[str]") -> frozenset[str]:
    wanted = frozenset(str(role) for role in roles)
    if unknown := wanted - set(Role.values):
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")
    return wanted


@rules.predicate
def is_member(user: Any, record: Any = None) -> bool:
    """Has any role in the record's programme."""
    programme_id = getattr(record, "programme_id", None)
    return programme_id is not None and bool(roles_of(user, programme_id))


@rules.predicate
def is_administrator(user: Any, record: Any = None) -> bool:
    """Sets the system up: an active superuser. It opens no case, no identity and no money."""
    return bool(user.is_active and user.is_superuser)


def is_staff(user: Any) -> bool:
    """Whether the user has a role anywhere, and so needs a second factor."""
    return bool(memberships_of(user))
