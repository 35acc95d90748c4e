"""What every template may ask about sign-in."""

from django.conf import settings
from django.http import HttpRequest


def sign_in(request: HttpRequest) -> dict[str, bool | int]:
    """Return which ways in there are, whether the second factor is relaxed, and how long a session lives."""
    return {
        "phone_sign_in": settings.PHONE_SIGN_IN,
        "session_seconds": settings.SESSION_COOKIE_AGE,
        "second_factor_relaxed": not settings.REQUIRE_SECOND_FACTOR,
        "sign_up_open": settings.SIGN_UP_OPEN,
    }
