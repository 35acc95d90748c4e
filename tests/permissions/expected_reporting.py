"""Who reads figures, and who opens the records behind them."""

from typing import Any

from reporting.models import Claim
from tests.permissions.matrix import World, asks, row, sees
from tests.worlds.programmes import World as ProgrammeWorld

READERS = "manager auditor donor supervisor"
IN_PROGRAMME: dict[str, Any] = {"of": "programmes.programme", "code": "code"}

SEES = [sees("reporting.claim", READERS)]

ASKS = [
    asks("reporting.choose_rule", "manager", of="programmes.programme"),
    asks("reporting.view_trail", "auditor", of="programmes.programme"),
]

ROWS = [
    row("reporting:published_figures", " ".join(f"{role}@any" for role in READERS.split())),
    row("reporting:figures", READERS, **IN_PROGRAMME),
    row("reporting:records", "manager auditor supervisor", indicator="=received", **IN_PROGRAMME),
    row("reporting:outcomes", "manager auditor donor", **IN_PROGRAMME),
    row("reporting:counting_rule", "manager", posts="manager", **IN_PROGRAMME),
]


def fill(world: World) -> None:
    """One published figure in each programme."""
    world.objects["reporting.claim"] = world.twins(_claim)


def _claim(side: ProgrammeWorld) -> Claim:
    return Claim.objects.create(
        programme=side.programme,
        indicator="received",
        kind="achieved",
        operator=">",
        value=400,
        unit="person",
        statement="more than 400",
        counting_rule="persons received",
        demo_value=412,
    )
