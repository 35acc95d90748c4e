"""What time alone brings about in scoring, and what was left for later: jobs of `tick`."""

from datetime import datetime

from scoring import discrepant, invitations, redacted_copies, reminders, rounds, waiting_list
from scoring.models import Round
from workflow import tick

MOST_SHEETS = 2000


def lock_sheets(now: datetime) -> int:
    """Lock what was handed in to rounds that are closed."""
    closed = Round.objects.filter(closed_at__isnull=False, assignments__sheets__state="submitted").distinct()
    return sum(rounds.lock_sheets(held, actor=tick.TICK, limit=MOST_SHEETS) for held in closed)


def register() -> None:
    """Put the jobs on `tick`."""
    tick.register("invitations of jurors expired", invitations.expire)
    tick.register("pictures of masked copies", redacted_copies.make_missing_files)
    tick.register("scoresheets locked", lock_sheets)
    tick.register("discrepancies found", discrepant.find_new)
    tick.register("freed places given", waiting_list.promote)
    tick.register("jurors reminded", reminders.remind_due)
