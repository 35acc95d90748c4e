"""Filters of the lists of calls and sessions, and of any list by a part of the programme of its page."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from programmes.models import Call, CallState, SelectionSession, SessionState
from programmes.named_parts import Option, parts_of


class PartFilter(django_filters.ChoiceFilter):
    """Rows of one call, track, site or session of the page's programme; `part` says which of them."""

    def __init__(self, part: str, **options: Any) -> None:
        super().__init__(choices=(), **options)
        self.part = part

    @property
    def field(self) -> forms.Field:
        """The field, whose options are read when it is drawn or checked."""
        programme, part = getattr(self.parent.request, "programme", None), self.part

        def options() -> list[Option]:
            return parts_of(programme).options(part) if programme else []

        self.extra["choices"] = options
        return super().field


class CallFilters(django_filters.FilterSet):
    """Calls by words and state."""

    q = django_filters.CharFilter(method="search", label=_("Code or title"))
    state = django_filters.MultipleChoiceFilter(
        choices=CallState.choices, label=_("State"), widget=forms.CheckboxSelectMultiple, distinct=False
    )

    class Meta:
        model = Call
        fields = ["q", "state"]

    def search(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """Find words in the code and in the titles of all languages."""
        return rows.filter(
            Q(code__icontains=value)
            | Q(title_fr__icontains=value)
            | Q(title_en__icontains=value)
            | Q(title_ar__icontains=value)
        )


class SessionFilters(django_filters.FilterSet):
    """Sessions by state."""

    state = django_filters.MultipleChoiceFilter(
        choices=SessionState.choices, label=_("State"), widget=forms.CheckboxSelectMultiple, distinct=False
    )

    class Meta:
        model = SelectionSession
        fields = ["state"]
