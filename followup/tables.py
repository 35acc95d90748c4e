"""Columns of the follow-up lists."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from disbursements.wording import visit_word
from followup.filters import step_word
from followup.models import ActionPoint, Enrolment, SupportSession, Visit
from followup.models.actions import ActionState
from followup.models.support import EnrolmentState, SupportKind, SupportSessionState
from followup.models.visits import VisitState
from followup.visit_form import BusinessStatus
from workflow import listing
from workflow.states import BLOCKED, DONE, NEUTRAL, REFUSED, WAITING


def visit_words(state: str) -> tuple[Any, str]:
    """Return a visit's state in words, with its meaning."""
    return VisitState(state).label, Visit.MEANINGS[state]


STATUS_MEANINGS = {
    "not_started": NEUTRAL,
    "open": DONE,
    "suspended": WAITING,
    "closed": REFUSED,
    "sold": REFUSED,
    "cannot_verify": BLOCKED,
}


def status_words(status: str) -> tuple[Any, str]:
    """Return what became of a business in words, with its meaning."""
    return BusinessStatus(status).label, STATUS_MEANINGS[status]


def session_words(state: str) -> tuple[Any, str]:
    """Return a session's state in words, with its meaning."""
    return SupportSessionState(state).label, SupportSession.MEANINGS[state]


def enrolment_words(state: str) -> tuple[Any, str]:
    """Return an enrolment's state in words, with its meaning."""
    return EnrolmentState(state).label, Enrolment.MEANINGS[state]


class VisitColumn(tables.Column):
    """What a visit is called; a file has its code."""

    def render(self, value: str) -> str:
        """Return the name."""
        return visit_word(value)

    def export(self, value: str) -> list[Any]:
        """Return the code."""
        return [value]


class VisitTable(listing.ListTable):
    """Visits of a programme."""

    case = listing.RefColumn(
        accessor="case__number",
        verbose_name=_("Case"),
        order_by="case__number",
        url=lambda visit: visit.get_absolute_url(),
    )
    code = VisitColumn(verbose_name=_("Visit"))
    state = listing.StateColumn(verbose_name=_("State"), words=visit_words)
    due_on = listing.DateColumn(verbose_name=_("Due"))
    performed_at = listing.DateColumn(verbose_name=_("Made"))
    enterprise = tables.Column(
        accessor="enterprise__name", verbose_name=_("Enterprise"), order_by="enterprise__name"
    )
    site = tables.Column(
        accessor="enterprise__site", verbose_name=_("Site"), order_by="enterprise__site__code"
    )
    coach = tables.Column(accessor="coach", verbose_name=_("Coach"), order_by="coach__full_name")
    caption = _("Visits")


class LateVisitTable(VisitTable):
    """Late visits: for how long, and with whom."""

    late = listing.AgeColumn(accessor="days_late", verbose_name=_("Late by"), order_by="due_on")
    caption = _("Late visits")

    class Meta:
        sequence = ("case", "code", "state", "late", "due_on", "...")


class EnterpriseTable(listing.ListTable):
    """Enterprises of a programme."""

    name = listing.TitleColumn(
        verbose_name=_("Enterprise"), url=lambda one: reverse("followup:enterprise", args=[one.pk])
    )
    case = tables.Column(accessor="case__number", verbose_name=_("Case"), order_by="case__number")
    status = listing.StateColumn(verbose_name=_("State"), words=status_words)
    kind = tables.Column(accessor="get_kind_display", verbose_name=_("Kind"), order_by="kind")
    site = tables.Column(verbose_name=_("Site"), order_by="site__code")
    lead_name = tables.Column(verbose_name=_("Lead coach"), orderable=False)
    next_on = listing.DateColumn(verbose_name=_("Next visit"), orderable=False)
    caption = _("Enterprises")


def action_words(state: str) -> tuple[Any, str]:
    """Return an action point's state in words, with its meaning."""
    return ActionState(state).label, ActionPoint.MEANINGS[state]


class ActionTable(listing.ListTable):
    """Action points of a programme."""

    what = listing.TitleColumn(verbose_name=_("What"), url=lambda point: point.get_absolute_url())
    case = tables.Column(accessor="case__number", verbose_name=_("Case"), order_by="case__number")
    state = listing.StateColumn(verbose_name=_("State"), words=action_words)
    due_on = listing.DateColumn(verbose_name=_("Until"))
    responsible = tables.Column(
        accessor="get_responsible_display", verbose_name=_("Who does it"), orderable=False
    )
    enterprise = tables.Column(
        accessor="enterprise__name", verbose_name=_("Enterprise"), order_by="enterprise__name"
    )
    coach = tables.Column(verbose_name=_("Coach"), order_by="coach__full_name")
    caption = _("Action points")


class AlertTable(listing.ListTable):
    """Alerts of a programme."""

    case = listing.RefColumn(
        accessor="case__number",
        verbose_name=_("Case"),
        order_by="case__number",
        url=lambda alert: alert.get_absolute_url(),
    )
    kind = tables.Column(accessor="get_kind_display", verbose_name=_("Alert"), order_by="kind")
    summary = tables.Column(verbose_name=_("Why"), orderable=False)
    age = listing.AgeColumn(verbose_name=_("Age"), order_by="-raised_at")
    raised_at = listing.DateColumn(verbose_name=_("Raised on"))
    step = tables.Column(verbose_name=_("With"))
    enterprise = tables.Column(
        accessor="enterprise__name", verbose_name=_("Enterprise"), order_by="enterprise__name"
    )
    handled_at = listing.DateColumn(verbose_name=_("Dealt with on"))
    caption = _("Alerts")
    default_columns = ("case", "kind", "summary", "age", "step", "enterprise")

    def render_step(self, value: int) -> str:
        """Say who has it."""
        return str(step_word(value))


class SupportSessionTable(listing.ListTable):
    """Support sessions of a programme."""

    title = listing.TitleColumn(verbose_name=_("Session"), url=lambda session: session.get_absolute_url())
    purpose = tables.Column(verbose_name=_("Kind"))
    state = listing.StateColumn(verbose_name=_("State"), words=session_words)
    held_on = listing.DateColumn(verbose_name=_("Date"))
    site = tables.Column(verbose_name=_("Site"), order_by="site__code")
    people = listing.NumberColumn(verbose_name=_("Present"), orderable=False)
    caption = _("Support sessions")

    def render_purpose(self, value: str) -> str:
        """Say the kind in words."""
        return str(SupportKind(value).label) if value in SupportKind.values else value


class CohortTable(listing.ListTable):
    """Cohorts of a programme."""

    title = listing.TitleColumn(verbose_name=_("Cohort"), url=lambda cohort: cohort.get_absolute_url())
    code = tables.Column(verbose_name=_("Code"))
    kind = tables.Column(accessor="get_kind_display", verbose_name=_("Kind"), order_by="kind")
    starts_on = listing.DateColumn(verbose_name=_("From"))
    ends_on = listing.DateColumn(verbose_name=_("Until"))
    held = listing.NumberColumn(verbose_name=_("Sessions"), orderable=False)
    enrolled = listing.NumberColumn(verbose_name=_("Enrolled people"), orderable=False)
    completed = listing.NumberColumn(verbose_name=_("Completed"), orderable=False)
    caption = _("Cohorts")


class OutcomeTable(listing.ListTable):
    """Outcomes of people without a grant."""

    person = listing.TitleColumn(verbose_name=_("Person"), order_by="person_id")
    case = tables.Column(accessor="case__number", verbose_name=_("Case"), order_by="case__number")
    outcome = tables.Column(accessor="get_outcome_display", verbose_name=_("Outcome"), order_by="outcome")
    seen_on = listing.DateColumn(verbose_name=_("Seen on"))
    source = tables.Column(verbose_name=_("Known from"), orderable=False)
    caption = _("Outcomes of people")


class EnrolmentTable(listing.ListTable):
    """Enrolments of a programme."""

    case = listing.RefColumn(
        accessor="case__number",
        verbose_name=_("Case"),
        order_by="case__number",
        url=lambda enrolment: enrolment.get_absolute_url() if enrolment.case_opens else "",
    )
    cohort = tables.Column(accessor="cohort__title", verbose_name=_("Cohort"), order_by="cohort__code")
    state = listing.StateColumn(verbose_name=_("State"), words=enrolment_words)
    enrolled_on = listing.DateColumn(verbose_name=_("Enrolled"))
    site = tables.Column(verbose_name=_("Site"), order_by="site__code")
    caption = _("Enrolments")
