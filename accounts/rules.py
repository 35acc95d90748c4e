"""Who may do what with accounts and invitations."""

from typing import TYPE_CHECKING, Any

import rules

from accounts import invitations

if TYPE_CHECKING:
    from accounts.models import Invitation


@rules.predicate
def purpose_is_open_to(user: Any, purpose: Any) -> bool:
    """The package that registered the purpose says that this user may invite for it."""
    return user.is_active and isinstance(purpose, invitations.Purpose) and purpose.may_invite(user)


@rules.predicate
def may_invite_at_all(user: Any, _obj: Any = None) -> bool:
    """Some purpose is open to the user."""
    return bool(invitations.purposes_of(user))


@rules.predicate
def sent_it(user: Any, invitation: "Invitation | None") -> bool:
    """The user sent this invitation."""
    return user.is_active and invitation is not None and invitation.invited_by_id == user.pk


rules.add_perm("accounts.invite", purpose_is_open_to)
rules.add_perm("accounts.list_invitations", may_invite_at_all)
rules.add_perm("accounts.manage_invitation", sent_it)
