"""Was this file or this invoice already handed in for another grant?

Looks at the papers of instalments, the receipts of justifications and the invoices of purchases.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.vault import fold
from disbursements.wording import document_word

if TYPE_CHECKING:
    from disbursements.models import Justification, Tranche

COLUMNS = ("sha256", "invoice_key")
"""By what a paper is known again: the digest of its file, the supplier with the invoice's number."""


class Found(NamedTuple):
    """A paper that was used before, and where: a grant of another programme is not named, nor linked."""

    paper: str
    where: str
    url: str = ""


def invoice_key(supplier_name: str, number: str) -> str:
    """Return what identifies a supplier's invoice however it is written, empty when a part is missing."""
    supplier, invoice = (fold(text).replace(" ", "") for text in (supplier_name, number))
    return f"{supplier[:120]}|{invoice[:60]}" if supplier and invoice else ""


def used_elsewhere(tranche: "Tranche") -> Found | None:
    """Return the first paper of an instalment that another grant used, None when all are new."""
    return next(iter(all_elsewhere(tranche)), None)


def all_elsewhere(tranche: "Tranche") -> list[Found]:
    """Return every paper of an instalment that another grant used, with where: five queries at most."""
    papers = list(tranche.evidence.all())
    found = []
    for column in COLUMNS:
        by_key = {getattr(paper, column): paper for paper in papers if getattr(paper, column)}
        for key, place in _elsewhere(tranche, column, list(by_key)).items():
            paper = by_key[key]
            word = document_word(paper.kind)
            said = f"{word[:1].upper()}{word[1:]} {paper.invoice_number}".strip()
            found.append(Found(said, *place))
    return found


def lines_used_before(justification: "Justification") -> dict[int, Found]:
    """Return, by their keys, the receipts under review that were handed in before: elsewhere or here."""
    tranche = justification.tranche
    lines = list(justification.lines.filter(booked=False))
    found: dict[int, Found] = {}
    for column in COLUMNS:
        keys = sorted({getattr(line, column) for line in lines} - {""})
        elsewhere = _elsewhere(tranche, column, keys)
        here = _here(justification, column, keys)
        for line in lines:
            place = elsewhere.get(getattr(line, column)) or here.get(getattr(line, column))
            if place is not None:
                found.setdefault(line.pk, Found(line.label, *place))
    return found


def _here(justification: "Justification", column: str, keys: list[str]) -> dict[str, tuple[str, str]]:
    """Where the same grant used some keys already: in a receipt that was decided on, and not refused."""
    from disbursements.models import JustificationLine

    rows = JustificationLine.objects.filter(
        justification__tranche__grant=justification.tranche.grant_id, booked=True, **{f"{column}__in": keys}
    ).exclude(decision="ineligible")
    return {
        getattr(row, column): (
            _("instalment %(number)s of this grant") % {"number": row.justification.tranche.number},
            row.justification.get_absolute_url(),
        )
        for row in rows.select_related("justification__tranche")
    }


def used_in_this_grant(tranche: "Tranche", sha256: str, key: str) -> Found | None:
    """Return where this grant used a receipt already, None when it is new; refused ones do not count."""
    from disbursements.models import JustificationLine

    same = Q(sha256=sha256) & ~Q(sha256="") | Q(invoice_key=key) & ~Q(invoice_key="")
    rows = JustificationLine.objects.filter(same, justification__tranche__grant=tranche.grant_id)
    row = rows.exclude(decision="ineligible").select_related("justification__tranche").first()
    if row is None:
        return None
    number = row.justification.tranche.number
    return Found(row.label, _("instalment %(number)s of this grant") % {"number": number})


def invoice_used_elsewhere(tranche: "Tranche", supplier_name: str, number: str) -> Found | None:
    """Return where another grant used an invoice of a supplier, None when it is new."""
    key = invoice_key(supplier_name, number)
    found = _elsewhere(tranche, "invoice_key", [key] if key else [])
    return Found(number, *found[key]) if found else None


def file_used_elsewhere(tranche: "Tranche", sha256: str) -> Found | None:
    """Return where another grant used a file, None when it is new."""
    found = _elsewhere(tranche, "sha256", [sha256])
    return Found(document_word("receipt"), *found[sha256]) if found else None


def _elsewhere(tranche: "Tranche", column: str, keys: list[str]) -> dict[str, tuple[str, str]]:
    """Return which of some keys another grant used: words for it, and its address in this programme."""
    from disbursements.models import Evidence, JustificationLine, Procurement

    places: list[tuple[Any, str]] = [
        (Evidence.objects, "tranche__grant"),
        (JustificationLine.objects, "justification__tranche__grant"),
    ]
    if column == "invoice_key":
        places.append((Procurement.objects, "tranche__grant"))
    used: dict[str, tuple[str, str]] = {}
    for rows, grant in places if keys else []:
        others = rows.filter(**{f"{column}__in": keys}).exclude(**{grant: tranche.grant_id})
        columns = (column, grant, f"{grant}__reference", f"{grant}__programme")
        for key, pk, reference, programme_id in others.values_list(*columns):
            if programme_id == tranche.grant.programme_id:
                words = _("grant %(reference)s") % {"reference": reference}
                used.setdefault(str(key), (words, reverse("disbursements:grant", args=[pk])))
            else:
                used.setdefault(str(key), (_("a grant of another programme"), ""))
    return used
