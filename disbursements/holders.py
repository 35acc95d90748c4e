"""Who can lift a missing condition, as a role: one expression, so that no list asks once per row.

The package that knows more about a kind of condition says so:

    holders.register("visit_validated", lambda: Case(When(Exists(...), then=Value("supervisor"))))
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Coalesce

USUALLY = {
    "agreement_signed": "beneficiary",
    "destination_verified": "approver",
    "visit_validated": "coach",
    "previous_justified": "beneficiary",
    "documents": "beneficiary",
    "own_contribution": "verifier",
    "not_before": "calendar",
    "training": "coach",
    "receipts_accepted": "beneficiary",
    "cash_book_seen": "coach",
}
"""Who can usually lift a missing condition, by its kind."""

_known: dict[str, Callable[[], Any]] = {}


def register(kind: str, expression: Callable[[], Any]) -> None:
    """Let the package that knows more say who holds the missing conditions of a kind.

    expression: makes an expression on rows of `Condition` that gives a role of `wording.ROLE_WORDS`, or null
    for the usual one.
    """
    _known[kind] = expression


def with_holder(conditions: Any) -> Any:
    """Annotate a queryset of conditions with `holder`, the role that can lift each of them."""
    return conditions.annotate(
        holder=Case(
            *[
                When(kind=kind, then=Coalesce(_known[kind](), Value(role)) if kind in _known else Value(role))
                for kind, role in USUALLY.items()
            ],
            output_field=CharField(),
        )
    )
