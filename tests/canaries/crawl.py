"""Reading every page that a person can reach from the first one, by the links that stand in it."""

import html
import re
from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from tests.canaries.places import body_of

LINK = re.compile(r"""(?:href|src|hx-get)=["']([^"'#][^"']*)["']""")
LEFT_ALONE = ("/static/", "/accounts/logout", "/i18n/", "/styleguide/")
REARRANGED = ("sort=", "per_page=", "columns=")  # the same rows in another order
ALL = 10_000


def pages(client: Client, start: str = "/", *, of_a_kind: int = ALL) -> Iterator[tuple[str, str]]:
    """Yield (address, what it says) of all pages from `start` on; `of_a_kind`: how many of one view."""
    waiting, seen, kinds = deque([start]), {start}, Counter[str]()
    while waiting:
        address = waiting.popleft()
        kind = _kind(address)
        if kind is None or kinds[kind] >= of_a_kind:
            continue
        kinds[kind] += 1
        answer = client.get(address)
        if answer.status_code >= 400:
            continue
        said = body_of(answer)
        yield address, said
        found = [*LINK.findall(said), answer.headers.get("Location", "")]
        for link in found:
            there = urldefrag(urljoin(address, html.unescape(link)))[0]
            parts = urlsplit(there)
            if parts.netloc in ("", "testserver") and there not in seen and parts.path.startswith("/"):
                seen.add(there)
                if not parts.path.startswith(LEFT_ALONE):
                    waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))


def _kind(address: str) -> str | None:
    """The view of an address, with the names of what stands in its query."""
    parts = urlsplit(address)
    if any(name in parts.query for name in REARRANGED):
        return None
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    names = sorted({pair.split("=")[0] for pair in parts.query.split("&") if pair})
    export = next((pair for pair in parts.query.split("&") if pair.startswith("export=")), "")
    return f"{match.view_name} {names} {export}"
