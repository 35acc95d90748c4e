"""Autosave in Chromium: without a line, in two tabs, with answers that get lost, after a session ended."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from tests.browser import PHONE, Visitor
from tests.servers import Site
from tests.worlds.people import PASSWORD
from workflow.fields import letters

pytestmark = pytest.mark.browser

SECTION = "/form/idea/"
# Two fields filled in one breath: what is typed within the pause of autosave goes to the server together.
AT_ONCE = """(texts) => {
    for (const [id, text] of Object.entries(texts)) {
        const field = document.getElementById(id);
        field.value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
    }
}"""


@pytest.fixture
def number(draft: Any) -> str:
    """The case number of an empty draft."""
    number, address = draft()
    ADDRESSES[number] = address
    return number


ADDRESSES: dict[str, str] = {}


def opened(visitor: Visitor, site: Site, number: str, section: str = SECTION) -> Page:
    address = f"/my/applications/{number}{section}"
    user = ADDRESSES[number]
    page = visitor.open(site, address, user=user, password=PASSWORD, language="en", width=PHONE)
    page.wait_for_selector("form[data-autosave-ready]")
    return page


def stored(site: Site, number: str) -> dict[str, Any]:
    rows = site.database.rows(
        "SELECT a.answers FROM applications_answerset a JOIN applications_application p ON"
        " a.application_id = p.id JOIN applications_case c ON p.case_id = c.id WHERE c.number = %s",
        number,
    )
    return dict(json.loads(rows[0][0]))


def state(page: Page) -> Any:
    return page.locator("[data-save]").first


def kept(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('jalon:')).length"))


def test_every_change_is_saved_and_the_page_says_when(served: Site, visitor: Visitor, number: str) -> None:
    page = opened(visitor, served, number)
    page.fill("#id_title", "Réparation de pompes")
    expect(state(page)).to_have_text(re.compile(r"saved \d\d:\d\d"))
    page.fill("#id_description", "ورشة صغيرة\nقرب السوق 👩🏽‍🌾")
    expect(page.locator("#id_description_counter")).to_have_text("25 of 1,500")
    expect(state(page)).to_have_class("save is-done")
    assert stored(served, number)["description"] == "ورشة صغيرة\nقرب السوق 👩🏽‍🌾"
    assert kept(page) == 0, "nothing stays on the device once the server has it"
    page.click("text=Save and go on")
    expect(page).to_have_url(re.compile("/form/money/"))


def test_without_a_line_words_stay_on_the_phone_and_leave_when_it_returns(
    served: Site, visitor: Visitor, number: str
) -> None:
    page = opened(visitor, served, number)
    page.context.set_offline(True)
    page.fill("#id_title", "Written in a tunnel")
    expect(state(page)).to_have_text("kept on this device, not yet sent")
    page.click("text=Save and go on")
    expect(page.locator("#id_title")).to_have_value("Written in a tunnel")
    assert "title" not in stored(served, number)
    page.context.set_offline(False)
    expect(state(page)).to_have_class("save is-done")
    assert stored(served, number)["title"] == "Written in a tunnel"
    visitor.forgive("ERR_INTERNET_DISCONNECTED")


def test_a_browser_that_was_closed_without_a_line_brings_the_words_back(
    served: Site, visitor: Visitor, number: str
) -> None:
    page = opened(visitor, served, number)
    page.context.set_offline(True)
    page.fill("#id_title", "Written before the phone died")
    expect(state(page)).to_have_class("save is-waiting")
    later = page.context.new_page()
    page.close()
    page.context.set_offline(False)
    later.goto(served.url + f"/my/applications/{number}/")
    expect(later.locator("[data-kept-text]")).to_have_text(
        "Answers that were kept on this device have been sent now."
    )
    assert stored(served, number)["title"] == "Written before the phone died"
    visitor.forgive("ERR_INTERNET_DISCONNECTED")


def test_two_tabs_see_both_texts_and_a_person_chooses(served: Site, visitor: Visitor, number: str) -> None:
    first = opened(visitor, served, number)
    second = first.context.new_page()
    second.goto(first.url)
    second.wait_for_selector("form[data-autosave-ready]")
    first.fill("#id_title", "From the phone")
    expect(state(first)).to_have_class("save is-done")
    second.evaluate(AT_ONCE, {"id_title": "From the shop", "id_trade": "Tailoring"})
    conflict = second.locator(".conflict")
    expect(conflict.locator("[data-conflict-mine]")).to_have_text("From the shop")
    expect(conflict.locator("[data-conflict-theirs]")).to_have_text("From the phone")
    held = stored(served, number)
    assert (held["title"], held["trade"]) == ("From the phone", "Tailoring"), (
        "what is not in question is saved"
    )
    conflict.locator("[data-conflict-take]").click()
    expect(second.locator("#id_title")).to_have_value("From the phone")
    expect(state(second)).to_have_class("save is-done")
    first.fill("#id_experience", "Five years")
    expect(first.locator("#id_trade")).to_have_value("Tailoring")
    assert stored(served, number)["title"] == "From the phone"
    assert kept(second) == 0
    visitor.forgive("409")


def test_who_insists_keeps_the_own_text(served: Site, visitor: Visitor, number: str) -> None:
    first = opened(visitor, served, number)
    second = first.context.new_page()
    second.goto(first.url)
    second.wait_for_selector("form[data-autosave-ready]")
    first.fill("#id_title", "From the phone")
    expect(state(first)).to_have_class("save is-done")
    second.fill("#id_title", "From the shop")
    second.locator("[data-conflict-keep]").click()
    expect(state(second)).to_have_class("save is-done")
    assert stored(served, number)["title"] == "From the shop"
    visitor.forgive("409")


def test_an_answer_that_gets_lost_costs_nothing_and_accuses_nobody(
    served: Site, visitor: Visitor, number: str
) -> None:
    page = opened(visitor, served, number)
    lost: list[int] = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(f"**{SECTION}", lose)
    page.fill("#id_title", "Arrived")
    expect(state(page)).to_have_class("save is-waiting")
    assert stored(served, number)["title"] == "Arrived"
    page.fill("#id_title", "Arrived, and written on")
    expect(state(page)).to_have_class("save is-done")
    assert lost == [200]
    assert stored(served, number)["title"] == "Arrived, and written on"
    visitor.forgive("ERR_CONNECTION_RESET")


def test_a_session_that_ends_under_a_form_keeps_everything(
    served: Site, visitor: Visitor, number: str
) -> None:
    page = opened(visitor, served, number)
    served.database.python(
        "-c",
        "import django; django.setup(); from django.contrib.sessions.models import Session;"
        " Session.objects.all().delete()",
    )
    page.fill("#id_title", "Written after the session ended")
    page.locator("[data-sign-in-again] a").click()
    page.fill("input[name=login]", ADDRESSES[number])
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has(input[name=password]) button[type=submit]")
    expect(page.locator("#id_title")).to_have_value("Written after the session ended")
    expect(state(page)).to_have_class("save is-done")
    assert stored(served, number)["title"] == "Written after the session ended"
    assert kept(page) == 0


def test_what_identifies_a_person_ends_with_the_tab_and_signing_out_wipes_the_rest(
    served: Site, visitor: Visitor, number: str
) -> None:
    page = opened(visitor, served, number, "/about/")
    page.context.set_offline(True)
    page.fill("#id_latin_name", "Amina Canary")
    page.select_option("#id_sex", "f")
    expect(state(page)).to_have_class("save is-waiting")
    everything = "JSON.stringify(Object.entries({...localStorage}))"
    assert "Canary" not in page.evaluate(everything)
    assert "Canary" in page.evaluate("JSON.stringify(Object.entries({...sessionStorage}))")
    page.context.set_offline(False)
    expect(state(page)).to_have_class("save is-done")
    page.context.set_offline(True)
    page.fill("#id_address", "A canary street")
    expect(state(page)).to_have_class("save is-waiting")
    said: list[str] = []

    def refuse(dialog: Any) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    page.locator("header .menu summary").first.click()
    with page.expect_event("dialog"):
        page.click("text=Sign out")
    assert said, "whoever would lose something is asked"
    assert kept(page) == 1
    page.context.set_offline(False)
    expect(state(page)).to_have_class("save is-done")
    page.click("text=Sign out")
    page.wait_for_url(lambda url: "/about/" not in url)
    left = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "anary" not in left
    assert kept(page) == 0
    visitor.forgive("ERR_INTERNET_DISCONNECTED")


def test_browser_and_server_count_letters_alike(served: Site, visitor: Visitor, number: str) -> None:
    page = opened(visitor, served, number)
    page.evaluate("import('/static/js/forms.js').then((forms) => { window.countLetters = forms.letters; })")

    @settings(max_examples=150)
    @given(st.text(st.characters(codec="utf-8") | st.sampled_from("\r\n\u0640أآة\u064b"), max_size=60))
    def alike(text: str) -> None:
        for line_break in (1, 2):
            assert page.evaluate(
                "([text, n]) => window.countLetters(text, n)", [text, line_break]
            ) == letters(text, line_break)

    alike()
