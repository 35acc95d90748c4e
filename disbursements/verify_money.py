"""The invariants of money as lines of `manage.py verify`: each one counts what it looked at.

What a constraint already forbids is checked here too: constraints can be dropped, backups edited.
"""

from collections.abc import Callable, Iterable
from datetime import UTC
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from disbursements import terms
from disbursements.models import (
    Account,
    AccountingPeriod,
    AccountKind,
    Agreement,
    Grant,
    Instruction,
    OrderSignature,
    PaymentOrder,
    Phase,
    Posting,
    Tranche,
    TrancheShare,
)
from disbursements.models.grants import DEAD
from disbursements.shares import known_weights
from programmes.models import Call
from workflow import verification
from workflow.verification import Result

CHUNK = 5000
_UNBOOKED = (*DEAD, "draft")


def register() -> None:
    """Add the checks to `verify`."""
    checks: tuple[tuple[str, Callable[[], Iterable[str | int]]], ...] = (
        ("1. live instalments sum to their grant", instalments_sum),
        ("2. paid and in flight stay within the grant", paid_within_grant),
        ("books hold every grant to the minor unit", grants_are_booked),
        ("3. committed grants stay within the envelope", grants_within_envelope),
        ("4. one live order per instalment, one live grant per application", one_live_each),
        ("paid instalments have one executed order over their amount", paid_means_executed),
        ("9. executed orders are signed by four persons", four_signatures),
        ("9. verifier, approver and preparer differ", three_on_the_instalment),
        ("12. nothing is recovered that is not owed", recovered_within_receivable),
        ("11. gross is net, withholding, fee and what is kept back", gross_is_the_sum),
        ("6. instructions are what their orders say", instructions_match),
        ("5. balances sum to zero per currency", balances_sum_to_zero),
        ("5. stored balances equal recomputed ones", balances_are_recomputed),
        ("10. nothing is posted in a closed period", nothing_after_closing),
        ("pending rows are resolved at most once, rows reversed at most once", once_each),
        ("donors' shares add up to their instalment", shares_add_up),
        ("agreements say what was signed", agreements_unchanged),
    )
    for name, check in checks:
        verification.register(name, checked(name, check))
    verification.register("3. envelopes stay within known contributions", envelopes_within_contributions)


def checked(name: str, check: Callable[[], Iterable[str | int]]) -> Callable[[], Result]:
    """Make a `Result` of a generator that yields counts (int) and problems (str)."""

    def run() -> Result:
        result = Result(name, 0)
        for found in check():
            if isinstance(found, int):
                result.count += found
            else:
                result.problems.append(found)
        return result

    return run


def instalments_sum() -> Iterable[str | int]:
    """Invariant 1."""
    live = ~Q(tranches__state="cancelled")
    rows = (
        Grant.objects.exclude(state__in=DEAD)
        .filter(amount_minor__isnull=False)
        .annotate(total=Coalesce(Sum("tranches__amount_minor", filter=live), 0))
    )
    yield rows.count()
    for grant in rows.exclude(total=F("amount_minor")):
        yield f"{grant.reference}: instalments sum to {grant.total}, the grant is {grant.amount_minor}"


def _account(kind: str, column: str) -> Any:
    rows = Account.objects.filter(kind=kind, owner_id=OuterRef("pk"), currency=OuterRef("currency"))
    return Coalesce(Subquery(rows.values(column)[:1]), 0)


def _booked_grants() -> Any:
    return (
        Grant.objects.exclude(state__in=_UNBOOKED)
        .filter(amount_minor__isnull=False)
        .annotate(
            committed=_account(AccountKind.GRANT_COMMITTED, "debit_minor")
            - _account(AccountKind.GRANT_COMMITTED, "credit_minor"),
            in_flight=_account(AccountKind.GRANT_COMMITTED, "credit_pending_minor"),
            disbursed=_account(AccountKind.GRANT_DISBURSED, "debit_minor")
            - _account(AccountKind.GRANT_DISBURSED, "credit_minor"),
        )
    )


def paid_within_grant() -> Iterable[str | int]:
    """Invariant 2."""
    rows = _booked_grants()
    yield rows.count()
    for grant in rows.filter(amount_minor__lt=F("disbursed") + F("in_flight")):
        sums = f"{grant.disbursed} paid and {grant.in_flight} in flight"
        yield f"{grant.reference}: {sums} of {grant.amount_minor}"


def grants_are_booked() -> Iterable[str | int]:
    """What a grant holds and what it gave are together its amount."""
    rows = _booked_grants()
    yield rows.count()
    for grant in rows.exclude(amount_minor=F("committed") + F("disbursed")):
        held = f"{grant.committed} + {grant.disbursed}"
        yield f"{grant.reference}: the books hold {held} of {grant.amount_minor}"
    dead = Grant.objects.filter(state__in=_UNBOOKED).annotate(
        committed=_account(AccountKind.GRANT_COMMITTED, "debit_minor")
        - _account(AccountKind.GRANT_COMMITTED, "credit_minor")
    )
    yield dead.count()
    for grant in dead.exclude(committed=0):
        yield f"{grant.reference} is {grant.state} and still holds {grant.committed}"


def grants_within_envelope() -> Iterable[str | int]:
    """Invariant 3, first half: live grants of a call, its envelope, and what the books say is left."""
    live = ~Q(tracks__grants__state__in=_UNBOOKED)
    calls = Call.objects.filter(envelope_minor__isnull=False).annotate(
        committed=Coalesce(Sum("tracks__grants__amount_minor", filter=live), 0),
        left=_account(AccountKind.CALL_AVAILABLE, "debit_minor")
        - _account(AccountKind.CALL_AVAILABLE, "credit_minor"),
    )
    for call in calls:
        yield 1
        if call.committed > call.envelope_minor:
            yield f"{call}: {call.committed} committed of {call.envelope_minor}"
        opened = Account.objects.filter(kind=AccountKind.CALL_AVAILABLE, owner_id=call.pk).exists()
        if (opened or call.committed) and call.left != call.envelope_minor - call.committed:
            yield f"{call}: the books have {call.left} left, {call.envelope_minor - call.committed} expected"


def envelopes_within_contributions() -> Result:
    """Invariant 3, second half: only where every contribution is known, at the stored rate."""
    result = Result("3. envelopes stay within known contributions", 0)
    by_programme: dict[tuple[int, str], list[Call]] = {}
    calls = Call.objects.filter(envelope_minor__isnull=False, is_test=False).exclude(
        state__in=["draft", "cancelled"]
    )
    for call in calls.select_related("programme"):
        by_programme.setdefault((call.programme_id, call.currency), []).append(call)
    for found in by_programme.values():
        weights = known_weights(found[0])
        if weights is None:
            result.skipped += len(found)
            continue
        result.count += len(found)
        given = sum(weight for row, weight in weights)
        asked = sum(call.envelope_minor or 0 for call in found)
        if asked > given:
            result.problems.append(f"{found[0].programme}: envelopes of {asked}, contributions of {given}")
    return result


def one_live_each() -> Iterable[str | int]:
    """Invariant 4."""
    orders = PaymentOrder.objects.live().order_by().values("tranche").annotate(count=Count("pk"))
    yield orders.count()
    for row in orders.filter(count__gt=1):
        yield f"instalment {row['tranche']} has {row['count']} live orders"
    grants = Grant.objects.live().order_by().values("application").annotate(count=Count("pk"))
    yield grants.count()
    for row in grants.filter(count__gt=1):
        yield f"application {row['application']} has {row['count']} live grants"


def paid_means_executed() -> Iterable[str | int]:
    """A paid instalment was paid by one order over its amount; an executed order paid its instalment."""
    executed = Q(orders__state__in=["executed", "receipted"])
    paid = Tranche.objects.filter(state__in=["paid", "justified"], amount_minor__isnull=False).annotate(
        times=Count("orders", filter=executed), gross=Sum("orders__gross_minor", filter=executed)
    )
    yield paid.count()
    for tranche in paid.exclude(times=1, gross=F("amount_minor")).select_related("grant"):
        yield f"{tranche}: {tranche.times} executed orders over {tranche.gross} for {tranche.amount_minor}"
    orders = PaymentOrder.objects.filter(state__in=["executed", "receipted"])
    for order in orders.exclude(tranche__state__in=["paid", "justified"]):
        yield f"{order.number} is executed, its instalment is not paid"


def four_signatures() -> Iterable[str | int]:
    """Invariant 9, first half."""
    executed = ["executed", "receipted", "returned"]
    rows = (
        OrderSignature.objects.filter(order__state__in=executed, round=F("order__round"))
        .order_by()
        .values("order", "order__number", "order__approvals_needed", "order__releases_needed")
        .annotate(
            persons=Count("user", distinct=True),
            prepared=Count("pk", filter=Q(step="prepare")),
            approved=Count("pk", filter=Q(step="approve")),
            released=Count("pk", filter=Q(step="release")),
            reconciled=Count("pk", filter=Q(step="reconcile")),
        )
    )
    signed = set()
    for row in rows.iterator(chunk_size=CHUNK):
        signed.add(row["order"])
        enough = (
            row["prepared"] == 1
            and row["approved"] >= row["order__approvals_needed"]
            and row["released"] >= row["order__releases_needed"]
            and row["reconciled"] == 1
            and row["persons"] == row["prepared"] + row["approved"] + row["released"] + row["reconciled"]
        )
        if row["persons"] < 4 or not enough:
            yield f"{row['order__number']} was signed by {row['persons']} persons"
    orders = PaymentOrder.objects.filter(state__in=executed)
    yield orders.count()
    for pk, number in orders.values_list("pk", "number").iterator(chunk_size=CHUNK):
        if pk not in signed:
            yield f"{number} is executed without signatures"


def three_on_the_instalment() -> Iterable[str | int]:
    """Invariant 9, second half."""
    ordered = Tranche.objects.filter(state__in=["ordered", "paid", "justified"])
    yield ordered.count()
    same = Q(verified_by=F("approved_by")) | Q(ordered_by=F("verified_by")) | Q(ordered_by=F("approved_by"))
    missing = Q(verified_by__isnull=True) | Q(approved_by__isnull=True) | Q(ordered_by__isnull=True)
    for tranche in ordered.filter(same | missing).select_related("grant"):
        yield f"{tranche}: verifier, approver and preparer are not three persons"
    orders = PaymentOrder.objects.filter(
        Q(prepared_by=F("tranche_verifier")) | Q(prepared_by=F("tranche_approver"))
    )
    for order in orders:
        yield f"{order.number} was prepared by who verified or approved its instalment"


def gross_is_the_sum() -> Iterable[str | int]:
    """Invariant 11."""
    yield PaymentOrder.objects.count()
    total = F("net_minor") + F("withholding_minor") + F("fee_minor") + F("offset_minor")
    for order in PaymentOrder.objects.exclude(gross_minor=total):
        yield f"{order.number}: gross {order.gross_minor} is not the sum of its parts"


def recovered_within_receivable() -> Iterable[str | int]:
    """Invariant 12, from the books: what left a receivable is at most what came into it."""
    rows = Account.objects.filter(kind=AccountKind.GRANT_RECEIVABLE)
    yield rows.count()
    for account in rows.filter(debit_minor__lt=F("credit_minor") + F("credit_pending_minor")):
        yield f"{account}: {account.credit_minor} recovered of {account.debit_minor}"


def instructions_match() -> Iterable[str | int]:
    """Invariant 6 for what was issued: the order was not edited afterwards."""
    yield Instruction.objects.count()
    same = Q(
        net_minor=F("order__net_minor"),
        currency=F("order__currency"),
        fingerprint=F("order__frozen_fingerprint"),
    )
    for row in Instruction.objects.exclude(same).select_related("order"):
        yield f"{row.order.number} is not what was issued"


def balances_sum_to_zero() -> Iterable[str | int]:
    """Invariant 5, first half."""
    sums = (
        Account.objects.order_by()
        .values("currency")
        .annotate(
            sum=Sum(F("debit_minor") - F("credit_minor")),
            waiting=Sum(F("debit_pending_minor") - F("credit_pending_minor")),
            count=Count("pk"),
        )
    )
    for row in sums:
        yield row["count"]
        if row["sum"] or row["waiting"]:
            yield f"{row['currency']}: balances sum to {row['sum']} and {row['waiting']} pending"


def balances_are_recomputed() -> Iterable[str | int]:
    """Invariant 5, second half."""
    posted = Q(phase__in=[Phase.POSTED, Phase.SETTLED])
    waiting = Q(phase=Phase.PENDING, resolved_by__isnull=True)
    sums: dict[int, list[int]] = {}
    for side, place in (("debit", 0), ("credit", 1)):
        rows = (
            Posting.objects.order_by()
            .values(side)
            .annotate(
                posted=Coalesce(Sum("amount_minor", filter=posted), 0),
                pending=Coalesce(Sum("amount_minor", filter=waiting), 0),
            )
        )
        for row in rows.iterator(chunk_size=CHUNK):
            columns = sums.setdefault(row[side], [0, 0, 0, 0])
            columns[place] += row["posted"]
            columns[place + 2] += row["pending"]
    for account in Account.objects.iterator(chunk_size=CHUNK):
        yield 1
        expected = sums.get(account.pk, [0, 0, 0, 0])
        stored = [
            account.debit_minor,
            account.credit_minor,
            account.debit_pending_minor,
            account.credit_pending_minor,
        ]
        if stored != expected:
            yield f"{account}: {stored} is stored, its postings give {expected}"
        if account.no_overdraft and account.balance.available < 0:
            yield f"{account} is overdrawn by {-account.balance.available}"


def nothing_after_closing() -> Iterable[str | int]:
    """Invariant 10: counts match, dates lie in their month, nothing was recorded after the closing."""
    rows = Posting.objects.order_by().values("period")
    found = {
        row["period"]: row
        for row in rows.annotate(
            count=Count("pk"),
            first=Min("happened_at"),
            last=Max("happened_at"),
            recorded=Max("recorded_at"),
        )
    }
    for period in AccountingPeriod.objects.iterator(chunk_size=CHUNK):
        row = found.pop(period.pk, None)
        count = row["count"] if row else 0
        yield count
        if count != period.postings:
            yield f"{period}: {count} postings, the period counted {period.postings}"
        if row is None:
            continue
        months = {
            (day.astimezone(UTC).year, day.astimezone(UTC).month) for day in (row["first"], row["last"])
        }
        if months != {(period.year, period.month)}:
            yield f"{period}: postings of another month"
        if period.closed_at and row["recorded"] > period.closed_at:
            yield f"{period}: posted after it was closed"


def once_each() -> Iterable[str | int]:
    """A pending row ends once and in full, a reversal undoes one whole row."""
    ends = Posting.objects.filter(resolves__isnull=False)
    yield ends.count()
    whole = Q(
        amount_minor=F("resolves__amount_minor"),
        debit=F("resolves__debit"),
        credit=F("resolves__credit"),
        resolves__phase=Phase.PENDING,
    )
    for row in ends.exclude(whole):
        yield f"{row} does not end the row that it names"
    backs = Posting.objects.filter(reverses__isnull=False)
    yield backs.count()
    whole = Q(
        amount_minor=F("reverses__amount_minor"),
        debit=F("reverses__credit"),
        credit=F("reverses__debit"),
    )
    for row in backs.exclude(whole):
        yield f"{row} does not undo the row that it names"
    currencies = ~Q(currency=F("debit__currency")) | ~Q(currency=F("credit__currency"))
    for row in Posting.objects.filter(currencies):
        yield f"{row} is in another currency than its accounts"


def shares_add_up() -> Iterable[str | int]:
    """Every donor's part, and nothing else, makes an instalment."""
    total = TrancheShare.objects.filter(tranche=OuterRef("pk")).order_by().values("tranche")
    rows = (
        Tranche.objects.filter(amount_minor__isnull=False)
        .exclude(grant__state__in=DEAD)
        .annotate(shared=Subquery(total.annotate(sum=Sum("amount_minor")).values("sum")))
    )
    yield rows.count()
    wrong = rows.exclude(shared=F("amount_minor")) | rows.filter(shared__isnull=True)
    for tranche in wrong.select_related("grant"):
        yield f"{tranche}: shares sum to {tranche.shared}, the instalment is {tranche.amount_minor}"


def agreements_unchanged() -> Iterable[str | int]:
    """The stored terms still have the digest that was taken when they were written down."""
    for agreement in Agreement.objects.select_related("grant").iterator(chunk_size=CHUNK):
        yield 1
        if terms.digest(agreement.terms) != agreement.terms_sha256:
            yield f"{agreement}: its terms were changed"
