"""Filters of the follow-up lists."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from followup.models import Enrolment, SupportSession, Visit
from followup.models.support import EnrolmentState, SupportKind, SupportSessionState
from followup.models.visits import VisitState
from programmes.models import Site


def sites_of(request: Any) -> Any:
    """Return the sites of the programme of the page."""
    programme = getattr(request, "access_object", None)
    return Site.objects.filter(programme=programme) if programme is not None else Site.objects.none()


class VisitFilters(django_filters.FilterSet):
    """State, visit, site, case number."""

    q = django_filters.CharFilter(
        field_name="case__number", lookup_expr="istartswith", label=_("Case number")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=VisitState.choices)
    site = django_filters.ModelChoiceFilter(label=_("Site"), field_name="enterprise__site", queryset=sites_of)

    class Meta:
        model = Visit
        fields = ("q", "state", "code", "site")


class SupportSessionFilters(django_filters.FilterSet):
    """State, kind, site."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=SupportSessionState.choices)
    purpose = django_filters.ChoiceFilter(label=_("Kind"), choices=SupportKind.choices)
    site = django_filters.ModelChoiceFilter(label=_("Site"), queryset=sites_of)

    class Meta:
        model = SupportSession
        fields = ("state", "purpose", "site")


class EnrolmentFilters(django_filters.FilterSet):
    """State, cohort kind, site, case number."""

    q = django_filters.CharFilter(
        field_name="case__number", lookup_expr="istartswith", label=_("Case number")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=EnrolmentState.choices)
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), field_name="cohort__kind", choices=SupportKind.choices
    )
    site = django_filters.ModelChoiceFilter(label=_("Site"), queryset=sites_of)

    class Meta:
        model = Enrolment
        fields = ("q", "state", "kind", "site")
