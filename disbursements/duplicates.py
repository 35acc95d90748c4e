"""Was this file or this invoice already handed in for another grant?

Looks at the papers of instalments, the receipts of justifications and the invoices of purchases.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from applications.vault import fold
from disbursements.wording import document_word

if TYPE_CHECKING:
    from disbursements.models import Tranche


@dataclass(frozen=True)
class Found:
    """A paper that was used before, and where: a grant of another programme is not named."""

    paper: str
    where: str


def invoice_key(supplier_name: str, number: str) -> str:
    """Return what identifies a supplier's invoice however it is written, empty when a part is missing."""
    supplier, invoice = (fold(text).replace(" ", "") for text in (supplier_name, number))
    return f"{supplier[:120]}|{invoice[:60]}" if supplier and invoice else ""


def used_elsewhere(tranche: "Tranche") -> Found | None:
    """Return the first paper of an instalment that another grant used, None when all are new."""
    papers = list(tranche.evidence.all())
    by_digest = {paper.sha256: paper for paper in papers if paper.sha256}
    by_invoice = {paper.invoice_key: paper for paper in papers if paper.invoice_key}
    for column, wanted in (("sha256", by_digest), ("invoice_key", by_invoice)):
        found = _elsewhere(tranche, column, list(wanted))
        if found is not None:
            key, where = found
            paper = wanted[key]
            word = document_word(paper.kind)
            return Found(f"{word[:1].upper()}{word[1:]} {paper.invoice_number}".strip(), where)
    return None


def invoice_used_elsewhere(tranche: "Tranche", supplier_name: str, number: str) -> Found | None:
    """Return where another grant used an invoice of a supplier, None when it is new."""
    key = invoice_key(supplier_name, number)
    found = _elsewhere(tranche, "invoice_key", [key] if key else [])
    return Found(number, found[1]) if found else None


def file_used_elsewhere(tranche: "Tranche", sha256: str) -> Found | None:
    """Return where another grant used a file, None when it is new."""
    found = _elsewhere(tranche, "sha256", [sha256])
    return Found(document_word("receipt"), found[1]) if found else None


def _elsewhere(tranche: "Tranche", column: str, keys: list[str]) -> tuple[str, str] | None:
    """Return the first of some keys that another grant used, and words for that grant."""
    from disbursements.models import Evidence, JustificationLine, Procurement

    places: list[tuple[Any, str]] = [
        (Evidence.objects, "tranche__grant"),
        (JustificationLine.objects, "justification__tranche__grant"),
    ]
    if column == "invoice_key":
        places.append((Procurement.objects, "tranche__grant"))
    for rows, grant in places if keys else []:
        others = rows.filter(**{f"{column}__in": keys}).exclude(**{grant: tranche.grant_id})
        found = others.values_list(column, f"{grant}__reference", f"{grant}__programme").first()
        if found is not None:
            key, reference, programme_id = found
            same = programme_id == tranche.grant.programme_id
            words = _("grant %(reference)s") % {"reference": reference} if same else None
            return str(key), words or _("a grant of another programme")
    return None
