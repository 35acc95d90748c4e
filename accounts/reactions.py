"""What this package hands to the registries of the kernel and to its own."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import InvitationForm
from accounts.invitations import CannotAccept, Purpose
from accounts.models import Invitation, User
from workflow.notices import Address


def address(user_id: str) -> Address | None:
    """Where a user can be reached now; None for an account that is closed or gone."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    return Address(email=user.email or "", phone=user.phone or "", language=user.language)


def _is_system_administrator(user: Any) -> bool:
    return user.is_active and user.is_superuser


def _make_system_administrator(user: User, payload: dict[str, Any], invitation: Invitation) -> None:
    if not _is_system_administrator(invitation.invited_by):
        raise CannotAccept(_("The person who invited you may no longer do so."))
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])


def _describe_system_administrator(payload: dict[str, Any]) -> str:
    return _("Setting up the system, without access to cases or identities")


SYSTEM_ADMINISTRATOR = Purpose(
    name="system_administrator",
    label=gettext_lazy("System administrator"),
    may_invite=_is_system_administrator,
    form=InvitationForm,
    accept=_make_system_administrator,
    describe=_describe_system_administrator,
)
