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


def by_value(column: str, roles: dict[str, str]) -> list[When]:
    """Return the cases of an expression that names the role of each value of a column, one for every role."""
    values: dict[str, list[str]] = {}
    for value, role in roles.items():
        values.setdefault(role, []).append(value)
    return [When(**{f"{column}__in": found}, then=Value(role)) for role, found in values.items()]


def with_holder(conditions: Any) -> Any:
    """Annotate a queryset of conditions with `holder`, the role that can lift each of them."""
    known: dict[Callable[[], Any], list[str]] = {}
    for kind, expression in _known.items():
        known.setdefault(expression, []).append(kind)
    usual = Case(*by_value("kind", USUALLY), output_field=CharField())
    special = Case(
        *[When(kind__in=kinds, then=expression()) for expression, kinds in known.items()],
        output_field=CharField(),
    )
    return conditions.annotate(holder=Coalesce(special, usual) if known else usual)
