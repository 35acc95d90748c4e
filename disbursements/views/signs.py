"""Who signed an order or a batch, and who still has to."""

from typing import Any, NamedTuple

from django.utils.translation import gettext

from disbursements.models import PaymentBatch, PaymentOrder, SignatureStep


class Sign(NamedTuple):
    """One place to sign, as the component `signs` shows it."""

    label: str
    who: str
    word: str
    meaning: str
    at: Any = None
    note: str = ""


def signs_of(record: PaymentOrder | PaymentBatch) -> list[Sign]:
    """Return the places to sign of the present round; an order has one more, for its reconciliation."""
    signed = list(record.signed_in_round().select_related("user"))
    wanted = {
        SignatureStep.PREPARE: 1,
        SignatureStep.APPROVE: record.approvals_needed or 1,
        SignatureStep.RELEASE: record.releases_needed or 1,
    }
    if isinstance(record, PaymentOrder):
        wanted[SignatureStep.RECONCILE] = 1
    found = []
    for step, count in wanted.items():
        mine = [row for row in signed if row.step == step]
        found += [
            Sign(str(step.label), str(row.user), gettext("Signed"), "done", at=row.signed_at) for row in mine
        ]
        missing = Sign(str(step.label), gettext("nobody yet"), gettext("Waits"), "waiting")
        if record.state in ("failed", "cancelled", "returned"):
            missing = Sign(str(step.label), gettext("nobody"), gettext("Not needed any more"), "neutral")
        found += [missing] * (count - len(mine))
    return found
