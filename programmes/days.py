"""Which day it is in each programme: what time alone brings about follows the calendar of its place."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from programmes.models import Programme


def days_by_zone(now: datetime) -> Iterator[tuple[str, date]]:
    """Yield each time zone in which there is a programme, with its calendar day at `now`. One query."""
    zones = Programme.objects.order_by("time_zone").values_list("time_zone", flat=True).distinct()
    for zone in zones:
        yield zone, now.astimezone(ZoneInfo(zone)).date()
