"""Filters of the list of who has which file."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from scoring.models import AssignmentState, JurorEngagement, JuryAssignment
from workflow import access
from workflow.digits import western


def jurors_of(request: Any) -> "QuerySet[JurorEngagement]":
    """Return the jurors of the session whose round is looked at."""
    found = JurorEngagement.objects.select_related(None).select_related("user")
    found = found.only("session", "user__full_name")
    return found.filter(session=access.object_of(request).session_id).order_by("user__full_name", "pk")


class AssignmentFilters(django_filters.FilterSet):
    """Case number or name of a juror, state, juror."""

    q = django_filters.CharFilter(method="search", label=_("Case number or juror"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=AssignmentState.choices)
    juror = django_filters.ModelChoiceFilter(label=_("Juror"), field_name="engagement", queryset=jurors_of)

    class Meta:
        model = JuryAssignment
        fields = ("q", "state", "juror")

    def search(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """Find files by the beginning of their number, jurors by a part of their name."""
        by_name = Q(engagement__user__full_name__icontains=value)
        return rows.filter(by_name | Q(application__case__number__istartswith=western(value)))
