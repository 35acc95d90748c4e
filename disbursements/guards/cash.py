"""Guards of cash advances."""

from typing import Any

from django.utils.translation import gettext as _

from programmes.money import Money
from workflow import display
from workflow.actors import Actor
from workflow.guards import objections
from workflow.history import data_guard
from workflow.machines import machine_of_kind

Data = dict[str, Any] | None


def list_is_not_empty(advance: Any, actor: Actor, data: Data) -> str | None:
    """Somebody is paid."""
    return None if advance.live_lines().exists() else _("Nobody stands on the list yet.")


def orders_still_wait(advance: Any, actor: Actor, data: Data) -> str | None:
    """Every order on the list is issued and not paid."""
    lines = advance.live_lines().exclude(order__state="exported").select_related("order")
    gone = lines.first()
    if gone is None:
        return None
    return _("Order %(number)s is %(state)s: take it off the list.") % {
        "number": gone.order.number,
        "state": gone.order.get_state_display().lower(),
    }


@data_guard
def hander_is_another_person(advance: Any, actor: Actor, data: Data) -> str | None:
    """Who made the list or carries the money does not hand it out."""
    if actor.pk in (advance.cashier_id, advance.opened_by_id):
        return _("You made this list or carry its money; another person must hand it out.")
    return None


def cashier_signed_none_of_them(advance: Any, actor: Actor, data: Data) -> str | None:
    """Who signed a payment does not carry it."""
    lines = advance.live_lines().filter(order__signatures__user=advance.cashier_id).select_related("order")
    found = lines.first()
    if found is None:
        return None
    return _("The cashier signed order %(number)s: another person must carry the money.") % {
        "number": found.order.number
    }


@data_guard
def only_the_cashier(advance: Any, actor: Actor, data: Data) -> str | None:
    """The cashier says so, nobody else."""
    if actor.pk is not None and actor.pk == advance.cashier_id:
        return None
    return _("Only the cashier can say that the money was taken.")


@data_guard
def counter_is_another_person(advance: Any, actor: Actor, data: Data) -> str | None:
    """Who made the list, handed the money out or carried it does not count it."""
    if actor.pk in (advance.cashier_id, advance.opened_by_id, advance.handed_by_id):
        return _("You made this list, handed the money out or carried it; another person must count.")
    return None


def nothing_is_missing(advance: Any, actor: Actor, data: Data) -> str | None:
    """Advance = signed for + returned, to the minor unit."""
    if data is None:
        return None
    back = data.get("returned")
    if isinstance(back, bool) or not isinstance(back, int) or back < 0:
        return _("Say how much was counted.")
    must = advance.left.minor
    if back == must:
        return None
    return _(
        "%(advance)s were handed out, %(signed)s are signed for: %(must)s must come back, not %(back)s."
    ) % {
        "advance": display.money_text(advance.advanced),
        "signed": display.money_text(advance.signed),
        "must": display.money_text(advance.left),
        "back": display.money_text(Money(back, advance.currency)),
    }


def orders_say_yes(advance: Any, actor: Actor, data: Data) -> str | None:
    """The reconciler may record every payment of the list, and has signed none of them before."""
    if data is None:
        return None
    from disbursements import cash

    with cash.moving(advance):
        for line in advance.live_lines().select_related(*cash.ORDER):
            line.advance = advance
            verb, proof = cash.act_of(line)
            arrow = machine_of_kind(line.order.kind).arrow(verb, line.order.state)
            if arrow is None:
                return orders_still_wait(advance, actor, data)
            said = objections(line.order, arrow, actor, proof)
            if said:
                return display.labelled(line.order.number, said[0])
    return None


def order_is_on_no_cash_list(order: Any, actor: Actor, data: Data) -> str | None:
    """What a cashier carries is recorded when the money is counted."""
    from disbursements import cash

    line = order.cash_lines.filter(is_live=True).select_related("advance").first()
    if line is None or line.advance.state in ("counted", "cancelled") or cash.is_moving(line.advance_id):
        return None
    return _("This order is on cash list %(number)s: it is recorded when the cash is counted.") % {
        "number": line.advance.number
    }
