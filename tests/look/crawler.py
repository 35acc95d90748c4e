"""Walking every link of the product as one person: which pages there are, and what is wrong with them.

Two passes. `discover` asks for pages in English without a browser, from the start page on, and follows their
links: a link that leads to a refusal, to nothing or to an error is a finding, and so is a page that takes
long or speaks another language. Of many addresses with one pattern (view, and verb for actions) each person
asks for one, and one of all persons for a second. `Audit` then looks at one address of each pattern in a
browser, on a phone in Arabic and on a laptop in French, the longest of the three: the console, the width, in
Arabic the order of references, and axe. The elements are the same on both, so axe reads a pattern on one of
them, as its name decides. With JALON_WHOLE_CRAWL=1 it reads all on both, and on a laptop in English too.
"""

import os
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from html import unescape
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, quote, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener
from zlib import crc32

from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, Page

from tests.browser import LAPTOP, PHONE, Visitor, axe_violations, scrolls_sideways
from tests.servers import Site

ROWS = 10  # of a table that axe reads
ASKED_IN = "en"
WHOLE = "JALON_WHOLE_CRAWL"
LOOKS = (("ar", PHONE), ("fr", LAPTOP), *((("en", LAPTOP),) if WHOLE in os.environ else ()))
INSTANCES = 2  # addresses of one pattern that are asked for
SLOW = 8.0  # seconds; a page takes a fraction of one, but four processes share two cores here
ADDRESS_SIGNS = "%/:=&?~#+!$,;'@()*[]"  # what stands in an address as it is
NOT_FOLLOWED = frozenset({"account_logout"})
# Letters and digits joined by hyphens: 98004-1, CS-2026-0016, P-3F2A91AB.
REFERENCES = r"(?<![\w-])[A-Z\d]+(?:-[A-Z\d]+)+(?![\w-])"
OUT_OF_ORDER = """pattern => {
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.parentElement.closest(".visually-hidden, option")) continue;
        for (const match of node.data.matchAll(new RegExp(pattern, "g"))) {
            const range = document.createRange();
            let before = null;
            for (let place = match.index; place < match.index + match[0].length; place++) {
                range.setStart(node, place);
                range.setEnd(node, place + 1);
                const box = range.getBoundingClientRect();
                if (!box.width) break;
                if (before && box.top === before.top && box.left < before.left - 0.5) {
                    found.push(match[0]);
                    break;
                }
                before = box;
            }
        }
    }
    return [...new Set(found)];
}"""


TAG = re.compile(r"""<([a-z][\w-]*+)((?:[^"'>]++|"[^"]*+"|'[^']*+')*+)>""", re.IGNORECASE)
ADDRESS = re.compile(r"""\s(href|hx-get)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


def links_of(text: str) -> list[str]:
    """Return the addresses of a page's links, and of the parts that it fetches later, each once."""
    found: dict[str, None] = {}
    for tag, attributes in TAG.findall(text):
        for name, quoted, otherwise in ADDRESS.findall(attributes):
            if (name.lower() == "href") == (tag.lower() == "a") and (address := quoted or otherwise):
                found[unescape(address)] = None
    return list(found)


class _Said:
    """The cookies of a browser as an answer would set them, for a `CookieJar`."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.headers = Message()
        for cookie in context.cookies(site.url):
            self.headers["Set-Cookie"] = f"{cookie['name']}={cookie['value']}; Path=/"

    def info(self) -> Message:
        """Return the headers."""
        return self.headers


@dataclass(frozen=True)
class Answer:
    """What the server said. address: where the request arrived, after redirections."""

    status: int
    address: str
    kind: str
    text: str


class Asker:
    """Asks for pages without a browser, with the cookies that it has now and those that answers set."""

    def __init__(self, site: Site, context: BrowserContext) -> None:
        self.site = site
        jar = CookieJar()
        jar.extract_cookies(_Said(context, site), Request(site.url))  # type: ignore[arg-type]  # asked for its headers alone
        self.opener = build_opener(HTTPCookieProcessor(jar))

    def get(self, address: str) -> Answer:
        """Ask for one page; whatever is answered is an answer."""
        headers = {"Accept": "text/html,*/*", "Accept-Language": ASKED_IN}
        request = Request(self.site.url + quote(address, safe=ADDRESS_SIGNS), headers=headers)
        try:
            with self.opener.open(request, timeout=60) as found:
                return self._answer(found)
        except HTTPError as refused:
            with refused:
                return self._answer(refused)

    @staticmethod
    def _answer(found: Any) -> Answer:
        kind = found.headers.get("Content-Type", "")
        text = found.read().decode("utf-8", "replace") if kind.startswith("text/html") else ""
        return Answer(found.status, found.url, kind, text)


@cache
def pattern_of(path: str) -> str | None:
    """Return what an address is an example of, None for what is no page of the product."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    parts = [match.view_name]
    if match.view_name == "workflow:act":
        parts += [match.kwargs["kind"], match.kwargs["verb"]]
    return " ".join(str(part) for part in parts)


def axe_reads(pattern: str, width: int) -> bool:
    """Tell whether axe reads a pattern at this width: half of them on each, or all on all."""
    return WHOLE in os.environ or (PHONE, LAPTOP)[crc32(pattern.encode()) % 2] == width


@dataclass(frozen=True)
class Found:
    """A page that somebody reached. pattern: what it is an example of."""

    pattern: str
    path: str


@dataclass
class Crawl:
    """One person's walk. user: e-mail address, None for a stranger.

    claim: takes a name for this process, once in the whole run; pages of a list in another order or size, and
    second examples of a pattern, are asked for by the first person who comes to them.
    """

    site: Site
    visitor: Visitor
    user: str | None
    claim: Callable[[str], bool]
    findings: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def discover(self, starts: tuple[str, ...] = ("/",)) -> Iterator[Found]:
        """Follow every link from the start; yield each pattern's first page."""
        page = self.visitor.open(self.site, starts[0], user=self.user, language=ASKED_IN)
        asker = Asker(self.site, page.context)
        asked: Counter[tuple[str, tuple[str, ...]]] = Counter()
        seen: set[str] = set()
        queue = deque((path, "a start") for path in starts)
        while queue:
            address, source = queue.popleft()
            if address in seen:
                continue
            parts = urlsplit(address)
            pattern = pattern_of(parts.path)
            if pattern is None:
                self.findings.append(f"{self._who}: {address} (linked from {source}) is no page")
                continue
            key = (pattern, tuple(sorted(name for name, _value in parse_qsl(parts.query))))
            if pattern in NOT_FOLLOWED or asked[key] >= INSTANCES:
                continue
            if (key[1] or asked[key]) and not self.claim(" ".join((pattern, *key[1], str(asked[key])))):
                asked[key] = INSTANCES
                continue
            seen.add(address)
            asked[key] += 1
            answer = self._ask(asker, address)
            if answer.status != 200:
                self.findings.append(f"{self._who}: {address} (linked from {source}) says {answer.status}")
                continue
            if not answer.kind.startswith("text/html"):
                continue
            arrived = urlsplit(answer.address).path
            reached = pattern_of(arrived) or pattern
            for link in links_of(answer.text):
                target = self._own(urljoin(answer.address, link))
                if target:
                    queue.append((target, arrived))
            whole = "<html" in answer.text  # not a part that a page fetches later
            if whole and f'<html lang="{ASKED_IN}"' not in answer.text:
                self.findings.append(f"{self._who}: {address} speaks another language than {ASKED_IN}")
            if whole and not parts.query:
                yield Found(reached, arrived)
        page.context.close()
        self.visitor.contexts.remove(page.context)
        self.findings += [
            f"{self._who}: {path} took {seconds:.1f} s"
            for path, seconds in self.seconds.items()
            if seconds > SLOW
        ]

    def _ask(self, asker: Asker, address: str) -> Answer:
        """Ask for a page. What took long is asked for anew: only a slow page is slow each time."""
        for _time in range(3):
            began = time.monotonic()
            answer = asker.get(address)
            seconds = time.monotonic() - began
            self.seconds[address] = min(seconds, self.seconds.get(address, seconds))
            if seconds <= SLOW:
                break
        return answer

    def _own(self, address: str) -> str | None:
        """Return the path of an address of this site, None of another place."""
        parts = urlsplit(address)
        if not address.startswith(self.site.url) or parts.path.startswith(("/static/", "/admin/")):
            return None
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def _who(self) -> str:
        return (self.user or "a stranger").split("@")[0]


@dataclass
class Audit:
    """Looks at pages in a browser and writes down what is wrong with them."""

    site: Site
    visitor: Visitor
    findings: list[str] = field(default_factory=list)

    def look(self, user: str | None, pages: list[Found], language: str, width: int) -> None:
        """Look at the pages of one person, in one language and width."""
        if not pages:
            return
        page = self.visitor.open(self.site, pages[0].path, user=user, language=language, width=width)
        for found in pages:
            if page.url != self.site.url + found.path:
                page.goto(self.site.url + found.path)
            where = f"{found.pattern} ({found.path}) in {language} at {width}"
            self.findings += [f"{where}: {sentence}" for sentence in self._wrong(page, found, language)]
            self.findings += [f"{where}: {problem}" for problem in self.visitor.problems]
            self.visitor.problems.clear()
        page.context.close()
        self.visitor.contexts.remove(page.context)

    def _wrong(self, page: Page, found: Found, language: str) -> list[str]:
        width = page.viewport_size["width"] if page.viewport_size else LAPTOP
        wrong = axe_violations(page, rows=ROWS) if axe_reads(found.pattern, width) else []
        if scrolls_sideways(page):
            wrong.append("scrolls sideways")
        if page.evaluate("document.documentElement.lang") != language:
            wrong.append("speaks another language")
        if language == "ar" and page.locator("main").count():
            wrong += [f"{text} is out of order" for text in page.evaluate(OUT_OF_ORDER, REFERENCES)]
        if width == PHONE:
            page.set_viewport_size({"width": LAPTOP, "height": 900})
            if scrolls_sideways(page):
                wrong.append("scrolls sideways on a laptop")
            page.set_viewport_size({"width": PHONE, "height": 740})
        return wrong


def crawl(site: Site, visitor: Visitor, user: str | None, claim: Callable[[str], bool]) -> list[str]:
    """Crawl as one person and look at each pattern that `claim` gives; return what is wrong."""
    walk = Crawl(site, visitor, user, claim)
    pages: dict[str, Found] = {}
    for found in walk.discover():
        if found.pattern not in pages and claim(found.pattern):
            pages[found.pattern] = found
    audit = Audit(site, visitor)
    for language, width in LOOKS:
        audit.look(user, list(pages.values()), language, width)
    return walk.findings + audit.findings
