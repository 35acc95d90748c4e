"""The style page in Chromium: accessible, never wider than the window, usable without script; autosave."""

import gzip
import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import LANGUAGES, LAPTOP, PHONE, Visitor, axe_violations, scrolls_sideways
from tests.servers import Site

pytestmark = pytest.mark.browser
COMPONENTS, APPLICANT = "/styleguide/", "/styleguide/phone/"
AUTOSAVE = "**/styleguide/autosave/"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [LAPTOP, PHONE])
@pytest.mark.parametrize("path", [COMPONENTS, APPLICANT])
def test_axe_finds_nothing(bare: Site, visitor: Visitor, path: str, width: int, language: str) -> None:
    page = visitor.open(bare, path, language=language, width=width)
    assert axe_violations(page) == []


@pytest.mark.parametrize("width", [LAPTOP, PHONE])
def test_axe_finds_nothing_in_open_menus(bare: Site, visitor: Visitor, width: int) -> None:
    page = visitor.open(bare, COMPONENTS, language="ar", width=width)
    visible = [menu for menu in page.locator("details").all() if menu.is_visible()]
    assert len(visible) >= 6
    for half in (visible[::2], visible[1::2]):  # neighbours would lie over each other
        for menu in half:
            menu.evaluate("menu => { menu.open = true }")
        # what lies under an open menu counts as covered
        assert axe_violations(page, without=["target-size"]) == []
        for menu in half:
            menu.evaluate("menu => { menu.open = false }")


@pytest.mark.parametrize("page_name", ["404", "500", "maintenance"])
def test_axe_finds_nothing_on_error_pages(bare: Site, visitor: Visitor, page_name: str) -> None:
    page = visitor.open(bare, f"/styleguide/errors/{page_name}/", language="ar", width=PHONE)
    assert axe_violations(page) == []


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_no_page_scrolls_sideways(bare: Site, visitor: Visitor, language: str) -> None:
    page = visitor.open(bare, COMPONENTS, language=language)
    for path in (COMPONENTS, APPLICANT):
        page.goto(bare.url + path)
        for width in (360, 600, 820, 1024, 1280, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            assert not scrolls_sideways(page), f"{path} at {width}"


def test_a_first_visit_of_an_applicant_is_light(bare: Site, visitor: Visitor) -> None:
    page = visitor.open(bare, "/styleguide/errors/404/", width=PHONE)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    page.goto(bare.url + APPLICANT, wait_until="networkidle")
    # what production sends: compressed once when the static files are gathered
    sizes = {url: len(gzip.compress(page.request.get(url).body(), mtime=0)) for url in asked}
    assert sum(sizes.values()) < 40_000, sizes
    assert len(sizes) <= 10, sizes
    assert not any(url.endswith("bootstrap.min.css") for url in sizes)


def test_menus_work_without_script(bare: Site, visitor: Visitor) -> None:
    page = visitor.open(bare, COMPONENTS, language="fr", script=False)
    page.locator(".topbar summary").last.click()
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url.endswith(COMPONENTS)


def test_escape_and_a_press_outside_close_a_menu(bare: Site, visitor: Visitor) -> None:
    page = visitor.open(bare, COMPONENTS)
    menu = page.locator(".topbar details").first
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    page.mouse.click(700, 700)
    expect(menu).not_to_have_attribute("open", "")


def test_chosen_rows_are_counted(bare: Site, visitor: Visitor) -> None:
    page = visitor.open(bare, COMPONENTS, language="en")
    bar = page.locator('[data-batch="batch"]')
    expect(bar).to_be_hidden()
    page.get_by_label("Choose MTQ2-C-0250").check()
    expect(bar.locator("[data-batch-count]")).to_contain_text("1")
    page.locator("[data-pick-all]").check()
    expect(bar.locator("[data-batch-count]")).to_contain_text("6")
    bar.locator("[data-pick-none]").click()
    expect(bar).to_be_hidden()


def test_a_head_sticks_when_its_table_fits(bare: Site, visitor: Visitor) -> None:
    page = visitor.open(bare, COMPONENTS)
    head = page.locator(".table-wrap thead").first
    page.locator("text=MTQ2-C-0271").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.data tfoot').scrollIntoView({block: 'start'})")
    before = page.evaluate("window.scrollY")
    page.mouse.wheel(0, -120)
    page.wait_for_function("(before) => window.scrollY <= before - 120", arg=before)
    box = head.locator("th").first.bounding_box()
    assert box is not None
    assert 40 <= box["y"] <= 60, "under the top bar"


def fill(page: Page, text: str) -> None:
    page.locator("#id_idea").fill(text)


def saved(page: Page) -> Any:
    return page.locator("[data-save]").first


def test_what_is_written_saves_itself(bare: Site, visitor: Visitor) -> None:
    page = visitor.open(bare, APPLICANT, language="en", width=PHONE)
    with page.expect_request(AUTOSAVE) as sent:
        fill(page, "Repairing pumps")
    body = sent.value.post_data or ""
    assert "Repairing pumps" in body
    assert 'name="version"\r\n\r\n7' in body
    expect(saved(page)).to_have_class("save is-done")
    expect(page.locator("input[name=version]")).to_have_value("8")
    expect(page.locator("[data-counter]").first).to_have_text("15 of 200")


def test_what_cannot_be_sent_stays_on_the_device_until_it_can(bare: Site, visitor: Visitor) -> None:
    page = visitor.open(bare, APPLICANT, language="en", width=PHONE)
    page.route(AUTOSAVE, lambda route: route.abort("internetdisconnected"))
    fill(page, "Written in a tunnel")
    expect(saved(page)).to_have_class("save is-waiting")
    page.reload()
    expect(page.locator("#id_idea")).to_have_value("Written in a tunnel")
    page.unroute(AUTOSAVE)
    with page.expect_request(AUTOSAVE) as sent:
        page.evaluate("window.dispatchEvent(new Event('online'))")
    assert "Written in a tunnel" in (sent.value.post_data or "")
    expect(saved(page)).to_have_class("save is-done")
    assert page.evaluate("Object.keys(localStorage).length") == 0, "nothing stays behind once it is saved"
    visitor.forgive("ERR_INTERNET_DISCONNECTED")


def test_what_is_typed_before_the_script_has_come_saves_itself_too(bare: Site, visitor: Visitor) -> None:
    page = visitor.open(bare, APPLICANT, language="en", width=PHONE)
    held: list[Route] = []
    page.route("**/js/autosave*.js", lambda route: held.append(route))
    page.reload(wait_until="commit")
    fill(page, "Typed on a slow line")
    with page.expect_request(AUTOSAVE) as sent:
        while not held:
            page.wait_for_timeout(50)
        held.pop().continue_()
    assert "Typed on a slow line" in (sent.value.post_data or "")


@pytest.mark.parametrize(("button", "kept"), [("keep", "Mine"), ("take", "Theirs")])
def test_two_writers_see_both_texts(bare: Site, visitor: Visitor, button: str, kept: str) -> None:
    page = visitor.open(bare, APPLICANT, language="en", width=PHONE)
    answers = [
        (409, {"version": 12, "fields": {"idea": "Theirs", "amount": "12 000,000"}}),
        (200, {"version": 13, "saved_at": "14:03"}),
    ]
    bodies: list[str] = []

    def answer(route: Route) -> None:
        bodies.append(route.request.post_data or "")
        status, body = answers[min(len(bodies), 2) - 1]
        route.fulfill(status=status, body=json.dumps(body), content_type="application/json")

    page.route(AUTOSAVE, answer)
    fill(page, "Mine")
    conflict = page.locator(".conflict")
    expect(conflict.locator("[data-conflict-mine]").first).to_have_text("Mine")
    expect(conflict.locator("[data-conflict-theirs]").first).to_have_text("Theirs")
    assert axe_violations(page) == []
    conflict.locator(f"[data-conflict-{button}]").click()
    expect(conflict).to_have_count(0)
    expect(saved(page)).to_have_class("save is-done")
    assert 'name="version"\r\n\r\n12' in bodies[-1]
    assert kept in bodies[-1]
    visitor.forgive("409")


def test_a_lost_session_loses_no_text(bare: Site, visitor: Visitor) -> None:
    page = visitor.open(bare, APPLICANT, language="en", width=PHONE)
    page.route(AUTOSAVE, lambda route: route.fulfill(status=401, body=""))
    fill(page, "Written before the session ended")
    expect(page.locator("[data-sign-in-again] a")).to_have_attribute(
        "href", f"/accounts/login/?next={APPLICANT}"
    )
    page.unroute(AUTOSAVE)
    with page.expect_request(AUTOSAVE) as sent:
        page.reload()
    assert "Written before the session ended" in (sent.value.post_data or "")
    visitor.forgive("401")


def test_one_press_is_one_request(bare: Site, visitor: Visitor) -> None:
    page = visitor.open(bare, "/accounts/login/")
    page.fill("input[name=login]", "nobody@example.org")
    page.fill("input[name=password]", "x")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    with page.expect_navigation():
        page.evaluate(
            """() => {
                const form = document.querySelector("main form:has([name=password])");
                form.requestSubmit();
                form.requestSubmit();
            }"""
        )
    assert sent == ["POST"]


def test_a_juror_marks_by_keyboard(bare: Site, visitor: Visitor) -> None:
    page = visitor.open(bare, COMPONENTS, language="en")
    page.wait_for_selector("form[data-keys-ready]")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("3")
    expect(page.locator("[name=mark-2][value='3']")).to_be_checked()  # the first without a mark
    page.keyboard.press("ArrowUp")
    page.keyboard.press("5")
    expect(page.locator("[name=mark-1][value='5']")).to_be_checked()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("c")
    expect(page.locator("#comment-2")).to_be_focused()
    page.keyboard.type("3 prices, 2 quotes?")
    expect(page.locator("#comment-2")).to_have_value("3 prices, 2 quotes?")
    expect(page.locator("[name=mark-2][value='3']")).to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("[data-keys-help]")).to_have_attribute("open", "")
