"""Invitations: how staff come in. Purposes registered by upper packages, sending, accepting.

An invitation carries a payload that only the package of its purpose understands (a role in a programme);
accepting hands it back to that package in the same transaction. The link's token is stored as a digest.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from accounts.forms import InvitationForm
    from accounts.models import Invitation, User

VALID_FOR = timedelta(days=14)


class CannotAccept(Exception):
    """The invitation cannot be accepted; the text says why, in the reader's language."""


class Purpose(NamedTuple):
    """What somebody is invited for.

    name: a word, used in the URL. label: shown on the button. may_invite: `user -> bool`. form: an
    InvitationForm with the extra fields. accept: `(user, payload, invitation) -> None`, called inside the
    accepting transaction; it raises CannotAccept with a sentence when the payload no longer holds (the
    inviter lost the right, the programme closed). describe: `payload -> sentence` for mail and pages.
    """

    name: str
    label: Any
    may_invite: Callable[[Any], bool]
    form: "type[InvitationForm]"
    accept: "Callable[[User, dict[str, Any], Invitation], None]"
    describe: Callable[[dict[str, Any]], str]


_purposes: dict[str, Purpose] = {}


def register(purpose: Purpose) -> None:
    """Add something people can be invited for."""
    _purposes[purpose.name] = purpose


def purpose(name: str) -> Purpose | None:
    """The purpose of that name, if a package registered it."""
    return _purposes.get(name)


def purposes_of(user: Any) -> list[Purpose]:
    """What this user may invite for, in the order of registration."""
    if not user.is_authenticated or not user.is_active:
        return []
    return [found for found in _purposes.values() if found.may_invite(user)]


def digest(token: str) -> str:
    """What is stored of a token: 32 random bytes need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    *,
    purpose: Purpose,
    email: str,
    invited_by: "User",
    now: datetime,
    full_name: str = "",
    language: str = settings.LANGUAGE_CODE,
    payload: dict[str, Any] | None = None,
) -> "tuple[Invitation, str]":
    """Record an invitation; return it with the token of its link (stored nowhere else).

    The caller checks that `invited_by` may invite; sending is `send`.
    """
    from accounts.models import Invitation

    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        purpose=purpose.name,
        email=email.lower(),
        full_name=full_name,
        language=language,
        invited_by=invited_by,
        payload=payload or {},
        token_digest=digest(token),
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    return invitation, token


def renew(invitation: "Invitation", *, now: datetime) -> str:
    """Give an unaccepted invitation a new link and two more weeks; the old link dies. Raises CannotAccept."""
    from accounts.models import Invitation

    token = secrets.token_urlsafe(32)
    open_ones = Invitation.objects.filter(
        pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    if not open_ones.update(token_digest=digest(token), expires_at=now + VALID_FOR):
        raise CannotAccept(_("This invitation is closed."))
    return token


def withdraw(invitation: "Invitation", *, now: datetime) -> None:
    """Close an unaccepted invitation. Raises CannotAccept when it is closed already."""
    from accounts.models import Invitation

    open_ones = Invitation.objects.filter(
        pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    if not open_ones.update(withdrawn_at=now):
        raise CannotAccept(_("This invitation is closed."))


def send(invitation: "Invitation", token: str) -> None:
    """Mail the link in the invited person's language; mail errors reach the caller."""
    link = settings.PUBLIC_URL.rstrip("/") + reverse("accounts:accept_invitation", args=[token])
    with translation.override(invitation.language):
        context = {"invitation": invitation, "link": link, "what": described(invitation)}
        send_mail(
            _("You are invited to Jalon"),
            render_to_string("accounts/invitation.txt", context),
            settings.DEFAULT_FROM_EMAIL,
            [invitation.email],
        )


def described(invitation: "Invitation") -> str:
    """What the invitation is for, in the reader's language."""
    found = purpose(invitation.purpose)
    return found.describe(invitation.payload) if found else ""


def why_closed(invitation: "Invitation", *, now: datetime) -> str:
    """Why nobody can accept it any more; an empty string while it is open."""
    if invitation.accepted_at:
        return _("This invitation was already accepted. Sign in instead.")
    if invitation.withdrawn_at:
        return _("This invitation was withdrawn. Ask the person who invited you.")
    if invitation.expires_at <= now:
        return _("This invitation has expired. Ask the person who invited you for a new one.")
    return ""


@transaction.atomic
def accept(invitation: "Invitation", *, user: "User", now: datetime) -> None:
    """Accept as `user`, once: closes the invitation and hands its payload to the purpose's package.

    Raises CannotAccept when it is closed, belongs to another address, or its purpose refuses.
    """
    from accounts.models import Invitation

    if reason := why_closed(invitation, now=now):
        raise CannotAccept(reason)
    if (user.email or "") != invitation.email:
        raise CannotAccept(_("This invitation was sent to another e-mail address."))
    found = purpose(invitation.purpose)
    if found is None:
        raise CannotAccept(_("Nobody can be invited for this any more."))
    open_ones = Invitation.objects.filter(
        pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
    )
    if not open_ones.update(accepted_at=now, accepted_by=user):
        raise CannotAccept(_("This invitation was already accepted. Sign in instead."))
    invitation.refresh_from_db()
    found.accept(user, invitation.payload, invitation)
