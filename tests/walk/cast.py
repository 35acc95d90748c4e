"""Who plays in the walk: two programmes, two persons of every role, and some who wear many hats.

Who may fire what is read from the tables of the permission matrix, not from the rules that are on trial.
"""

from functools import cache
from typing import Any

from django.utils import timezone

from accounts.models import User
from disbursements import beside
from followup.models import CaseloadAssignment
from programmes.predicates import Role
from tests.permissions import tables
from tests.worlds.programmes import World, a_member, a_user
from workflow.actors import Actor, System

SYSTEM = System("tick")
HATS = (
    ("preparer", "verifier", "approver", "releaser", "reconciler"),
    ("manager", "screening_officer", "jury_secretary", "jury_chair", "coach", "supervisor"),
    ("verifier", "approver"),
    ("approver", "releaser"),
)
"""Roles that one person holds together: separation of duties must hold for persons, not for roles."""


@cache
def words_of(kind: str, verb: str) -> tuple[str, ...]:
    """Return who may, in the words of the permission matrix."""
    return tuple(
        word for row in tables.ACTS if (row.kind, row.verb) == (kind, verb) for word in row.who.words()
    )


class Cast:
    """Everybody of one programme."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.roles: dict[int, frozenset[str]] = {}
        self.users: list[User] = []
        for role in Role.values:
            for number in (1, 2):
                self._add(world.member(role, number), frozenset({role}))
        for hats in HATS:
            user = a_user("Many hats")
            for role in hats:
                a_member(world.programme, role, user)
            self._add(user, frozenset(hats))

    def _add(self, user: User, roles: frozenset[str]) -> None:
        self.users.append(user)
        self.roles[user.pk] = roles

    def may(self, record: Any, verb: str) -> list[Actor]:
        """Return everybody who may fire a verb on a record of this programme, the system included."""
        for user in self.users:
            user.__dict__.pop(beside.KEPT, None)  # every move is a request of its own
        words = words_of(record.kind, verb)
        found: list[Actor] = [user for user in self.users if self.roles[user.pk] & set(words)]
        if "applicant@own" in words and (owner := owner_of(record)) is not None:
            found.append(owner)
        if "juror@own" in words:
            found.append(juror_of(record))
        if "#coach" in words:
            found += self.coaches_of(record)
        if "system" in words:
            found.append(SYSTEM)
        return found

    def coaches_of(self, record: Any) -> list[Actor]:
        """Return the coach of a visit; else who is named for the case, every coach while none is."""
        if hasattr(record, "coach"):
            return [record.coach] if record.coach is not None else []
        today = timezone.localdate()
        named = CaseloadAssignment.objects.filter(enterprise__case=_case_of(record), valid_from__lte=today)
        follow: list[Actor] = [one.coach for one in named.exclude(valid_until__lt=today)]
        every: list[Actor] = [user for user in self.users if "coach" in self.roles[user.pk]]
        return follow or every


def _case_of(record: Any) -> int:
    for parent in ("order", "justification", "tranche", "procurement", "grant"):
        if getattr(record, f"{parent}_id", None) is not None:
            return _case_of(getattr(record, parent))
    return int(record.case_id)


def owner_of(record: Any) -> User | None:
    """Return the account of the person whose case it is, None for somebody without account."""
    if hasattr(record, "person_id"):
        return record.person.user
    if hasattr(record, "enterprise_id"):
        member = record.enterprise.members.filter(person__user__isnull=False, left_on__isnull=True).first()
        return member.person.user if member is not None else None
    for parent in ("order", "justification", "tranche", "procurement", "grant", "application"):
        if getattr(record, f"{parent}_id", None) is not None:
            return owner_of(getattr(record, parent))
    applicant = getattr(record, "applicant", None)
    return applicant.user if applicant is not None else None


def juror_of(record: Any) -> User:
    """Return the juror whose engagement, file or sheet it is."""
    held = getattr(record, "assignment", record)
    return getattr(held, "engagement", held).user
