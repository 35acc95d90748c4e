"""The door to the papers of money: which exist, who prints them, and one function to print each.

Printing is done at the edge (views, forms), before the transition that needs the paper.
"""

from django.utils.translation import gettext_lazy as _

from disbursements.papers.agreement import issue_agreement
from disbursements.papers.batch_list import issue_batch_list
from disbursements.papers.closing import issue_closing_statement
from disbursements.papers.donor_request import issue_donor_request
from disbursements.papers.originals import (
    ACCEPTANCE,
    AGREEMENT,
    BATCH_LIST,
    CLOSING,
    DELIVERY_NOTE,
    DONOR_REQUEST,
    PAYMENT_ORDER,
    PURCHASE_ORDER,
    RECEIPT,
    RECOVERY_NOTICE,
)
from disbursements.papers.payment_order import issue_payment_order
from disbursements.papers.purchase import issue_acceptance, issue_delivery_note, issue_purchase_order
from disbursements.papers.receipt import issue_receipt
from disbursements.papers.recovery_notice import issue_recovery_notice
from documents import kinds

__all__ = [
    "issue_acceptance",
    "issue_agreement",
    "issue_batch_list",
    "issue_closing_statement",
    "issue_delivery_note",
    "issue_donor_request",
    "issue_payment_order",
    "issue_purchase_order",
    "issue_receipt",
    "issue_recovery_notice",
    "register",
]


def register() -> None:
    """Name the kinds of papers and what their numbers begin with."""
    kinds.register(AGREEMENT, title=_("Grant agreement"), prefix="CS")
    kinds.register(PAYMENT_ORDER, title=_("Payment order"), prefix="OP")
    kinds.register(PURCHASE_ORDER, title=_("Purchase order"), prefix="BC")
    kinds.register(DELIVERY_NOTE, title=_("Delivery note"), prefix="BL")
    kinds.register(ACCEPTANCE, title=_("Acceptance record"), prefix="PVR")
    kinds.register(RECEIPT, title=_("Receipt"), prefix="RC")
    kinds.register(BATCH_LIST, title=_("List of a payment batch"), prefix="BR")
    kinds.register(CLOSING, title=_("Closing statement"), prefix="DF")
    kinds.register(RECOVERY_NOTICE, title=_("Recovery notice"), prefix="REC")
    kinds.register(DONOR_REQUEST, title=_("Request for funds"), prefix="AF")
