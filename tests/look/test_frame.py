"""The frame of pages: sections, languages, accents, error pages, stylesheets."""

import gzip
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from scripts import bundle_css
from workflow import navigation
from workflow.styleguide import samples

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sections(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An empty registry of sections for one test."""
    monkeypatch.setattr(navigation, "_entries", {})
    return navigation


def visit(path: str) -> Any:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return request


def test_sections_stand_in_order_and_only_for_whom_they_are(sections: Any) -> None:
    sections.register("b", "B", "inbox", "styleguide:phone", lambda user, programme: True, 20)
    sections.register(
        "a", "A", "inbox", "styleguide:components", lambda user, programme: True, 10, count=lambda u, p: 7
    )
    sections.register("c", "C", "inbox", "styleguide:phone", lambda user, programme: False, 5)
    places = sections.places(visit("/styleguide/phone/"), None)
    assert [place.key for place in places] == ["a", "b"]
    assert [place.current for place in places] == [False, True], (
        "the longest address that fits is the current one"
    )
    assert places[0].count == 7


def test_inside_a_programme_its_own_sections_are_the_current_ones(sections: Any) -> None:
    everybody = lambda user, programme: True  # noqa: E731 a predicate, as packages write it
    sections.register("all", "All", "grid", "styleguide:components", everybody, 10)
    sections.register("one", "One", "flag", "styleguide:error", everybody, 20, in_programme=True)
    inside = SimpleNamespace(code="404")
    current = {
        path: [place.key for place in sections.places(visit(path), inside) if place.current]
        for path in ("/styleguide/", "/styleguide/errors/404/", "/styleguide/errors/500/")
    }
    assert current == {
        "/styleguide/": ["all"],
        "/styleguide/errors/404/": ["one"],
        "/styleguide/errors/500/": [],
    }


def test_a_section_without_address_stays_away(sections: Any) -> None:
    sections.register("a", "A", "inbox", "nowhere:at-all", lambda user, programme: True, 10)
    sections.register(
        "b", "B", "inbox", "styleguide:error", lambda user, programme: True, 20, in_programme=True
    )
    assert sections.places(visit("/"), None) == []
    inside = sections.places(visit("/"), SimpleNamespace(code="404"))
    assert [place.url for place in inside] == ["/styleguide/errors/404/"]


def test_the_bar_of_a_phone_holds_five_at_most() -> None:
    words = {key: key for key in samples.texts()}
    seven = samples.places(words)
    bar, more = navigation.split_for_phone(seven)
    assert (len(bar), len(more)) == (4, 3)
    assert navigation.split_for_phone(seven[:5]) == (seven[:5], [])


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("en", "ltr"), ("ar", "rtl")])
def test_a_page_says_its_language_and_direction(db: None, language: str, direction: str) -> None:
    page = Client(headers={"accept-language": language}).get("/styleguide/").content.decode()
    assert f'<html lang="{language}" dir="{direction}"' in page
    assert ("bootstrap.rtl.min.css" in page) == (direction == "rtl")


@pytest.mark.parametrize("address", ["/styleguide/", "/styleguide/phone/"])
def test_the_style_page_is_for_development_alone(db: None, settings: Any, address: str) -> None:
    assert Client().get(address).status_code == 200
    settings.STYLEGUIDE = False
    assert Client().get(address).status_code == 404


def test_the_style_page_has_every_word_in_three_languages() -> None:
    for key, words in samples._texts().items():
        assert set(words) == {"fr", "en", "ar"}, key
        assert all(words.values()), key


def test_what_does_not_exist_answers_with_the_same_bytes(db: None) -> None:
    client = Client(headers={"accept-language": "fr"})
    first, second = client.get("/nothing-here/"), client.get("/nor/here/?x=1")
    assert first.status_code == second.status_code == 404
    assert first.content == second.content


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500", "maintenance"])
@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_an_error_page_needs_no_user_and_no_database(name: str, language: str) -> None:
    with translation.override(language):
        page = render_to_string(f"{name}.html")
    assert "<h1>" in page
    assert "<form" not in page


def test_the_stylesheets_are_joined_from_their_parts() -> None:
    check = subprocess.run(
        [sys.executable, ROOT / "scripts" / "bundle_css.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.returncode == 0, check.stderr


def test_every_part_of_the_stylesheets_is_used() -> None:
    used = {part for parts in bundle_css.BUNDLES.values() for part in parts}
    assert used == {path.stem for path in (ROOT / "static" / "css").glob("*.css")}


def test_an_applicant_s_stylesheet_is_one_small_file() -> None:
    css = (ROOT / "static" / "phone.css").read_bytes()
    assert len(gzip.compress(css, mtime=0)) < 12_000
    assert b"url(" not in css
    base = (ROOT / "templates" / "base_phone.html").read_text()
    assert len(re.findall(r"rel=\"stylesheet\"", base)) == 1
    assert "bootstrap" not in base


def test_colours_live_in_tokens_alone() -> None:
    allowed = {"#fff", "#000"}
    for path in (ROOT / "static" / "css").glob("*.css"):
        if path.stem == "tokens":
            continue
        css = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        found = set(re.findall(r":[^;{}]*?(#[0-9a-fA-F]{3,6})\b", css)) - allowed
        assert not found, f"{path.name}: {found}"
