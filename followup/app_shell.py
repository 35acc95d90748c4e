"""The files that the app of coaches is made of, and their common version: a digest over all of them.

The phone keeps the shell under that version; when a byte of it changes, the version does, and the phone
fetches the whole anew. Nothing in the shell is about anybody.
"""

import hashlib
import json
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse

from followup.app_texts import texts

LANGUAGES = ("fr", "ar", "en")
MODULES = (
    "app",
    "attendance",
    "camera",
    "checks",
    "dom",
    "form",
    "pen",
    "rescue",
    "store",
    "sync",
    "words",
)
FILES = (
    "phone.css",
    "field.css",
    "img/field-192.png",
    "vendor/idb/index.js",
    *(f"js/field/{module}.js" for module in MODULES),
)
TEMPLATES = ("followup/field_shell.html", "followup/field_worker.js")


def version() -> str:
    """Return the version of the shell; worked out once in production, each time while it is being written."""
    return _kept_version() if not settings.WHITENOISE_AUTOREFRESH else _version()


@cache
def _kept_version() -> str:
    return _version()


def _version() -> str:
    digest = hashlib.sha256()
    for name in FILES:
        path = finders.find(name)
        if path is None:
            raise FileNotFoundError(name)
        with open(path, "rb") as file:
            digest.update(file.read())
    for name in TEMPLATES:
        template: Any = get_template(name)
        digest.update(template.template.source.encode())
    for language in LANGUAGES:
        digest.update(json.dumps(texts(language), sort_keys=True).encode())
    return digest.hexdigest()[:12]


def addresses() -> list[str]:
    """Return the addresses of everything in the shell, the page itself first."""
    return [
        reverse("followup:field_app"),
        reverse("followup:field_manifest"),
        *(reverse("followup:field_texts", args=[language]) for language in LANGUAGES),
        *(static(name) for name in FILES),
    ]
