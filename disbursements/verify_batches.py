"""The invariants of payment files as lines of `manage.py verify`."""

import hashlib
from collections.abc import Iterable

from django.db.models import Count, F, Max, Q, Sum

from disbursements.models import (
    BankFile,
    BankLine,
    BatchLine,
    BatchSignature,
    OrderEvidence,
    PaymentBatch,
    Posting,
    StatementFile,
)
from disbursements.verify_money import checked
from workflow import verification

CHUNK = 200
OUT = ["exported", "partly_settled", "settled", "closed", "rejected_by_bank"]
SEALED = ["sealed", "approved", "released", *OUT]


def register() -> None:
    """Add the checks to `verify`."""
    for name, check in (
        ("batches hold what was sealed", sealed_sums),
        ("9. released batches are signed by three persons on one digest", three_signatures),
        ("6. bank files are the bytes that were written", files_unchanged),
        ("4. orders of a written file are issued by it, in one batch each", issued_once),
        ("8. every movement of a statement is kept once", kept_once),
        ("matched movements say what their orders say", matched_as_recorded),
        ("statement files are the bytes that came", statements_unchanged),
    ):
        verification.register(name, checked(name, check))


def sealed_sums() -> Iterable[str | int]:
    """Count and control sum are those of the lines, and the lines those of the orders."""
    live = Q(lines__is_live=True)
    rows = PaymentBatch.objects.filter(state__in=SEALED).annotate(
        found=Count("lines", filter=live), total=Sum("lines__net_minor", filter=live)
    )
    yield rows.count()
    for batch in rows.exclude(found=F("count"), total=F("control_minor")):
        held = f"{batch.found} payments over {batch.total}"
        yield f"{batch.number}: {held}, sealed were {batch.count} over {batch.control_minor}"
    for line in BatchLine.objects.filter(is_live=True).exclude(net_minor=F("order__net_minor")):
        yield f"{line}: the batch says {line.net_minor}, the order otherwise"


def three_signatures() -> Iterable[str | int]:
    """Prepared, approved and released by different persons, who signed the digest that was sealed."""
    rows = PaymentBatch.objects.filter(state__in=["released", *OUT])
    yield rows.count()
    for batch in rows.iterator(chunk_size=CHUNK):
        signed = BatchSignature.objects.filter(batch=batch, round=batch.round)
        users = set(signed.values_list("user", flat=True))
        steps = list(signed.values_list("step", flat=True))
        enough = (
            steps.count("prepare") == 1
            and steps.count("approve") >= (batch.approvals_needed or 1)
            and steps.count("release") >= (batch.releases_needed or 1)
            and len(users) == len(steps)
        )
        if len(users) < 3 or not enough:
            yield f"{batch.number} was signed by {len(users)} persons"
        if signed.exclude(content_sha256=batch.content_sha256).exists():
            yield f"{batch.number}: somebody signed another content"


def files_unchanged() -> Iterable[str | int]:
    """Every written batch has its file, and its digest is that of the kept bytes (erased ones are empty)."""
    for batch in PaymentBatch.objects.filter(state__in=OUT, file__isnull=True):
        yield f"{batch.number}: the file is missing"
    for file in BankFile.objects.iterator(chunk_size=CHUNK):
        yield 1
        if file.content and hashlib.sha256(file.data).hexdigest() != file.sha256:
            yield f"{file.name} is not what was written"


def issued_once() -> Iterable[str | int]:
    """The instruction of an order is its batch's file; no order stands in two live batches."""
    lines = BatchLine.objects.filter(is_live=True, batch__state__in=OUT)
    yield lines.count()
    for line in lines.exclude(order__instruction__sha256=F("batch__file__sha256")):
        yield f"{line}: the instruction is not the file of {line.batch_id}"
    twice = BatchLine.objects.filter(is_live=True).order_by().values("order").annotate(count=Count("pk"))
    for row in twice.filter(count__gt=1):
        yield f"order {row['order']} is in {row['count']} live batches"


def kept_once() -> Iterable[str | int]:
    """Invariant 8: equal lines are numbered from 1 without a gap."""
    rows = (
        BankLine.objects.order_by()
        .values("account", "fingerprint")
        .annotate(count=Count("pk"), last=Max("occurrence"), kinds=Count("occurrence", distinct=True))
    )
    yield BankLine.objects.count()
    for row in rows.exclude(count=F("last"), kinds=F("count")):
        yield f"account {row['account']}: a line is there {row['count']} times, numbered to {row['last']}"


def matched_as_recorded() -> Iterable[str | int]:
    """A line that paid an order has its amount, one that returned it what came back; fees are booked once."""
    lines = BankLine.objects.filter(state="matched").select_related("order")
    yield lines.count()
    paid = lines.filter(outcome__in=["paid", "seen"], batch=None)
    for line in paid.exclude(
        order__state__in=["executed", "receipted", "returned"], amount_minor=-F("order__net_minor")
    ):
        yield f"movement {line.pk}: {line.amount_minor}, order {line.order} otherwise"
    for line in lines.exclude(batch=None).select_related("batch"):
        yield from _whole_batch(line)
    for line in lines.filter(outcome="returned"):
        proof = OrderEvidence.objects.filter(
            order=line.order_id, use="returned", amount_minor=line.amount_minor
        )
        if not proof.exists():
            yield f"movement {line.pk}: {line.amount_minor} came back, order {line.order} says otherwise"
    fees = BankLine.objects.filter(state="fee")
    yield fees.count()
    for line in fees.iterator(chunk_size=CHUNK):
        booked = Posting.objects.filter(
            kind="disbursements.bankline", object_id=str(line.pk), amount_minor=-line.amount_minor
        )
        if booked.count() != 1:
            yield f"movement {line.pk} is a fee and booked {booked.count()} times"


def _whole_batch(line: BankLine) -> Iterable[str]:
    """A line that is a batch has its sum; each of its orders was paid, by no line of its own."""
    inside = BatchLine.objects.filter(batch=line.batch_id, is_live=True)
    total = inside.aggregate(total=Sum("net_minor"))["total"] or 0
    if line.amount_minor != -total:
        yield f"movement {line.pk}: {line.amount_minor}, batch {line.batch} over {total}"
    for row in inside.exclude(order__state__in=["executed", "receipted", "returned"]):
        yield f"movement {line.pk} is batch {line.batch}, order {row.order_id} was not paid"
    for row in inside.filter(order__bank_lines__outcome__in=["paid", "seen"]):
        yield f"movement {line.pk} is batch {line.batch}, order {row.order_id} has a movement of its own"


def statements_unchanged() -> Iterable[str | int]:
    """The digest of a kept file is that of its bytes (erased ones are empty)."""
    for file in StatementFile.objects.exclude(content="").iterator(chunk_size=CHUNK):
        yield 1
        if hashlib.sha256(file.data).hexdigest() != file.sha256:
            yield f"statement {file.pk} is not what came"
