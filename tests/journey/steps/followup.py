"""Coaching moves money: a red visit holds it, a good one frees it."""

from zoneinfo import ZoneInfo

from django.utils import timezone

from tests.journey.walker import Desk, Walk, arabic

WHERE = ZoneInfo("Africa/Casablanca")  # a visit has the date of the place where it is made


def a_red_visit_holds_the_money(walk: Walk) -> None:
    """The visits were planned from the payment; the coach finds the shop closed; the supervisor validates."""
    _visit(walk, "D15", status="closed", profit="-300", cause="Le local a été repris.")
    desk = walk.desk("manager", walk.known["grant"])
    assert desk.says("Money is held")
    assert walk.phone("applicant").says(arabic("This money is held for the moment. Your coach knows why."))


def a_good_visit_meets_the_condition_and_the_hold_is_lifted(walk: Walk) -> None:
    """The next visit is good: the second instalment waits for it no more, and an approver lifts the hold."""
    _visit(walk, "M1", status="open", profit="2400")
    desk = walk.desk("approver", walk.known["grant"])
    assert desk.says("A visit was validated since")
    desk.act("Release the hold")
    desk.go(walk.known["grant"])
    assert not desk.says("Money is held")


def _visit(walk: Walk, code: str, **answers: str) -> None:
    """The coach fills in and submits a visit on a phone; another person validates it."""
    coach = walk.phone("coach-1", "/my-visits/", language="en")
    coach.page.locator("main li", has_text=walk.known["case"]).locator("a").first.click()
    coach.page.wait_for_url("**/visits/*/")
    visit = coach.path
    coach.press("Fill in the visit")
    assert coach.field("performed_on").input_value() == f"{timezone.localdate(timezone=WHERE)}"
    status = answers.pop("status")
    coach.tick("modality", "on_site").tick("status", status).tick("money_source", "records")
    coach.fill(turnover="6000", **answers).press("Save")
    coach.go(visit).act("Submit the visit")
    supervisor: Desk = walk.desk("supervisor", visit).act("Validate the visit")
    assert supervisor.go(visit).says("Validated")
