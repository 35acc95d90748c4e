"""The receipt that the payee signs when money arrives: by hand, or with a thumbprint before two witnesses."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from disbursements.models import PaymentOrder
from disbursements.papers.blocks import amount_block, day, facts, issue, places, signatures, witnesses
from disbursements.papers.deductions import deductions
from disbursements.papers.originals import RECEIPT, valid_papers
from disbursements.papers.parties import beneficiary_name
from documents.bidi import isolate
from documents.models import Paper
from documents.sheet import Heading, Paragraph


def issue_receipt(order: PaymentOrder, *, actor: Any, at: datetime, language: str = "") -> Paper:
    """Print the receipt of an executed order for its payee to sign."""
    grant = order.tranche.grant
    chosen = language or translation.get_language() or "fr"
    if order.supplier is not None:
        name = isolate(order.supplier.name)
    else:
        reason = _("Receipt of order %(number)s printed") % {"number": order.number}
        name = beneficiary_name(grant.application, actor=actor, at=at, reason=reason, language=chosen)
    with translation.override(chosen):
        title = _("Receipt")
    return issue(
        RECEIPT,
        subject=order,
        case=grant.case,
        language=chosen,
        actor=actor,
        at=at,
        title=title,
        subtitle=order.number,
        supersedes=valid_papers(order, RECEIPT).filter(language=chosen).last(),
        blocks=lambda: receipt_blocks(order, name, chosen),
    )


def receipt_blocks(order: PaymentOrder, name: str, language: str) -> Iterator[Any]:
    """Yield what the receipt says."""
    yield Paragraph(_("The undersigned has received from the programme:"))
    yield amount_block(_("Amount"), order.net, language)
    yield facts(
        (_("Payee"), name),
        (_("Case"), order.tranche.grant.case.number),
        (_("Instalment"), str(order.tranche.number)),
        (_("Paid on"), f"{day(order.executed_on, language)} ({order.get_channel_display()})"),
    )
    yield from deductions(order)
    yield Heading(_("Signatures"))
    yield signatures(order)
    by_thumbprint = witnesses() if order.supplier is None else ()
    yield places((_("The payee"), name), _("For the programme"), *by_thumbprint)
