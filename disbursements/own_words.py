"""What the beneficiary reads about one instalment beside its state: cash, goods, money that came back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from disbursements.models import CashLine, Confirmation
from documents.bidi import isolate, ltr
from workflow import clock, display

UNPAID = ("approved", "ordered")
WAITING_CASH = ("open", "handed_out", "in_hand")
GOODS_CHOSEN = ("quoting", "supplier_chosen")


def cash_to_fetch(tranches: Sequence[int]) -> dict[int, CashLine]:
    """Return for instalments, by id, the line of a cash list that is not counted yet.

    It names a day that is still to come, or the money was signed for.
    """
    coming = Q(advance__pays_on__gte=timezone.localdate(clock.now())) | Q(paid_at__isnull=False)
    rows = CashLine.objects.filter(
        coming, order__tranche__in=tranches, is_live=True, advance__state__in=WAITING_CASH
    )
    return {row.order.tranche_id: row for row in rows.select_related("advance", "order")}


def said_missing(orders: Sequence[int]) -> dict[int, datetime]:
    """Return when the payees of orders, by id, said last that nothing had arrived."""
    rows = Confirmation.objects.filter(order__in=orders, received=False, order__state="executed")
    return dict(rows.order_by("said_at").values_list("order", "said_at"))


def words_of(line: Any, cash: CashLine | None, missing_since: datetime | None = None) -> list[str]:
    """Return the sentences about one instalment (`overview.TrancheLine`)."""
    said = [*_came_back(line)]
    if missing_since is not None:
        said.append(
            _("You said on %(day)s that it did not arrive. The payment team looks for it.")
            % {"day": display.date_text(timezone.localtime(missing_since).date())}
        )
    if cash is not None and cash.paid_at is not None:
        day = display.date_text(timezone.localtime(cash.paid_at).date())
        said.append(
            _("You signed for the money on %(day)s. The payment team still has to record it.") % {"day": day}
        )
    elif cash is not None:
        said.append(
            _(
                "You are paid in cash on %(day)s: %(place)s. Bring your identity paper; "
                "you sign for the money."
            )
            % {"day": display.date_text(cash.advance.pays_on), "place": isolate(cash.advance.place)}
        )
    if line.purchase is not None and line.tranche.payment_mode == "kit":
        said.append(goods_sentence(line.purchase))
    return said


def _came_back(line: Any) -> list[str]:
    last = line.orders[-1] if line.orders else None
    if last is None or last.state != "returned" or line.tranche.state not in UNPAID:
        return []
    amount = ltr(display.money_text(last.net))
    if last.supplier is not None:
        return [
            _("The payment of %(amount)s to %(supplier)s came back to us. It will be made again.")
            % {"amount": amount, "supplier": isolate(last.supplier.name)}
        ]
    return [
        _(
            "The payment of %(amount)s came back to us. It will be made again. If your account or your "
            "number has changed, tell your coach or the office."
        )
        % {"amount": amount}
    ]


def goods_sentence(purchase: Any) -> str:
    """Say to the beneficiary where the goods are."""
    if purchase.state in GOODS_CHOSEN:
        return _("Your goods are being chosen.")
    if purchase.state == "ordered":
        return _("Your goods are ordered from %(supplier)s.") % {"supplier": isolate(purchase.supplier.name)}
    if purchase.state == "delivered":
        return _("Your goods have arrived. Your coach hands them over, and you sign for them.")
    return _("You received your goods on %(day)s.") % {"day": display.date_text(purchase.handed_over_on)}
