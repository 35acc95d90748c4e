"""Guards of payment batches."""

from typing import Any

from django.utils.translation import gettext as _

from disbursements.guards.orders import one_authority
from workflow import clock, display
from workflow.actors import Actor, System
from workflow.declare import Guard
from workflow.guards import objections
from workflow.machines import machine_of_kind

Data = dict[str, Any] | None
SHOWN = 5
"""So many sentences about single payments are shown at once."""


def has_payments(batch: Any, actor: Actor, data: Data) -> str | None:
    """An empty batch is not sealed."""
    return None if batch.live_lines().exists() else _("There is no payment in the batch yet.")


def threshold_row_is_found(batch: Any, actor: Actor, data: Data) -> str | None:
    """The programme says how many signatures such a sum needs."""
    from disbursements.models.policy import threshold_for

    total = sum(batch.live_lines().values_list("net_minor", flat=True))
    if threshold_for(batch.programme_id, batch.currency, total) is not None:
        return None
    return _("No signature threshold covers the sum of the batch: a programme manager must set one.")


def file_can_be_written(batch: Any, actor: Actor, data: Data) -> str | None:
    """Our own rules find nothing against the file; asked when it matters, for it opens every account."""
    if data is None:
        return None
    from disbursements import batches

    found = batches.problems_of(batch, at=clock.now())
    if not found:
        return None
    more = len(found) - SHOWN
    said = " ".join(str(problem) for problem in found[:SHOWN])
    rest = _("And %(count)s more.") % {"count": display.number_text(more)}
    return f"{said} {rest}" if more > 0 else said


def not_signed_this_round(batch: Any, actor: Actor, data: Data) -> str | None:
    """Nobody signs a batch twice: preparing, approving and releasing are different persons."""
    if isinstance(actor, System):
        return _("Only a person can sign.")
    rows = list(batch.signed_in_round())
    signed = next((row for row in rows if row.user_id == actor.pk), None)
    if signed is None:
        return one_authority(batch.programme_id, actor, {row.user_id for row in rows})
    return _("You already signed this batch (%(step)s, %(when)s); another person must.") % {
        "step": signed.get_step_display().lower(),
        "when": display.date_text(signed.signed_at),
    }


def content_is_what_was_sealed(batch: Any, actor: Actor, data: Data) -> str | None:
    """What is signed or written is still what was sealed: orders, accounts, day, form of the file."""
    if data is None:
        return None
    from disbursements import batches

    if batches.digest_of(batch, batches.content_of(batch, at=clock.now())) == batch.content_sha256:
        return None
    return _("The batch is not what was sealed any more. Open it again, or cancel it.")


def accounts_are_unchanged(batch: Any, actor: Actor, data: Data) -> str | None:
    """No payee's account was changed, retired or is still in its waiting time."""
    if data is None:
        return None
    from disbursements.accounts_check import why_not_payable

    lines = batch.live_lines().select_related(
        "order__destination", "order__supplier", "order__tranche__grant"
    )
    for line in lines:
        if said := why_not_payable(line.order, clock.now()):
            return display.labelled(line.order.number, said)
    return None


def orders_can(verb: str, state: str, *, by_system: bool = False) -> Guard:
    """Make the guard that asks every order of a batch in a state what it would say to a verb."""

    def guard(batch: Any, actor: Actor, data: Data) -> str | None:
        if data is None:
            return None
        from disbursements import batches

        who = System("paymentbatch") if by_system else actor
        with batches.moving(batch):
            for line in (
                batch.live_lines()
                .filter(order__state=state)
                .select_related("order__tranche__grant", "order__destination", "order__supplier")
            ):
                arrow = machine_of_kind(line.order.kind).arrow(verb, state)
                said = objections(line.order, arrow, who, None) if arrow is not None else []
                if said:
                    return display.labelled(line.order.number, said[0])
        return None

    return guard


def something_came_of_it(batch: Any, actor: Actor, data: Data) -> str | None:
    """At least one payment is known to be executed or to have failed."""
    if batch.live_lines().exclude(order__state__in=["exported", "in_doubt"]).exists():
        return None
    return _("No payment of the batch was reconciled yet.")


def everything_came_to_an_end(batch: Any, actor: Actor, data: Data) -> str | None:
    """Of no payment it is unknown what came of it."""
    count = batch.orders_under_way().count()
    return (
        _("%(count)s payments of the batch are not reconciled yet.") % {"count": display.number_text(count)}
        if count
        else None
    )


def nothing_came_of_it_yet(batch: Any, actor: Actor, data: Data) -> str | None:
    """A file that was refused paid nobody."""
    known = batch.live_lines().exclude(order__state__in=["exported", "failed"])
    if not known.exists():
        return None
    return _("Some payments of this batch were executed or are in doubt: record the others one by one.")


def rejection_is_proved(batch: Any, actor: Actor, data: Data) -> str | None:
    """A notice of the bank with its reference."""
    reference = (data or {}).get("reference")
    if data is None or (isinstance(reference, str) and reference.strip()):
        return None
    return _("Give the reference of the bank's notice.")


def order_is_in_no_batch(order: Any, actor: Actor, data: Data) -> str | None:
    """An order that goes out with a batch is signed, issued and given up with it."""
    from disbursements import batches

    line = order.batch_lines.filter(is_live=True).select_related("batch").first()
    if line is None or batches.is_moving(line.batch_id):
        return None
    return _("This order is in batch %(number)s: it is released and issued with the batch.") % {
        "number": line.batch.number
    }
