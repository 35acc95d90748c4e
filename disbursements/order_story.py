"""What became of a payment order, in sentences: what came back, what is in doubt, what can be done next."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from disbursements.models import PaymentOrder
from programmes.models import Membership
from programmes.money import Money
from programmes.predicates import Role
from workflow import clock, display

TWO_PERSONS = 2


class Story(NamedTuple):
    """A notice at the top of an order's page. follows: the order that took its place."""

    meaning: str
    title: str
    sentences: list[str]
    follows: PaymentOrder | None = None


def came_back(order: PaymentOrder) -> Money | None:
    """Return what came back of an order, None when nothing did."""
    proof = order.evidence.filter(use="returned", amount_minor__isnull=False).order_by("said_at").last()
    return Money(proof.amount_minor or 0, order.currency) if proof is not None else None


def story_of(order: PaymentOrder) -> Story | None:
    """Return what has to be known about an order that did not simply go its way."""
    if order.state == "in_doubt":
        return Story("blocked", _("Neither paid nor failed"), _doubt(order))
    if order.state == "returned":
        return Story("waiting", _("The money came back"), [*_returned(order), *_next(order)], _after(order))
    if order.state == "failed":
        said = _("Nothing was paid. The amount is the grant's again.")
        return Story("waiting", _("Nothing was paid out"), [said, *_next(order)], _after(order))
    return None


def _doubt(order: PaymentOrder) -> list[str]:
    day = clock.now().astimezone(order.programme.zone).date()
    rows = Membership.objects.in_force(day).filter(programme=order.programme_id, role=Role.RECONCILER)
    said = [
        _("No answer came in time. Ask the bank or the operator what became of it."),
        _("One reconciler proposes what happened, with the proof; another one confirms it."),
    ]
    if rows.values("user").distinct().count() < TWO_PERSONS:
        said.append(
            _(
                "Only one person is reconciler here: a manager must give the role to a second one, else "
                "nobody can confirm."
            )
        )
    return said


def _returned(order: PaymentOrder) -> list[str]:
    back = came_back(order)
    if back is None:
        return []
    said = [_("%(amount)s came back.") % {"amount": display.money_text(back)}]
    kept = order.net - back
    if kept.minor > 0:
        said.append(
            _("%(amount)s were kept by the banks on the way and are booked as a fee of the programme.")
            % {"amount": display.money_text(kept)}
        )
    return said


def _after(order: PaymentOrder) -> PaymentOrder | None:
    return PaymentOrder.objects.filter(supersedes=order).first()


def _next(order: PaymentOrder) -> list[str]:
    if _after(order) is not None:
        return [_("Another order took its place:")]
    if order.tranche.state == "approved":
        return [
            _("The instalment can be ordered again. Look first whether the payee's account is still right.")
        ]
    return []
