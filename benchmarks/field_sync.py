"""Coaches who come back online at once: every phone sends its visits and photos, some of it twice.

    python -m benchmarks.field_sync [--coaches 200] [--visits 5] [--photos 3]

Serves a fresh PostgreSQL database with gunicorn, two workers of four threads. Every tenth request is sent a
second time, as after a lost answer; a phone gives a request up after as long as the app does, and what fails
is sent again until it has its receipt. Prints the time, requests, what the largest worker's memory grew to
against what was streamed through it, the processor time of the server, and what was lost or is there twice:
there must be none of either. The load itself shares the processors with the server.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.bench_databases import empty, postgres_answers
from benchmarks.bench_server import serving
from tests.worlds.field_files import announced

TWICE = 10
REPORT_LIMIT, FILE_LIMIT = 60, 180
"""Seconds after which the app gives a request up (`LIMIT` in `static/js/field/sync.js`)."""
PHOTO = (1600, 1200)
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Run it; print the table; return 1 when something was lost or doubled."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--coaches", type=int, default=200)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--photos", type=int, default=3)
    parser.add_argument("--inside", choices=["prepare", "stored"])
    given = parser.parse_args()
    if given.inside:
        print(json.dumps(prepare(given.coaches, given.visits) if given.inside == "prepare" else stored()))
        return 0
    if not postgres_answers():
        print("postgres: no server to measure on")
        return 0
    with tempfile.TemporaryDirectory() as folder, empty("postgres", Path(folder)) as environment:
        environment = {**environment, "MEDIA_ROOT": folder}
        phones = inside(environment, "prepare", given.coaches, given.visits)
        photo = a_photo()
        with serving(environment) as url:
            load = Load(url, photo, given.photos)
            with Workers() as workers:
                took = load.run(phones)
        return report(given, load, took, workers, inside(environment, "stored"))


def inside(environment: dict[str, str], step: str, coaches: int = 0, visits: int = 0) -> Any:
    """Do a step in a process of its own on the database of an environment; return what it prints as JSON."""
    sizes = ["--coaches", str(coaches), "--visits", str(visits)]
    command = [sys.executable, "-m", "benchmarks.field_sync", "--inside", step, *sizes]
    return json.loads(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout)


def prepare(coaches: int, visits: int) -> list[dict[str, Any]]:
    """Make coaches with visits; return the cookie of each and the reports that each phone holds."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from tests.worlds.field import field_world, report
    from tests.worlds.programmes import a_member

    here = field_world(code="FIELD-BENCH")
    found = []
    for _number in range(coaches):
        coach = a_member(here.world.programme, "coach")
        enterprises = [here.enterprise(f"Atelier {one}", coach=coach) for one in range(visits)]
        client = Client()
        client.force_login(coach)
        cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        reports = [json.loads(report(here.visit(enterprise))) for enterprise in enterprises]
        found.append({"cookie": cookie, "reports": reports})
    return found


def stored() -> dict[str, Any]:
    """Return what the database holds."""
    import django

    django.setup()
    from followup.models import Visit, VisitMedia, VisitSubmission

    return {
        "reports": VisitSubmission.objects.count(),
        "applied": VisitSubmission.objects.filter(status="applied").count(),
        "submitted": Visit.objects.filter(state="submitted").count(),
        "files": VisitMedia.objects.count(),
        "arrived": VisitMedia.objects.filter(document__isnull=False).count(),
    }


def a_photo() -> bytes:
    """A photo as a phone sends it: 1600 pixels wide, some 400 KB."""
    import io

    from PIL import Image

    noise = Image.effect_noise((PHOTO[0] // 4, PHOTO[1] // 4), 60).resize(PHOTO).convert("RGB")
    target = io.BytesIO()
    noise.save(target, "JPEG", quality=72)
    return target.getvalue()


def another(photo: bytes, mark: str) -> bytes:
    """The same picture as other bytes: a remark stands behind its first marker."""
    remark = mark.encode()
    return photo[:2] + b"\xff\xfe" + (len(remark) + 2).to_bytes(2, "big") + remark + photo[2:]


class Load:
    """All the phones, one thread each."""

    def __init__(self, url: str, photo: bytes, photos: int) -> None:
        self.host = urlsplit(url).netloc
        self.photo, self.photos = photo, photos
        self.statuses: Counter[str] = Counter()
        self.slowest = 0.0
        self.sent = 0
        self.lock = threading.Lock()

    def run(self, phones: list[dict[str, Any]]) -> float:
        """Let every phone send at once; return the seconds until the last receipt."""
        threads = [threading.Thread(target=self._phone, args=(one,)) for one in phones]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.monotonic() - began

    def _phone(self, phone: dict[str, Any]) -> None:
        headers = {"Cookie": phone["cookie"]}
        _status, told, cookies = self._until("GET", "/api/v1/caseload", b"", headers)
        headers["Cookie"] += f"; {cookies}"
        headers["X-CSRFToken"] = told["token"]
        for report in phone["reports"]:
            uid = str(uuid.uuid4())
            files = [another(self.photo, str(uuid.uuid4())) for _number in range(self.photos)]
            media = [announced(data) for data in files]
            body = json.dumps({**report, "media": media}).encode()
            path = f"/api/v1/visits/{uid}"
            json_type = {**headers, "Content-Type": "application/json"}
            self._put(path, body, json_type, uid, hashlib.sha256(body).hexdigest(), REPORT_LIMIT)
            for one, data in zip(media, files, strict=True):
                photo_type = {**headers, "Content-Type": "image/jpeg"}
                self._put(
                    f"{path}/media/{one['uid']}", data, photo_type, one["uid"], one["sha256"], FILE_LIMIT
                )

    def _put(
        self, path: str, body: bytes, headers: dict[str, str], uid: str, digest: str, limit: int
    ) -> None:
        times = 2 if int(uid[:8], 16) % TWICE == 0 else 1
        for _time in range(times):
            _status, told, _cookie = self._until("PUT", path, body, headers, limit)
            if (told.get("uid"), told.get("sha256")) != (uid, digest):
                raise AssertionError(f"no receipt: {told}")

    def _until(
        self, method: str, path: str, body: bytes, headers: dict[str, str], limit: int = REPORT_LIMIT
    ) -> tuple[int, Any, str]:
        """Send until there is an answer of ours; limit: seconds without a word, then it is sent again."""
        while True:
            began = time.monotonic()
            try:
                connection = HTTPConnection(self.host, timeout=limit)
                connection.request(method, path, body, headers)
                response = connection.getresponse()
                text, status = response.read(), response.status
                connection.close()
            except (OSError, HTTPException) as error:
                status, text = 0, type(error).__name__.encode()
            with self.lock:
                self.statuses[str(status) if status else text.decode()] += 1
                self.sent += len(body)
                self.slowest = max(self.slowest, time.monotonic() - began)
            if status in (200, 201):
                cookies = response.headers.get_all("Set-Cookie") or []
                return status, json.loads(text), "; ".join(one.split(";")[0] for one in cookies)
            time.sleep(1)


class Workers:
    """The server while the block runs: memory of its largest process in MB, processor seconds of all."""

    def __enter__(self) -> "Workers":
        self.first, self.busy_before = self._now()
        self.most, self.busy, self.grown = self.first, 0.0, [self.first]
        self.stopped = threading.Event()
        self.watch = threading.Thread(target=self._watch)
        self.watch.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopped.set()
        self.watch.join()

    def _watch(self) -> None:
        while not self.stopped.wait(0.5):
            largest, busy = self._now()
            self.most, self.busy = max(self.most, largest), busy - self.busy_before
            self.grown.append(self.most)

    def halfway(self) -> float:
        """The most that a process had taken after half of the time, in MB."""
        return self.grown[len(self.grown) // 2]

    @staticmethod
    def _now() -> tuple[float, float]:
        """The largest memory that a process of our server ever took, and the processor time of them all."""
        largest, busy = 0.0, 0.0
        family = {os.getpid()}
        for process in sorted(Path("/proc").glob("[0-9]*"), key=lambda one: int(one.name)):
            try:
                numbers = (process / "stat").read_text().rpartition(")")[2].split()
                said = (process / "status").read_text()
                command = (process / "cmdline").read_bytes()
            except OSError:
                continue
            if int(numbers[1]) not in family or b"config/gunicorn.py" not in command:
                continue
            family.add(int(process.name))
            peak = next((line for line in said.splitlines() if line.startswith("VmHWM")), "VmHWM 0")
            largest = max(largest, int(peak.split()[1]) / 1024)
            busy += (int(numbers[11]) + int(numbers[12])) / TICKS
        return largest, busy


def report(given: argparse.Namespace, load: Load, took: float, workers: Workers, held: dict[str, Any]) -> int:
    """Print what came of it; return 1 when something was lost or is there twice."""
    visits = given.coaches * given.visits
    photos = visits * given.photos
    lost = (visits - held["applied"]) + (photos - held["arrived"])
    doubled = max(0, held["reports"] - visits) + max(0, held["files"] - photos)
    print(f"{given.coaches} coaches, {visits} visits, {photos} photos of {len(load.photo) // 1024} KB")
    print(f"time until the last receipt: {took:.0f} s; slowest request {load.slowest:.1f} s")
    print(f"processor time of the server: {workers.busy:.0f} s")
    print(f"answers: {dict(load.statuses)}")
    print(f"streamed: {load.sent / 2**20:.0f} MB; memory of the largest server process:")
    print(
        f"  {workers.first:.0f} MB before, {workers.halfway():.0f} MB halfway, {workers.most:.0f} MB at most"
    )
    print(f"lost: {lost}; doubled: {doubled}; submitted visits: {held['submitted']}")
    return int(bool(lost or doubled))


if __name__ == "__main__":
    sys.exit(main())
