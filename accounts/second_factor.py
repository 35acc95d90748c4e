"""Staff sign in with a second factor: the policy, and the middleware that holds them to it.

The factors themselves (authenticator app, passkey, recovery codes) are allauth's. `REQUIRE_SECOND_FACTOR`
switches the policy; the demo relaxes it and every page says so.
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import staff
from workflow import access

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

# What somebody without a second factor may still do: get one, prove who they are, leave, change language.
WAY_TO_A_FACTOR = frozenset(
    {
        "accounts:second_factor",
        "account_logout",
        "account_reauthenticate",
        "account_email",
        "account_change_password",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "set_language",
    }
)


def is_required_of(user: Any) -> bool:
    """Whether the policy asks this user for a second factor."""
    return bool(settings.REQUIRE_SECOND_FACTOR) and staff.is_staff(user)


def has_one(user: Any) -> bool:
    """Whether the user has set up an authenticator app or a passkey."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


class SecondFactorMiddleware:
    """Send staff without a second factor to the page where they get one, from wherever they want to go."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let through public pages, the way to a factor, and whoever needs none or has one."""
        declared = access.declared(view)
        match = request.resolver_match
        if declared is None or declared.kind == access.PUBLIC or match is None:
            return None
        if match.view_name in WAY_TO_A_FACTOR or not is_required_of(request.user) or has_one(request.user):
            return None
        page = reverse("accounts:second_factor")
        if access.is_api(request):
            return JsonResponse({"detail": _("Your role needs a second factor.")}, status=403)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=403, headers={"HX-Redirect": page})
        return HttpResponseRedirect(page)
