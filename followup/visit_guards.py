"""Why a visit may not move: sentences for the arrows of `Visit`, and what an arrow will do in words."""

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from followup import visit_levels
from followup.visit_form import Context, Problem, check
from workflow import clock, display
from workflow.actors import Actor
from workflow.history import data_guard

if TYPE_CHECKING:
    from followup.models import Enterprise, Visit

Data = dict[str, Any] | None
MOST_RESCHEDULED = 3


def performed_at(visit: "Visit", data: Data) -> datetime:
    """Return when the visit was made: the corrected clock of the device, else the date in the answers."""
    given = (data or {}).get("performed_at")
    if given:
        moment = datetime.fromisoformat(str(given))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    day = date.fromisoformat(str(visit.answers["performed_on"])[:10])
    return datetime.combine(day, time(12), tzinfo=UTC)


def sender_of(visit: "Visit") -> int | None:
    """Return who sent the report that the visit carries; none when nobody's device did."""
    applied = visit.submissions.filter(status="applied").order_by("-received_at", "-pk")
    sender: int | None = applied.values_list("sender", flat=True).first()
    return sender


def author_of(visit: "Visit", actor: Actor) -> int | None:
    """Return who made a visit that the actor submits: they, or the coach whose paper sheet they typed in."""
    if actor.pk is None:
        return sender_of(visit)
    return visit.coach_id if visit.typed_by_id == actor.pk and visit.coach_id else actor.pk


def a_date_and_a_contact_are_given(visit: "Visit", actor: Actor, data: Data) -> str | None:
    """Confirming names the day and the person met."""
    if data is None:
        return None
    try:
        date.fromisoformat(data["planned_for"])
    except (KeyError, TypeError, ValueError):
        return _("Give the date agreed and with whom.")
    contact = data.get("contact")
    if not isinstance(contact, str) or not contact.strip():
        return _("Give the date agreed and with whom.")
    return None


def form_is_complete(visit: "Visit", actor: Actor, data: Data) -> str | None:
    """The form has nothing left at the level that blocks."""
    problems = problems_of(visit)
    if problems and problems[0].blocks:
        return _("The visit form is not complete: %(first)s") % {"first": problems[0].sentence}
    return None


def problems_of(visit: "Visit", answers: dict[str, Any] | None = None) -> list[Problem]:
    """Return what stands against a visit's answers, or against others in their place: what blocks first.

    Raises UnknownVersion where the visit names a version of the form that never was.
    """
    from followup.form_versions import parts_for

    given = visit.answers if answers is None else answers
    found = check(given, form_context(visit))
    found += visit_levels.problems(
        parts_for(visit.programme_id, visit.form_version),
        given,
        code=visit.code,
        is_group=visit.enterprise.is_group,
        currency=visit.programme.currency,
    )
    return sorted(found, key=lambda problem: not problem.blocks)


def form_context(visit: "Visit") -> Context:
    """Return what the form of a visit is checked against."""
    enterprise = visit.enterprise
    before = (
        enterprise.visits.filter(state="validated", due_on__lt=visit.due_on)
        .order_by("-due_on")
        .values_list("answers__turnover", flat=True)
        .first()
    )
    return Context(
        today=timezone.localdate(clock.now()),
        paid_minor=paid_so_far(enterprise),
        previous_turnover=before,
        site=place_of(enterprise),
    )


def place_of(enterprise: "Enterprise") -> tuple[float, float] | None:
    """Return latitude and longitude of an enterprise's site; None where they are not known."""
    site = enterprise.site
    if site is None or site.latitude is None or site.longitude is None:
        return None
    return float(site.latitude), float(site.longitude)


def paid_so_far(enterprise: "Enterprise") -> int | None:
    """Return what was paid to the enterprise's grant, in minor units; None without a grant in money."""
    if enterprise.grant is None:
        return None
    paid = enterprise.grant.tranches.filter(state__in=["paid", "justified"])
    total: int | None = paid.aggregate(total=Sum("amount_minor"))["total"]
    return total


def the_moment_is_one(visit: "Visit", actor: Actor, data: Data) -> str | None:
    """When the device says that the visit was made is a moment."""
    given = (data or {}).get("performed_at")
    if given is None:
        return None
    try:
        datetime.fromisoformat(given)
    except (TypeError, ValueError):
        return _("Give the date of the visit.")
    return None


def not_the_author(visit: "Visit", actor: Actor, data: Data) -> str | None:
    """Whoever made the visit, or typed it in from paper, does not judge it."""
    if actor.pk is not None and visit.author_id == actor.pk:
        return _("You submitted this visit yourself; somebody else must judge it.")
    if actor.pk is not None and visit.typed_by_id == actor.pk:
        return _("You typed this visit in yourself; somebody else must judge it.")
    return None


def all_media_arrived_or_waived(visit: "Visit", actor: Actor, data: Data) -> str | None:
    """Every announced photo and signature is here, or somebody said why not."""
    missing = visit.media.filter(document__isnull=True).count()
    if missing and not visit.media_waiver:
        return _("%(count)s files of this visit have not arrived yet.") % {
            "count": display.number_text(missing)
        }
    return None


def conflicts_are_closed(visit: "Visit", actor: Actor, data: Data) -> str | None:
    """No second submission for the same planned visit waits for a decision."""
    if visit.submissions.open().exists():
        return _("There are two submissions for this visit: keep one first.")
    twins = type(visit).objects.filter(enterprise=visit.enterprise_id, code=visit.code, state="submitted")
    if visit.plan_row_id and twins.exclude(pk=visit.pk).exists():
        return _("There are two submissions for this visit: keep one first.")
    return None


def due_date_and_window_have_passed(visit: "Visit", actor: Actor, data: Data) -> str | None:
    """A visit is missed only after its window."""
    last = visit.due_on + timedelta(days=visit.window_days)
    if timezone.localdate(clock.now()) <= last:
        return _("The visit can still be made until %(day)s.") % {"day": last.isoformat()}
    return None


@data_guard
def rescheduled_at_most_three_times(visit: "Visit", actor: Actor, data: Data) -> str | None:
    """Three times is enough; then it was missed."""
    if visit.times_rescheduled >= MOST_RESCHEDULED:
        return _("This visit was already rescheduled three times.")
    return None


def a_new_date_is_given(visit: "Visit", actor: Actor, data: Data) -> str | None:
    """Rescheduling names the new day, which is not in the past."""
    if data is None:
        return None
    try:
        day = date.fromisoformat(str(data.get("due_on", "")))
    except ValueError:
        return _("Give the new date.")
    return _("The new date lies in the past.") if day < timezone.localdate(clock.now()) else None


def what_validation_does(visit: "Visit") -> str:
    """Say which money the validation releases."""
    number = visit.plan_row.gates_tranche if visit.plan_row else None
    if number:
        return _("Validating visit “%(code)s” meets a condition of instalment %(number)s.") % {
            "code": visit.name,
            "number": number,
        }
    return _("Validating visit “%(code)s” makes its answers count in the figures.") % {"code": visit.name}


def what_reopening_does(visit: "Visit") -> str:
    """Say what reopening does to money."""
    return _(
        "The conditions that this visit met become unmet. Instalments not yet released are held; for"
        " released ones an alert is raised. Nothing is reversed by itself."
    )
