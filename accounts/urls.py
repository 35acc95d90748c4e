"""URLs of sign-in, second factor, language, preferences and invitations."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from accounts.views import account, phone
from workflow import access

# Pages of allauth that somebody must reach before being signed in.
ENTRANCE = [
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
]
if settings.GOOGLE_CLIENT_ID:
    ENTRANCE += [
        "google_login",
        "google_callback",
        "google_login_by_token",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
        "socialaccount_signup",
    ]

own: list[URLPattern | URLResolver] = [
    path("preferences/", account.preferences, name="preferences"),
    path("preferences/phone/", phone.own, name="phone"),
    path("phone/", phone.sign_in, name="phone_sign_in"),
    path("phone/code/", phone.code, name="phone_code"),
    path("phone/code/again/", phone.again, name="phone_code_again"),
    path("preferences/second-factor/", account.second_factor_page, name="second_factor"),
    path("invitations/", account.invitation_list, name="invitations"),
    path("invitations/new/<word:purpose>/", account.invite, name="invite"),
    path("invitations/<id:pk>/renew/", account.renew_invitation, name="renew_invitation"),
    path("invitations/<id:pk>/withdraw/", account.withdraw_invitation, name="withdraw_invitation"),
    path("invitation/<token:token>/", account.accept_invitation, name="accept_invitation"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *access.declare(
        path("accounts/", include("allauth.urls")),
        access.signed_in,
        dict.fromkeys(ENTRANCE, access.public),
    ),
    path("language/", account.set_language, name="set_language"),
    path("", include((own, "accounts"))),
]
