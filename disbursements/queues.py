"""What waits for whom in the disbursements: one queue per role and kind of act, oldest first.

A queue costs no query for people without the role. Whoever already signed an order does not find it in the
queue of the next signature.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from disbursements.models import (
    BankLine,
    BatchLine,
    BatchSignature,
    CashAdvance,
    CashLine,
    Condition,
    Confirmation,
    Destination,
    DonorInstalment,
    Grant,
    Hold,
    Justification,
    OrderSignature,
    PaymentBatch,
    PaymentOrder,
    Procurement,
    Recovery,
    StatementFile,
    Tranche,
)
from programmes.predicates import Role, programme_ids

Rows = QuerySet[Any]


def _for(user: Any, role: str, rows: Callable[[set[int]], Rows]) -> Rows:
    programmes = programme_ids(user, role)
    return rows(programmes) if programmes else Tranche.objects.none()


def _tranches(programmes: set[int], state: str) -> Rows:
    found = Tranche.objects.filter(
        grant__programme__in=programmes, state=state, grant__state__in=["signed", "active"]
    )
    shown = ("number", "amount_minor", "state", "state_since", "grant__reference", "grant__currency")
    return found.select_related("grant").only(*shown).order_by("state_since", "pk")


def _stopped(tranche: str) -> Q:
    """The grant is suspended or somebody holds the money; tranche: the way to the instalment."""
    held = Hold.objects.placed().filter(
        Q(tranche=OuterRef(f"{tranche}pk")) | Q(grant=OuterRef(f"{tranche}grant"))
    )
    return Q(**{f"{tranche}grant__state": "suspended"}) | Q(Exists(held))


def _moving(rows: Rows, tranche: str) -> Rows:
    """Those that nothing stops; tranche: the way to the instalment."""
    return rows.exclude(_stopped(tranche))


def _orders(user: Any, programmes: set[int], *states: str, signing: bool = True) -> Rows:
    found = PaymentOrder.objects.filter(programme__in=programmes, state__in=states)
    if signing:
        mine = OrderSignature.objects.filter(order=OuterRef("pk"), round=OuterRef("round"), user=user.pk)
        found = found.exclude(Exists(mine))
    return found.order_by("state_since", "pk")


def tranches_to_verify(user: Any) -> Rows:
    """Papers are in and nothing is missing."""
    missing = Exists(Condition.objects.filter(tranche=OuterRef("pk"), met_at__isnull=True))
    return _for(user, Role.VERIFIER, lambda found: _tranches(found, "evidence_submitted").filter(~missing))


def tranches_to_approve(user: Any) -> Rows:
    """Verified by somebody else."""
    return _for(
        user,
        Role.APPROVER,
        lambda found: _moving(_tranches(found, "verified"), "").exclude(verified_by=user.pk),
    )


def tranches_to_order(user: Any) -> Rows:
    """Approved, neither verified nor approved by this preparer, goods invoiced where there are any."""

    def rows(found: set[int]) -> Rows:
        money = Q(payment_mode__in=["cash", "supplier"])
        goods = Q(procurements__state="matched") | Q(
            procurements__state="handed_over", amount_minor__isnull=True
        )
        mine = Q(verified_by=user.pk) | Q(approved_by=user.pk)
        return _moving(_tranches(found, "approved"), "").filter(money | goods).exclude(mine).distinct()

    return _for(user, Role.PREPARER, rows)


def orders_to_submit(user: Any) -> Rows:
    """Drafts, and orders that were rejected or released alone and wait for the preparer."""
    return _for(
        user,
        Role.PREPARER,
        lambda found: _moving(
            _alone(_orders(user, found, "draft", "rejected", "released", signing=False)), "tranche__"
        ),
    )


def _alone(orders: Rows) -> Rows:
    """Those that no batch takes along."""
    return orders.exclude(Exists(BatchLine.objects.filter(order=OuterRef("pk"), is_live=True)))


def orders_to_approve(user: Any) -> Rows:
    """Submitted and not signed by this approver."""
    return _for(user, Role.APPROVER, lambda found: _moving(_orders(user, found, "submitted"), "tranche__"))


def orders_to_release(user: Any) -> Rows:
    """Approved and not signed by this releaser."""
    return _for(
        user, Role.RELEASER, lambda found: _moving(_alone(_orders(user, found, "approved")), "tranche__")
    )


def _batches(user: Any, programmes: set[int], state: str) -> Rows:
    mine = BatchSignature.objects.filter(batch=OuterRef("pk"), round=OuterRef("round"), user=user.pk)
    found = PaymentBatch.objects.filter(programme__in=programmes, state=state)
    return found.exclude(Exists(mine)).exclude(stopped_in_batch()).order_by("state_since", "pk")


def stopped_in_batch() -> Exists:
    """Whether a payment of a batch is stopped: its grant is suspended, or its money held."""
    lines = BatchLine.objects.filter(batch=OuterRef("pk"), is_live=True)
    return Exists(lines.filter(_stopped("order__tranche__")))


def batches_to_prepare(user: Any) -> Rows:
    """Open ones to fill and seal, released ones whose file is to be written, signed ones that are stopped."""

    def rows(found: set[int]) -> Rows:
        batches = PaymentBatch.objects.filter(programme__in=found).annotate(stopped=stopped_in_batch())
        mine = Q(state__in=["open", "released"]) | Q(state__in=["sealed", "approved"], stopped=True)
        return batches.filter(mine).order_by("state_since", "pk")

    return _for(user, Role.PREPARER, rows)


def batches_to_approve(user: Any) -> Rows:
    """Sealed and not signed by this approver."""
    return _for(user, Role.APPROVER, lambda found: _batches(user, found, "sealed"))


def batches_to_release(user: Any) -> Rows:
    """Approved and not signed by this releaser."""
    return _for(user, Role.RELEASER, lambda found: _batches(user, found, "approved"))


def batches_to_settle(user: Any) -> Rows:
    """Files that are out and of whose payments something is known."""

    def rows(found: set[int]) -> Rows:
        under_way = ["exported", "in_doubt"]
        waits = BatchLine.objects.filter(batch=OuterRef("pk"), is_live=True, order__state__in=under_way)
        known = BatchLine.objects.filter(batch=OuterRef("pk"), is_live=True).exclude(
            order__state__in=under_way
        )
        out = PaymentBatch.objects.filter(programme__in=found)
        ready = (Q(state="exported") & Exists(known)) | (Q(state="partly_settled") & ~Exists(waits))
        return out.filter(ready | Q(state="settled")).order_by("state_since", "pk")

    return _for(user, Role.RECONCILER, rows)


def statements_to_import(user: Any) -> Rows:
    """Files that were handed in and only looked at."""
    return _for(
        user,
        Role.RECONCILER,
        lambda found: (
            StatementFile.objects.filter(programme__in=found, state="handed_in")
            .select_related("account")
            .defer("content")
            .order_by("state_since", "pk")
        ),
    )


def movements_to_explain(user: Any) -> Rows:
    """Movements of which nobody has said what they are."""
    return _for(
        user,
        Role.RECONCILER,
        lambda found: (
            BankLine.objects.filter(programme__in=found)
            .unexplained()
            .defer("name", "text")
            .order_by("booked_on", "pk")
        ),
    )


def orders_to_reconcile(user: Any) -> Rows:
    """Issued, or in doubt; what stands on a cash list is recorded with the list."""

    def rows(found: set[int]) -> Rows:
        listed = CashLine.objects.filter(order=OuterRef("pk"), is_live=True)
        return _orders(user, found, "in_doubt", "exported").exclude(Exists(listed))

    return _for(user, Role.RECONCILER, rows)


def not_received(user: Any) -> Rows:
    """Payees said that the money did not arrive."""

    def rows(found: set[int]) -> Rows:
        said = Confirmation.objects.filter(order=OuterRef("pk"), received=False)
        orders = PaymentOrder.objects.filter(programme__in=found, state="executed")
        return orders.filter(Exists(said)).order_by("state_since", "pk")

    return _for(user, Role.RECONCILER, rows)


def accounts_to_verify(user: Any) -> Rows:
    """Entered by somebody else."""

    def rows(found: set[int]) -> Rows:
        entered = Destination.objects.filter(programme__in=found, state="entered").exclude(entered_by=user.pk)
        return entered.select_related("grant", "supplier").order_by("entered_at", "pk")

    return _for(user, Role.APPROVER, rows)


def receipts_to_review(user: Any) -> Rows:
    """Handed in by somebody else, or under this verifier's review."""

    def rows(found: set[int]) -> Rows:
        handed_in = Justification.objects.of_standing_payments().filter(
            tranche__grant__programme__in=found, state__in=["submitted", "under_review"]
        )
        others = handed_in.exclude(submitted_by=user.pk)
        shown = ("state", "state_since", "tranche__number", "tranche__grant__reference")
        return others.select_related("tranche__grant").only(*shown).order_by("state_since", "pk")

    return _for(user, Role.VERIFIER, rows)


def grants_to_offer(user: Any) -> Rows:
    """Drafted by an award, or signed and to be activated."""
    return _for(
        user,
        Role.MANAGER,
        lambda found: (
            Grant.objects.filter(programme__in=found, state__in=["draft", "signed"])
            .select_related("case", "application")
            .order_by("state_since", "pk")
        ),
    )


def grants_suspended(user: Any) -> Rows:
    """Suspended: to be resumed or ended."""
    return _for(
        user,
        Role.MANAGER,
        lambda found: (
            Grant.objects.filter(programme__in=found, state="suspended")
            .select_related("case", "application")
            .order_by("state_since", "pk")
        ),
    )


def grants_to_sign(user: Any) -> Rows:
    """Offered and not signed."""
    return _for(
        user,
        Role.PREPARER,
        lambda found: (
            Grant.objects.filter(programme__in=found, state="offered")
            .select_related("case", "application")
            .order_by("state_since", "pk")
        ),
    )


def grants_to_complete(user: Any) -> Rows:
    """Active with nothing left to pay or justify."""

    def rows(found: set[int]) -> Rows:
        left = Tranche.objects.filter(grant=OuterRef("pk")).exclude(state__in=["justified", "cancelled"])
        active = Grant.objects.filter(programme__in=found, state="active").exclude(Exists(left))
        return active.select_related("case", "application").order_by("state_since", "pk")

    return _for(user, Role.MANAGER, rows)


def holds_to_release(user: Any) -> Rows:
    """Cleared by a later visit, or asked for by somebody else."""

    def rows(found: set[int]) -> Rows:
        mine = Q(grant__programme__in=found) | Q(tranche__grant__programme__in=found)
        ready = Q(cleared_at__isnull=False) | (Q(asked_by__isnull=False) & ~Q(asked_by=user.pk))
        holds = Hold.objects.filter(mine, ready, state="placed").exclude(placed_by=user.pk)
        return holds.select_related("grant", "tranche__grant").order_by("placed_at", "pk")

    return _for(user, Role.APPROVER, rows)


def purchases_to_prepare(user: Any) -> Rows:
    """Quotations to gather, invoices to match."""
    return _for(
        user,
        Role.PREPARER,
        lambda found: (
            Procurement.objects.filter(
                tranche__grant__programme__in=found, state__in=["quoting", "handed_over"]
            )
            .exclude(state="handed_over", total_minor__isnull=True)
            .select_related("tranche__grant")
            .order_by("state_since", "pk")
        ),
    )


def purchases_to_order(user: Any) -> Rows:
    """A supplier was chosen by somebody else and the instalment is approved."""
    return _for(
        user,
        Role.APPROVER,
        lambda found: (
            Procurement.objects.filter(
                tranche__grant__programme__in=found, state="supplier_chosen", tranche__state="approved"
            )
            .exclude(chosen_by=user.pk)
            .select_related("tranche__grant")
            .order_by("state_since", "pk")
        ),
    )


def goods_to_hand_over(user: Any) -> Rows:
    """Ordered or delivered goods, for the coach."""
    return _for(
        user,
        Role.COACH,
        lambda found: (
            Procurement.objects.filter(
                tranche__grant__programme__in=found, state__in=["ordered", "delivered"]
            )
            .select_related("tranche__grant")
            .order_by("state_since", "pk")
        ),
    )


def recoveries_to_tell(user: Any) -> Rows:
    """Opened, and the beneficiary does not know yet; or contested, and not opened by this manager."""

    def rows(found: set[int]) -> Rows:
        mine = Q(state="contested") & ~Q(opened_by=user.pk)
        waiting = Recovery.objects.filter(grant__programme__in=found).filter(Q(state="opened") | mine)
        return waiting.select_related("grant").order_by("state_since", "pk")

    return _for(user, Role.MANAGER, rows)


def recoveries_to_close(user: Any) -> Rows:
    """Paid back or written off."""
    return _for(
        user,
        Role.APPROVER,
        lambda found: (
            Recovery.objects.filter(grant__programme__in=found, state__in=["repaid", "written_off"])
            .select_related("grant")
            .order_by("state_since", "pk")
        ),
    )


def repayments_late(user: Any) -> Rows:
    """Money that should have come back."""
    today = timezone.localdate()
    return _for(
        user,
        Role.RECONCILER,
        lambda found: (
            Recovery.objects.filter(
                grant__programme__in=found,
                state__in=["notified", "scheduled", "partly_repaid"],
                due_on__lt=today,
            )
            .select_related("grant")
            .order_by("due_on", "pk")
        ),
    )


def cash_to_hand_out(user: Any) -> Rows:
    """Lists with somebody on them, made and carried by others."""

    def rows(found: set[int]) -> Rows:
        lines = CashLine.objects.filter(advance=OuterRef("pk"), is_live=True)
        lists = CashAdvance.objects.filter(Exists(lines), programme__in=found, state="open")
        return lists.exclude(opened_by=user.pk).exclude(cashier=user.pk).order_by("pays_on", "pk")

    return _for(user, Role.RELEASER, rows)


def cash_in_my_hand(user: Any) -> Rows:
    """Lists that this person carries."""
    programmes = programme_ids(user, Role.COACH, Role.FIELD_AGENT, Role.SUPERVISOR)
    if not programmes:
        return CashAdvance.objects.none()
    mine = CashAdvance.objects.filter(programme__in=programmes, cashier=user.pk)
    return mine.filter(state__in=["handed_out", "in_hand"]).order_by("pays_on", "pk")


def cash_to_count(user: Any) -> Rows:
    """Cash that is in somebody's hand."""
    return _for(
        user,
        Role.RECONCILER,
        lambda found: CashAdvance.objects.filter(programme__in=found, state="in_hand").order_by(
            "pays_on", "pk"
        ),
    )


def donors_to_ask(user: Any) -> Rows:
    """Planned instalments of donors whose day is near."""
    soon = timezone.localdate() + timedelta(days=30)
    return _for(
        user,
        Role.MANAGER,
        lambda found: (
            DonorInstalment.objects.filter(programme__in=found, state="planned", due_on__lte=soon)
            .select_related("contribution__donor")
            .order_by("due_on", "pk")
        ),
    )
