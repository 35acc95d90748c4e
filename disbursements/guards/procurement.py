"""Guards of purchases."""

from typing import Any

from django.utils.translation import gettext as _

from disbursements.guards.inputs import past_day_problem
from workflow import display
from workflow.actors import Actor
from workflow.history import data_guard

Data = dict[str, Any] | None
QUOTES_WANTED = 3


def items_are_listed(purchase: Any, actor: Actor, data: Data) -> str | None:
    """It is said what is bought."""
    return None if purchase.lines.exists() else _("List the goods first.")


def three_quotes_or_reason(purchase: Any, actor: Actor, data: Data) -> str | None:
    """Above the programme's limit three suppliers were asked, or it is said why not."""
    from disbursements.models.policy import policy_of

    quotes = list(purchase.quotes.all())
    if not quotes:
        return _("Add a quotation first.")
    if data is None:
        return None
    chosen = next((quote for quote in quotes if quote.pk == data.get("quote")), None)
    if chosen is None:
        return _("Choose one of the quotations.")
    limit = policy_of(purchase.programme_id).quotes_above_minor
    few = limit is not None and (chosen.amount_minor or 0) > limit and len(quotes) < QUOTES_WANTED
    dearer = chosen.amount_minor is not None and any(
        quote.amount_minor is not None and quote.amount_minor < chosen.amount_minor for quote in quotes
    )
    if (few or dearer) and not str(data.get("reason", "")).strip():
        if few:
            return _("There are only %(count)s quotations: say why.") % {"count": len(quotes)}
        return _("Another quotation is lower: say why this one is chosen.")
    return None


def quote_is_the_instalment(purchase: Any, actor: Actor, data: Data) -> str | None:
    """The supplier asks for exactly the instalment; another price amends the grant first."""
    if data is None:
        return None
    chosen = next((quote for quote in purchase.quotes.all() if quote.pk == data.get("quote")), None)
    wanted = purchase.tranche.amount_minor
    if chosen is None or chosen.amount_minor == wanted:
        return None
    if wanted is None or chosen.amount_minor is None:
        return _("The quotation and the instalment must both state a value, or neither.")
    return _("The quotation is %(quote)s, the instalment %(tranche)s: amend the grant first.") % {
        "quote": display.money_text(chosen.amount),
        "tranche": display.money_text(purchase.tranche.amount),
    }


@data_guard
def orderer_did_not_choose(purchase: Any, actor: Actor, data: Data) -> str | None:
    """Another person than who chose the supplier signs the purchase order."""
    if purchase.chosen_by_id is not None and purchase.chosen_by_id == actor.pk:
        return _("You chose the supplier; another person must order.")
    return None


def instalment_is_approved(purchase: Any, actor: Actor, data: Data) -> str | None:
    """Nothing is ordered before the instalment is approved."""
    tranche = purchase.tranche
    if tranche.state == "approved" and tranche.grant.state == "active":
        return None
    return _("The instalment is not approved yet.")


def no_hold_is_open(purchase: Any, actor: Actor, data: Data) -> str | None:
    """Nobody stopped the money of this instalment or of its grant."""
    from disbursements.holds import open_sentence

    return open_sentence(purchase.tranche)


def purchase_order_is_stored(purchase: Any, actor: Actor, data: Data) -> str | None:
    """The purchase order that goes to the supplier is kept."""
    if data is None:
        return None
    from disbursements.papers.originals import PURCHASE_ORDER, original_of

    if original_of(purchase, PURCHASE_ORDER, data.get("paper")) is None:
        return _("The purchase order must be printed first.")
    return None


def delivery_is_described(purchase: Any, actor: Actor, data: Data) -> str | None:
    """The day, and how many of each kind came."""
    if data is None:
        return None
    if problem := past_day_problem(data.get("delivered_on")):
        return problem
    given = data.get("quantities")
    quantities = given if isinstance(given, dict) else {}
    for line in purchase.lines.all():
        count = quantities.get(str(line.pk))
        if not isinstance(count, int) or count < 0:
            return _("Say how many came: %(goods)s.") % {"goods": line.label}
        if count > line.quantity:
            return _("More came than was ordered: %(goods)s.") % {"goods": line.label}
        if count < line.quantity:
            return _(
                "%(count)s of %(quantity)s came: %(goods)s. Record the delivery once the rest is there, "
                "or let the purchase be cancelled."
            ) % {"count": count, "quantity": line.quantity, "goods": line.label}
    return None


@data_guard
def acceptance_is_recorded(purchase: Any, actor: Actor, data: Data) -> str | None:
    """Signature or thumbprint, its picture and a photo of the goods; two witnesses for a thumbprint."""
    if data is None:
        return None
    if problem := past_day_problem(data.get("handed_over_on")):
        return problem
    if data.get("method") not in ("signature", "thumbprint"):
        return _("Say how the beneficiary accepted the goods.")
    if not purchase.archive_reference and not (data.get("file") and data.get("photo")):
        return _("Add the signed acceptance record and a photo of the hand-over.")
    witnesses = {str(data.get(name, "")).strip().casefold() for name in ("witness_1", "witness_2")}
    if data["method"] == "thumbprint" and (len(witnesses) < 2 or "" in witnesses):
        return _("A thumbprint needs two witnesses.")
    return None


def order_delivery_and_invoice_agree(purchase: Any, actor: Actor, data: Data) -> str | None:
    """Everything ordered came, and the invoice is over the amount ordered."""
    if purchase.total_minor is None:
        return _("Equipment without a stated value has no invoice.")
    short = next((line for line in purchase.lines.all() if line.delivered != line.quantity), None)
    if short is not None:
        return _("%(delivered)s of %(quantity)s came: %(goods)s.") % {
            "delivered": short.delivered or 0,
            "quantity": short.quantity,
            "goods": short.label,
        }
    if data is None:
        return None
    if not isinstance(data.get("invoice_number"), str) or not data["invoice_number"].strip():
        return _("Give the number of the invoice.")
    if data.get("invoice_minor") != purchase.total_minor:
        return _("The invoice must be over %(total)s, as ordered.") % {
            "total": display.money_text(purchase.total)
        }
    return None


def invoice_is_new(purchase: Any, actor: Actor, data: Data) -> str | None:
    """The supplier's invoice was not used elsewhere."""
    if data is None or not data.get("invoice_number"):
        return None
    from disbursements.duplicates import invoice_used_elsewhere

    found = invoice_used_elsewhere(purchase.tranche, purchase.supplier.name, data["invoice_number"])
    if found is None:
        return None
    return _("Invoice %(number)s of this supplier was already handed in for %(where)s.") % {
        "number": data["invoice_number"],
        "where": found.where,
    }
