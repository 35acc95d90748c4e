"""Case numbers for bulk loading: drawn without order, so that a number tells nothing."""

from django.db.models import Max

from applications.models import Case
from demo.loading.moments import Dice


def serials(count: int, seed: str) -> list[int]:
    """Return unused serials in an order that carries no meaning."""
    last = Case.objects.aggregate(last=Max("serial"))["last"] or 40_000
    found = list(range(last + 1, last + 1 + count))
    Dice(f"serials {seed}").shuffle(found)
    return found
