"""Applicants of the deadline hour, as the server sees them: each writes, saves by itself, reviews and sends.

Plain HTTP on one kept connection each; what was acknowledged is remembered, to be compared with what the
database holds in the end.
"""

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from lxml import html

TRIES = 3  # a phone asks again when the line broke
WORDS = ["atelier", "couture", "marché", "clients", "machine", "quartier", "نسيج", "سوق", "زبائن", "آلة"]


@dataclass
class Seen:
    """What one applicant saw: milliseconds by kind of request, errors, and the last words that were saved."""

    number: str
    took: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    acknowledged: str = ""
    sent: bool = False


class Applicant(threading.Thread):
    """One applicant from the first look at the form until the application is sent.

    seconds: how long the applicant goes on writing; pause: mean seconds between two saves.
    """

    def __init__(
        self, url: str, number: str, session: str, *, seconds: float, pause: float, seed: int
    ) -> None:
        super().__init__(daemon=True)
        self.host = urlsplit(url).netloc
        self.seconds, self.pause = seconds, pause
        self.cookies = {"sessionid": session}
        self.chance = random.Random(seed)  # noqa: S311 a load, not a secret
        self.seen = Seen(number)
        self.connection = http.client.HTTPConnection(self.host, timeout=60)

    def run(self) -> None:
        """Write until the time is over, then send; whatever goes wrong is remembered, not raised."""
        try:
            self._write()
            self._send()
        except Exception as error:
            self.seen.errors.append(f"{type(error).__name__}: {error}")
        finally:
            self.connection.close()

    def _write(self) -> None:
        section = f"/my/applications/{self.seen.number}/form/idea/"
        end = time.monotonic() + self.seconds
        time.sleep(self.chance.uniform(0, min(self.pause, self.seconds)))
        fields = self._form(self._ask("look", "GET", section)[1], "//form[@data-autosave]")
        while time.monotonic() < end:
            text = (fields.get("description", "") + " " + self.chance.choice(WORDS))[-900:].strip()
            status, body = self._ask("save", "POST", section, {**fields, "description": text}, saving=True)
            if status == 200:
                self.seen.acknowledged = text
                fields |= {"description": text, "base": json.dumps(json.loads(body)["base"])}
            time.sleep(self.chance.expovariate(1 / self.pause))

    def _send(self) -> None:
        review = f"/my/applications/{self.seen.number}/review/"
        fields = self._form(self._ask("review", "GET", review)[1], "//form[.//input[@name='verb']]")
        status, _body = self._ask("send", "POST", review, fields)
        self.seen.sent = status == 302

    def _form(self, page: str, path: str) -> dict[str, str]:
        """The fields of a form as the page carries them."""
        found = html.fromstring(page).xpath(path)
        if not found:
            raise LookupError(f"no {path} on the page")
        return {name: value for name, value in found[0].form_values() if isinstance(value, str)}

    def _keep_cookies(self, answer: http.client.HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}

    def _ask(
        self, kind: str, method: str, path: str, fields: dict[str, str] | None = None, *, saving: bool = False
    ) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields).encode()
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        if saving:
            headers["X-Autosave"] = "1"
        for attempt in range(TRIES):
            began = time.perf_counter()
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                text = answer.read().decode()
                self._keep_cookies(answer)
            except (OSError, http.client.HTTPException):
                self.connection.close()
                if attempt == TRIES - 1:
                    raise
                continue
            self.seen.took.setdefault(kind, []).append(1000 * (time.perf_counter() - began))
            if answer.status >= 400:
                self.seen.errors.append(f"{kind}: {answer.status}")
            return answer.status, text
        raise AssertionError("not reached")
