"""Columns and filters of the list of likely duplicates: case numbers and evidence, nobody is named."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from applications.duplicates import wording
from applications.models import Alike, Duplicate, Finding, Strength
from workflow import display, listing
from workflow.states import DONE, NEUTRAL, REFUSED, WAITING

MEANINGS = {Finding.OPEN: WAITING, Finding.SAME: REFUSED, Finding.DIFFERENT: DONE}


def finding_words(value: str) -> tuple[Any, str]:
    """Return word and meaning of a decision."""
    finding = Finding("" if value == "open" else value)
    return finding.label, MEANINGS.get(finding, NEUTRAL)


class DuplicateTable(listing.ListTable):
    """Files that look like one."""

    later = listing.RefColumn(
        verbose_name=_("Case"),
        accessor="later__case__number",
        order_by="later__case__serial",
        url=lambda record: record.get_absolute_url(),
    )
    earlier = listing.RefColumn(
        verbose_name=_("Is like"), accessor="earlier__case__number", order_by="earlier__case__serial"
    )
    alike = listing.tables.Column(
        verbose_name=_("What is alike"), accessor="get_alike_display", order_by="alike"
    )
    strength = listing.tables.Column(
        verbose_name=_("Strength"), accessor="get_strength_display", order_by="strength"
    )
    evidence = listing.tables.Column(verbose_name=_("Evidence"), accessor="grounds", orderable=False)
    finding = listing.StateColumn(
        verbose_name=_("Decision"), words=finding_words, accessor="outcome", order_by="finding"
    )
    found_at = listing.DateColumn(verbose_name=_("Found on"))
    decided_at = listing.DateColumn(verbose_name=_("Decided on"))
    caption = _("Likely duplicates")
    default_columns = ("later", "earlier", "alike", "strength", "evidence", "finding", "found_at")

    def render_evidence(self, record: Duplicate) -> Any:
        """What speaks for it, in words."""
        said = [ground.sentence for ground in wording.grounds(record) if ground.speaks_for]
        return " ".join(said) or display.DASH


class DuplicateFilters(django_filters.FilterSet):
    """Case, decision, strength, kind."""

    q = django_filters.CharFilter(label=_("Case number"), method="of_case")
    finding = django_filters.ChoiceFilter(
        label=_("Decision"),
        choices=[("open", Finding.OPEN.label), *[choice for choice in Finding.choices if choice[0]]],
        method="found_to_be",
    )
    strength = django_filters.ChoiceFilter(label=_("Strength"), choices=Strength.choices)
    alike = django_filters.ChoiceFilter(label=_("What is alike"), choices=Alike.choices)

    class Meta:
        model = Duplicate
        fields = ["q", "finding", "strength", "alike"]

    def of_case(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """Those of a case, whichever side it is."""
        number = value.strip()
        return rows.filter(
            Q(later__case__number__istartswith=number) | Q(earlier__case__number__istartswith=number)
        )

    def found_to_be(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """What waits, or what was decided so."""
        return rows.filter(finding="" if value == "open" else value)
