"""The browser fixtures themselves: a fault on a page does not go unnoticed."""

import re

import pytest
from django.urls import reverse

from tests.browser import LANGUAGES, PHONE, axe_violations, scrolls_sideways
from tests.servers import serve

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def empty_site(module_database):
    """The product without any data: its style page is enough here."""
    with serve(module_database) as site:
        yield site


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_opens_on_a_phone_in_each_language(visitor, empty_site, language):
    page = visitor.open(empty_site, reverse("styleguide:phone"), language=language, width=PHONE)
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert not scrolls_sideways(page)
    assert "Place(" not in page.inner_text(".rail")


def test_a_blocked_script_and_a_request_to_elsewhere_are_problems(visitor, empty_site):
    page = visitor.open(empty_site, reverse("styleguide:phone"))
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            const picture = document.createElement("img");
            picture.src = "http://192.0.2.1/picture.png";
            document.body.append(picture);
        }"""
    )
    wanted = (r"inline script", r"192\.0\.2\.1")
    while not all(any(re.search(one, problem) for problem in visitor.problems) for one in wanted):
        page.wait_for_event("console")
    assert page.evaluate("window.ran") is None
    for one in wanted:
        visitor.forgive(one)


def test_axe_names_a_picture_without_words(visitor, empty_site):
    page = visitor.open(empty_site, reverse("styleguide:phone"))
    assert axe_violations(page) == []
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    (fault,) = axe_violations(page)
    assert fault.startswith("image-alt")


def test_a_page_that_is_too_wide_scrolls_sideways(visitor, empty_site):
    page = visitor.open(empty_site, reverse("styleguide:phone"), width=PHONE)
    page.evaluate("document.body.style.setProperty('inline-size', '2000px')")
    assert scrolls_sideways(page)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_demo_account_signs_in_and_lands_on_its_first_page(visitor, live, language):
    page = visitor.open(live, "/", user="manager@demo.example", language=language)
    assert page.url == live.url + "/"
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("main h1").count() == 1
