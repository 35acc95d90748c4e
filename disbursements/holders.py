"""Who can lift a missing condition, as a role: one expression, so that no list asks once per row.

The package that knows more about some kinds of condition says so:

    holders.register(("visit_validated",), lambda: Exists(...), "supervisor")
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Q, Value, When

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


class Unusual(NamedTuple):
    """Where somebody else than usually can lift conditions of some kinds."""

    kinds: tuple[str, ...]
    where: Callable[[], Any]
    role: str


_unusual: list[Unusual] = []


def register(kinds: tuple[str, ...], where: Callable[[], Any], role: str) -> None:
    """Let the package that knows more say who else holds missing conditions of some kinds, and where.

    where: makes the condition, on rows of `Condition`. role: one of `wording.ROLE_WORDS`.
    """
    _unusual.append(Unusual(kinds, where, role))


def by_value(column: str, roles: dict[str, str]) -> list[When]:
    """Return the cases of an expression that names the role of each value of a column, one for every role."""
    values: dict[str, list[str]] = {}
    for value, role in roles.items():
        values.setdefault(role, []).append(value)
    return [When(**{f"{column}__in": found}, then=Value(role)) for role, found in values.items()]


def with_holder(conditions: Any) -> Any:
    """Annotate a queryset of conditions with `holder`, the role that can lift each of them."""
    unusual = [When(Q(kind__in=one.kinds) & Q(one.where()), then=Value(one.role)) for one in _unusual]
    return conditions.annotate(
        holder=Case(*unusual, *by_value("kind", USUALLY), output_field=CharField()),
    )
