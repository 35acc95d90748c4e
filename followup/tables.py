"""Columns of the follow-up lists."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from disbursements.wording import visit_word
from followup.models import Enrolment, SupportSession, Visit
from followup.models.support import EnrolmentState, SupportKind, SupportSessionState
from followup.models.visits import VisitState
from workflow import listing


def visit_words(state: str) -> tuple[Any, str]:
    """Return a visit's state in words, with its meaning."""
    return VisitState(state).label, Visit.MEANINGS[state]


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
