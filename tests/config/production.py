"""The environment of a well-configured production server, with keys made for the tests."""

import base64

from tests.requirements import inherited

PRODUCTION = {
    "JALON_ENV": "production",
    "SECRET_KEY": "a-long-random-text-that-only-the-tests-know-0123456789-abcdef",
    "VAULT_KEYS": base64.b64encode(b"v" * 32).decode(),
    "VAULT_INDEX_KEY": base64.b64encode(b"i" * 32).decode(),
    "CHECKPOINT_KEY": "a-key-for-checkpoints-that-only-the-tests-know",
    "ALLOWED_HOSTS": "jalon.example.org",
    "PUBLIC_URL": "https://jalon.example.org",
    "DATABASE_URL": "postgres://jalon@127.0.0.1:5432/jalon",
}


def production_environment(**changes: str | None) -> dict[str, str]:
    """This process's environment with the production values on top; `None` takes a variable away."""
    values: dict[str, str | None] = {**inherited(), **PRODUCTION, **changes}
    values.pop("DJANGO_SETTINGS_MODULE", None)
    return {name: value for name, value in values.items() if value is not None}
