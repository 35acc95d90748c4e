"""A juror marks by keyboard on a tablet: comments open, sums and gaps follow, everything is saved."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests import databases, requirements
from tests.browser import Visitor
from tests.conftest import PRODUCT
from tests.databases import SQLITE
from tests.servers import Site, serve

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TABLET = 768


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product with its living programme alone, served; the tests change it."""
    requirements.need_chromium()
    folder = tmp_path_factory.mktemp("marking")
    with (
        databases.of_this_run().copy(SQLITE, folder, recipe="living", settings_module=PRODUCT) as database,
        serve(database) as site,
    ):
        yield site


def test_a_file_is_marked_from_first_key_to_last(living: Site, visitor: Visitor) -> None:
    page = visitor.open(living, "/desk/", user="juror-3@demo.example", language="en", width=TABLET)
    waiting = page.locator("tbody tr").filter(has_text="To open").filter(has_text="Grid of the committee")
    waiting.first.locator("a").first.click()
    page.check("[name=no_conflict]")
    page.click("button[value=open]")
    page.wait_for_selector("form[data-autosave-ready][data-keys-ready]")
    marks = page.locator("fieldset.criterion")
    page.evaluate("document.activeElement.blur()")

    page.keyboard.press("4")
    expect(marks.nth(0).locator("[type=radio][value='4']")).to_be_checked()
    expect(marks.nth(0).locator("[data-comment]")).not_to_have_attribute("open", "")
    page.keyboard.press("c")
    expect(marks.nth(0).locator("textarea").first).to_be_focused()  # it was folded away
    page.keyboard.type("Nine years in the trade")
    page.keyboard.press("Escape")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("1")
    expect(marks.nth(1).locator("[data-comment]")).to_have_attribute("open", "")  # this mark needs one
    expect(page.locator("[data-grid-points]")).to_have_text("24")
    expect(page.locator("[data-computed=left]")).to_have_text("still missing: 3 marks, 1 sentence")
    page.keyboard.press("3")
    for _criterion in range(3):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("3")
    expect(page.locator("[data-computed=left]")).to_have_text("complete")

    marks.nth(0).locator(".scale").evaluate(
        """(scale) => {
            const one = scale.querySelector("label").cloneNode(true);
            one.firstElementChild.value = "10";
            scale.append(one);
        }"""
    )
    marks.nth(0).locator("[type=radio][value='4']").focus()
    page.clock.set_fixed_time("2026-03-02T09:00:00Z")  # however long the machine takes between two keys
    page.keyboard.press("1")
    expect(marks.nth(0).locator("[type=radio][value='1']")).to_be_checked()
    page.keyboard.press("0")  # a mark of two digits, where the scale has one
    expect(marks.nth(0).locator("[type=radio][value='10']")).to_be_checked()
