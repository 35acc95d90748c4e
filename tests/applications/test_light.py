"""Light and without script: what an applicant's pages weigh on the line, the whole way with script off."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import requirements
from tests.browser import PHONE, Visitor
from tests.databases import RealDatabase
from tests.servers import Site, serve
from tests.weights import Scale, production_files
from tests.worlds.people import PASSWORD

pytestmark = pytest.mark.browser
FIRST, LATER = 100_000, 15_000


@pytest.fixture(scope="module")
def light(module_database: RealDatabase, tmp_path_factory: Any) -> Iterator[Site]:
    """The product with its open call and style sheets and scripts as production serves them."""
    requirements.need_chromium()
    module_database.python("-m", "tests.applications.served", "world")
    more = production_files(module_database, tmp_path_factory.mktemp("settings"))
    with serve(module_database, **more) as site:
        yield site


def test_a_first_visit_is_under_100_kb_and_later_pages_under_15(light: Site, visitor: Visitor) -> None:
    number, address = _draft(light, "weighed")
    page = visitor.open(light, "/my/", user=address, password=PASSWORD, language="ar", width=PHONE)
    state = page.context.storage_state()
    fresh = visitor.browser.new_context(storage_state=state, viewport={"width": PHONE, "height": 740})
    visitor.contexts.append(fresh)
    page = fresh.new_page()
    scale = Scale(page)
    one = f"{light.url}/my/applications/{number}"
    weights = {"first": scale.of(page, f"{one}/form/idea/")}
    for name in ("/", "/about/", "/form/money/", "/form/sworn/", "/review/", "/form/idea/"):
        weights[name] = scale.of(page, one + name)
    print("bytes:", weights)
    assert weights["first"] > LATER, f"the scale does not count: {weights}"
    assert min(weights.values()) > 1_000, f"the scale does not count: {weights}"
    assert weights.pop("first") < FIRST, weights
    assert max(weights.values()) < LATER, weights


def test_signing_in_as_a_stranger_is_a_light_first_visit(light: Site, visitor: Visitor) -> None:
    fresh = visitor.browser.new_context(viewport={"width": PHONE, "height": 740})
    visitor.contexts.append(fresh)
    page = fresh.new_page()
    weight = Scale(page).of(page, f"{light.url}/accounts/login/")
    print("bytes of sign-in:", weight)
    assert LATER < weight < FIRST
    style = page.locator("link[rel=stylesheet]").first.get_attribute("href") or ""
    answer = page.context.request.get(light.url + style, headers={"Accept-Encoding": "gzip"})
    assert re.search(r"phone\.[0-9a-f]{12}\.css", style), "files are served as production serves them"
    assert "immutable" in answer.headers["cache-control"]


def test_from_sign_up_to_receipt_without_script(light: Site, visitor: Visitor) -> None:
    code, call = light.database.rows(
        "SELECT p.code, c.code FROM programmes_call c JOIN programmes_programme p ON p.id = c.programme_id"
    )[0]
    page = visitor.open(light, f"/calls/{code}/{call}/apply/", language="en", width=PHONE, script=False)
    page.fill("#id_phone", "0661234599")
    page.click("input[type=submit]")
    page.wait_for_selector("#id_code")
    sent = re.findall(r"SMS to \.\.\.599: .*?(\d{6})", light.log.read_text())
    page.fill("#id_code", sent[-1])
    page.click("main form button[type=submit] >> nth=0")
    page.check("input[name=track]")
    page.click("text=Begin")
    page.fill("#id_latin_name", "Amina Unscripted")
    page.fill("#id_birth_date", "1994")
    page.select_option("#id_site", index=1)
    page.check("#id_consent")
    page.click("text=Save and go on")
    page.fill("#id_title", "Sewing")
    page.fill("#id_description", "A workshop near the market")
    page.check("input[name=existing][value=no]")
    page.click("text=Save and go on")
    page.fill("#id_requested", "12000")
    page.fill("#id_use_of_money", "A machine")
    page.click("text=Save and go on")
    page.check("#id_sworn")
    page.click("text=Save and go on")
    page.click("main form button[type=submit] >> nth=-1")
    expect(page.locator("main")).to_contain_text("Your application has arrived.")
    with page.expect_download() as paper:
        page.click("text=Receipt (PDF)")
    assert paper.value.suggested_filename.endswith(".pdf")


def _draft(site: Site, name: str) -> tuple[str, str]:
    done = site.database.python("-m", "tests.applications.served", "draft", name)
    return done.stdout.split()[-1], f"{name}@example.org"
