"""Adding and deciding receipts; the review itself is the machine's (`models/justification.py`)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from disbursements.duplicates import (
    file_used_elsewhere,
    invoice_key,
    invoice_used_elsewhere,
    used_in_this_grant,
)
from disbursements.models import Justification, JustificationLine, LineDecision
from disbursements.models.justification import OPEN_FOR_LINES
from documents.models import Document
from workflow import Refused


def add_receipt(
    justification: Justification, file: Document, *, actor: Any, at: datetime, **content: Any
) -> JustificationLine:
    """Add one expense with its stored receipt.

    content: label, amount_minor, spent_on, budget_line, supplier_name, invoice_number. Raises `Refused` once
    the receipts were handed in, and for a file or an invoice that another grant used.
    """
    with transaction.atomic():
        row = Justification.objects.select_for_update().select_related("tranche").get(pk=justification.pk)
        if row.state not in OPEN_FOR_LINES:
            raise Refused([_("The receipts are being looked at; add more after the decision.")])
        supplier, number = content.get("supplier_name", ""), content.get("invoice_number", "")
        found = file_used_elsewhere(row.tranche, file.received_sha256) or invoice_used_elsewhere(
            row.tranche, supplier, number
        )
        if found is not None:
            raise Refused([_("This receipt was already handed in for another grant.")])
        again = used_in_this_grant(row.tranche, file.received_sha256, invoice_key(supplier, number))
        if again is not None:
            raise Refused([_("This receipt was already handed in: %(where)s.") % {"where": again.where}])
        return JustificationLine.objects.create(
            justification=row,
            file=file,
            sha256=file.received_sha256,
            invoice_key=invoice_key(supplier, number),
            added_by_id=actor.pk,
            added_at=at,
            **content,
        )


def decide(line: JustificationLine, decision: str, *, reason: str, actor: Any) -> None:
    """Decide about one expense under review. Raises `Refused` outside a review, and once it is booked."""
    with transaction.atomic():
        row = JustificationLine.objects.select_for_update().select_related("justification").get(pk=line.pk)
        if row.justification.state != "under_review" or row.booked:
            raise Refused([_("This receipt is not under review.")])
        if row.justification.submitted_by_id == actor.pk:
            raise Refused([_("You handed in these receipts; another person must review them.")])
        if decision == LineDecision.INELIGIBLE and not reason.strip():
            raise Refused([_("Say why it is not accepted.")])
        row.decision, row.reason, row.decided_by_id = decision, reason, actor.pk
        row.save(update_fields=["decision", "reason", "decided_by"])


def remove(line: JustificationLine) -> None:
    """Take back an expense that was not handed in yet. Raises `Refused` afterwards."""
    with transaction.atomic():
        row = JustificationLine.objects.select_for_update().select_related("justification").get(pk=line.pk)
        if row.justification.state not in OPEN_FOR_LINES or row.decision != LineDecision.PENDING:
            raise Refused([_("This receipt was handed in already.")])
        row.delete()
