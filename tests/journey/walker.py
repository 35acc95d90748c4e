"""Walking through the product with real clicks: one person at a desk or on a phone at a time."""

import gettext
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from demo.living.programme import CALL
from demo.loading.staff import DOMAIN
from tests.browser import LAPTOP, PHONE, Visitor
from tests.databases import ROOT
from tests.servers import Site


def arabic(text: str) -> str:
    """Return what the product says to whoever reads Arabic (the test run itself has no catalogues)."""
    return gettext.translation("django", ROOT / "locale", ["ar"]).gettext(text)


class Walk:
    """A walk over one site; pages stay open.

    known: what later steps need to know of earlier ones.
    """

    def __init__(self, visitor: Visitor, site: Site) -> None:
        self.visitor, self.site = visitor, site
        self.known: dict[Any, Any] = {}
        self._pages: dict[tuple[str, str, int], Page] = {}

    def desk(self, name: str, path: str = "/") -> "Desk":
        """Sit down at a laptop as an account of the demo; the pages are in English."""
        return self._sit(name, path, language="en", width=LAPTOP)

    def phone(self, name: str, path: str = "/", language: str = "") -> "Desk":
        """Take the phone of a person; the pages are in French until the journey turns to Arabic."""
        language = language or self.known.get("language of phones", "fr")
        return self._sit(name, path, language=language, width=PHONE)

    def pass_the_cut_off(self, number: int) -> None:
        """Let time pass until the cut-off of a session of the call."""
        self.site.database.manage(
            "shell",
            "--command",
            "from datetime import timedelta; from django.utils import timezone;"
            " from programmes.models import SelectionSession;"
            f" SelectionSession.objects.filter(call__code={CALL!r}, number={number})"
            ".update(cutoff_at=timezone.now() - timedelta(minutes=1))",
        )

    def pass_the_waiting_time(self, supplier: str) -> None:
        """Let a week pass since the account of a supplier was entered."""
        self.site.database.manage(
            "shell",
            "--command",
            "from datetime import timedelta; from django.db.models import F;"
            " from disbursements.models import Destination;"
            f" Destination.objects.filter(supplier__name={supplier!r})"
            ".update(entered_at=F('entered_at') - timedelta(days=7))",
        )

    def _sit(self, name: str, path: str, *, language: str, width: int) -> "Desk":
        page = self._pages.get((name, language, width))
        if page is None:
            page = self.visitor.open(self.site, path, user=f"{name}@{DOMAIN}", language=language, width=width)
            self._pages[name, language, width] = page
        else:
            page.goto(self.site.url + path)
        return Desk(page, self.site)


class Desk:
    """One person's page, with the few gestures that people make."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site = page, site

    @property
    def path(self) -> str:
        """The address of the page, to come back to."""
        return urlsplit(self.page.url).path

    def download(self, ending: str) -> bytes:
        """Fetch the first paper of the page, or the first file whose address holds `ending`."""
        link = self.page.locator(f"main a[href*='{ending}'], main a[href*='/documents/papers/']").first
        answer = self.page.request.get(self.site.url + (link.get_attribute("href") or ""))
        assert answer.ok, answer.url
        return answer.body()

    def downloads(self, ending: str) -> list[bytes]:
        """Fetch every file of the page whose address holds `ending`, once each."""
        links = self.page.locator(f"main a[href*='{ending}']").all()
        found = dict.fromkeys(link.get_attribute("href") or "" for link in links)
        return [self.page.request.get(self.site.url + address).body() for address in found]

    def go(self, path: str) -> "Desk":
        """Open an address, as from a bookmark or a message."""
        self.page.goto(self.site.url + path)
        return self

    def follow(self, text: str, *, within: str = "body", place: int = 0) -> "Desk":
        """Follow a link with this text, or else one that holds it: the first, unless told which."""
        links = self.page.locator(within).get_by_role("link", name=text, exact=True)
        if not links.count():
            links = self.page.locator(within).get_by_role("link", name=text)
        return self._leave_by(links.nth(place))

    def press(self, text: str, *, within: str = "main") -> "Desk":
        """Press the button (or the link that looks like one) with this text."""
        target = self.page.locator(within)
        button = target.get_by_role("button", name=text, exact=True)
        if not button.count():
            button = target.get_by_role("link", name=text, exact=True)
        return self._leave_by(button.first)

    def submit(self) -> "Desk":
        """Press the last button of the page that sends a form."""
        return self._leave_by(self.page.locator("main form button[type=submit]").last)

    def _leave_by(self, target: Locator) -> "Desk":
        """Press what leads to another page, and wait until that page is there."""
        with self.page.expect_navigation():
            target.click()
        return self

    def act(self, label: str) -> "Desk":
        """Take an action of the page; read the sentence that says what it does, where there is one."""
        self.press(label)
        if self.path.startswith("/act/"):
            self.press(label)
        return self

    def fill(self, **values: str) -> "Desk":
        """Fill in fields by their names."""
        for name, value in values.items():
            self.field(name).fill(value)
        return self

    def choose(self, **values: str) -> "Desk":
        """Choose options of menus by the words that people read."""
        for name, label in values.items():
            self.field(name).select_option(label=label)
        return self

    def tick(self, name: str, value: str = "") -> "Desk":
        """Tick a box or a round button."""
        wanted = f"[value='{value}']" if value else ""
        self.page.locator(f"main [name='{name}']{wanted}").first.check()
        return self

    def speak(self, language: str) -> "Desk":
        """Change the language by the menu at the top of the page."""
        self.page.locator(".topbar summary").last.click()
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=language).click()
        return self

    def attach(self, **files: Any) -> "Desk":
        """Choose files: field name -> name, mimeType and buffer."""
        for name, file in files.items():
            self.field(name).set_input_files(file)
        return self

    def offers(self, label: str) -> bool:
        """Whether an action can be taken here (a blocked one only says why not)."""
        main = self.page.locator("main")
        found = main.get_by_role("button", name=label, exact=True).or_(
            main.get_by_role("link", name=label, exact=True)
        )
        return any(place.is_enabled() for place in found.all())

    def field(self, name: str) -> Locator:
        """The field with a name."""
        return self.page.locator(f"main [name='{name}']").first

    def says(self, text: str) -> bool:
        """Whether the page says something, whatever spaces stand between its words and figures."""
        return text in " ".join(self.page.locator("body").inner_text().split())

    def text(self, selector: str = "main") -> str:
        """What a part of the page says."""
        return self.page.locator(selector).first.inner_text()
