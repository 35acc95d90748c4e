"""What must hold between grants, instalments, orders and the persons who sign, in plain queries."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, Sum

from disbursements.models import ApprovalThreshold, Grant, Hold, OrderSignature, PaymentOrder, Tranche
from tests.walk.faults import Fault, Promise
from tests.walk.watch_books import IN_FLIGHT, ORDER, STANDING
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
    live = Q(tranches__state="cancelled", _negated=True)
    rows = Grant.objects.filter(amount_minor__isnull=False).annotate(
        sum=Sum("tranches__amount_minor", filter=live)
    )
    for grant in rows:
        gone = grant.state in OVER and grant.sum is None
        if (grant.sum or 0) != grant.amount_minor and not gone:
            said = f"grant {grant.pk}: instalments make {grant.sum}, the grant is {grant.amount_minor}"
            faults.append(Fault(Promise.GRANTED, said))
    moving = Q(state__in=(*STANDING, *IN_FLIGHT))
    orders = PaymentOrder.objects.filter(moving).values("tranche__grant", "tranche__grant__amount_minor")
    for row in orders.annotate(sum=Sum("gross_minor")).order_by():
        if row["sum"] > row["tranche__grant__amount_minor"]:
            said = f"grant {row['tranche__grant']}: {row['sum']} paid and on its way is too much"
            faults.append(Fault(Promise.GRANTED, said))
    return faults


def payments_hold() -> list[Fault]:
    """One standing order an instalment, over its amount; three different persons on the instalment."""
    faults = []
    live = Tranche.objects.annotate(live=Count("orders", filter=~Q(orders__state__in=GONE)))
    for tranche in live.filter(live__gt=1):
        faults.append(Fault(Promise.ONE_ORDER, f"instalment {tranche.pk} has two live orders"))
    for order in PaymentOrder.objects.exclude(state__in=GONE).exclude(gross_minor=F("tranche__amount_minor")):
        said = f"order {order.number} pays another amount than its instalment"
        faults.append(Fault(Promise.ONE_ORDER, said))
    parts = F("net_minor") + F("withholding_minor") + F("fee_minor") + F("offset_minor")
    for order in PaymentOrder.objects.exclude(gross_minor=parts):
        faults.append(
            Fault(Promise.ONE_ORDER, f"order {order.number}: the gross is not the sum of its parts")
        )
    standing = Count("orders", filter=Q(orders__state__in=STANDING))
    paid = Tranche.objects.filter(state__in=["paid", "justified"], amount_minor__isnull=False)
    for tranche in paid.annotate(standing=standing).exclude(standing=1):
        said = f"instalment {tranche.pk} is paid by {tranche.standing} orders"
        faults.append(Fault(Promise.ONE_ORDER, said))
    same = Q(verified_by=F("approved_by")) | Q(ordered_by=F("verified_by")) | Q(ordered_by=F("approved_by"))
    for tranche in Tranche.objects.filter(same):
        said = f"instalment {tranche.pk}: one person verified, approved or ordered it together"
        faults.append(Fault(Promise.SEPARATED, said))
    for hold in Hold.objects.filter(state="released", released_by=F("placed_by")):
        faults.append(Fault(Promise.SEPARATED, f"hold {hold.pk} was released by who placed it"))
    return faults


def signatures_hold() -> list[Fault]:
    """An order has the signatures that the programme's table asks for, each by another person."""
    faults = []
    needed = defaultdict(list)
    for row in ApprovalThreshold.objects.order_by("from_minor"):
        needed[row.programme_id, row.currency].append(row)
    signed: dict[int, list[tuple[str, int]]] = defaultdict(list)
    rows = OrderSignature.objects.filter(round=F("order__round"))
    for order, step, user in rows.values_list("order", "step", "user"):
        signed[order].append((step, user))
    moving = ("approved", *IN_FLIGHT, *STANDING, "returned")
    for order in PaymentOrder.objects.filter(state__in=moving):
        table = [
            row for row in needed[order.programme_id, order.currency] if row.from_minor <= order.gross_minor
        ]
        steps = [step for step, _user in signed[order.pk]]
        users = [user for _step, user in signed[order.pk]]
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
