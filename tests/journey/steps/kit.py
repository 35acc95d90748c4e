"""A kit instead of money: quotations, purchase order, delivery, acceptance record, invoice, payment."""

import re

from tests.documents.friendly import picture
from tests.journey.steps.application import PROGRAMME
from tests.journey.steps.money import pay
from tests.journey.walker import Walk

TOTAL = re.compile(r"Total\s+([\d,.]+)")


def _file(name: str, height: int) -> dict[str, object]:
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(280, height))}


def a_kit_is_ordered_from_the_lowest_offer(walk: Walk) -> None:
    """The preparer chooses among the quotations, the approver signs the purchase order."""
    desk = walk.desk("preparer", f"{PROGRAMME}purchases/")
    desk.page.locator("main tr", has_text="Quotations").locator("a[href*='/purchases/']").first.click()
    desk.page.wait_for_url("**/purchases/*/")
    walk.known["purchase"] = purchase = desk.path
    desk.press("Choose the supplier")
    desk.page.locator("[name=quote]").first.check()
    desk.submit()
    desk.page.locator("main a[href^='/instalments/']").first.click()
    desk.page.wait_for_url("**/instalments/*/")
    walk.known["kit"] = desk.path
    walk.desk("verifier", walk.known["kit"]).act("Verify the instalment")
    approver = walk.desk("approver", walk.known["kit"]).act("Approve the instalment")
    approver.go(purchase).act("Order the goods")
    assert approver.download(".pdf").startswith(b"%PDF")


def a_kit_is_delivered_accepted_and_invoiced(walk: Walk) -> None:
    """The coach counts it, the beneficiary signs the acceptance record, the invoice is matched."""
    purchase = walk.known["purchase"]
    desk = walk.desk("verifier", purchase).press("Record the delivery")
    desk.fill(reference="BL-77").submit()
    desk.press("Delivery note").press("Acceptance record")
    assert all(paper.startswith(b"%PDF") for paper in desk.downloads("/documents/papers/"))
    coach = walk.desk("coach-1", purchase).press("Record the hand-over")
    coach.tick("method", "signature")
    coach.attach(file=_file("acceptation", 200), photo=_file("remise", 210)).submit()
    desk = walk.desk("preparer", purchase)
    total = TOTAL.search(" ".join(desk.text().split())).group(1)
    desk.press("Match the invoice").fill(invoice_number="F-2026-31", invoice_minor=total.replace(",", ""))
    desk.attach(file=_file("facture", 220)).submit()
    assert desk.says("Invoice matched")


def the_kit_is_paid_and_visited(walk: Walk) -> None:
    """The supplier is paid by four persons; the visits are counted from the hand-over."""
    desk = walk.desk("preparer", walk.known["kit"]).act("Prepare the payment")
    pay(walk, "kit", "REL-2026-9")
    desk.go(walk.known["kit"])
    assert desk.says("Paid")
    desk.page.locator("nav a[href^='/grants/']").first.click()
    desk.page.wait_for_url("**/grants/*/")
    desk.page.locator("nav a[href^='/cases/']").first.click()
    desk.page.wait_for_url("**/cases/*/")
    assert desk.says("Day 15")
