"""Filters of the lists of applications; each stands in the address under its name."""

from datetime import datetime, time
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models import Application, ApplicationState, Flag, FlagKind, Reveal, Shown
from programmes.filters import PartFilter
from workflow.digits import western

WHOLE_NUMBER = 2  # a serial has five digits or more: one letter fewer is no number worth looking for


class DayInput(forms.DateInput):
    """A day chosen in the browser's own calendar."""

    input_type = "date"


FLAGGED = [("open", _("with an open flag")), ("any", _("ever flagged")), ("none", _("never flagged"))]


class ApplicationFilters(django_filters.FilterSet):
    """State, call, track, site, session, sector, dates of sending, flags."""

    q = django_filters.CharFilter(label=_("Case number or activity"), method="search")
    state = django_filters.MultipleChoiceFilter(
        label=_("State"),
        choices=[choice for choice in ApplicationState.choices if choice[0] != "draft"],
        widget=forms.CheckboxSelectMultiple,
        distinct=False,  # the column is the row's own; else every row is compared whole
    )
    call = PartFilter("call", label=_("Call"))
    track = PartFilter("track", label=_("Track"))
    site = PartFilter("site", label=_("Site"), field_name="case__site")
    session = PartFilter("session", label=_("Session"))
    sector = django_filters.CharFilter(label=_("Sector"), field_name="sector", lookup_expr="icontains")
    sent_from = django_filters.DateFilter(label=_("Sent from"), method="from_day", widget=DayInput)
    sent_until = django_filters.DateFilter(label=_("Sent until"), method="until_day", widget=DayInput)
    flags = django_filters.ChoiceFilter(label=_("Flags"), choices=FLAGGED, method="flagged")
    flag = django_filters.ChoiceFilter(label=_("Kind of flag"), choices=FlagKind.choices, method="flagged_as")

    class Meta:
        model = Application
        fields = ["q", "state", "call", "track", "site", "session", "sector", "sent_from", "sent_until"]

    def search(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """Look for a case number as it is written or typed, or for words of the activity."""
        wanted = " ".join(value.split())
        digits = western(wanted).replace(" ", "").replace("-", "")
        if digits.isdecimal() and len(digits) > WHOLE_NUMBER:
            typed = f"{digits[:-1]}-{digits[-1]}"
            return rows.filter(Q(case__number__startswith=digits) | Q(case__number=typed))
        found = Q()
        for word in wanted.split():
            found &= Q(title__icontains=word) | Q(organisation_name__icontains=word)
        return rows.filter(found)

    def from_day(self, rows: "QuerySet[Any]", name: str, value: Any) -> "QuerySet[Any]":
        """Keep what was sent on a day or later, in the programme's time zone."""
        return rows.filter(submitted_at__gte=_midnight(value, time.min))

    def until_day(self, rows: "QuerySet[Any]", name: str, value: Any) -> "QuerySet[Any]":
        """Keep what was sent on a day or before."""
        return rows.filter(submitted_at__lte=_midnight(value, time.max))

    def flagged(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """Keep files with an open flag, with any, or with none."""
        flags = Flag.objects.filter(application=OuterRef("pk"))
        if value == "open":
            return rows.filter(Exists(flags.filter(resolved_at__isnull=True)))
        return rows.filter(Exists(flags)) if value == "any" else rows.filter(~Exists(flags))

    def flagged_as(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """Keep files with an open flag of a kind."""
        flags = Flag.objects.filter(application=OuterRef("pk"), kind=value, resolved_at__isnull=True)
        return rows.filter(Exists(flags))


def _midnight(day: Any, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=timezone.get_current_timezone())


class OpeningFilters(django_filters.FilterSet):
    """Case and kind."""

    q = django_filters.CharFilter(
        label=_("Case number"), field_name="case__number", lookup_expr="istartswith"
    )
    shown = django_filters.ChoiceFilter(label=_("What"), choices=Shown.choices)

    class Meta:
        model = Reveal
        fields = ["q", "shown"]
