"""Filters of the follow-up lists."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followup.escalation import Step
from followup.models import (
    ActionPoint,
    Alert,
    Cohort,
    Enrolment,
    Enterprise,
    PersonOutcome,
    SupportSession,
    Visit,
)
from followup.models.actions import ActionState
from followup.models.alerts import AlertKind
from followup.models.support import EnrolmentState, SupportKind, SupportSessionState
from followup.models.visits import VisitState
from followup.visit_form import BusinessStatus
from programmes.filters import PartFilter


class VisitFilters(django_filters.FilterSet):
    """State, visit, site, case number."""

    q = django_filters.CharFilter(
        field_name="case__number", lookup_expr="istartswith", label=_("Case number")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=VisitState.choices)
    site = PartFilter("site", label=_("Site"), field_name="enterprise__site")

    class Meta:
        model = Visit
        fields = ("q", "state", "code", "site")


def step_word(step: int) -> Any:
    """Return who an alert of a step is with, in words."""
    return STEP_WORDS[Step(step)]


STEP_WORDS = {
    Step.SUPERVISOR: _("Supervisor of coaches"),
    Step.MANAGER: _("Programme manager"),
    Step.AUDITOR: _("Auditor"),
}


class ActionFilters(django_filters.FilterSet):
    """State, who does it, overdue, case number."""

    q = django_filters.CharFilter(
        field_name="case__number", lookup_expr="istartswith", label=_("Case number")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=ActionState.choices)
    until = django_filters.DateFilter(field_name="due_on", lookup_expr="lt", label=_("Due before"))
    site = PartFilter("site", label=_("Site"), field_name="enterprise__site")

    class Meta:
        model = ActionPoint
        fields = ("q", "state", "responsible", "until", "site")


class AlertFilters(django_filters.FilterSet):
    """Kind, who has it, open or not, case number."""

    q = django_filters.CharFilter(
        field_name="case__number", lookup_expr="istartswith", label=_("Case number")
    )
    kind = django_filters.ChoiceFilter(label=_("Alert"), choices=AlertKind.choices)
    step = django_filters.ChoiceFilter(
        label=_("With"), choices=[(int(key), word) for key, word in STEP_WORDS.items()]
    )
    closed = django_filters.BooleanFilter(
        field_name="handled_at", lookup_expr="isnull", exclude=True, label=_("Dealt with")
    )
    site = PartFilter("site", label=_("Site"), field_name="enterprise__site")

    class Meta:
        model = Alert
        fields = ("q", "kind", "step", "closed", "site")


class EnterpriseFilters(django_filters.FilterSet):
    """Name or case number, status, kind, site, lead coach."""

    q = django_filters.CharFilter(method="search", label=_("Name or case number"))
    status = django_filters.ChoiceFilter(label=_("State"), choices=BusinessStatus.choices)
    site = PartFilter("site", label=_("Site"))

    class Meta:
        model = Enterprise
        fields = ("q", "status", "kind", "site")

    def search(self, rows: Any, _name: str, value: str) -> Any:
        """By the beginning of a case number, or by a part of the name."""
        return rows.filter(Q(case__number__istartswith=value) | Q(name__icontains=value))


class SupportSessionFilters(django_filters.FilterSet):
    """State, kind, site."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=SupportSessionState.choices)
    purpose = django_filters.ChoiceFilter(label=_("Kind"), choices=SupportKind.choices)
    site = PartFilter("site", label=_("Site"))

    class Meta:
        model = SupportSession
        fields = ("state", "purpose", "site")


class CohortFilters(django_filters.FilterSet):
    """Title or code, kind."""

    q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", label=_("Title"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=SupportKind.choices)

    class Meta:
        model = Cohort
        fields = ("q", "kind")


class OutcomeFilters(django_filters.FilterSet):
    """Case number, outcome, latest of each person."""

    q = django_filters.CharFilter(
        field_name="case__number", lookup_expr="istartswith", label=_("Case number")
    )
    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=PersonOutcome.Outcome.choices)
    latest = django_filters.BooleanFilter(method="only_latest", label=_("Latest of each person"))

    class Meta:
        model = PersonOutcome
        fields = ("q", "outcome", "latest")

    def only_latest(self, rows: Any, _name: str, value: bool) -> Any:
        """Of each person the latest alone."""
        return rows.latest_of_each() if value else rows


class EnrolmentFilters(django_filters.FilterSet):
    """State, cohort kind, site, case number."""

    q = django_filters.CharFilter(
        field_name="case__number", lookup_expr="istartswith", label=_("Case number")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=EnrolmentState.choices)
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), field_name="cohort__kind", choices=SupportKind.choices
    )
    site = PartFilter("site", label=_("Site"))

    class Meta:
        model = Enrolment
        fields = ("q", "state", "kind", "site")
