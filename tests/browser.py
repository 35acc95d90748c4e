"""Looking at the product in Chromium: pages per person, size and language, and what axe says of them.

Every page is watched: an error in the console (a blocked inline script too), an exception in a script or
a request that leaves this machine fails the test that opened it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from demo.loading.staff import PASSWORD
from tests.servers import Site

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAPTOP, PHONE = 1440, 360
HEIGHTS = {LAPTOP: 900, PHONE: 740}
LANGUAGES = ("fr", "en", "ar")
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What it found in order is not sent over: on a page of the usual size that is sixty thousand letters.
AXE_RUN = "([context, options]) => axe.run(context, options).then((result) => result.violations)"
# A window that was just resized may be looked at before its page is laid out again.
SETTLED_WIDTH = """async () => {
    const root = document.documentElement;
    await document.fonts.ready;
    for (let look = 0; look < 20 && root.scrollWidth > root.clientWidth; look += 1) {
        await new Promise((done) => setTimeout(done, 100));
    }
    return root.scrollWidth > root.clientWidth;
}"""
PATIENCE = 15_000  # milliseconds that a page may take on a busy machine of two cores
expect.set_options(timeout=PATIENCE)


@dataclass
class Visitor:
    """Opens pages of one site and remembers everything that went wrong on them."""

    browser: Browser
    sessions: dict[tuple[str, str], Any]
    problems: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        site: Site,
        path: str = "/",
        *,
        user: str | None = None,
        password: str = PASSWORD,
        language: str = "fr",
        width: int = LAPTOP,
        script: bool = True,
    ) -> Page:
        """Open a page of `site` at `path`, signed in as `user` (e-mail) if one is given.

        `script` off opens it as a browser without JavaScript would.
        """
        state = self._session(site, user, password) if user else None
        context = self._context(width, language, script=script, state=state)
        context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])
        if user:
            _speak(context, site, language)
        page = context.new_page()
        page.goto(site.url + path)
        return page

    def forgive(self, pattern: str) -> None:
        """Forget the problems that match `pattern`: the test wanted them. Fails when there was none."""
        kept = [problem for problem in self.problems if not re.search(pattern, problem)]
        assert len(kept) < len(self.problems), f"nothing matched {pattern!r} in {self.problems}"
        self.problems[:] = kept

    def close(self) -> None:
        """Close every page."""
        for context in self.contexts:
            context.close()

    def _context(self, width: int, language: str, *, script: bool, state: Any) -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            locale=language,
            timezone_id="UTC",
            java_script_enabled=script,
            storage_state=state,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        context.on("request", self._request)
        self.contexts.append(context)
        return context

    def _session(self, site: Site, user: str, password: str) -> Any:
        if (site.url, user) not in self.sessions:
            context = self._context(LAPTOP, "en", script=True, state=None)
            page = context.new_page()
            sign_in(page, site, user, password)
            self.sessions[site.url, user] = context.storage_state()
            context.close()
            self.contexts.remove(context)
        return self.sessions[site.url, user]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            self.problems.append(f"request that leaves the machine: {request.url}")


def _speak(context: BrowserContext, site: Site, language: str) -> None:
    """Switch the signed-in person's language, as the menu does."""
    cookies = {cookie["name"]: cookie["value"] for cookie in context.cookies(site.url)}
    answer = context.request.post(
        site.url + reverse("set_language"),
        form={"language": language},
        headers={"X-CSRFToken": cookies[settings.CSRF_COOKIE_NAME]},
        max_redirects=0,
    )
    assert answer.status in (200, 302), f"the language could not be switched: {answer.status}"


def sign_in(page: Page, site: Site, user: str, password: str) -> None:
    """Sign in through the form, as a person would."""
    page.goto(site.url + reverse("account_login"))
    page.fill("input[name=login]", user)
    page.fill("input[name=password]", password)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: reverse("account_login") not in url)


@cache
def _axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


def axe_violations(page: Page, *, without: Iterable[str] = (), rows: int | None = None) -> list[str]:
    """What axe finds on the page as it stands, one sentence per rule and element; empty when clean.

    The window is made as tall as the page first: a bar that sticks to its foot would else half cover
    links, which axe counts as small targets. `without` names rules that are switched off; `rows` leaves
    out the rows of a table after that many, which one template writes like those before.
    """
    page.wait_for_load_state()
    size = page.viewport_size or {"width": LAPTOP, "height": 900}
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(max(tall, size["height"]), 12_000)})
    page.evaluate(_axe_source())
    options = {
        "runOnly": {"type": "tag", "values": AXE_TAGS},
        "rules": {rule: {"enabled": False} for rule in without},
        "resultTypes": ["violations"],
        "preload": False,  # the page is loaded; axe would fetch its style sheets again
    }
    left_out = [[f"tbody > tr:nth-child(n+{rows + 1})"]] if rows else []
    context = {"include": [["html"]], "exclude": left_out}
    violations = page.evaluate(AXE_RUN, [context, options])
    page.set_viewport_size(size)
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in violations
        for node in violation["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page as a whole stays wider than the window, once it is loaded and its size has settled."""
    page.wait_for_load_state()
    return bool(page.evaluate(SETTLED_WIDTH))
