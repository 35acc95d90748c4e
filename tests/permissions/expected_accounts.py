"""Who may reach the pages of sign-in, preferences and invitations."""

from django.utils import timezone

from accounts import invitations
from accounts.models import Invitation, User
from tests.permissions.matrix import EVERYBODY, SIGNED_IN, Pair, World, row, sees
from tests.worlds import people

INVITERS = "system_administrator manager@any"

# In the world of the matrix, these two have an authenticator app, recovery codes and a passkey.
WITH_AN_APP = "#manager #manager_elsewhere"

ROWS = [
    # Entrance: whoever comes by.
    row("account_login", EVERYBODY, posts=EVERYBODY),
    row("account_logout", EVERYBODY, posts=EVERYBODY),
    row("account_signup", EVERYBODY, posts=EVERYBODY),
    row("account_inactive", EVERYBODY),
    row("account_confirm_login_code", EVERYBODY, posts=EVERYBODY, leads_to_sign_in=True),
    row("account_email_verification_sent", EVERYBODY),
    row("account_confirm_email", EVERYBODY, posts=EVERYBODY, key="=no-such-key", gives=(404,)),
    row("account_reset_password", EVERYBODY, posts=EVERYBODY),
    row("account_reset_password_done", EVERYBODY),
    row("account_reset_password_from_key", EVERYBODY, posts=EVERYBODY, uidb36="=1", key="=no-such-key"),
    row("account_reset_password_from_key_done", EVERYBODY),
    row("mfa_authenticate", EVERYBODY, posts=EVERYBODY, leads_to_sign_in=True),
    row("mfa_login_webauthn", EVERYBODY, posts=EVERYBODY, leads_to_sign_in=True),
    row("set_language", posts=EVERYBODY),
    row("accounts:phone_sign_in", EVERYBODY, posts=EVERYBODY),
    row("accounts:phone_code", EVERYBODY, posts=EVERYBODY, leads_to_sign_in=True),
    row("accounts:phone_code_again", posts=EVERYBODY, leads_to_sign_in=True),
    # One's own account.
    row("account_reauthenticate", SIGNED_IN, posts=SIGNED_IN),
    row("account_email", SIGNED_IN, posts=SIGNED_IN),
    row("account_change_password", SIGNED_IN, posts=SIGNED_IN),
    row("account_set_password", SIGNED_IN, posts=SIGNED_IN),
    row("mfa_index", SIGNED_IN),
    row("mfa_reauthenticate", SIGNED_IN, posts=SIGNED_IN),
    row("mfa_activate_totp", SIGNED_IN, posts=SIGNED_IN),
    row("mfa_deactivate_totp", WITH_AN_APP, posts=WITH_AN_APP),
    row("mfa_view_recovery_codes", WITH_AN_APP),
    row("mfa_generate_recovery_codes", SIGNED_IN, posts=SIGNED_IN),
    row("mfa_download_recovery_codes", WITH_AN_APP),
    row("mfa_list_webauthn", SIGNED_IN),
    row("mfa_add_webauthn", SIGNED_IN, posts=SIGNED_IN),
    row("mfa_reauthenticate_webauthn", SIGNED_IN, posts=SIGNED_IN, leads_to_sign_in=True),
    row("accounts:preferences", SIGNED_IN, posts=SIGNED_IN),
    row("accounts:phone", SIGNED_IN, posts=SIGNED_IN),
    row("accounts:second_factor", SIGNED_IN, posts=SIGNED_IN),
    row("mfa_edit_webauthn", "#manager", posts="#manager", of="passkey", pk="pk"),
    row("mfa_remove_webauthn", "#manager", posts="#manager", of="passkey", pk="pk"),
    # Invitations: one's own, and only for what one may invite for.
    row("accounts:invitations", INVITERS),
    row(
        "accounts:invite",
        "system_administrator",
        posts="system_administrator",
        purpose="=system_administrator",
    ),
    row("accounts:renew_invitation", posts="#manager", of="accounts.invitation", pk="pk"),
    row("accounts:withdraw_invitation", posts="#manager", of="accounts.invitation", pk="pk"),
    row(
        "accounts:accept_invitation",
        EVERYBODY,
        posts=EVERYBODY,
        of="accounts.invitation",
        token="token",
        gives=(409,),
    ),
]

SEES = [
    sees("accounts.user", "#manager"),
    sees("accounts.invitation", "#manager"),
]


def fill(world: World) -> None:
    """Two managers who have sent an invitation and set up every second factor."""
    here, there = world.user("manager"), world.user("manager elsewhere")
    world.objects["accounts.user"] = Pair(here, there)
    world.objects["accounts.invitation"] = Pair(_invitation(here), _invitation(there))
    world.objects["passkey"] = Pair(people.passkey(here), people.passkey(there))
    people.authenticator_app(here)
    people.authenticator_app(there)


def _invitation(inviter: User) -> Invitation:
    invitation, token = invitations.invite(
        purpose=invitations._purposes["system_administrator"],
        email=f"guest-of-{inviter.pk}@example.org",
        full_name=f"Guest of {inviter.pk}",
        invited_by=inviter,
        now=timezone.now(),
    )
    invitation.token = token  # type: ignore[attr-defined]
    return invitation
