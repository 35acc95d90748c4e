"""The lives that `money_races` walks beside a payment's: agreements, batches, recoveries, cash lists."""

from typing import Any

GRANT, TRANCHE, ORDER = "disbursements.grant", "disbursements.tranche", "disbursements.paymentorder"
RECEIPTS, HOLD = "disbursements.justification", "disbursements.hold"
DESTINATION, BATCH = "disbursements.destination", "disbursements.paymentbatch"
RECOVERY, CASH = "disbursements.recovery", "disbursements.cashadvance"
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


LIVES = (agreements, batches, recoveries, cash_lists)
