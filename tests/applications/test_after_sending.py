"""After sending, on a phone and without script: withdraw, answer what is asked for, appeal."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PHONE, Visitor, scrolls_sideways
from tests.servers import Site
from tests.worlds.people import PASSWORD

pytestmark = pytest.mark.browser
Draft = Callable[..., tuple[str, str]]


def opened(visitor: Visitor, site: Site, draft: tuple[str, str], language: str = "en") -> Page:
    """The page that says where the application stands, as its owner sees it on a phone without script."""
    number, user = draft
    return visitor.open(
        site,
        f"/my/applications/{number}/",
        user=user,
        password=PASSWORD,
        language=language,
        width=PHONE,
        script=False,
    )


def state(site: Site, number: str) -> str:
    rows = site.database.rows(
        "SELECT a.state FROM applications_application a JOIN applications_case c ON a.case_id = c.id"
        " WHERE c.number = %s",
        number,
    )
    return str(rows[0][0])


def test_an_application_is_withdrawn_after_a_sentence_that_says_what_happens(
    served: Site, visitor: Visitor, draft: Draft
) -> None:
    made = draft("submitted")
    page = opened(visitor, served, made)
    page.click("text=Withdraw the application")
    page.wait_for_url("**/act/withdraw/")
    assert state(served, made[0]) == "submitted"
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("Withdrawn")
    expect(page.get_by_text("Withdraw the application")).to_have_count(0)
    assert state(served, made[0]) == "withdrawn"


def test_a_request_opens_only_what_it_names_and_the_answer_goes_back(
    served: Site, visitor: Visitor, draft: Draft
) -> None:
    made = draft("incomplete")
    page = opened(visitor, served, made)
    expect(page.locator("main")).to_contain_text("Please say more.")
    page.click("text=Continue")
    expect(page.locator("main")).to_contain_text("Please say more.")
    expect(page.locator("main [name=use_of_money]")).to_be_editable()
    expect(page.locator("main [name=title]")).to_have_count(0)
    page.fill("[name=use_of_money]", "A pump of two horsepower, and pipes for the garden.")
    page.click("text=Save and go on")
    expect(page.locator("main [name=use_of_money]")).to_have_count(0)
    page.click("main form button[type=submit]")
    page.wait_for_url(f"**/my/applications/{made[0]}/")
    assert state(served, made[0]) == "submitted"


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_who_was_turned_down_appeals_and_sees_that_it_was_lodged(
    served: Site, visitor: Visitor, draft: Draft, language: str
) -> None:
    made = draft("ineligible")
    page = opened(visitor, served, made, language)
    page.locator("a[href$='/appeal/']").click()
    page.wait_for_url("**/appeal/")
    assert not scrolls_sideways(page)
    page.locator("main input[name=ground]").first.check()
    page.fill("main textarea", "Personne n’a regardé la deuxième pièce.")
    page.click("main form button[type=submit]")
    page.wait_for_url(f"**/my/applications/{made[0]}/")
    expect(page.locator("a[href$='/appeal/']")).to_have_count(0)
    lodged = served.database.rows(
        "SELECT COUNT(*) FROM applications_appeal p JOIN applications_application a"
        " ON p.application_id = a.id JOIN applications_case c ON a.case_id = c.id WHERE c.number = %s",
        made[0],
    )
    assert lodged == [(1,)]
