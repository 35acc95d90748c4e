"""From the gross to the net of a payment: tax, fee, and what is kept back for each recovery."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from disbursements.models import MoveKind, PaymentOrder, RecoveryMove
from disbursements.papers.blocks import figures
from documents.bidi import ltr
from documents.sheet import Align, Column, Heading, Table
from programmes.money import Money


def deductions(order: PaymentOrder) -> Iterator[Any]:
    """Yield how the net of an order comes about; nothing where all of the gross is paid."""
    if order.gross_minor == order.net_minor:
        return
    rows = [
        [_("Gross"), figures(order.amount)],
        [_("Tax withheld"), figures(Money(order.withholding_minor, order.currency))],
        [_("Fee"), figures(Money(order.fee_minor, order.currency))],
        *_kept_back(order),
    ]
    yield Heading(_("Deductions"))
    yield Table(
        [Column(_("Part"), 3), Column(_("Amount"), 2, Align.NUMBER)],
        rows,
        [_("Net to pay"), figures(order.net)],
    )


def _kept_back(order: PaymentOrder) -> list[list[str]]:
    """A row a recovery that a part of the instalment is kept back for."""
    if not order.offset_minor:
        return []
    moves = RecoveryMove.objects.filter(tranche=order.tranche_id, kind=MoveKind.OFFSET)
    return [
        [_("Kept back for recovery %(number)s") % {"number": ltr(move.recovery.number)}, figures(move.amount)]
        for move in moves.select_related("recovery").order_by("recovery__number")
    ]
