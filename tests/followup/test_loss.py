"""Twenty ways in which field data are lost elsewhere: nothing is lost here, nothing is there twice.

Every scenario is a phone of its own in a real Chromium, in front of one server. `told(phone)` compares what
the coach finished with what the server holds.
"""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.databases import ROOT
from tests.followup.phones import (
    API,
    FILES,
    REPORTS,
    a_photo,
    lose_the_answer,
    no_server,
    portal,
)
from tests.servers import serve

pytestmark = pytest.mark.browser
THIRTY_PHOTOS = 120
"""Seconds that thirty photos may take over a line that breaks."""


@pytest.fixture(scope="module")
def renewed(tmp_path_factory):
    """A folder whose files stand before those of the app."""
    return tmp_path_factory.mktemp("renewed")


@pytest.fixture(scope="module")
def site(module_database, renewed):
    own = {"DJANGO_SETTINGS_MODULE": "tests.followup.renewable", "RENEWED_STATIC": str(renewed)}
    with serve(module_database, WEB_THREADS="8", **own) as served:
        yield served


def once_each(phone, number=1, files=0, status="applied"):
    """The server holds so many reports, each of another visit, whole; the phone holds nothing."""
    rows = phone.found()
    assert [row["status"] for row in rows] == [status] * number, rows
    assert len({row["planned"] for row in rows}) == number
    assert [row["arrived"] for row in rows] == [row["files"] for row in rows]
    assert sum(row["arrived"] for row in rows) == files
    held = phone.held()
    assert (held["drafts"], held["outbox"], held["media"]) == ([], [], [])
    return rows


def test_01_a_week_without_network(phone):
    coach = phone(visits=3)
    coach.context.set_offline(True)
    coach.open()
    for number in range(3):
        coach.made(number, photos=1)
    expect(coach.page.locator("#sending")).to_contain_text("3 to send")
    coach.page.reload()
    assert len(coach.held()["outbox"]) == 3
    coach.context.set_offline(False)
    coach.all_sent()
    expect(coach.page.locator("#sending")).to_contain_text("last sent")
    once_each(coach, 3, files=3)


def test_02_a_captive_portal_answers_everything_with_a_page(phone):
    coach = phone()
    coach.page.route(API, portal)
    coach.made(photos=1)
    coach.press_send()
    coach.page.wait_for_selector("#sending[data-phase='offline']")
    assert (len(coach.held()["outbox"]), coach.found()) == (1, [])
    coach.page.unroute(API)
    coach.press_send()
    coach.all_sent()
    once_each(coach, files=1)


def test_03_the_answer_is_lost_on_its_way(phone):
    coach = phone()
    coach.page.route(REPORTS, lose_the_answer)
    coach.made()
    coach.page.wait_for_selector("#sending[data-phase='offline']")
    assert len(coach.found()) == 1
    assert coach.held()["outbox"][0]["state"] == "waiting"
    coach.page.unroute(REPORTS)
    coach.press_send()
    coach.all_sent()
    once_each(coach)


def test_04_the_tab_is_killed_while_a_field_is_written(phone):
    coach = phone()
    coach.begin()
    coach.write("advice", "Write down each sale")
    coach.page.type("#f-difficulties", "The rent ro", delay=0)
    coach.page.close(run_before_unload=False)
    coach.page = coach.context.new_page()
    coach.open()
    answers = coach.held()["drafts"][0]["answers"]
    assert answers["advice"] == "Write down each sale"
    assert "The rent ro".startswith(answers.get("difficulties", ""))
    coach.page.click("a[href^='#visit/']")
    coach.finish()
    coach.all_sent()
    once_each(coach)


def test_05_the_same_visit_in_two_tabs(phone):
    coach = phone()
    first = coach.begin()
    second = coach.context.new_page()
    coach.open(second)
    second.click("a[href^='#visit/']")
    second.wait_for_selector("#finish")
    coach.write("advice", "From the first tab", first)
    coach.write("difficulties", "From the second tab", second)
    first.click("#finish")
    first.wait_for_selector("#finish", state="detached")
    second.click("#finish")
    coach.all_sent()
    (row,) = once_each(coach)
    assert row["answers"]["advice"] == "From the first tab"
    assert row["answers"]["difficulties"] == "From the second tab"


def test_06_two_coaches_make_the_same_visit(phone, desk):
    lead = phone()
    backup = desk.coach(visits=1)
    desk.backup(visit=lead.told["visits"][0], user=backup["user"])
    other = phone(told={**backup, "visits": lead.told["visits"]})
    for coach, words in ((lead, "The lead's"), (other, "The backup's")):
        coach.begin()
        coach.write("advice", words)
        coach.finish()
        coach.all_sent()
    once_each(lead)
    (row,) = once_each(other, status="conflict")
    assert (row["flag"], row["answers"]["advice"]) == ("second", "The backup's")


def test_07_the_enterprise_is_handed_over_meanwhile(phone, desk):
    coach = phone()
    coach.context.set_offline(True)
    coach.made(photos=1)
    desk.hand_over(visit=coach.told["visits"][0])
    coach.context.set_offline(False)
    coach.all_sent()
    (row,) = once_each(coach, files=1, status="quarantined")
    assert row["flag"] == "reassigned"
    expect(coach.page.locator("[data-visit]")).to_have_count(0)


def test_08_the_visit_is_cancelled_meanwhile(phone, desk):
    coach = phone()
    coach.context.set_offline(True)
    coach.made()
    desk.cancel(visit=coach.told["visits"][0])
    coach.context.set_offline(False)
    coach.all_sent()
    (row,) = once_each(coach)
    assert (row["flag"], row["state"]) == ("cancelled", "submitted")
    assert row["visit"] != row["planned"]


def test_09_the_coach_is_let_go_meanwhile(phone, desk):
    coach = phone(visits=2)
    coach.context.set_offline(True)
    coach.made(0, photos=1)
    coach.begin(1)
    desk.revoke(user=coach.user)
    coach.page.goto(f"{coach.site.url}/field/#")
    coach.context.set_offline(False)
    coach.page.wait_for_selector("text=You are no longer a coach here")
    (row,) = coach.found()
    assert (row["status"], row["flag"], row["arrived"]) == ("quarantined", "revoked", 1)
    with coach.page.expect_download() as saved:
        coach.page.click("text=Save a rescue file")
    content = saved.value.path().read_text(encoding="utf-8")
    assert desk.rescue(content=content)["new"] == 1
    assert [row["flag"] for row in coach.found()] == ["revoked", "unfinished"]
    coach.page.wait_for_selector("text=You are not a coach in any programme")
    names = coach.page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")
    assert f"jalon-field-{coach.user}" not in names


def test_10_one_photo_is_bad_and_blocks_nothing_else(phone):
    """One file is no picture, which the server finds; of another one the phone's memory lost some bytes."""
    coach = phone(visits=2)
    coach.begin(0)
    coach.photograph(4)
    first, second = (one["uid"] for one in coach.held()["media"][:2])
    coach.spoil(first, announced=True)
    coach.spoil(second, announced=False)
    coach.finish()
    coach.made(1, photos=1)
    coach.page.wait_for_selector("[data-state='bad']")
    expect(coach.page.locator("#outbox li")).to_have_count(1)
    assert sorted((row["files"], row["arrived"]) for row in coach.found()) == [(1, 1), (4, 2)]
    assert {one["uid"] for one in coach.held()["media"]} == {first, second}
    expect(coach.page.locator("#sending")).to_contain_text("1 needs you")
    coach.page.click("#outbox a")
    coach.page.on("dialog", lambda dialog: dialog.accept())
    coach.page.click("text=Go without the photo")
    expect(coach.page.locator("#outbox li")).to_have_count(0)
    coach.emptied()
    assert coach.held()["outbox"] == []


def test_11_thirty_photos_and_a_line_that_breaks_after_each_fifth(phone):
    coach = phone()
    sent = []

    def breaking(route):
        sent.append(route.request.url)
        if len(sent) % 6 == 0:
            route.abort()
        else:
            route.continue_()

    coach.page.route(FILES, breaking)
    coach.begin()
    coach.photograph(30)
    coach.finish()
    end = time.monotonic() + THIRTY_PHOTOS
    while coach.held()["outbox"] and time.monotonic() < end:
        coach.page.wait_for_selector("#sending:not([data-phase='sending'])")
        coach.press_send()
        coach.page.wait_for_timeout(150)
    coach.all_sent()
    once_each(coach, files=30)


def test_12_the_server_is_down_for_a_day(phone, site):
    coach = phone(visits=2)
    coach.page.clock.install()
    site.stop(at_once=True)
    try:
        coach.open()
        coach.made(0, photos=1)
        coach.made(1)
        for _part in range(8):
            coach.page.clock.fast_forward("03:00:00")
            coach.page.wait_for_timeout(15)
        coach.page.wait_for_selector("#sending[data-phase='offline']")
        assert len(coach.held()["outbox"]) == 2
    finally:
        site.start()
    for _pause in range(10):  # the longest pause between two attempts; none is cut short by the next
        coach.page.clock.fast_forward("00:05:01")
        coach.emptied()
        if not coach.held()["outbox"]:
            break
    coach.all_sent()
    once_each(coach, 2, files=1)


def test_13_the_clock_is_wrong_by_a_day(phone):
    coach = phone()
    days = {datetime.now(UTC).date().isoformat()}
    coach.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=1))
    coach.open()
    coach.noted("clock", "note.offset < -80_000")  # from now on the phone knows by how much it is wrong
    coach.page.wait_for_selector("#sending[data-phase='idle']")
    coach.made()
    coach.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=1))
    coach.all_sent()
    (row,) = once_each(coach)
    made = datetime.fromisoformat(row["performed_at"])
    assert abs(made - datetime.now(UTC)) < timedelta(minutes=5)
    assert row["answers"]["performed_on"] in days | {datetime.now(UTC).date().isoformat()}


def test_14_the_form_has_a_newer_version_by_now(phone, desk):
    coach = phone()
    coach.begin()
    coach.context.set_offline(True)
    number = desk.new_form()
    coach.finish()
    coach.context.set_offline(False)
    coach.all_sent()
    (row,) = once_each(coach)
    assert number > 1
    assert row["form"] == 1
    desk.plain_form()


def test_15_requests_arrive_twice_and_out_of_order(phone):
    coach = phone(visits=2)
    caught = []

    def hold_back(route):
        caught.append((route.request.url, route.request.post_data_buffer, route.request.headers))
        route.abort()

    coach.page.route("**/api/v1/visits/**", hold_back)
    coach.made(0, photos=1)
    coach.made(1, photos=1)
    coach.press_send()
    expect(coach.page.locator("#outbox li")).to_have_count(2)
    coach.page.wait_for_selector("#sending[data-phase='offline']")
    coach.page.unroute("**/api/v1/visits/**")
    coach.press_send()
    coach.all_sent()
    assert caught
    for url, body, headers in [*reversed(caught), *caught]:
        kept = {name: headers[name] for name in ("content-type", "x-csrftoken", "x-device-user")}
        again = coach.context.request.put(url, data=body, headers=kept)
        assert again.status == 200
    once_each(coach, 2, files=2)


def test_16_the_phone_is_full(phone):
    """Chromium itself has no room left for the app, in the middle of a visit: what it took is whole, what it
    did not take is said, and an answer that found no room is in the report once there is some again."""
    coach = phone()
    coach.begin()
    coach.photograph(1)
    keeper = coach.left_with(600)
    coach.page.set_input_files("#f-photos", [a_photo(2, size=(1600, 1200), noise=True)])
    coach.page.wait_for_selector("text=The phone is full")
    assert len(coach.held()["media"]) == coach.page.locator("[data-photo]").count() == 1
    advice = "Write down each sale, and what was paid for. " * 22 + "Each."
    coach.page.fill("#f-advice", advice)
    coach.page.wait_for_selector("#saved.is-blocked")
    assert "advice" not in coach.held()["drafts"][0]["answers"]
    coach.page.click("#finish")
    coach.page.wait_for_selector("text=The phone is full")
    assert len(coach.held()["drafts"]) == 1, "nothing is finished without an answer that was given"

    coach.room(keeper, None)
    coach.photograph(1, first=30)
    coach.finish()
    coach.all_sent()
    (row,) = once_each(coach, files=2)
    assert row["answers"]["advice"] == advice


def test_17_signing_out_with_unsent_visits(phone, desk):
    coach = phone()
    coach.context.set_offline(True)
    coach.made(photos=1)
    coach.page.evaluate("location.hash = '#me'")
    coach.page.click("#log-out")
    coach.page.wait_for_selector("text=is not sent yet")
    assert len(coach.held()["outbox"]) == 1
    with coach.page.expect_download() as saved:
        coach.page.click("#leaving button:has-text('Save a rescue file')")
    content = saved.value.path().read_text(encoding="utf-8")
    coach.noted("rescued")
    coach.page.click("#log-out")
    coach.page.wait_for_selector("text=Sign in")
    assert desk.rescue(content=content) == {"new": 1, "known": 0, "files": 1, "refused": []}
    assert desk.rescue(content=content)["known"] == 1
    (row,) = coach.found()
    assert (row["status"], row["arrived"]) == ("applied", 1)


def test_18_the_app_is_renewed_with_unsent_visits(phone, renewed):
    """The office serves another version of the app while one visit is unsent and one is begun."""
    coach = phone(visits=2)
    coach.page.route(API, no_server)
    coach.made(0, photos=1)
    coach.begin(1)
    coach.photograph(1, first=60)
    coach.page.evaluate("location.hash = '#'")
    words = (ROOT / "static/js/field/words.js").read_text()
    new = renewed / "js/field/words.js"
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_text(words + "\ndocument.documentElement.dataset.edition = 'second';\n")
    before = coach.page.get_attribute("html", "data-version")
    coach.page.reload()
    coach.page.wait_for_selector("text=The app has been renewed")
    coach.page.click("text=Open it anew")
    coach.page.wait_for_selector("html[data-edition='second'][data-ready]")
    assert coach.page.get_attribute("html", "data-version") != before
    held = coach.held()
    assert [len(held[name]) for name in ("outbox", "drafts", "media")] == [1, 1, 2]
    coach.page.click("a[href^='#visit/']")
    coach.finish()
    coach.page.unroute(API)
    coach.press_send()
    coach.all_sent()
    once_each(coach, 2, files=2)
    new.unlink()


def test_19_the_session_ends_and_another_person_signs_in_on_the_phone(phone, desk):
    coach = phone()
    assert desk.end_sessions(user=coach.user) == 1
    coach.made(photos=1)
    coach.page.wait_for_selector("#sending[data-phase='signedOut']")
    assert (len(coach.held()["outbox"]), coach.found()) == (1, [])
    guest = desk.coach(visits=1)
    coach.sign_in(guest["cookie"])
    coach.page.reload()
    coach.page.wait_for_selector(f"[data-visit='{guest['visits'][0]}']")
    assert desk.found(user=guest["user"]) == []
    coach.page.evaluate("location.hash = '#me'")
    coach.page.wait_for_selector("text=1 visit of another person waits on this phone")
    coach.sign_in(desk.cookie(user=coach.user))
    coach.page.goto(f"{coach.site.url}/field/#")
    coach.page.reload()
    coach.page.wait_for_function(
        "user => localStorage.getItem('jalon-field-user') === String(user)", arg=coach.user
    )
    coach.emptied()
    expect(coach.page.locator("#outbox li")).to_have_count(0)
    once_each(coach, files=1)
    assert desk.found(user=guest["user"]) == []


def test_20_the_phone_is_reset_and_a_rescue_file_brings_everything_back(phone, desk):
    coach = phone(visits=3)
    coach.context.set_offline(True)
    coach.made(0, photos=2)
    coach.begin(1)
    coach.photograph(1, first=90)
    content = coach.rescue()
    coach.context.set_offline(False)
    coach.page.evaluate("location.hash = '#'")
    coach.context.set_offline(True)
    cdp = coach.context.new_cdp_session(coach.page)
    cdp.send("Storage.clearDataForOrigin", {"origin": coach.site.url, "storageTypes": "all"})
    told = desk.rescue(content=content)
    assert (told["new"] + told["known"], told["refused"]) == (2, [])
    assert desk.rescue(content=content)["new"] == 0
    rows = coach.found()
    assert len(rows) == 2
    assert sorted((row["flag"], row["arrived"]) for row in rows) == [("", 2), ("unfinished", 1)]
    assert len(json.loads(content)["reports"]) == 2


def test_21_attendance_is_ticked_without_a_line_and_another_tick_is_not_lost(phone, desk):
    coach = phone()
    session = desk.session(user=coach.user, people=3)
    coach.press_send()
    coach.page.wait_for_selector(f"[data-session='{session['id']}']")
    coach.context.set_offline(True)
    coach.open()
    coach.page.click(f"[data-session='{session['id']}']")
    first, second, third = session["rows"]
    coach.page.check(f"#a-{first}-absent")
    coach.page.wait_for_selector("#saved.is-done")
    coach.page.reload()
    coach.page.wait_for_selector(f"#a-{first}-absent:checked")
    coach.page.click("text=All others are present")
    coach.page.fill("#came-too", session["guest"])
    coach.page.wait_for_selector(f"#a-{third}-present:checked")
    desk.mark(session=session["id"], present=[first], absent=[second])
    coach.page.click("#finish-list")
    coach.page.wait_for_selector("[data-list]")
    expect(coach.page.locator("#sending")).to_contain_text("1 to send")
    coach.context.set_offline(False)
    coach.all_sent()
    assert coach.held()["lists"] == coach.held()["ticks"] == []
    found = desk.attendance(session=session["id"])
    assert found["reports"] == 1
    assert [row["present"] for row in found["rows"]] == [False, True, True, True]
    assert [row["disputed"] for row in found["rows"]] == [True, True, False, False]
    assert [len(row["ticks"]) for row in found["rows"]] == [2, 2, 1, 1]
    coach.press_send()
    coach.page.wait_for_selector("[data-session]:has(+ .line strong)")
    coach.page.click(f"[data-session='{session['id']}']")
    expect(coach.page.locator("li[data-row]:has-text('Ticked in two ways')")).to_have_count(2)
