"""What time alone brings about: packages register due jobs, `manage.py tick` runs them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workflow.actors import System

if TYPE_CHECKING:
    from workflow.states import StateModel

TICK = System("tick")
Job = Callable[[datetime], int]
_jobs: dict[str, Job] = {}


def register(name: str, job: Job) -> None:
    """Add a job `now -> number of things done`; it must be safe to run any number of times."""
    _jobs[name] = job


def run(now: datetime) -> dict[str, int]:
    """Run every job in the order of registration; return what each one did."""
    return {name: job(now) for name, job in _jobs.items()}


def fire_due(
    records: "Iterable[StateModel]", verb: str, now: datetime, data: dict[str, Any] | None = None
) -> int:
    """Fire a verb on every record for which it is possible now; return on how many it was.

    Asking first keeps a record that must wait from filling the log of refusals.
    """
    from workflow import clock
    from workflow.actions import can
    from workflow.door import Refused, fire

    done = 0
    for record in list(records):
        with clock.at(now):
            possible = can(record, verb, TICK)
        if possible:
            try:
                fire(record, verb, actor=TICK, at=now, data=data)
            except Refused:
                continue  # somebody else was faster
            done += 1
    return done
