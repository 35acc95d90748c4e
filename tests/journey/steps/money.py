"""An instalment from what it waits for to its receipts: verified, ordered, signed by four persons, paid."""

from tests.documents.friendly import picture
from tests.journey.steps.agreement import SHOP
from tests.journey.walker import Walk, arabic


def the_first_instalment_is_ordered(walk: Walk) -> None:
    """Verified, approved and ordered by three persons; it waits on the start page of the first."""
    assert walk.desk("verifier").says(walk.known["case"])
    order_instalment(walk, 1)
    phone = walk.phone("applicant")
    assert phone.says("في طريقها إليك"), "it is on its way"


def four_persons_sign_the_payment(walk: Walk) -> None:
    """Nobody signs twice; a young account waits; the instruction is a paper; the statement closes it."""
    order = the_order(walk, 1)
    preparer = walk.desk("preparer", order).act("Submit for approval")
    assert not preparer.go(order).offers("Approve the payment")
    walk.desk("approver", order).act("Approve the payment")
    releaser = walk.desk("releaser", order)
    assert releaser.says("The waiting time ends on")
    assert not releaser.offers("Release the payment")
    walk.pass_the_waiting_time(SHOP)
    releaser.go(order).act("Release the payment")
    preparer.go(order).act("Issue the instruction")
    assert preparer.download(".pdf").startswith(b"%PDF")
    execute(walk, order, "REL-2026-7")


def the_journal_shows_both_sides(walk: Walk) -> None:
    """Committed, in flight, disbursed; bank and advance: every line of the grant, on both sides."""
    desk = walk.desk("reconciler", walk.known["grant"]).press("Statement")
    for account in (
        "Envelope of the call, available",
        "Grant, committed",
        "Grant, payment under way",
        "Grant, disbursed",
        "Bank",
        "Grant, paid and not yet justified",
    ):
        assert desk.says(account), account
    assert desk.says("8,400.00")


def the_beneficiary_confirms_and_shows_receipts(walk: Walk) -> None:
    """On the phone, in Arabic: the money came, two receipts are photographed and sent."""
    phone = walk.phone("applicant").press(arabic("I have received it"))
    phone.tick("received").submit()
    show_receipts(walk, 1, "8400")
    accept_receipts(walk, 1)
    assert walk.phone("applicant").says("اعتُمدت الزيارة"), "what the second instalment waits for"


def the_second_instalment_is_paid_and_justified(walk: Walk) -> None:
    """The same way for the rest of the grant."""
    order_instalment(walk, 2)
    pay(walk, 2, "REL-2026-8")
    walk.phone("applicant").press(arabic("I have received it")).tick("received").submit()
    show_receipts(walk, 2, "5600")
    accept_receipts(walk, 2)


def the_grant_is_closed(walk: Walk) -> None:
    """Completed by the manager, closed by an approver; the case and the phone say so."""
    walk.desk("manager", walk.known["grant"]).act("Complete the grant")
    desk = walk.desk("approver", walk.known["grant"]).act("Close the grant")
    assert desk.says("Closed")
    case = walk.desk("manager", f"/cases/{walk.known['case']}/")
    assert case.says("closed")
    closed = "Your grant is closed: everything was paid and accounted for."
    assert walk.phone("applicant").says(arabic(closed))


def every_promise_still_holds(walk: Walk) -> None:
    """Events replay, balances add up, signatures differ: what the walk left is sound."""
    walk.site.database.manage("verify")


def order_instalment(walk: Walk, number: int) -> None:
    """Take an instalment whose conditions are met to its order."""
    tranche = walk.known[number]
    walk.desk("verifier", tranche).act("Verify the instalment")
    walk.desk("approver", tranche).act("Approve the instalment")
    desk = walk.desk("preparer", tranche).act("Prepare the payment")
    assert desk.go(tranche).says("Ordered")


def the_order(walk: Walk, tranche: int | str) -> str:
    """Return the address of the payment order of an instalment."""
    desk = walk.desk("preparer", walk.known[tranche])
    return desk.page.locator("main a[href^='/orders/']").first.get_attribute("href") or ""


def pay(walk: Walk, tranche: int | str, reference: str) -> None:
    """Take the order of an instalment through its four signatures."""
    order = the_order(walk, tranche)
    walk.desk("preparer", order).act("Submit for approval")
    walk.desk("approver", order).act("Approve the payment")
    walk.desk("releaser", order).act("Release the payment")
    walk.desk("preparer", order).act("Issue the instruction")
    execute(walk, order, reference)


def execute(walk: Walk, order: str, reference: str) -> None:
    """The reconciler found the payment on the statement."""
    desk = walk.desk("reconciler", order).press("Record that it was paid")
    desk.choose(evidence="Line of the bank statement").fill(reference=reference).submit()
    assert desk.says("Executed")


def show_receipts(walk: Walk, number: int, amount: str) -> None:
    """The beneficiary photographs a receipt and hands it in."""
    phone = walk.phone("applicant").follow(arabic("Your receipts"), place=number - 1)
    walk.known[f"receipts {number}"] = phone.path
    photo = picture(size=(320, 240 + number))
    phone.press(arabic("Send a photo of a receipt"))
    phone.attach(file={"name": "recu.jpg", "mimeType": "image/jpeg", "buffer": photo})
    phone.fill(amount=amount, label="ماكينة خياطة").submit()
    phone.act(arabic("Hand in the receipts"))


def accept_receipts(walk: Walk, number: int) -> None:
    """The verifier looks at every receipt, then the instalment is justified."""
    receipts = walk.known[f"receipts {number}"]
    desk = walk.desk("verifier", receipts).act("Start the review")
    desk.go(receipts).press("Accept ماكينة خياطة")
    desk.act("Accept the receipts")
    desk.go(walk.known[number]).act("Mark as justified")
    assert desk.says("Justified")
