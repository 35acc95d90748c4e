"""The payment order: to the bank, the operator or the cashier, with all who signed it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from disbursements.models import PaymentOrder
from disbursements.papers.blocks import amount_block, day, facts, issue, places, signatures
from disbursements.papers.deductions import deductions
from disbursements.papers.originals import PAYMENT_ORDER, valid_papers
from documents.bidi import isolate, ltr
from documents.models import Paper
from documents.sheet import Heading, Notice


def issue_payment_order(order: PaymentOrder, *, actor: Any, at: datetime, language: str = "") -> Paper:
    """Print a payment order; a second print before it is issued replaces the first."""
    chosen = language or translation.get_language() or "fr"
    before = valid_papers(order, PAYMENT_ORDER).last()
    with translation.override(chosen):
        title = _("Payment order")
        subtitle = _("Instalment %(number)s of grant %(grant)s") % {
            "number": order.tranche.number,
            "grant": order.tranche.grant.reference,
        }
    return issue(
        PAYMENT_ORDER,
        subject=order,
        case=order.tranche.grant.case,
        language=chosen,
        actor=actor,
        at=at,
        title=title,
        subtitle=subtitle,
        supersedes=before,
        blocks=lambda: order_blocks(order, chosen),
    )


def order_blocks(order: PaymentOrder, language: str) -> Iterator[Any]:
    """Yield what the order says, in the active language."""
    account = order.destination
    yield amount_block(_("Net to pay"), order.net, language)
    yield facts(
        (_("Order number"), order.number),
        (_("Case"), order.tranche.grant.case.number),
        (_("Supersedes"), order.supersedes.number if order.supersedes else ""),
    )
    yield Heading(_("Pay to"))
    yield facts(
        (_("Holder"), isolate(account.holder) if account else ""),
        (_("Channel"), order.get_channel_display()),
        (_("Bank or operator"), isolate(order.frozen_institution) if order.frozen_institution else ""),
        (_("Account or telephone number"), ltr(account.number) if account and account.number else ""),
        (_("BIC"), ltr(account.bic) if account and account.bic else ""),
        (_("Town"), isolate(account.town) if account and account.town else ""),
        (_("Account frozen on"), day(order.frozen_at, language)),
    )
    yield from deductions(order)
    yield Heading(_("Signatures"))
    yield signatures(order)
    yield Notice(
        _("Pay only to the account above. A change of account is never accepted by telephone or e-mail.")
    )
    if order.channel == "cash":
        yield places(_("Cashier"), _("Received by the payee"), _("Witness"))
