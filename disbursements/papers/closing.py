"""The closing statement of a grant: what was granted, paid, accounted for and owed, payment by payment."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from disbursements.models import Grant, PaymentOrder, SignatureStep
from disbursements.papers.blocks import amount_block, day, facts, figures, issue, moment, named, places, steps
from disbursements.papers.originals import CLOSING, valid_papers
from disbursements.papers.parties import beneficiary_name
from disbursements.standing import standing_of
from documents.bidi import isolate
from documents.models import Paper
from documents.sheet import Align, Column, Heading, Paragraph, Table
from programmes.money import Money

OVER = ("completed", "terminated", "closed")
"""States of a grant of which a closing statement can be printed."""


def issue_closing_statement(grant: Grant, language: str, *, actor: Any, at: datetime) -> Paper:
    """Print the closing statement; a second print in a language replaces the first."""
    reason = _("Closing statement of grant %(reference)s printed") % {"reference": grant.reference}
    name = beneficiary_name(grant.application, actor=actor, at=at, reason=reason, language=language)
    with translation.override(language):
        title = _("Closing statement")
        subtitle = _("Grant %(reference)s") % {"reference": grant.reference}
    return issue(
        CLOSING,
        subject=grant,
        case=grant.case,
        language=language,
        actor=actor,
        at=at,
        title=title,
        subtitle=subtitle,
        supersedes=valid_papers(grant, CLOSING).filter(language=language).last(),
        blocks=lambda: closing_blocks(grant, name, language),
    )


def closing_blocks(grant: Grant, name: str, language: str) -> Iterator[Any]:
    """Yield what the statement says, in the active language."""
    standing = standing_of(grant)
    yield facts(
        (_("Beneficiary"), name),
        (_("Case"), grant.case.number),
        (_("Project"), isolate(grant.application.title) if grant.application.title else ""),
        (_("Agreement signed on"), day(grant.signed_on, language)),
        (_("State of the grant"), grant.get_state_display()),
    )
    if standing is not None and grant.amount_minor is not None:
        yield amount_block(_("Paid in all"), standing.disbursed, language)
        yield Heading(_("In the books"))
        yield _sums(grant, standing)
    orders = list(_paid(grant))
    if orders:
        yield Heading(_("Payments"))
        yield _payments(orders)
        yield Heading(_("Signatures"))
        yield _signed(orders)
    else:
        yield Paragraph(_("Nothing was paid in money."))
    table = steps(grant, "complete", "terminate", "close")
    if table is not None:
        yield table
    yield places(_("For the programme"), (_("The beneficiary"), name))


def _paid(grant: Grant) -> Any:
    orders = PaymentOrder.objects.filter(tranche__grant=grant, state__in=("executed", "receipted"))
    return orders.select_related("tranche").order_by("tranche__number")


def _sums(grant: Grant, standing: Any) -> Table:
    granted = Money(grant.amount_minor or 0, grant.currency)
    left = Money(granted.minor - standing.disbursed.minor, grant.currency)
    sums = (
        (_("Granted"), granted),
        (_("Paid"), standing.disbursed),
        (_("Justified"), standing.justified),
        (_("Paid and not accounted for"), standing.advance),
        (_("Owed back"), standing.receivable),
        (_("Granted and not paid"), left),
    )
    columns = [Column(title, 1, Align.NUMBER) for title, _amount in sums]
    return Table(columns, [[figures(amount) for _title, amount in sums]])


def _payments(orders: list[Any]) -> Table:
    currency = orders[0].currency
    total = Money(sum(order.gross_minor for order in orders), currency)
    return Table(
        [
            Column(_("Instalment"), 1.2),
            Column(_("Order"), 3),
            Column(_("Paid on"), 2),
            Column(_("Amount"), 2, Align.NUMBER),
        ],
        [
            [
                str(order.tranche.number),
                order.number,
                day(order.executed_on, translation.get_language() or "fr"),
                figures(order.amount),
            ]
            for order in orders
        ],
        ["", _("Total"), "", figures(total)],
    )


def _signed(orders: list[Any]) -> Table:
    """One row an order, one column a step: who signed, and when."""
    kinds = list(SignatureStep)
    rows = []
    for order in orders:
        signed: dict[str, list[str]] = {step.value: [] for step in kinds}
        for row in order.signed_in_round().select_related("user"):
            signed[row.step].append(f"{named(row.user)}, {moment(row.signed_at)}")
        rows.append([order.number, *("; ".join(signed[step.value]) for step in kinds)])
    columns = [Column(_("Order"), 2), *(Column(str(step.label), 2.6) for step in kinds)]
    return Table(columns, rows)
