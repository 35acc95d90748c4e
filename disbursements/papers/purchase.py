"""The papers of a purchase: order to the supplier, delivery note, acceptance record."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from disbursements.models import Procurement
from disbursements.papers.blocks import amount_block, day, facts, issue, places, steps, witnesses
from disbursements.papers.originals import ACCEPTANCE, DELIVERY_NOTE, PURCHASE_ORDER, valid_papers
from disbursements.papers.parties import beneficiary_name
from documents.bidi import isolate
from documents.models import Paper
from documents.sheet import Align, Column, Heading, Items, Paragraph, Table


def issue_purchase_order(purchase: Procurement, *, actor: Any, at: datetime, language: str = "") -> Paper:
    """Print the order to the supplier."""
    return _issue(PURCHASE_ORDER, purchase, actor, at, language, order_blocks)


def issue_delivery_note(purchase: Procurement, *, actor: Any, at: datetime, language: str = "") -> Paper:
    """Print the delivery note; before the delivery it is a form with empty columns."""
    return _issue(DELIVERY_NOTE, purchase, actor, at, language, delivery_blocks)


def issue_acceptance(purchase: Procurement, *, actor: Any, at: datetime, language: str = "") -> Paper:
    """Print the acceptance record for the beneficiary to sign, with room for two witnesses."""
    grant = purchase.tranche.grant
    reason = _("Acceptance record of purchase %(number)s printed") % {"number": purchase.number}
    chosen = language or translation.get_language() or "fr"
    name = beneficiary_name(grant.application, actor=actor, at=at, reason=reason, language=chosen)

    def blocks(bought: Procurement, chosen: str) -> Iterator[Any]:
        return acceptance_blocks(bought, name, chosen)

    return _issue(ACCEPTANCE, purchase, actor, at, language, blocks)


def _issue(
    kind: str,
    purchase: Procurement,
    actor: Any,
    at: datetime,
    language: str,
    blocks: Callable[[Procurement, str], Iterator[Any]],
) -> Paper:
    chosen = language or translation.get_language() or "fr"
    with translation.override(chosen):
        title = {
            PURCHASE_ORDER: _("Purchase order"),
            DELIVERY_NOTE: _("Delivery note"),
            ACCEPTANCE: _("Acceptance record"),
        }[kind]
    return issue(
        kind,
        subject=purchase,
        case=purchase.tranche.grant.case,
        language=chosen,
        actor=actor,
        at=at,
        title=title,
        subtitle=purchase.number,
        supersedes=valid_papers(purchase, kind).filter(language=chosen).last(),
        blocks=lambda: blocks(purchase, chosen),
    )


def _about(purchase: Procurement, *more: tuple[str, Any]) -> Any:
    grant = purchase.tranche.grant
    supplier = purchase.supplier
    return facts(
        (_("Supplier"), isolate(supplier.name) if supplier else ""),
        (
            _("Trade register or tax number"),
            isolate(supplier.registration) if supplier and supplier.registration else "",
        ),
        (_("Town"), isolate(supplier.town) if supplier and supplier.town else ""),
        (_("Case"), grant.case.number),
        (_("Deliver to"), isolate(grant.case.site.name) if grant.case.site else ""),
        *more,
    )


def signed_steps(purchase: Procurement, *verbs: str) -> Iterator[Any]:
    """Yield who did which steps so far, if anybody did one."""
    table = steps(purchase, *verbs)
    if table is not None:
        yield table


def order_blocks(purchase: Procurement, language: str) -> Iterator[Any]:
    """Yield what the purchase order says."""
    yield _about(purchase)
    yield Heading(_("Goods"))
    yield Table(
        [
            Column(_("No."), 0.6),
            Column(_("Goods"), 4),
            Column(_("Quantity"), 1, Align.NUMBER),
            Column(_("Unit"), 1),
        ],
        [
            [
                str(line.number),
                isolate(line.label),
                str(line.quantity),
                isolate(line.unit) if line.unit else "",
            ]
            for line in purchase.lines.all()
        ],
    )
    if purchase.total is not None:
        yield amount_block(_("Total, all included"), purchase.total, language)
    yield Heading(_("Terms"))
    yield Items(
        [
            _("The goods are new, complete and as in the quotation."),
            _("Delivery with a delivery note in two copies; the goods are counted on arrival."),
            _("Payment after acceptance by the beneficiary, on an invoice over the amount above."),
        ]
    )
    yield from signed_steps(purchase, "choose_supplier", "order")
    yield places(_("For the programme"), _("The supplier"))


def delivery_blocks(purchase: Procurement, language: str) -> Iterator[Any]:
    """Yield what the delivery note says."""
    yield _about(
        purchase,
        (_("Delivered on"), day(purchase.delivered_on, language)),
        (_("Delivery note of the supplier"), purchase.delivery_reference),
    )
    yield Heading(_("Goods"))
    yield Table(
        [
            Column(_("Goods"), 4),
            Column(_("Ordered"), 1.4, Align.NUMBER),
            Column(_("Delivered"), 1.2, Align.NUMBER),
            Column(_("Remarks"), 3),
        ],
        [
            [
                isolate(line.label),
                str(line.quantity),
                "" if line.delivered is None else str(line.delivered),
                "",
            ]
            for line in purchase.lines.all()
        ],
    )
    yield from signed_steps(purchase, "order", "deliver")
    yield places(_("The supplier"), _("Received for the programme"))


def acceptance_blocks(purchase: Procurement, name: str, language: str) -> Iterator[Any]:
    """Yield what the acceptance record says."""
    grant = purchase.tranche.grant
    yield facts(
        (_("Beneficiary"), name),
        (_("Case"), grant.case.number),
        (_("Project"), isolate(grant.application.title) if grant.application.title else ""),
        (_("Handed over on"), day(purchase.handed_over_on, language)),
    )
    yield Paragraph(
        _("The beneficiary has received the goods below, complete and in working order, and owns them.")
    )
    yield Paragraph(
        _("The goods may not be sold before the last follow-up visit without a written agreement.")
    )
    yield Table(
        [Column(_("No."), 0.6), Column(_("Goods"), 5), Column(_("Quantity"), 1, Align.NUMBER)],
        [
            [str(line.number), isolate(line.label), str(line.delivered or line.quantity)]
            for line in purchase.lines.all()
        ],
    )
    if purchase.total is not None:
        yield amount_block(_("Value of the goods"), purchase.total, language)
    yield from signed_steps(purchase, "order", "deliver", "hand_over")
    yield places((_("The beneficiary"), name), _("For the programme"), *witnesses())
