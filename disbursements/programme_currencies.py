"""In which currencies the money of a programme may be: its own, its calls', its accounts', its donors'."""

from typing import Any

from disbursements.models import PayingAccount
from programmes.models import Call, Contribution


def currencies_of(programme: Any) -> list[str]:
    """Return the ISO codes, the programme's own first, the others in order: one query."""
    models: tuple[Any, ...] = (Call, Contribution, PayingAccount)
    calls, donors, accounts = (
        model.objects.filter(programme=programme).order_by().values_list("currency", flat=True)
        for model in models
    )
    others = set(calls.union(donors, accounts)) - {programme.currency}
    return [programme.currency, *sorted(others)]
