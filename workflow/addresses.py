"""Addresses of records: `reverse`, resolved once a name for the fifty rows of a list."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse

SOME_KEY = "4071953286"


def address_of(name: str, key: int | str, like: str = SOME_KEY) -> str:
    """Return `reverse(name, args=[key])`, for an address with nothing else in it.

    like: what keys of this name look like, where they are no numbers; it stands in no address by itself.
    """
    before, after = _around(name, like, get_script_prefix())
    return f"{before}{key if isinstance(key, str) else format(key, 'd')}{after}"


@lru_cache(maxsize=256)
def _around(name: str, like: str, _prefix: str) -> list[str]:
    return reverse(name, args=[like]).split(like)
