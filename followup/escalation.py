"""Who must look at an alert, by its kind and its age: pure functions.

An alert about money that has left begins one step higher: nothing waits for the coach to come back.
"""

from datetime import datetime, timedelta
from enum import IntEnum

from programmes.predicates import Role


class Step(IntEnum):
    """How far up an alert has climbed."""

    SUPERVISOR = 0
    MANAGER = 1
    AUDITOR = 2


AFTER = {Step.MANAGER: timedelta(days=7), Step.AUDITOR: timedelta(days=21)}
MONEY_AFTER = {Step.MANAGER: timedelta(0), Step.AUDITOR: timedelta(days=7)}
ROLES = {
    Step.SUPERVISOR: (Role.SUPERVISOR,),
    Step.MANAGER: (Role.SUPERVISOR, Role.MANAGER),
    Step.AUDITOR: (Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR),
}


def step_of(raised_at: datetime, now: datetime, *, money_is_out: bool) -> Step:
    """Return how far up an open alert stands now. money_is_out: what it is about was paid already."""
    age = now - raised_at
    after = MONEY_AFTER if money_is_out else AFTER
    if age >= after[Step.AUDITOR]:
        return Step.AUDITOR
    return Step.MANAGER if age >= after[Step.MANAGER] else Step.SUPERVISOR
