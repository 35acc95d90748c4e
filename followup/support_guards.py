"""Why a support session or an enrolment may not move."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from workflow import display
from workflow.actors import Actor

if TYPE_CHECKING:
    from followup.models import Enrolment, SupportSession

Data = dict[str, Any] | None


def attendance_is_recorded(session: "SupportSession", actor: Actor, data: Data) -> str | None:
    """Somebody was there."""
    if session.attendance.filter(present=True).exists() or session.organisations.exists():
        return None
    return _("Record the attendance first.")


def attendance_is_complete(session: "SupportSession", actor: Actor, data: Data) -> str | None:
    """Everybody on the list is marked, by one word, and no list from a phone waits."""
    open_rows = session.attendance.filter(present__isnull=True).count()
    if open_rows:
        return _("%(count)s people on the list are marked neither present nor absent.") % {
            "count": display.number_text(open_rows)
        }
    if session.attendance.filter(disputed=True).exists():
        return _("Two people ticked the list differently: look at the marked lines and save the list.")
    if session.phone_lists.filter(status="waiting").exists():
        return _("A list from a phone waits for a decision.")
    return None


def attendance_rule_of_the_cohort_is_met(enrolment: "Enrolment", actor: Actor, data: Data) -> str | None:
    """The person came to the share of sessions that the cohort asks for."""
    percent = attendance_percent(enrolment)
    needed = enrolment.cohort.completion_percent
    if percent is None:
        return _("No session of this cohort was held yet.")
    if percent < needed:
        return _("Attendance is %(percent)s %%, the cohort asks for %(needed)s %%.") % {
            "percent": percent,
            "needed": needed,
        }
    return None


def attendance_percent(enrolment: "Enrolment") -> int | None:
    """Return the share of the cohort's held sessions that the person attended, None without sessions."""
    held = enrolment.cohort.sessions.filter(state__in=["held", "closed"])
    total = held.count()
    if not total:
        return None
    present = held.filter(attendance__person=enrolment.person_id, attendance__present=True).count()
    return 100 * present // total
