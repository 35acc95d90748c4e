"""Who may read the files and papers of money: asked by `documents` for every record that owns one.

Papers with account numbers are for those who handle money; agreements and receipts also for the people
beside the beneficiary, and for the beneficiary.
"""

from typing import Any

from disbursements.rules import is_beneficiary, is_cashier, manager, preparer, reads_grants, reads_money
from documents.readers import register_reader
from programmes.predicates import donor_ids


def _of_grant(user: Any, record: Any) -> bool:
    return bool(reads_grants(user, record.owner) or is_beneficiary(user, record.owner))


def _of_money(user: Any, record: Any) -> bool:
    return bool(reads_money(user, record.owner))


def _of_cash(user: Any, record: Any) -> bool:
    """Sheets show who was paid how much: for those who handle money, and for their cashier."""
    return bool(reads_money(user, record.owner) or is_cashier(user, record.owner))


def _of_donor(user: Any, record: Any) -> bool:
    """The printed request is for its donor too; files and the signed copy are for those who handle money."""
    if _of_money(user, record):
        return True
    asked = record.owner
    own = record.kind == "funds_request" and asked.state not in ("planned", "cancelled")
    return own and asked.contribution.donor_id in donor_ids(user, asked.programme_id)


def _of_order(user: Any, record: Any) -> bool:
    """The order itself shows an account; its receipt and what the payee handed in do not."""
    if record.kind == "payment_order":
        return _of_money(user, record)
    return _of_grant(user, record)


def _agreement(user: Any, record: Any) -> bool:
    return bool(reads_grants(user, record.owner.grant) or is_beneficiary(user, record.owner.grant))


def _reprint(user: Any, record: Any) -> bool:
    owner = getattr(record.owner, "grant", None) or record.owner
    return bool(preparer(user, owner) or manager(user, owner))


def register() -> None:
    """Register the readers of every model that owns files or papers."""
    for label in ("grant", "tranche", "procurement", "justification", "recovery"):
        register_reader(f"disbursements.{label}", _of_grant, reprint=_reprint)
    register_reader("disbursements.agreement", _agreement, reprint=_reprint)
    register_reader("disbursements.paymentorder", _of_order, reprint=_reprint)
    register_reader("disbursements.paymentbatch", _of_money, reprint=_reprint)
    register_reader("disbursements.recovery", _of_grant, reprint=_reprint)
    register_reader("disbursements.cashadvance", _of_cash)
    register_reader("disbursements.destination", _of_money)
    register_reader("disbursements.donorinstalment", _of_donor, reprint=_reprint)
