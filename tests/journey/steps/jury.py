"""The jury of a session: invited, drawn around a conflict, marking, ranking, sitting, deciding."""

from django.utils import timezone
from playwright.sync_api import expect

from demo.loading.staff import JUROR_NAMES
from tests.journey.steps.application import OWN
from tests.journey.walker import Desk, Walk

JURORS = (3, 4, 5, 6)
APART = 6  # who knows the applicant
SESSION = f"{OWN}sessions/7/"


def a_jury_is_invited_and_drawn(walk: Walk) -> None:
    """Time passes; four jurors sign, one is kept apart from the file, the draw keeps its seed.

    Nothing begins before a person read the masked copy.
    """
    walk.pass_the_cut_off(7)
    desk = walk.desk("jury-secretary", SESSION).act("Start screening")
    desk.follow("Jurors, invitations, conflicts", within="main")
    walk.known["jury"] = desk.path
    for number in JURORS:
        desk.choose(user=JUROR_NAMES[number - 1])
        for language in ("fr", "ar", "en"):
            desk.tick("languages", language)
        desk.press("Invite")
    for number in JURORS:
        juror = walk.desk(f"juror-{number}").follow("Answer the invitation to a jury")
        juror.tick("declared").press("Sign and take part")
    desk.go(walk.known["jury"])
    desk.choose(engagement=JUROR_NAMES[APART - 1]).fill(number=walk.known["case"]).press("Keep apart")
    desk.go(SESSION).follow("Grid of the committee", within="main")
    walk.known["round"] = desk.path
    desk.press("Draw jurors", within="body")
    assert desk.says("declared conflict")
    assert desk.says("Seed")
    desk.press("Confirm 3 assignments")
    assert not desk.go(SESSION).offers("Start scoring")
    desk.follow("0/1", within="main").press("Go on confirming", within="body")
    desk.tick("read").press("Confirm, next")
    desk.go(SESSION).act("Start scoring")
    assert desk.says("Scoring")


def jurors_mark_and_sheets_are_locked(walk: Walk) -> None:
    """Three jurors open the masked file, their marks save themselves, the round is closed."""
    case = walk.known["case"]
    for number in JURORS[:3]:
        desk = walk.desk(f"juror-{number}", "/desk/").follow(case, within="main")
        desk.tick("no_conflict").press("Open the file")
        assert not desk.says("Saleh"), "a juror reads no name"
        _mark(desk)
    walk.desk(f"juror-{APART}", "/desk/")
    assert not walk.desk(f"juror-{APART}", "/desk/").says(case)
    desk = walk.desk("jury-secretary", walk.known["round"])
    desk.press("Close the round and lock its sheets").press("Make the ranking")
    assert desk.says("1/1")
    walk.known["ranking"] = desk.path


def _mark(desk: Desk) -> None:
    """Choose a mark for every criterion; the last change is seen to save itself before handing in."""
    scales = desk.page.locator("form [data-scale]")
    last = scales.count() - 1
    for place in range(last):
        scales.nth(place).locator("label").nth(4).click()
    with desk.page.expect_response("**/save/") as saved:
        scales.nth(last).locator("label").nth(4).click()
    assert saved.value.status == 200
    expect(desk.page.locator("[data-save]").first).to_have_class("save is-done")
    desk.press("Hand in")


def the_jury_deliberates(walk: Walk) -> None:
    """From the ranking to signed minutes: decisions drafted, a sitting, attendance, the minutes as PDF."""
    desk = walk.desk("jury-secretary", SESSION).act("Start the deliberation")
    desk.go(walk.known["ranking"]).press("Funding line")
    desk.press("Make the draft of decisions with 1 place")
    walk.known["batch"] = desk.path
    desk.press("Schedule a sitting", within="body")
    desk.fill(sits_at=f"{timezone.localtime():%Y-%m-%dT%H:%M}").choose(chair="Habib Chérif")
    desk.press("Schedule")
    walk.known["sitting"] = sitting = desk.path
    for box in desk.page.locator("input[name=present]").all():
        box.check()
    desk.press("Save the attendance")
    chair = walk.desk("jury-chair", sitting).act("Open the sitting")
    desk.go(sitting).act("End the sitting")
    chair.go(sitting).act("Sign the minutes")
    desk.go(sitting).press("Store the minutes")
    assert desk.download(".pdf").startswith(b"%PDF")
    desk.go(sitting).act("Close")


def decisions_are_announced_together(walk: Walk) -> None:
    """Submitted by the secretary, confirmed and announced by the chair; the letters are read and leave."""
    desk = walk.desk("jury-secretary", walk.known["batch"]).act("Submit the decisions")
    chair = walk.desk("jury-chair", walk.known["batch"]).act("Confirm the decisions")
    chair.go(SESSION).act("Announce the decisions")
    desk.go(walk.known["batch"]).press("Read the letters", within="body")
    desk.press("Release 1 message")
    phone = walk.phone("applicant")
    assert phone.says("Lauréat")
    assert phone.says("14 000,00")
