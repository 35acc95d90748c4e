"""Standing in for somebody: a named person gives a role of theirs to another one for given dates.

Whoever stands in signs under their own name. What two signatures need is two persons and two authorities:
who gave a role away and who stands in for them do not both sign one payment (`same_authority`).
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.models import Membership
from programmes.predicates import DELEGABLE
from programmes.roles import RoleRefused
from workflow import acts, notices

LONGEST_DAYS = 90


def own_roles(user: Any, programme_id: int) -> Any:
    """Return the roles of a person that may be given away: their own, not those that they stand in for."""
    rows = Membership.objects.filter(user=user.pk, programme=programme_id, role__in=DELEGABLE)
    return rows.filter(delegated_from__isnull=True).in_force(timezone.localdate())


@transaction.atomic
def delegate(
    own: Membership, to: Any, *, valid_from: date, valid_until: date, reason: str, by: Any, at: datetime
) -> Membership:
    """Let another person stand in for a role, both days included; recorded, and the person is told.

    Raises `RoleRefused` with a sentence: for a role of somebody else or one that is stood in for, to oneself,
    to somebody who has that role, for days in the past or more than 90, without a reason.
    """
    today = timezone.localdate(at)
    programme = own.programme
    if own.user_id != by.pk or not own_roles(by, own.programme_id).filter(pk=own.pk).exists():
        raise RoleRefused(_("Only a role of your own can be delegated."))
    if to.pk == by.pk:
        raise RoleRefused(_("Choose another person than yourself."))
    if programme.is_closed:
        raise RoleRefused(_("The programme is closed: it is read-only."))
    if valid_from < today or valid_until < valid_from:
        raise RoleRefused(_("Say from which day, today or later, until which day."))
    if (valid_until - valid_from).days >= LONGEST_DAYS:
        sentence = _("At most %(days)s days: a manager gives a role for longer.")
        raise RoleRefused(sentence % {"days": LONGEST_DAYS})
    if not reason.strip():
        raise RoleRefused(_("Give a reason."))
    same = Membership.objects.filter(programme=programme, user=to, role=own.role, ended_at__isnull=True)
    same.filter(valid_until__lt=today).update(ended_at=at)
    try:
        with transaction.atomic():
            made = Membership.objects.create(
                programme=programme,
                user=to,
                role=own.role,
                valid_from=valid_from,
                valid_until=valid_until,
                granted_by=by,
                delegated_from=own,
            )
    except IntegrityError as error:
        raise RoleRefused(_("This person has that role already.")) from error
    facts = {"role": own.role, "to": to.pk, "from": valid_from.isoformat(), "until": valid_until.isoformat()}
    acts.record(made, "delegate", actor=by, at=at, data=facts, reason=reason, stream=programme.stream)
    notices.queue(
        template="programmes.role_given",
        recipient_kind="user",
        recipient_id=to.pk,
        stream=programme.stream,
        context={"programme": programme.pk, "role": own.role},
        at=at,
    )
    return made


def take_back(delegated: Membership, *, by: Any, at: datetime) -> None:
    """End a delegation early. Raises `RoleRefused` for anybody but who gave it, and when it has ended."""
    if delegated.delegated_from is None or delegated.delegated_from.user_id != by.pk:
        raise RoleRefused(_("Only who delegated a role takes it back."))
    with transaction.atomic():
        rows = Membership.objects.filter(pk=delegated.pk, ended_at__isnull=True)
        if not rows.update(ended_at=at, ended_by=by):
            raise RoleRefused(_("This role has ended already."))
        facts = {"role": delegated.role, "to": delegated.user_id}
        stream = delegated.programme.stream
        acts.record(delegated, "take_back", actor=by, at=at, data=facts, stream=stream)


def same_authority(user: Any, programme_id: int, signed: Collection[int]) -> int | None:
    """Return who among those who signed shares an authority with a user: stands in for the user, or the
    other way round. None when nobody does: one query."""
    if not signed:
        return None
    rows = Membership.objects.filter(programme=programme_id, delegated_from__isnull=False)
    mine = Q(user=user.pk, delegated_from__user__in=signed) | Q(delegated_from__user=user.pk, user__in=signed)
    pair = rows.filter(mine).values_list("user", "delegated_from__user").first()
    if pair is None:
        return None
    return pair[1] if pair[0] == user.pk else pair[0]


def register() -> None:
    """Declare how the history names a delegation."""
    acts.declare(
        "programmes.Membership",
        "delegate",
        gettext_lazy("Role delegated"),
        facts=("role", "to", "from", "until"),
        reason=True,
    )
    acts.declare(
        "programmes.Membership", "take_back", gettext_lazy("Delegation taken back"), facts=("role", "to")
    )
