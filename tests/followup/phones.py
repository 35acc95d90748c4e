"""A coach's phone in a real Chromium, for `test_loss.py`: opens the app, fills visits in, loses its line."""

import io
import json
import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Route, expect

from tests.browser import PATIENCE
from tests.followup.desk import Desk
from tests.servers import Site

REPORTS = "**/api/v1/visits/*"
FILES = "**/api/v1/visits/*/media/*"
CASELOAD = "**/api/v1/caseload"
API = "**/api/v1/**"
GRANTED_FOR = 31_000
"""Milliseconds after which nothing is left of the room that Chromium granted a store without asking."""


def a_photo(number: int = 0, size: tuple[int, int] = (320, 240), *, noise: bool = False) -> dict[str, Any]:
    """A picture as the camera hands it over; no two are the same. noise: with as much in it as a real one."""
    from PIL import Image

    target = io.BytesIO()
    plain = Image.new("RGB", size, (number * 7 % 256, number * 31 % 256, 120))
    picture = Image.effect_noise(size, 60).convert("RGB") if noise else plain
    picture.save(target, "JPEG")
    return {"name": f"photo-{number}.jpg", "mimeType": "image/jpeg", "buffer": target.getvalue()}


@dataclass
class Phone:
    """One coach's phone. `told` is what the desk said when it made the coach."""

    browser: Browser
    site: Site
    desk: Desk
    told: dict[str, Any]
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            viewport={"width": 360, "height": 740},
            locale="en",
            timezone_id="UTC",
            geolocation={"latitude": 34.02, "longitude": -6.83, "accuracy": 12},
            permissions=["geolocation"],
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE)
        self.sign_in(self.told["cookie"])
        self.page = self.context.new_page()
        self.open()
        self.page.wait_for_selector("[data-visit]")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")

    @property
    def user(self) -> int:
        """Whose phone it is."""
        return int(self.told["user"])

    def sign_in(self, cookie: str) -> None:
        """Hold a session of somebody from now on."""
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": cookie, "url": self.site.url}])

    def open(self, page: Page | None = None) -> None:
        """Open the app, or open it anew."""
        page = page or self.page
        page.goto(f"{self.site.url}/field/")
        page.wait_for_selector("html[data-ready]")

    def begin(self, number: int = 0, page: Page | None = None) -> Page:
        """Open a visit and answer what must be answered."""
        page = page or self.page
        page.click(f"[data-visit='{self.told['visits'][number]}']")
        page.wait_for_selector("#finish")
        page.check("#f-modality-0")
        page.check("#f-status-1")
        self.write("turnover", str(1000 + number), page)
        return page

    def write(self, name: str, text: str, page: Page | None = None) -> None:
        """Type an answer and see that the phone has kept it."""
        page = page or self.page
        page.fill(f"#f-{name}", text)
        page.wait_for_selector("#saved.is-done")

    def photograph(self, count: int = 1, first: int = 0) -> None:
        """Take so many photos."""
        held = self.page.locator("[data-photo]").count()
        files: Any = [a_photo(first + number) for number in range(count)]
        self.page.set_input_files("#f-photos", files)
        expect(self.page.locator("[data-photo]")).to_have_count(held + count)

    def finish(self) -> None:
        """Finish the visit: from now on it is in the outbox."""
        self.page.click("#finish")
        self.page.wait_for_selector("#finish", state="detached")

    def made(self, number: int = 0, photos: int = 0) -> None:
        """Fill a visit in and finish it."""
        self.begin(number)
        if photos:
            self.photograph(photos, first=number * 50)
        self.finish()

    def press_send(self) -> None:
        """Press the button."""
        self.page.click("#sending button")

    def left_with(self, more: int) -> CDPSession:
        """Leave the app room for so many bytes more: Chromium's own quota, not a pretence.

        What Chromium granted a store before is good for half a minute, getting less; then it asks
        for the quota again, and at each write that is larger than what is left.
        """
        keeper = self.context.new_cdp_session(self.page)
        self.room(keeper, more)
        self.page.wait_for_timeout(GRANTED_FOR)
        return keeper

    def room(self, keeper: CDPSession, more: int | None) -> None:
        """Set how much room is left from now on; None lifts the limit."""
        origin = {"origin": self.site.url}
        used = int(keeper.send("Storage.getUsageAndQuota", origin)["usage"])
        limit = {} if more is None else {"quotaSize": used + more}
        keeper.send("Storage.overrideQuotaForOrigin", {**origin, **limit})

    def spoil(self, uid: str, *, announced: bool) -> None:
        """Make rubbish of a photo in the phone's store; announced: with the digest of the rubbish."""
        self.page.evaluate(
            """async ([user, uid, announced]) => {
                const opened = await new Promise((done) => {
                    const asked = indexedDB.open(`jalon-field-${user}`);
                    asked.onsuccess = () => done(asked.result);
                });
                const store = (mode) => opened.transaction("media", mode).objectStore("media");
                const ask = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
                const media = await ask(store("readonly").get(uid));
                media.data = new TextEncoder().encode("no picture at all");
                if (announced) {
                    const found = new Uint8Array(await crypto.subtle.digest("SHA-256", media.data));
                    media.sha256 = [...found].map((one) => one.toString(16).padStart(2, "0")).join("");
                    media.bytes = media.data.byteLength;
                }
                await ask(store("readwrite").put(media));
                opened.close();
            }""",
            [self.user, uid, announced],
        )

    def all_sent(self) -> None:
        """Wait until nothing is left to send."""
        self.page.wait_for_selector("#sending[data-waiting='0'][data-phase='idle']")

    def emptied(self) -> None:
        """Wait until this person's store is empty, whoever's the page shows just now."""
        end = time.monotonic() + PATIENCE / 1000
        while self.held()["outbox"] and time.monotonic() < end:
            self.page.wait_for_timeout(100)

    def noted(self, name: str, such: str = "true") -> None:
        """Wait until the phone has noted something under this name; such: what must be true of the `note`."""
        self.page.wait_for_function(
            """async ([user, name]) => {
                const opened = await new Promise((done, failed) => {
                    const asked = indexedDB.open(`jalon-field-${user}`);
                    asked.onsuccess = () => done(asked.result);
                    asked.onerror = () => failed(asked.error);
                });
                const found = await new Promise((done) => {
                    const asked = opened.transaction("kept").objectStore("kept").get(name);
                    asked.onsuccess = () => done(asked.result);
                });
                opened.close();
                return found !== undefined && ((note) => SUCH)(found);
            }""".replace("SUCH", such),
            arg=[self.user, name],
        )

    def held(self) -> dict[str, Any]:
        """What the phone still holds, read from its own database."""
        found: dict[str, Any] = self.page.evaluate(
            """async (user) => {
                const opened = await new Promise((done, failed) => {
                    const asked = indexedDB.open(`jalon-field-${user}`);
                    asked.onsuccess = () => done(asked.result);
                    asked.onerror = () => failed(asked.error);
                });
                const found = {};
                for (const name of ["drafts", "outbox", "media", "lists", "ticks"]) {
                    if (!opened.objectStoreNames.contains(name)) { found[name] = []; continue; }
                    found[name] = await new Promise((done) => {
                        const asked = opened.transaction(name).objectStore(name).getAll();
                        asked.onsuccess = () => done(asked.result.map(
                            ({ uid, state, bad, answers }) => ({ uid, state, bad, answers })));
                    });
                }
                opened.close();
                return found;
            }""",
            self.user,
        )
        return found

    def found(self) -> list[dict[str, Any]]:
        """What the server holds of this coach."""
        rows: list[dict[str, Any]] = self.desk.found(user=self.user)
        return rows

    def rescue(self) -> str:
        """Save a rescue file and return its content."""
        self.page.goto(f"{self.site.url}/field/#me")
        with self.page.expect_download() as saved:
            self.page.click("#rescue")
        content = saved.value.path().read_text(encoding="utf-8")
        assert json.loads(content)["kind"] == "jalon-rescue"
        return content

    def close(self) -> None:
        """Switch it off."""
        self.context.close()


def portal(route: Route) -> None:
    """What a captive portal answers to everything: a friendly page, status 200."""
    route.fulfill(status=200, content_type="text/html", body="<html><h1>Welcome to Café Wifi</h1></html>")


def no_server(route: Route) -> None:
    """A server that is down behind a proxy that is up."""
    route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")


def lose_the_answer(route: Route) -> None:
    """The request arrives, its answer never does."""
    route.fetch()
    route.abort()
