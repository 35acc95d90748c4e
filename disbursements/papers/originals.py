"""Finding the paper that was issued about a record, and the bytes of its original."""

from typing import Any

from documents.models import Paper, PaperCopy

AGREEMENT = "grant_agreement"
PAYMENT_ORDER = "payment_order"
PURCHASE_ORDER = "purchase_order"
DELIVERY_NOTE = "delivery_note"
ACCEPTANCE = "acceptance_record"
RECEIPT = "payment_receipt"
BATCH_LIST = "batch_list"
CLOSING = "closing_statement"
RECOVERY_NOTICE = "recovery_notice"
DONOR_REQUEST = "funds_request"


def valid_papers(subject: Any, kind: str) -> Any:
    """Return the papers of a kind about a record that no other paper replaces, oldest first."""
    return Paper.objects.of(subject).filter(kind=kind, superseded_by__isnull=True)


def original_of(subject: Any, kind: str, paper_id: Any) -> PaperCopy | None:
    """Return the original of a paper about a record, None when it is not a valid one of that kind."""
    if not isinstance(paper_id, int):
        return None
    papers = valid_papers(subject, kind).filter(pk=paper_id)
    return PaperCopy.objects.filter(paper__in=papers, number=0).first()
