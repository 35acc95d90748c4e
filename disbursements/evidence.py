"""Papers handed in for an instalment; one of a kind that is asked for meets its condition."""

from datetime import datetime
from typing import Any

from django.db import transaction

from disbursements import conditions
from disbursements.duplicates import invoice_key
from disbursements.models import Evidence, Tranche
from documents.models import Document


def add(
    tranche: Tranche,
    kind: str,
    file: Document,
    *,
    actor: Any,
    at: datetime,
    supplier_name: str = "",
    invoice_number: str = "",
) -> Evidence:
    """Add a stored file to the papers of an instalment; return the paper."""
    with transaction.atomic():
        paper = Evidence.objects.create(
            tranche=tranche,
            kind=kind,
            file=file,
            sha256=file.received_sha256,
            supplier_name=supplier_name,
            invoice_number=invoice_number,
            invoice_key=invoice_key(supplier_name, invoice_number),
            added_by=actor,
            added_at=at,
        )
        conditions.mark_tranche_met(tranche, "documents", kind, by_record=paper, at=at)
    return paper
