"""What must hold before the product starts at all.

System checks do not run under a web server; so what would be unsafe to serve is refused here, from
`WorkflowConfig.ready`, with sentences that say what to do. Nothing here touches the database.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
SECRET_KEY_LENGTH = 50
SECRETS = {
    # setting: the published development value it must not keep
    "SECRET_KEY": "INSECURE_SECRET_KEY",
    "VAULT_KEYS": "INSECURE_VAULT_KEY",
    "VAULT_INDEX_KEY": "INSECURE_INDEX_KEY",
    "CHECKPOINT_KEY": "INSECURE_CHECKPOINT_KEY",
}


def refuse_unsafe(settings: Any, environ: Mapping[str, str]) -> None:
    """Raise `ImproperlyConfigured` naming everything that makes these settings unsafe to start with.

    Arguments: the Django settings and the process environment (for `WEB_CONCURRENCY`).
    """
    found = faults(settings, environ)
    if found:
        raise ImproperlyConfigured("Jalon does not start. " + " ".join(found))


def faults(settings: Any, environ: Mapping[str, str]) -> list[str]:
    """Sentences about what is unsafe; empty when the product may start."""
    found = sqlite_faults(settings.DATABASES["default"])
    if settings.ENVIRONMENT not in ("development", "production"):
        found.append(f'JALON_ENV is "{settings.ENVIRONMENT}"; write development or production.')
    if settings.PRODUCTION:
        found += secret_faults(settings) + production_faults(settings, environ)
    return found


def secret_faults(settings: Any) -> list[str]:
    """Secrets that are missing, published, malformed or the same as another one."""
    found = []
    values: dict[str, str] = {}
    for name, insecure in SECRETS.items():
        held = getattr(settings, name)
        keys = held if isinstance(held, list) else [held]
        if not keys or any(not key or key == getattr(settings, insecure) for key in keys):
            found.append(f"{name} is missing: set it in the environment (docs/production.md says how).")
            continue
        if name.startswith("VAULT") and not all(is_key(key) for key in keys):
            found.append(f"{name} must be {KEY_BYTES} random bytes in base64.")
        for key in keys:
            if key in values:
                found.append(f"{name} repeats a key of {values[key]}: each key has one purpose.")
            values[key] = name
    if values.get(settings.SECRET_KEY) == "SECRET_KEY" and len(settings.SECRET_KEY) < SECRET_KEY_LENGTH:
        found.append(f"SECRET_KEY must have at least {SECRET_KEY_LENGTH} characters.")
    return found


def production_faults(settings: Any, environ: Mapping[str, str]) -> list[str]:
    """What a laptop may do and a production server may not."""
    found = []
    if settings.DEBUG:
        found.append("DEBUG is on: it shows the inside of the product to visitors; switch it off.")
    if settings.ALLOWED_HOSTS == settings.LOCAL_HOSTS or "*" in settings.ALLOWED_HOSTS:
        found.append("ALLOWED_HOSTS is missing: name the hosts that people type, separated by commas.")
    if not settings.PUBLIC_URL.startswith("https://"):
        found.append("PUBLIC_URL is missing: papers and messages need the https:// address of the site.")
    if settings.PHONE_SIGN_IN and settings.SMS_BACKEND == "workflow.sms.ConsoleBackend":
        found.append("PHONE_SIGN_IN is on, but SMS_BACKEND only prints: name who carries text messages.")
    by_gateway = settings.SMS_BACKEND == "workflow.sms_gateway.GatewayBackend"
    if by_gateway and not settings.SMS_GATEWAY_URL.startswith("https://"):
        found.append("SMS_GATEWAY_URL is missing: text messages need the https:// address of the gateway.")
    workers = environ.get("WEB_CONCURRENCY", "1")
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") and workers not in ("", "0", "1"):
        found.append(
            f"SQLite serves one web worker, WEB_CONCURRENCY asks for {workers}: set it to 1 or"
            " set DATABASE_URL to a PostgreSQL database."
        )
    return found


def sqlite_faults(database: Mapping[str, Any]) -> list[str]:
    """SQLite options without which concurrent writes fail half of the time, or are lost in a power cut."""
    if not database["ENGINE"].endswith("sqlite3"):
        return []
    options = database.get("OPTIONS", {})
    found = []
    if options.get("transaction_mode") != "IMMEDIATE":
        found.append('SQLite needs OPTIONS["transaction_mode"] = "IMMEDIATE": else two writers deadlock.')
    said = options.get("init_command", "").lower().replace(" ", "")
    if "journal_mode=wal" not in said:
        found.append('SQLite needs "PRAGMA journal_mode=WAL" in OPTIONS["init_command"].')
    if "synchronous=full" not in said and "synchronous=extra" not in said:
        found.append(
            'SQLite needs "PRAGMA synchronous=FULL" in OPTIONS["init_command"]: else a power cut takes back'
            " payments that were answered."
        )
    return found


def is_key(text: str) -> bool:
    """Whether a text is base64 of exactly 32 bytes."""
    try:
        return len(base64.b64decode(text, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False
