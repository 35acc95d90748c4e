"""Addresses of records by key: `reverse`, resolved once a name for the fifty rows of a list."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse

SOME_KEY = 4_071_953_286


def address_of(name: str, key: int) -> str:
    """Return `reverse(name, args=[key])`, for an address with a key in it alone."""
    before, after = _around_the_key(name, get_script_prefix())
    return f"{before}{key:d}{after}"


@lru_cache(maxsize=256)
def _around_the_key(name: str, _prefix: str) -> list[str]:
    return reverse(name, args=[SOME_KEY]).split(str(SOME_KEY))
