"""What an agreement says, as plain data with a digest: what is signed is what the records hold.

Pure reading of one grant; the paper (`disbursements/papers`) prints these terms, signing compares them.
"""

from typing import Any, NamedTuple

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


class Difference(NamedTuple):
    """One thing that a version says otherwise than the one before; None where it says nothing.

    what: "amount", "budget" or "tranche"; name: the line's label or the instalment's number.
    """

    what: str
    name: str
    before: int | None
    after: int | None


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Return what changed between two versions of one agreement: its amount, instalments and budget."""
    found = []
    if before["amount_minor"] != after["amount_minor"]:
        found.append(Difference("amount", "", before["amount_minor"], after["amount_minor"]))
    for what, rows in (("tranche", _tranches), ("budget", _budget)):
        old, new = rows(before), rows(after)
        for name in [*old, *(name for name in new if name not in old)]:
            if old.get(name) != new.get(name):
                found.append(Difference(what, name, old.get(name), new.get(name)))
    return found


def _tranches(terms: dict[str, Any]) -> dict[str, int | None]:
    return {str(row["number"]): row["amount_minor"] for row in terms["tranches"]}


def _budget(terms: dict[str, Any]) -> dict[str, int | None]:
    return {label: minor for _number, label, minor in terms["budget"]}
