"""What stands on the stage before the first step: so that every package has something to walk on at once."""

from datetime import timedelta

from disbursements import drafting
from programmes.models import Programme
from tests.walk.cast import Cast
from tests.walk.stage import Side, Stage
from tests.worlds.disbursements import awarded
from tests.worlds.people import account
from tests.worlds.programmes import World, a_programme

AMOUNT = 14_000_00


def set_the_stage(stage: Stage) -> None:
    """Give both programmes a drafted grant of every kind; add an empty programme."""
    for side in stage.sides:
        stage.side = side
        for payment in ("cash", "supplier", "kit"):
            a_grant(stage, stage.a_call(payment), AMOUNT)
        a_grant(stage, stage.a_call("kit"), None)
    stage.sides.append(an_empty_programme(stage))


def a_grant(stage: Stage, world: World, amount: int | None) -> None:
    """An award of the past with its drafted grant."""
    user = account(f"Beneficiary {stage.seed} {stage.rng.random()}")
    application = awarded(world, amount, at=stage.clock - timedelta(days=1), user=user)
    drafting.draft_grant(application, at=stage.clock)


def an_empty_programme(stage: Stage) -> Side:
    """A programme without calls, which can be published, closed and opened again."""
    programme: Programme = a_programme(f"WALK-{stage.seed}-EMPTY", running=False)
    world = World(programme, None, None, None)
    return Side(world, Cast(world))
