"""What a production web server sends and logs: looked at from outside, over a real connection."""

import json
import logging
import sys
import time
from http.client import HTTPConnection, HTTPMessage
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from config.compression import TextGZipMiddleware
from config.logs import LeanFormatter
from tests.config.production import PRODUCTION
from tests.gathered import static_files
from tests.servers import serve


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes


HOST = PRODUCTION["ALLOWED_HOSTS"]


@pytest.fixture(scope="module")
def production(module_database):
    """A production web server behind a proxy that ends TLS, on SQLite with its one worker."""
    variables = {**PRODUCTION, "STATIC_ROOT": str(static_files()), "ACCESS_LOG": "-"}
    del variables["DATABASE_URL"]
    module_database.manage("createcachetable", **variables)
    with serve(module_database, **variables) as site:
        yield site


@pytest.fixture
def get(production):
    """GET a path as a browser would through the proxy; `scheme` is what the browser used."""

    def get(path: str, scheme: str = "https", **headers: str) -> Answer:
        connection = HTTPConnection(urlsplit(production.url).netloc, timeout=60)
        connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": scheme, **headers})
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer

    return get


def test_plain_http_is_sent_to_https(get):
    response = get("/", scheme="http")
    assert response.status == 301
    assert response.headers["Location"] == f"https://{HOST}/"


def test_a_page_allows_no_foreign_and_no_inline_code(get):
    response = get(reverse("account_login"))
    assert response.status == 200
    policy = dict(
        part.strip().partition(" ")[::2] for part in response.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in str(policy)
    assert "script-src" not in policy
    assert "style-src" not in policy


def test_a_page_forces_https_and_tells_others_nothing(get):
    headers = get(reverse("account_login")).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_cookies_are_bound_to_this_host_and_to_tls(get):
    cookies = get(reverse("account_login")).headers.get_all("Set-Cookie")
    assert any(cookie.startswith("__Host-csrf=") for cookie in cookies)
    for cookie in cookies:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= attributes, cookie


def test_an_unknown_host_gets_no_page(get):
    assert get("/", Host="evil.example.org").status == 400


def test_style_sheets_are_compressed_and_kept_for_ever(get):
    manifest = json.loads(get("/static/staticfiles.json").body)
    response = get("/static/" + manifest["paths"]["jalon.css"], **{"Accept-Encoding": "gzip"})
    assert response.status == 200
    assert response.headers["Content-Encoding"] == "gzip"
    assert "immutable" in response.headers["Cache-Control"]


def test_a_script_imports_the_files_of_its_own_release(get):
    paths = json.loads(get("/static/staticfiles.json").body)["paths"]
    script = get("/static/" + paths["js/page.js"]).body.decode()
    assert paths["js/forms.js"].removeprefix("js/") in script
    assert '"./forms.js"' not in script


def test_pages_are_compressed(get):
    response = get(reverse("account_login"), **{"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"


def test_the_log_keeps_no_query_and_no_address(get, production):
    get("/nowhere/?name=Canary-Name", **{"X-Forwarded-For": "203.0.113.77", "User-Agent": "Canary-Agent"})
    end = time.monotonic() + 60
    while "GET /nowhere/ " not in (log := production.log.read_text()):
        assert time.monotonic() < end, log
        time.sleep(0.05)
    assert "Canary" not in log
    assert "203.0.113.77" not in log


def test_the_log_names_the_fault_but_quotes_nothing():
    typed = "canary@" + "example.org"

    def fail():
        try:
            raise KeyError(typed)
        except KeyError as error:
            raise ValueError(f"the key {typed} is there already") from error

    try:
        fail()
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "Fault at %s", ("/path",), sys.exc_info())
    text = LeanFormatter("{levelname} {message}", style="{").format(record)
    assert text.startswith("ERROR Fault at /path")
    assert text.index("builtins.KeyError") < text.index("builtins.ValueError")
    assert "in fail" in text
    assert typed not in text


def test_text_is_compressed_but_a_file_keeps_its_length(tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"x" * 5000)
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})

    def answer(response):
        return TextGZipMiddleware(lambda request: response)(request)

    assert answer(HttpResponse("x" * 5000))["Content-Encoding"] == "gzip"
    with photo.open("rb") as file:
        kept = answer(FileResponse(file, content_type="image/jpeg"))
        assert "Content-Encoding" not in kept
        assert kept["Content-Length"] == "5000"
