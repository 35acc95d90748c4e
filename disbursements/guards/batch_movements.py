"""Guards of a movement that is a whole batch: the bank booked all its payments as one sum."""

from typing import Any

from django.utils.translation import gettext as _

from disbursements.guards.statements import KNOWN, went_out
from workflow import display
from workflow.actors import Actor
from workflow.guards import objections
from workflow.machines import machine_of_kind

Data = dict[str, Any] | None
WRITTEN = ("exported", "partly_settled", "settled", "closed")
"""States of a batch whose file the bank may have executed."""


def batch_of(line: Any, data: Data) -> Any:
    """Return the batch that data name, in this line's programme; None when they name none."""
    from disbursements.models import PaymentBatch

    key = (data or {}).get("batch")
    if not isinstance(key, int) or isinstance(key, bool) or not 0 < key < 2**63:
        return None
    return PaymentBatch.objects.filter(pk=key, programme=line.programme_id).first()


def orders_of(batch: Any) -> list[Any]:
    """Return the orders that a batch pays, in the order of their ids."""
    from disbursements.models import PaymentOrder

    rows = PaymentOrder.objects.filter(batch_lines__batch=batch, batch_lines__is_live=True)
    return list(rows.select_related("tranche__grant__case", "tranche__grant__programme").order_by("pk"))


def candidates(line: Any) -> Any:
    """The batches that a movement may be: of its account, over its amount, not found before."""
    from disbursements.models import PaymentBatch

    return PaymentBatch.objects.filter(
        account=line.account_id,
        currency=line.currency,
        control_minor=-line.amount_minor,
        state__in=WRITTEN,
        bank_lines__isnull=True,
    ).order_by("value_date", "pk")


def may_be_a_batch(line: Any) -> bool:
    """Whether money went out in the sum of a written batch."""
    return went_out(line) and candidates(line).exists()


def batch_fits(line: Any, actor: Actor, data: Data) -> str | None:
    """Account, amount and state let the line be this batch; no other line is."""
    if data is None:
        return None if may_be_a_batch(line) else _("No batch of this account has this sum.")
    batch = batch_of(line, data)
    if batch is None:
        return _("Choose a batch of this programme.")
    if batch.account_id != line.account_id:
        return _("This batch is not paid from this account.")
    if batch.state not in WRITTEN:
        return _("The batch is “%(state)s”: no movement of a statement can be it.") % {
            "state": batch.get_state_display()
        }
    if batch.control_minor != -line.amount_minor:
        return _("The movement is %(here)s, the batch %(there)s.") % {
            "here": display.money_text(-line.amount),
            "there": display.money_text(batch.total),
        }
    if batch.bank_lines.exists():
        return _("Another movement is this batch already.")
    return None


def orders_fit(line: Any, actor: Actor, data: Data) -> str | None:
    """Every payment of the batch is out or was recorded before, and no movement of its own is it."""
    batch = batch_of(line, data)
    if batch is None:
        return None
    orders = orders_of(batch)
    for order in orders:
        if order.state == "in_doubt":
            said = _("it is in doubt: two persons must first record on its page what came of it.")
            return display.labelled(order.number, said)
        if order.state not in ("exported", "returned", *KNOWN):
            said = _("the payment is “%(state)s”, so this sum cannot contain it.") % {
                "state": order.get_state_display()
            }
            return display.labelled(order.number, said)
        if order.bank_lines.filter(outcome__in=["paid", "seen"]).exists():
            said = _("another movement is this payment already.")
            return display.labelled(order.number, said)
    if sum(order.net_minor for order in orders) != -line.amount_minor:
        return _("The payments of the batch do not add up to this movement.")
    return None


def orders_say_yes(line: Any, actor: Actor, data: Data) -> str | None:
    """Every order would let this person record it: signatures, open books."""
    batch = batch_of(line, data)
    if batch is None or batch_fits(line, actor, data) is not None:
        return None
    from disbursements import reconciling

    for order in orders_of(batch):
        verb, proof = reconciling.act_of(line, order)
        arrow = machine_of_kind(order.kind).arrow(verb, order.state) if verb else None
        said = objections(order, arrow, actor, proof) if arrow is not None else []
        if said:
            return display.labelled(order.number, said[0])
    return None
