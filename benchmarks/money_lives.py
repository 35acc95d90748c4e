"""The lives that `money_races` walks beside a payment's.

Agreements and accounts, batches, recoveries, cash lists, purchases of goods, instalments of donors.
"""

from typing import Any

GRANT, TRANCHE, ORDER = "disbursements.grant", "disbursements.tranche", "disbursements.paymentorder"
RECEIPTS, HOLD = "disbursements.justification", "disbursements.hold"
DESTINATION, BATCH = "disbursements.destination", "disbursements.paymentbatch"
RECOVERY, CASH = "disbursements.recovery", "disbursements.cashadvance"
FILE, MOVEMENT = "disbursements.statementfile", "disbursements.bankline"
PURCHASE, DONOR = "disbursements.procurement", "disbursements.donorinstalment"
LATE = 40  # days after which an answer is missing


def agreements(field: Any, number: int) -> None:
    """From the signature to the closed grant; holds, rejected orders and payments in doubt on some."""
    field.found_programme("cash")
    grants = field.drafts(number)
    field.race(GRANT, "offer", "manager", grants)
    field.prepare("print_agreement", grants)
    field.race(GRANT, "sign", "preparer", grants)
    field.prepare("enter_account", grants)
    field.race(DESTINATION, "verify", "approver", field.ids("destination", grants), person=2)
    for verb in ("activate", "suspend", "resume"):
        field.race(GRANT, verb, "manager", grants)
    side = number // 4
    some = grants[:side]
    field.race(TRANCHE, "verify", "verifier", field.ids("first", grants))
    field.race(TRANCHE, "return", "approver", field.ids("first", some))
    field.race(TRANCHE, "submit_evidence", "coach", field.ids("first", some))
    field.race(TRANCHE, "verify", "verifier", field.ids("first", some))
    field.prepare("hold", some)
    field.race(HOLD, "release", "approver", field.ids("hold", some))
    field.race(TRANCHE, "approve", "approver", field.ids("first", grants))
    field.race(TRANCHE, "order", "preparer", field.ids("first", grants))
    field.race(ORDER, "submit", "preparer", field.ids("order", grants))
    field.race(ORDER, "reject", "approver", field.ids("order", some))
    field.race(ORDER, "revise", "preparer", field.ids("order", some))
    field.race(ORDER, "submit", "preparer", field.ids("order", some))
    for verb, role in (("approve", "approver"), ("release", "releaser")):
        field.race(ORDER, verb, role, field.ids("order", grants))
    field.prepare("print_order", grants)
    field.race(ORDER, "export", "preparer", field.ids("order", grants))
    field.race(ORDER, "doubt", "reconciler", field.ids("order", some), days=LATE)
    field.prepare("propose_failure", some)
    field.race(ORDER, "fail", "reconciler", field.ids("order", some))
    grants = grants[side:]
    field.race(ORDER, "execute", "reconciler", field.ids("order", grants))
    field.prepare("receipts_at_hand", grants)
    field.race(RECEIPTS, "submit", "coach", field.ids("receipts", grants))
    field.race(RECEIPTS, "review", "verifier", field.ids("receipts", grants))
    field.prepare("accept_line", grants)
    field.race(RECEIPTS, "accept", "verifier", field.ids("receipts", grants))
    field.race(TRANCHE, "justify", "verifier", field.ids("first", grants))
    field.race(TRANCHE, "cancel", "manager", field.ids("second", grants))
    field.race(GRANT, "complete", "manager", grants)
    field.race(GRANT, "close", "approver", grants)
    field.race(DESTINATION, "retire", "preparer", field.ids("destination", grants))
    field.prepare("enter_account", grants)
    field.race(DESTINATION, "refuse", "approver", field.ids("destination", grants), person=2)


def batches(field: Any, number: int) -> None:
    """Batches of one order each: sealed, signed, written, settled; some cancelled, some refused."""
    field.found_programme("cash")
    grants = field.drafts(number)
    field.prepare("approved_order", grants)
    field.prepare("open_batch", grants)
    side = number // 4
    field.race(BATCH, "cancel", "preparer", field.ids("batch", grants[:side]))
    grants = grants[side:]
    for verb in ("seal", "unseal", "seal"):
        field.race(BATCH, verb, "preparer", field.ids("batch", grants))
    field.race(BATCH, "approve", "approver", field.ids("batch", grants), person=2)
    field.race(BATCH, "release", "releaser", field.ids("batch", grants))
    field.race(BATCH, "export", "preparer", field.ids("batch", grants))
    field.race(BATCH, "reject", "reconciler", field.ids("batch", grants[:side]))
    grants = grants[side:]
    field.race(ORDER, "execute", "reconciler", field.ids("order", grants))
    for verb in ("settle", "close"):
        field.race(BATCH, verb, "reconciler", field.ids("batch", grants))


def recoveries(field: Any, number: int) -> None:
    """Claims told, contested, decided, cut in parts, repaid, kept back, written off and closed."""
    field.found_programme("cash")
    grants = field.drafts(number)
    field.prepare("claim", grants)
    claims = field.ids("recovery", grants)
    field.race(RECOVERY, "notify", "manager", claims)
    field.race(RECOVERY, "contest", "beneficiary", claims)
    field.race(RECOVERY, "decide", "manager", claims)
    field.race(RECOVERY, "schedule", "manager", claims)
    field.race(RECOVERY, "repay", "reconciler", claims)
    field.race(RECOVERY, "offset", "approver", claims)
    field.prepare("propose_write_off", grants)
    field.race(RECOVERY, "write_off", "manager", claims)
    field.race(RECOVERY, "close", "approver", claims)


def cash_lists(field: Any, number: int) -> None:
    """Cash handed out, taken and counted; some lists cancelled."""
    field.found_programme("cash")
    grants = field.drafts(number)
    field.prepare("cash_list", grants)
    side = number // 4
    field.race(CASH, "cancel", "preparer", field.ids("cash", grants[:side]))
    lists = field.ids("cash", grants[side:])
    field.race(CASH, "hand_out", "releaser", lists, person=2)
    field.race(CASH, "take", "coach", lists)
    field.race(CASH, "count", "reconciler", lists)


def goods(field: Any, number: int) -> None:
    """Kits from the quotation to the invoice; some purchases given up."""
    field.found_programme("kit")
    grants = field.drafts(number)
    field.prepare("quotation", grants)
    side = number // 4
    field.race(PURCHASE, "cancel", "manager", field.ids("purchase", grants[:side]))
    grants = grants[side:]
    bought = field.ids("purchase", grants)
    field.race(PURCHASE, "choose_supplier", "preparer", bought)
    field.prepare("purchase_order", grants)
    for verb, role in (("order", "approver"), ("deliver", "coach")):
        field.race(PURCHASE, verb, role, bought)
    field.prepare("acceptance", grants)
    for verb, role in (("hand_over", "coach"), ("match_invoice", "preparer")):
        field.race(PURCHASE, verb, role, bought)


def donors(field: Any, number: int) -> None:
    """What donors promised: asked for, received by one movement each; some given up."""
    field.found_programme("cash")
    grants = field.drafts(number)
    field.prepare("donor_instalment", grants)
    planned = field.crew.look("donors")
    side = number // 4
    field.race(DONOR, "cancel", "manager", planned[:side])
    for verb, role in (("request", "manager"), ("receive", "reconciler")):
        field.race(DONOR, verb, role, planned[side:])


def statements(field: Any, number: int) -> None:
    """Statements imported or discarded; their movements matched, doubted, a whole batch, a fee, set aside."""
    field.found_programme("cash")
    grants = field.drafts(number)
    field.prepare("approved_order", grants)
    field.prepare("statement_of_a_batch", grants)
    part = number // 5
    gone, single, doubted, whole = (grants[place * part : (place + 1) * part] for place in range(4))
    rest = grants[4 * part :]
    field.race(FILE, "discard", "reconciler", field.ids("statement", gone))
    field.race(FILE, "take_in", "reconciler", field.ids("statement", [*single, *doubted, *whole, *rest]))
    field.race(MOVEMENT, "match", "reconciler", field.ids("movement", single))
    field.prepare("propose_in_doubt", doubted)
    field.race(MOVEMENT, "match_in_doubt", "reconciler", field.ids("movement", doubted))
    field.race(MOVEMENT, "match_batch", "reconciler", field.ids("movement", whole))
    for verb in ("set_aside", "reopen", "book_fee"):
        field.race(MOVEMENT, verb, "reconciler", field.ids("movement", rest))


def of_time(field: Any, number: int) -> None:
    """What nobody presses: offers that expire, instalments that fall due, claims of which nothing is left."""
    field.found_programme("dated")
    grants = field.drafts(number)
    side = number // 2
    field.prepare("offered", grants[:side])
    field.race(GRANT, "expire", "tick", grants[:side], days=LATE)
    grants = grants[side:]
    field.prepare("claim", grants)
    field.race(TRANCHE, "fall_due", "tick", field.ids("second", grants), days=LATE)
    field.prepare("accepted_after_the_claim", grants)
    field.race(RECOVERY, "lapse", "tick", field.ids("recovery", grants))


LIVES = (agreements, batches, recoveries, cash_lists, goods, donors, statements, of_time)
