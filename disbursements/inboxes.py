"""How what waits in the disbursements stands on start pages: its lines, and what is asked of whom."""

from collections.abc import Callable
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from disbursements import queues
from disbursements.models import (
    BankLine,
    CashAdvance,
    DonorInstalment,
    Grant,
    Hold,
    PaymentBatch,
    PaymentOrder,
    Recovery,
    StatementFile,
    Tranche,
)
from documents.bidi import isolate
from workflow import display, inbox


def _amount(record: Any) -> str:
    amount = getattr(record, "amount", None)
    return display.money_text(amount) if amount is not None else ""


def tranche_row(tranche: Tranche) -> inbox.Row:
    """An instalment as a line of an inbox."""
    title = _("Instalment %(number)s of %(grant)s") % {
        "number": tranche.number,
        "grant": tranche.grant.reference,
    }
    return inbox.Row(title, _amount(tranche), tranche.get_absolute_url(), tranche.state_since)


def order_row(order: PaymentOrder) -> inbox.Row:
    """An order as a line of an inbox."""
    title = _("Order %(number)s") % {"number": order.number}
    detail = f"{_amount(order)} · {order.state_word}"
    return inbox.Row(title, detail, order.get_absolute_url(), order.state_since)


def batch_row(batch: PaymentBatch) -> inbox.Row:
    """A batch as a line of an inbox."""
    title = _("Batch %(number)s") % {"number": batch.number}
    total = display.money_text(batch.total) if batch.total is not None else ""
    stopped = _("a payment in it is stopped") if getattr(batch, "stopped", False) else ""
    detail = " · ".join(part for part in (total, batch.state_word, stopped) if part)
    return inbox.Row(title, detail, batch.get_absolute_url(), batch.state_since)


def statement_row(file: StatementFile) -> inbox.Row:
    """A statement as a line of an inbox."""
    return inbox.Row(file.name, file.account.name, file.get_absolute_url(), file.state_since)


def movement_row(line: BankLine) -> inbox.Row:
    """A movement as a line of an inbox."""
    return inbox.Row(line.reference, _amount(line), line.get_absolute_url(), line.state_since)


def recovery_row(recovery: Recovery) -> inbox.Row:
    """A claim as a line of an inbox."""
    title = _("Recovery %(number)s") % {"number": recovery.number}
    detail = f"{_amount(recovery)} · {recovery.state_word}"
    return inbox.Row(title, detail, recovery.get_absolute_url(), recovery.state_since)


def cash_row(advance: CashAdvance) -> inbox.Row:
    """A cash list as a line of an inbox."""
    title = _("Cash list %(number)s") % {"number": advance.number}
    return inbox.Row(
        title, f"{_amount(advance)} · {advance.place}", advance.get_absolute_url(), advance.state_since
    )


def donor_row(instalment: DonorInstalment) -> inbox.Row:
    """A donor's instalment as a line of an inbox."""
    detail = f"{_amount(instalment)} · {display.date_text(instalment.due_on)}"
    return inbox.Row(str(instalment), detail, instalment.get_absolute_url(), instalment.state_since)


def grant_row(grant: Grant) -> inbox.Row:
    """A grant as a line of an inbox."""
    title = _("Grant %(reference)s") % {"reference": grant.reference}
    detail = " · ".join(part for part in (_amount(grant), grant.state_word) if part)
    return inbox.Row(title, detail, grant.get_absolute_url(), grant.state_since)


def hold_row(hold: Hold) -> inbox.Row:
    """Stopped money as a line of an inbox: of what, and why."""
    title = _("Hold on %(what)s") % {"what": hold.target}
    reason = isolate(Truncator(hold.reason).chars(90))
    return inbox.Row(title, reason, hold.get_absolute_url(), hold.placed_at)


def record_row(record: Any) -> inbox.Row:
    """Any other record as a line of an inbox."""
    since = getattr(record, "entered_at", None) or record.state_since
    title = f"{record._meta.verbose_name} {getattr(record, 'owner', None) or record}"
    return inbox.Row(title[:1].upper() + title[1:], record.state_word, record.get_absolute_url(), since)


QUEUES: tuple[tuple[str, int, Callable[[Any], queues.Rows], Callable[[Any], inbox.Row], Any, Any], ...] = (
    (
        "in_doubt",
        5,
        queues.not_received,
        order_row,
        gettext_lazy("Payments that did not arrive"),
        gettext_lazy("Find out where the payment is"),
    ),
    (
        "reconcile",
        10,
        queues.orders_to_reconcile,
        order_row,
        gettext_lazy("Payments to reconcile"),
        gettext_lazy("Reconcile the payment"),
    ),
    (
        "statements",
        9,
        queues.statements_to_import,
        statement_row,
        gettext_lazy("Statements to import"),
        gettext_lazy("Import the statement"),
    ),
    (
        "movements",
        9,
        queues.movements_to_explain,
        movement_row,
        gettext_lazy("Movements to explain"),
        gettext_lazy("Explain the movement"),
    ),
    (
        "settle_batches",
        11,
        queues.batches_to_settle,
        batch_row,
        gettext_lazy("Batches to settle"),
        gettext_lazy("Settle the batch"),
    ),
    (
        "release",
        10,
        queues.orders_to_release,
        order_row,
        gettext_lazy("Payments to release"),
        gettext_lazy("Release the payment"),
    ),
    (
        "approve_orders",
        10,
        queues.orders_to_approve,
        order_row,
        gettext_lazy("Payments to approve"),
        gettext_lazy("Approve the payment"),
    ),
    (
        "release_batches",
        10,
        queues.batches_to_release,
        batch_row,
        gettext_lazy("Batches to release"),
        gettext_lazy("Release the batch"),
    ),
    (
        "approve_batches",
        10,
        queues.batches_to_approve,
        batch_row,
        gettext_lazy("Batches to approve"),
        gettext_lazy("Approve the batch"),
    ),
    (
        "accounts",
        11,
        queues.accounts_to_verify,
        record_row,
        gettext_lazy("Accounts to verify"),
        gettext_lazy("Verify the account"),
    ),
    (
        "holds",
        12,
        queues.holds_to_release,
        hold_row,
        gettext_lazy("Holds to release"),
        gettext_lazy("Release the hold or keep it"),
    ),
    (
        "verify",
        12,
        queues.tranches_to_verify,
        tranche_row,
        gettext_lazy("Instalments to verify"),
        gettext_lazy("Verify the instalment"),
    ),
    (
        "approve",
        12,
        queues.tranches_to_approve,
        tranche_row,
        gettext_lazy("Instalments to approve"),
        gettext_lazy("Approve the instalment"),
    ),
    (
        "order",
        12,
        queues.tranches_to_order,
        tranche_row,
        gettext_lazy("Payments to prepare"),
        gettext_lazy("Prepare the payment"),
    ),
    (
        "submit",
        13,
        queues.orders_to_submit,
        order_row,
        gettext_lazy("Orders to submit or issue"),
        gettext_lazy("Submit or issue the payment order"),
    ),
    (
        "batches",
        13,
        queues.batches_to_prepare,
        batch_row,
        gettext_lazy("Batches to prepare"),
        gettext_lazy("Prepare the batch"),
    ),
    (
        "receipts",
        14,
        queues.receipts_to_review,
        record_row,
        gettext_lazy("Receipts to review"),
        gettext_lazy("Review the receipts"),
    ),
    (
        "ask_donors",
        17,
        queues.donors_to_ask,
        donor_row,
        gettext_lazy("Donors to ask"),
        gettext_lazy("Ask the donor for the instalment"),
    ),
    (
        "cash_out",
        10,
        queues.cash_to_hand_out,
        cash_row,
        gettext_lazy("Cash to hand out"),
        gettext_lazy("Hand out the cash"),
    ),
    (
        "cash_mine",
        8,
        queues.cash_in_my_hand,
        cash_row,
        gettext_lazy("Cash that you carry"),
        gettext_lazy("Pay out the cash that you carry"),
    ),
    (
        "cash_count",
        11,
        queues.cash_to_count,
        cash_row,
        gettext_lazy("Cash to count"),
        gettext_lazy("Count the cash"),
    ),
    (
        "recoveries",
        14,
        queues.recoveries_to_tell,
        recovery_row,
        gettext_lazy("Recoveries to tell or to decide"),
        gettext_lazy("Tell of the recovery, or decide it"),
    ),
    (
        "late_repayments",
        14,
        queues.repayments_late,
        recovery_row,
        gettext_lazy("Repayments that are late"),
        gettext_lazy("Follow up the late repayment"),
    ),
    (
        "close_recoveries",
        41,
        queues.recoveries_to_close,
        recovery_row,
        gettext_lazy("Recoveries to close"),
        gettext_lazy("Close the recovery"),
    ),
    (
        "sign",
        15,
        queues.grants_to_sign,
        grant_row,
        gettext_lazy("Agreements to have signed"),
        gettext_lazy("Have the agreement signed"),
    ),
    (
        "grants",
        15,
        queues.grants_to_offer,
        grant_row,
        gettext_lazy("Grants to offer or activate"),
        gettext_lazy("Offer or activate the grant"),
    ),
    (
        "suspended",
        16,
        queues.grants_suspended,
        grant_row,
        gettext_lazy("Suspended grants to decide on"),
        gettext_lazy("Resume the suspended grant, or end it"),
    ),
    (
        "complete",
        40,
        queues.grants_to_complete,
        grant_row,
        gettext_lazy("Grants to complete"),
        gettext_lazy("Complete the grant"),
    ),
    (
        "purchases",
        16,
        queues.purchases_to_prepare,
        record_row,
        gettext_lazy("Purchases to prepare"),
        gettext_lazy("Prepare the purchase"),
    ),
    (
        "purchase_orders",
        16,
        queues.purchases_to_order,
        record_row,
        gettext_lazy("Purchases to order"),
        gettext_lazy("Order the purchase"),
    ),
    (
        "goods",
        16,
        queues.goods_to_hand_over,
        record_row,
        gettext_lazy("Goods to deliver and hand over"),
        gettext_lazy("Deliver and hand over the goods"),
    ),
)
"""Key, place, what waits for a user, its lines, name of the queue, what is asked."""


def register() -> None:
    """Add the queues to the start pages."""
    for key, order, waiting, row, label, ask in QUEUES:
        inbox.register(inbox.Queue(f"disbursements.{key}", label, waiting, row, order=order, ask=ask))
