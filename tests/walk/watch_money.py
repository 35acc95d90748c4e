"""What must hold between grants, instalments, orders and the persons who sign, in plain queries."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, Sum

from disbursements.models import ApprovalThreshold, Grant, Hold, OrderSignature, PaymentOrder, Tranche
from tests.walk.asked import rows_of
from tests.walk.faults import Fault, Promise
from tests.walk.watch_books import IN_FLIGHT, ORDER, STANDING, Rows
from workflow.models import Event

GONE = ("cancelled", "failed", "returned")
OVER = ("terminated", "closed", "cancelled", "declined", "expired")
TRANCHE, HOLD = "disbursements.tranche", "disbursements.hold"
SIGNS = {
    (TRANCHE, "verify"),
    (TRANCHE, "approve"),
    (TRANCHE, "order"),
    (ORDER, "submit"),
    (ORDER, "approve"),
    (ORDER, "release"),
    (ORDER, "execute"),
}
"""Who does one of these to an instalment or to its order does none of the others, but the approvals."""
MOVES_MONEY = {
    (TRANCHE, "approve"),
    (TRANCHE, "order"),
    (ORDER, "approve"),
    (ORDER, "release"),
    (ORDER, "export"),
}
FOUR = 4


def money_holds() -> list[Fault]:
    """Return everything about grants, instalments and orders that does not hold now."""
    return [*instalments_hold(), *payments_hold(), *signatures_hold()]


def instalments_hold() -> list[Fault]:
    """Live instalments make the grant; what is paid and on its way is not more than the grant."""
    faults = []
    for grant in rows_of(_grants_with_an_amount):
        gone = grant.state in OVER and grant.sum is None
        if (grant.sum or 0) != grant.amount_minor and not gone:
            said = f"grant {grant.id}: instalments make {grant.sum}, the grant is {grant.amount_minor}"
            faults.append(Fault(Promise.GRANTED, said))
    for row in rows_of(_moving_by_grant):
        if row.sum > row.tranche__grant__amount_minor:
            said = f"grant {row.tranche__grant}: {row.sum} paid and on its way is too much"
            faults.append(Fault(Promise.GRANTED, said))
    return faults


def payments_hold() -> list[Fault]:
    """One standing order an instalment, over its amount; three different persons on the instalment."""
    faults = []
    for tranche in rows_of(_with_two_live_orders):
        faults.append(Fault(Promise.ONE_ORDER, f"instalment {tranche.id} has two live orders"))
    for order in rows_of(_orders_over_another_amount):
        said = f"order {order.number} pays another amount than its instalment"
        faults.append(Fault(Promise.ONE_ORDER, said))
    for order in rows_of(_orders_that_are_not_their_parts):
        faults.append(
            Fault(Promise.ONE_ORDER, f"order {order.number}: the gross is not the sum of its parts")
        )
    for tranche in rows_of(_not_paid_by_one_order):
        said = f"instalment {tranche.id} is paid by {tranche.standing} orders"
        faults.append(Fault(Promise.ONE_ORDER, said))
    for tranche in rows_of(_with_one_person_twice):
        said = f"instalment {tranche.id}: one person verified, approved or ordered it together"
        faults.append(Fault(Promise.SEPARATED, said))
    for hold in rows_of(_released_by_who_placed_it):
        faults.append(Fault(Promise.SEPARATED, f"hold {hold.id} was released by who placed it"))
    return faults


def signatures_hold() -> list[Fault]:
    """An order has the signatures that the programme's table asks for, each by another person."""
    faults = []
    needed = defaultdict(list)
    for row in rows_of(_thresholds):
        needed[row.programme_id, row.currency].append(row)
    signed: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for order, step, user in rows_of(_signatures):
        signed[order].append((step, user))
    for order in rows_of(_signed_orders):
        table = [
            row for row in needed[order.programme_id, order.currency] if row.from_minor <= order.gross_minor
        ]
        steps = [step for step, _user in signed[order.id]]
        users = [user for _step, user in signed[order.id]]
        if not table or steps.count("approve") < table[-1].approvals:
            said = f"order {order.number} of {order.gross_minor} is approved by {steps.count('approve')}"
            faults.append(Fault(Promise.SIGNED, said))
        elif order.state != "approved" and steps.count("release") < table[-1].releases:
            said = f"order {order.number} of {order.gross_minor} is released by {steps.count('release')}"
            faults.append(Fault(Promise.SIGNED, said))
        if len(set(users)) < len(users) or (order.state in STANDING and len(set(users)) < FOUR):
            said = f"order {order.number} is signed by {sorted(users)}"
            faults.append(Fault(Promise.SEPARATED, said))
    return faults


# Questions


def _grants_with_an_amount() -> Rows:
    live = Q(tranches__state="cancelled", _negated=True)
    rows = Grant.objects.filter(amount_minor__isnull=False).order_by("pk")
    rows = rows.annotate(sum=Sum("tranches__amount_minor", filter=live))
    return rows.values_list("id", "state", "amount_minor", "sum")


def _moving_by_grant() -> Rows:
    moving = PaymentOrder.objects.filter(state__in=(*STANDING, *IN_FLIGHT)).order_by()
    grants = moving.values("tranche__grant", "tranche__grant__amount_minor")
    sums = grants.annotate(sum=Sum("gross_minor"))
    return sums.values_list("tranche__grant", "tranche__grant__amount_minor", "sum")


def _with_two_live_orders() -> Rows:
    live = Count("orders", filter=~Q(orders__state__in=GONE))
    return Tranche.objects.annotate(live=live).filter(live__gt=1).values_list("id")


def _orders_over_another_amount() -> Rows:
    there = PaymentOrder.objects.exclude(state__in=GONE)
    return there.exclude(gross_minor=F("tranche__amount_minor")).values_list("number")


def _orders_that_are_not_their_parts() -> Rows:
    parts = F("net_minor") + F("withholding_minor") + F("fee_minor") + F("offset_minor")
    return PaymentOrder.objects.exclude(gross_minor=parts).values_list("number")


def _not_paid_by_one_order() -> Rows:
    standing = Count("orders", filter=Q(orders__state__in=STANDING))
    paid = Tranche.objects.filter(state__in=["paid", "justified"], amount_minor__isnull=False)
    return paid.annotate(standing=standing).exclude(standing=1).values_list("id", "standing")


def _with_one_person_twice() -> Rows:
    same = Q(verified_by=F("approved_by")) | Q(ordered_by=F("verified_by")) | Q(ordered_by=F("approved_by"))
    return Tranche.objects.filter(same).values_list("id")


def _released_by_who_placed_it() -> Rows:
    return Hold.objects.filter(state="released", released_by=F("placed_by")).values_list("id")


def _thresholds() -> Rows:
    steps = ApprovalThreshold.objects.order_by("from_minor")
    return steps.values_list("programme_id", "currency", "from_minor", "approvals", "releases")


def _signatures() -> Rows:
    rows = OrderSignature.objects.filter(round=F("order__round"))
    return rows.values_list("order_id", "step", "user_id")


def _signed_orders() -> Rows:
    moving = ("approved", *IN_FLIGHT, *STANDING, "returned")
    rows = PaymentOrder.objects.filter(state__in=moving)
    return rows.values_list("id", "number", "programme_id", "currency", "gross_minor", "state")


@dataclass
class Hands:
    """Who did what to an instalment and to its orders, as the trail says: not as the records do."""

    tranche_of: dict[str, str] = field(default_factory=dict)
    by_tranche: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    by_order: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))

    def see(self, event: Event, states: dict[tuple[str, str], str]) -> list[Fault]:
        """Take in one event, in order; states: those of all records at that moment.

        Return what does not hold about it.
        """
        faults = []
        step = (event.kind, event.verb)
        if step in MOVES_MONEY:
            faults += self._held(event, states)
        if step in SIGNS and event.actor_id is not None:
            faults += self._signs(event)
        if step in {(TRANCHE, "return"), (TRANCHE, "reopen")}:
            gone = ("verify", "approve", "order") if event.verb == "return" else ("order",)
            for verb in gone:
                self.by_tranche[event.object_id].pop(verb, None)
        if step == (ORDER, "revise"):
            self.by_order[event.object_id].clear()
        return faults

    def _signs(self, event: Event) -> list[Fault]:
        actor = event.actor_id
        assert actor is not None
        before: list[tuple[str, int]]
        if event.kind == TRANCHE:
            before = list(self.by_tranche[event.object_id].items())
            self.by_tranche[event.object_id][event.verb] = actor
        else:
            before = list(self.by_order[event.object_id])
            self.by_order[event.object_id].append((event.verb, actor))
            if event.verb == "submit":
                signed = self.by_tranche[self._tranche(event.object_id)]
                before += [(verb, who) for verb, who in signed.items() if verb != "order"]
        return [
            Fault(
                Promise.SEPARATED, f"{actor} did {verb} before {event.verb} of {event.kind}:{event.object_id}"
            )
            for verb, who in before
            if who == actor
        ]

    def _tranche(self, order: str) -> str:
        if order not in self.tranche_of:
            found = PaymentOrder.objects.filter(pk=order).values_list("tranche", flat=True).first()
            self.tranche_of[order] = str(found)
        return self.tranche_of[order]

    def _held(self, event: Event, states: dict[tuple[str, str], str]) -> list[Fault]:
        pk = event.object_id if event.kind == TRANCHE else self._tranche(event.object_id)
        here = Q(tranche=pk) | Q(grant__tranches=pk)
        placed = Hold.objects.filter(here, placed_at__lt=event.occurred_at)
        return [
            Fault(Promise.HELD, f"{event.verb} of {event.kind}:{event.object_id} under hold {hold.pk}")
            for hold in placed
            if states.get((HOLD, str(hold.pk)), "placed") == "placed"
        ]
