"""Invariant 12 and what stands around it, as lines of `manage.py verify`: claims, and how they ended."""

from collections.abc import Iterable

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from disbursements.models import Account, AccountKind, BankLine, MoveKind, Posting, Recovery, RecoveryMove
from disbursements.verify_money import checked
from workflow import verification

COLUMNS = {
    MoveKind.REPAID: "repaid_minor",
    MoveKind.OFFSET: "offset_minor",
    MoveKind.WRITTEN_OFF: "written_off_minor",
}


def register() -> None:
    """Add the checks to `verify`."""
    for name, check in (
        ("12. recovered, kept back and written off stay within what is owed", within_the_claim),
        ("moves of recoveries are what their columns and the books say", moves_add_up),
        ("what is claimed is owed in the books", claims_are_owed),
        ("money that was owed came in by one movement", received_once),
    ):
        verification.register(name, checked(name, check))


def within_the_claim() -> Iterable[str | int]:
    """Invariant 12."""
    yield Recovery.objects.count()
    ended = F("lowered_minor") + F("repaid_minor") + F("offset_minor") + F("written_off_minor")
    for row in Recovery.objects.filter(claimed_minor__lt=ended):
        yield f"{row.number}: {row.settled_minor} recovered and {row.lowered_minor} of {row.claimed_minor}"


def moves_add_up() -> Iterable[str | int]:
    """Every part that ended is a row with a proof, and a posting out of what is owed."""
    yield RecoveryMove.objects.count()
    sums: dict[tuple[int, str], int] = {}
    for row in RecoveryMove.objects.order_by().values("recovery", "kind").annotate(sum=Sum("amount_minor")):
        sums[row["recovery"], row["kind"]] = row["sum"]
    booked: dict[str, int] = {}
    verbs = ["repay", "offset", "write_off"]
    out = Posting.objects.filter(kind="disbursements.recovery", verb__in=verbs)
    owed = out.filter(credit__kind=AccountKind.GRANT_RECEIVABLE).order_by()
    for pair in owed.values("object_id").annotate(sum=Sum("amount_minor")):
        booked[pair["object_id"]] = pair["sum"]
    for recovery in Recovery.objects.iterator(chunk_size=5000):
        for kind, column in COLUMNS.items():
            if sums.get((recovery.pk, kind), 0) != getattr(recovery, column):
                yield f"{recovery.number}: its moves do not add up to {column}"
        if booked.get(str(recovery.pk), 0) != recovery.settled_minor:
            yield f"{recovery.number}: the books hold {booked.get(str(recovery.pk), 0)} as recovered"


def claims_are_owed() -> Iterable[str | int]:
    """What is open of a grant's claims is not more than its account "to be recovered" holds."""
    account = Account.objects.filter(kind=AccountKind.GRANT_RECEIVABLE, owner_id=OuterRef("grant")).order_by()
    ended = F("lowered_minor") + F("repaid_minor") + F("offset_minor") + F("written_off_minor")
    rows = (
        Recovery.objects.order_by()
        .values("grant", "grant__reference")
        .annotate(
            open=Sum(F("claimed_minor") - ended),
            owed=Coalesce(Subquery(account.values(net=F("debit_minor") - F("credit_minor"))[:1]), 0),
        )
    )
    for row in rows:
        yield 1
        if row["open"] > row["owed"]:
            yield f"{row['grant__reference']}: {row['open']} claimed, the books hold {row['owed']}"


def received_once() -> Iterable[str | int]:
    """A movement of which it was said that it was owed is the proof of exactly one record."""
    received = BankLine.objects.filter(state="received")
    yield received.count()
    for line in received.filter(recovery_move__isnull=True, donor_instalment__isnull=True):
        yield f"movement {line.pk} was received for nothing"
    for line in BankLine.objects.filter(
        Q(recovery_move__isnull=False) | Q(donor_instalment__isnull=False)
    ).exclude(state="received"):
        yield f"movement {line.pk} proves that money came in and is {line.state}"
    both = received.filter(recovery_move__isnull=False, donor_instalment__isnull=False)
    for line in both:
        yield f"movement {line.pk} counts twice"
