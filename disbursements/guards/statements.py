"""Guards of statements and their movements."""

from typing import Any

from django.utils.translation import gettext as _

from workflow import display
from workflow.actors import Actor
from workflow.guards import objections
from workflow.machines import machine_of_kind

Data = dict[str, Any] | None
KNOWN = ("executed", "receipted")


def can_be_read(file: Any, actor: Actor, data: Data) -> str | None:
    """The file is whole, of this account and in its currency."""
    from disbursements import reconciling
    from disbursements.statements.lines import StatementRefused

    if data is None:
        return None
    try:
        reconciling.statement_of(file)
    except StatementRefused as refused:
        return str(refused)
    return None


def order_of(line: Any, data: Data) -> Any:
    """Return the order that data name, in this line's programme; None when they name none."""
    from disbursements.models import PaymentOrder

    key = (data or {}).get("order")
    if not isinstance(key, int) or isinstance(key, bool) or not 0 < key < 2**63:
        return None
    rows = PaymentOrder.objects.select_related("tranche__grant__case", "tranche__grant__programme")
    return rows.filter(pk=key, programme=line.programme_id).first()


def order_fits(line: Any, actor: Actor, data: Data) -> str | None:
    """Currency, channel, amount and state let the line be this payment; no other line is."""
    if data is None:
        return None
    order = order_of(line, data)
    if order is None:
        return _("Choose a payment of this programme.")
    if (order.currency, order.channel) != (line.currency, line.account.channel):
        return _("This payment does not go through this account.")
    if line.amount_minor < 0:
        return _why_not_out(line, order)
    return _why_not_back(line, order)


def _why_not_out(line: Any, order: Any) -> str | None:
    if order.state not in ("exported", "in_doubt", "returned", *KNOWN):
        return _not_from(order)
    if -line.amount_minor != order.net_minor:
        return _("The movement is %(here)s, the payment %(there)s.") % {
            "here": display.money_text(-line.amount),
            "there": display.money_text(order.net),
        }
    if order.bank_lines.filter(outcome__in=["paid", "seen"]).exists():
        return _("Another movement is this payment already.")
    if order.batch_lines.filter(is_live=True, batch__bank_lines__isnull=False).exists():
        return _("Another movement is the whole batch of this payment already.")
    return None


def _why_not_back(line: Any, order: Any) -> str | None:
    if order.state in ("exported", "in_doubt"):
        return _("Record first that this payment went out.")
    if order.state == "returned":
        return _why_not_this_return(line, order)
    if order.state not in KNOWN:
        return _not_from(order)
    if line.amount_minor > order.net_minor:
        return _("Between zero and %(net)s can have come back.") % {"net": display.money_text(order.net)}
    return None


def _why_not_this_return(line: Any, order: Any) -> str | None:
    """A return that was recorded before may still be seen on a statement, once and to the unit."""
    came_back = order.evidence.filter(use="returned", amount_minor=line.amount_minor)
    if came_back.exists() and not order.bank_lines.filter(outcome="returned").exists():
        return None
    return _("The return of this payment is recorded already.")


def _not_from(order: Any) -> str:
    return _("The payment is “%(state)s”: no movement of a statement can be it.") % {
        "state": order.get_state_display()
    }


def order_is_not_in_doubt(line: Any, actor: Actor, data: Data) -> str | None:
    """What is in doubt takes two persons."""
    order = order_of(line, data)
    if order is None or order.state != "in_doubt":
        return None
    return _("This payment is in doubt: two persons record it, with “It is a payment in doubt”.")


def order_is_in_doubt(line: Any, actor: Actor, data: Data) -> str | None:
    """Only what is in doubt takes two persons."""
    if data is None:
        return None if _some_in_doubt(line) else _("No payment of this amount is in doubt.")
    order = order_of(line, data)
    if order is None or order.state == "in_doubt":
        return None
    return _("This payment is not in doubt.")


def _some_in_doubt(line: Any) -> bool:
    from disbursements.models import PaymentOrder

    rows = PaymentOrder.objects.filter(programme=line.programme_id, state="in_doubt", currency=line.currency)
    return bool(line.amount_minor < 0 and rows.filter(net_minor=-line.amount_minor).exists())


def order_says_yes(line: Any, actor: Actor, data: Data) -> str | None:
    """The order would let this person record it: signatures, open books, receipts."""
    order = order_of(line, data)
    if order is None or order_fits(line, actor, data) is not None:
        return None
    from disbursements import reconciling

    verb, proof = reconciling.act_of(line, order)
    if not verb:
        return None
    arrow = machine_of_kind(order.kind).arrow(verb, order.state)
    said = objections(order, arrow, actor, proof) if arrow is not None else []
    return said[0] if said else None


def went_out(line: Any) -> bool:
    """Whether the movement is money that left the account."""
    return bool(line.amount_minor < 0)


def money_went_out(line: Any, actor: Actor, data: Data) -> str | None:
    """A fee is taken, not given."""
    return None if went_out(line) else _("Money came in: it is no fee.")


def somebody_recorded_it(line: Any, actor: Actor, data: Data) -> str | None:
    """A repayment or a donor's instalment names this movement."""
    from disbursements.models import DonorInstalment, RecoveryMove

    if RecoveryMove.objects.filter(bank_line=line).exists():
        return None
    if DonorInstalment.objects.filter(bank_line=line).exists():
        return None
    return _("Record it on the page of what was owed, and choose this movement there.")
