"""Choosing who is paid: the supplier of an instalment, the account of a payee.

Entering an account never replaces another one: it is a new row, verified by another person.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from disbursements.accounts_check import fingerprint_of, masked
from disbursements.models import Destination, Grant, PaymentMode, Supplier, Tranche
from disbursements.models.tranche_states import UNORDERED
from workflow import Refused


def choose_supplier(tranche: Tranche, supplier: Supplier, *, at: datetime) -> None:
    """Say which supplier an instalment on quotation is paid to.

    When the supplier's account is verified already, the instalment waits for it no more. Raises `Refused`
    once the payment is ordered, and for a supplier of another programme.
    """
    from disbursements import conditions

    with transaction.atomic():
        row = Tranche.objects.select_for_update().select_related("grant").get(pk=tranche.pk)
        if row.payment_mode != PaymentMode.SUPPLIER:
            raise Refused([_("This instalment is not paid to a supplier.")])
        if row.state not in UNORDERED:
            raise Refused([_("The payment is ordered already.")])
        if supplier.programme_id != row.grant.programme_id:
            raise Refused([_("This supplier is not in the programme's list.")])
        known = supplier.destinations.verified().first()
        row.supplier = supplier
        row.save(update_fields=["supplier"])
        if known is None:
            row.conditions.filter(kind="destination_verified", met_at__isnull=False).update(
                met_at=None, met_kind="", met_id="", missing_since=at
            )
        else:
            conditions.mark_tranche_met(row, "destination_verified", by_record=known, at=at)
    tranche.refresh_from_db()


def enter_destination(owner: Grant | Supplier, *, actor: Any, at: datetime, **content: str) -> Destination:
    """Enter the account of a beneficiary's grant or of a supplier; another person must verify it.

    content: channel, holder, number, institution, bic, town, country, cleaned by the form.
    """
    belongs = {"grant": owner} if isinstance(owner, Grant) else {"supplier": owner}
    destination = Destination(
        programme_id=owner.programme_id, entered_by=actor, entered_at=at, state_since=at, **belongs, **content
    )
    destination.masked = masked(destination.number)
    destination.fingerprint = fingerprint_of(destination)
    destination.save()
    return destination
