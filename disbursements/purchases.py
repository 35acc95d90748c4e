"""Starting the purchase of goods for an instalment."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from disbursements.models import Procurement, Tranche
from disbursements.models.tranche_states import UNORDERED
from workflow import Refused


def start(tranche: Tranche, *, actor: Any, at: datetime) -> Procurement:
    """Start a purchase. Raises `Refused` for money, for an ordered instalment, and while one stands."""
    with transaction.atomic():
        row = Tranche.objects.select_for_update().select_related("grant").get(pk=tranche.pk)
        if not row.is_in_kind:
            raise Refused([_("This instalment is paid in money.")])
        if row.state not in UNORDERED:
            raise Refused([_("The payment is ordered already.")])
        if row.procurements.live().exists():
            raise Refused([_("A purchase stands for this instalment already.")])
        attempt = row.procurements.count() + 1
        return Procurement.objects.create(
            tranche=row,
            attempt=attempt,
            number=purchase_number(row, attempt),
            state_since=at,
        )


def purchase_number(tranche: Tranche, attempt: int) -> str:
    """Return the number of an instalment's n-th purchase."""
    again = f"-{attempt}" if attempt > 1 else ""
    return f"{tranche.grant.reference}-A{tranche.number}{again}"
