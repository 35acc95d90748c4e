"""Who has the visit that an instalment waits for: the coach, until it is handed in; then the supervisor."""

from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Value, When

from disbursements import holders
from followup.models import Visit

CONDITIONS = ("visit_validated", "cash_book_seen")


def role_that_has_the_visit() -> Any:
    """Return an expression on conditions of instalments: supervisor where the visit waits for its check."""
    handed_in = Visit.objects.filter(
        enterprise__grant=OuterRef("tranche__grant"), code=OuterRef("parameter"), state="submitted"
    )
    return Case(When(Exists(handed_in), then=Value("supervisor")), output_field=CharField())


def register() -> None:
    """Tell `disbursements/` who holds the conditions that visits meet."""
    for kind in CONDITIONS:
        holders.register(kind, role_that_has_the_visit)
