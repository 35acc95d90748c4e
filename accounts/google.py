"""Sign-in by Google, where an agency switched it on (`GOOGLE_CLIENT_ID`); imported only then."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest

from accounts import language


class GoogleAdapter(DefaultSocialAccountAdapter):
    """Sign-in by Google: takes the confirmed address, keeps nothing of what else Google tells."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """As for every other sign-up."""
        return bool(settings.SIGN_UP_OPEN)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        """Take the address and the language of the page; drop name and picture before they are stored."""
        sociallogin.account.extra_data = {}
        user = super().populate_user(request, sociallogin, {"email": data.get("email")})
        user.language = language.current()
        return user
