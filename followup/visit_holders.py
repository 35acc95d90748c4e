"""Who has the visit that an instalment waits for: the coach, until it is handed in; then the supervisor."""

from django.db.models import Exists, OuterRef

from disbursements import holders
from followup.models import Visit

CONDITIONS = ("visit_validated", "cash_book_seen")


def visit_is_handed_in() -> Exists:
    """Return the condition, on conditions of instalments, that their visit waits for its check."""
    handed_in = Visit.objects.filter(
        enterprise__grant=OuterRef("tranche__grant"), code=OuterRef("parameter"), state="submitted"
    )
    return Exists(handed_in)


def register() -> None:
    """Tell `disbursements/` who holds the conditions that visits meet, once the visit is handed in."""
    holders.register(CONDITIONS, visit_is_handed_in, "supervisor")
