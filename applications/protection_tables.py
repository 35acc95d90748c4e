"""Columns and filters of the list of erasures."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from applications.models import Cause, Erasure, ErasureState
from workflow import display, listing


def erasure_words(value: str) -> tuple[Any, str]:
    """Return word and meaning of an erasure's state."""
    return ErasureState(value).label, Erasure.MEANINGS[value]


class ErasureTable(listing.ListTable):
    """Erasures, by case number."""

    case = listing.RefColumn(verbose_name=_("Case"), accessor="pk", order_by="case__serial")
    cause = listing.tables.Column(verbose_name=_("Cause"), accessor="get_cause_display", order_by="cause")
    state = listing.StateColumn(verbose_name=_("State"), words=erasure_words)
    requested_at = listing.DateColumn(verbose_name=_("Asked for on"))
    due_on = listing.DateColumn(verbose_name=_("Due on"))
    erased_at = listing.DateColumn(verbose_name=_("Erased on"))
    caption = _("Erasures")

    def render_case(self, record: Erasure) -> Any:
        """The case, else the person's reference, linked to the page of the erasure."""
        return display.ref(str(record), record.get_absolute_url())


class ErasureFilters(django_filters.FilterSet):
    """State, cause and case."""

    q = django_filters.CharFilter(
        label=_("Case number"), field_name="case__number", lookup_expr="istartswith"
    )
    state = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=ErasureState.choices, distinct=False
    )
    cause = django_filters.MultipleChoiceFilter(label=_("Cause"), choices=Cause.choices, distinct=False)

    class Meta:
        model = Erasure
        fields = ["q", "state", "cause"]
