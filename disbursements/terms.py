"""What an agreement says, as plain data with a digest: what is signed is what the records hold.

Pure reading of one grant; the paper (`disbursements/papers`) prints these terms, signing compares them.
"""

from typing import Any

from workflow import chain


def terms_of(grant: Any) -> dict[str, Any]:
    """Return the terms of a grant: amount, budget, instalments with their conditions; three queries."""
    tranches = [tranche for tranche in grant.tranches.all() if tranche.is_live]
    conditions = {
        tranche.pk: sorted((row.kind, row.parameter) for row in tranche.conditions.all())
        for tranche in tranches
    }
    return {
        "reference": grant.reference,
        "version": grant.version,
        "currency": grant.currency,
        "amount_minor": grant.amount_minor,
        "budget": [[line.number, line.label, line.amount_minor] for line in grant.budget_lines.all()],
        "tranches": [
            {
                "number": tranche.number,
                "amount_minor": tranche.amount_minor,
                "payment_mode": tranche.payment_mode,
                "needs_receipts": tranche.needs_receipts,
                "conditions": [list(pair) for pair in conditions[tranche.pk]],
            }
            for tranche in sorted(tranches, key=lambda tranche: tranche.number)
        ],
    }


def digest(terms: dict[str, Any]) -> str:
    """Return the SHA-256 of terms, as 64 hexadecimal digits."""
    return chain.digest(terms)
