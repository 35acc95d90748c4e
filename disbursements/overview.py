"""The instalments of one grant as pages show them: state, conditions, payee, order, receipts.

Read in a constant number of queries; shared by the grant's page, the case's panel and the beneficiary's.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Prefetch

from disbursements.conditions import Missing, missing_of
from disbursements.holders import with_holder
from disbursements.models import Condition, Grant, Hold, Justification, PaymentOrder, Procurement, Tranche
from disbursements.wording import condition_sentence
from workflow import clock, display


class Check(NamedTuple):
    """One condition as the component `checks` shows it."""

    label: str
    meaning: str
    note: str = ""
    at: Any = None


@dataclass
class TrancheLine:
    """One instalment with everything around it. words: what its beneficiary reads besides."""

    tranche: Tranche
    missing: list[Missing]
    checks: list[Check]
    payee: str
    order: PaymentOrder | None = None
    orders: list[PaymentOrder] = field(default_factory=list)
    purchase: Procurement | None = None
    justification: Justification | None = None
    held: bool = False
    may_add_papers: bool = False
    words: list[str] = field(default_factory=list)

    @property
    def meaning(self) -> str:
        """The meaning of its state; money that is held is blocked."""
        return (
            "blocked"
            if self.held and self.tranche.state not in ("paid", "justified")
            else self.tranche.meaning
        )


def tranche_lines(grant: Grant, user: Any) -> list[TrancheLine]:
    """Return the instalments of a grant in order, with what this reader may see around them."""
    rows = (
        Tranche.objects.filter(grant=grant)
        .select_related("supplier")
        .prefetch_related(
            Prefetch("conditions", queryset=with_holder(Condition.objects.all())),
            Prefetch("holds", queryset=_open_holds(), to_attr="found_holds"),
            Prefetch("orders", queryset=PaymentOrder.objects.visible_to(user).select_related("supplier")),
            Prefetch("procurements", queryset=Procurement.objects.live().select_related("supplier")),
            Prefetch("justifications", queryset=Justification.objects.select_related("order")),
        )
        .order_by("number")
    )
    whole_held = _open_holds().filter(grant=grant).exists()
    lines = []
    for tranche in rows:
        tranche.grant = grant
        lines.append(_line(tranche, whole_held))
    return lines


def _open_holds() -> Any:
    return Hold.objects.filter(state="placed")


def _line(tranche: Tranche, whole_held: bool) -> TrancheLine:
    conditions = list(tranche.conditions.all())
    missing = missing_of(conditions, tranche.state_since)
    orders = sorted(tranche.orders.all(), key=lambda order: order.attempt)
    live = [order for order in orders if order.state not in ("failed", "returned", "cancelled")]
    receipts = [row for row in tranche.justifications.all() if row.order.state in ("executed", "receipted")]
    purchase = next(iter(tranche.procurements.all()), None)
    return TrancheLine(
        tranche=tranche,
        missing=missing,
        checks=_checks(conditions, {item.condition.pk: item for item in missing}),
        payee=_payee(tranche, purchase),
        order=live[-1] if live else None,
        orders=orders,
        purchase=purchase,
        justification=receipts[-1] if receipts else None,
        held=whole_held or bool(tranche.found_holds),  # type: ignore[attr-defined]
    )


def _checks(conditions: list[Any], missing: dict[int, Missing]) -> list[Check]:
    found = []
    for row in conditions:
        item = missing.get(row.pk)
        label = condition_sentence(row.kind, row.parameter)
        if item is None:
            found.append(Check(label, "done", at=row.met_at))
        else:
            note = f"{item.holder} · {display.age_text(display.days_between(item.since, clock.now()))}"
            found.append(Check(label, "waiting", note=note))
    return found


def _payee(tranche: Tranche, purchase: Procurement | None) -> str:
    if purchase is not None and purchase.supplier is not None:
        return purchase.supplier.name
    if tranche.supplier is not None:
        return tranche.supplier.name
    return str(tranche.get_payment_mode_display())
