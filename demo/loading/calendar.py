"""When a selection session screened, marked, deliberated and announced, counted from its cut-off."""

from dataclasses import dataclass
from datetime import datetime

from demo.loading.moments import after, at
from demo.plan import ProgrammePlan


@dataclass(frozen=True)
class SessionDays:
    """The moments of one session, in order. first_announced is the short list where there are two rounds."""

    cutoff: datetime
    screening: datetime
    screened: datetime
    drawn: datetime
    scoring: datetime
    first_announced: datetime
    plan_due: datetime
    final_review: datetime
    marked: datetime
    deliberation: datetime
    sat: datetime
    announced: datetime
    closed: datetime


def session_days(plan: ProgrammePlan, number: int) -> SessionDays:
    """Return the moments of a session of a programme's call; two rounds take four months longer."""
    if plan.call is None:
        raise ValueError(f"{plan.code} has no call")
    cutoff = at(plan.call.cutoffs[number - 1], 18)
    later = 110 if plan.call.two_stage else 0
    return SessionDays(
        cutoff=cutoff,
        screening=after(cutoff, 1, hour=9),
        screened=after(cutoff, 6, hour=15),
        drawn=after(cutoff, 7, hour=10),
        scoring=after(cutoff, 8, hour=9),
        first_announced=after(cutoff, 20, hour=10),
        plan_due=after(cutoff, 115, hour=17),
        final_review=after(cutoff, 118, hour=9),
        marked=after(cutoff, 15 + later, hour=17),
        deliberation=after(cutoff, 17 + later, hour=9),
        sat=after(cutoff, 18 + later, hour=9),
        announced=after(cutoff, 20 + later, hour=11),
        closed=after(cutoff, 40 + later, hour=9),
    )
