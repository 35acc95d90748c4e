"""Cash in hand as a line of `manage.py verify`: advance = distributed + returned, to the minor unit."""

from collections.abc import Iterable

from django.db.models import Q, Sum

from disbursements.models import CashAdvance
from disbursements.verify_money import checked
from workflow import verification

PAID = ("executed", "receipted", "returned")


def register() -> None:
    """Add the check to `verify`."""
    verification.register(
        "cash in hand is distributed or returned",
        checked("cash in hand is distributed or returned", cash_adds_up),
    )


def cash_adds_up() -> Iterable[str | int]:
    """What was handed out is what the lines say, signed for and paid, or came back."""
    live = Q(lines__is_live=True)
    rows = CashAdvance.objects.exclude(state__in=["open", "cancelled"]).annotate(
        on_the_list=Sum("lines__net_minor"),
        signed_for=Sum("lines__net_minor", filter=live & Q(lines__paid_at__isnull=False)),
        paid_out=Sum("lines__net_minor", filter=live & Q(lines__order__state__in=PAID)),
    )
    for row in rows:
        yield 1
        if row.on_the_list != row.advanced_minor:
            yield f"{row.number}: {row.advanced_minor} handed out, the list says {row.on_the_list}"
        if row.state != "counted":
            continue
        if row.advanced_minor != row.distributed_minor + row.returned_minor:
            yield f"{row.number}: {row.distributed_minor} + {row.returned_minor} of {row.advanced_minor}"
        if not row.distributed_minor == (row.signed_for or 0) == (row.paid_out or 0):
            yield f"{row.number}: {row.distributed_minor} given, {row.signed_for} signed, {row.paid_out} paid"
