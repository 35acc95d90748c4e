"""Columns and filters of the list of persons: by reference, nobody is named."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from applications import reception
from applications.age_groups import BY_KEY, GROUPS, age_group
from applications.models import ApplicationMember, Registration, Sex
from applications.reception_desk import person_url
from programmes.filters import PartFilter
from programmes.forms.fields import DateInput
from workflow import display, listing


class PersonTable(listing.ListTable):
    """Persons of a programme by reference."""

    person = listing.RefColumn(
        verbose_name=_("Person"), accessor="person", order_by="person__reference", url=person_url
    )
    sex = listing.tables.Column(verbose_name=_("Sex"))
    age = listing.tables.Column(verbose_name=_("Age"), accessor="birth_year", order_by="-birth_year")
    site = listing.tables.Column(verbose_name=_("Site"), orderable=False)
    received_at = listing.DateColumn(verbose_name=_("Received on"))
    expected_on = listing.DateColumn(verbose_name=_("Comes back on"))
    cases = listing.tables.Column(verbose_name=_("Cases"), accessor="person", orderable=False)
    consent = listing.tables.Column(verbose_name=_("Consent"), accessor="person", orderable=False)
    caption = _("Persons")
    default_columns = ("person", "sex", "age", "site", "received_at", "cases")

    def render_age(self, value: Any) -> Any:
        """The age group: nobody needs the year here."""
        found = age_group(value, timezone.localdate().year)
        return found.label if found else display.DASH

    def export_age(self, record: Registration) -> str | None:
        """The age group in a file."""
        found = age_group(record.birth_year, timezone.localdate().year)
        return str(found.label) if found else None

    def render_cases(self, record: Registration) -> Any:
        """The cases that this reader may see."""
        cases = [(display.ref(case.number, case.get_absolute_url()),) for case in _cases(record)]
        return format_html_join(" ", "{}", cases) or display.DASH

    def export_cases(self, record: Registration) -> str | None:
        """Their numbers in a file."""
        return " ".join(case.number for case in _cases(record)) or None

    def render_consent(self, record: Registration) -> Any:
        """What the person agreed to and did not take back."""
        return self.export_consent(record) or display.DASH

    def export_consent(self, record: Registration) -> str | None:
        """The same in a file."""
        labels = {"data": str(_("data")), "photo": str(_("photos"))}
        return (
            display.listed(label for kind, label in labels.items() if getattr(record, f"agreed_{kind}"))
            or None
        )


def _cases(record: Registration) -> list[Any]:
    memberships = record.person.shown_memberships  # type: ignore[attr-defined]
    return [membership.application.case for membership in memberships]


def _programme(request: Any) -> Any:
    return getattr(request, "programme", None)


BEGUN = (("yes", _("has begun")), ("no", _("has not begun")))


class PersonFilters(django_filters.FilterSet):
    """Site, sex, age, reception, and whether the person applied."""

    q = django_filters.CharFilter(label=_("Reference or case number"), method="search")
    site = PartFilter("site", label=_("Site"))
    sex = django_filters.ChoiceFilter(
        label=_("Sex"), choices=[choice for choice in Sex.choices if choice[0]], empty_label=_("All")
    )
    age = django_filters.ChoiceFilter(
        label=_("Age"), choices=[(group.key, group.label) for group in GROUPS], method="of_age"
    )
    since = django_filters.DateFilter(
        label=_("Received since"), field_name="received_at", lookup_expr="date__gte", widget=DateInput()
    )
    until = django_filters.DateFilter(
        label=_("Received until"), field_name="received_at", lookup_expr="date__lte", widget=DateInput()
    )
    begun = django_filters.ChoiceFilter(label=_("Application"), choices=BEGUN, method="who_begun")
    call = PartFilter("call", label=_("Call"), method="of_call")

    class Meta:
        model = Registration
        fields = ["q", "site", "sex", "age", "since", "until", "begun", "call"]

    def search(self, rows: Any, name: str, value: str) -> Any:
        """Look for a reference or a case number; never for a name, which would stand in the address."""
        found = reception.find(_programme(self.request), getattr(self.request, "user", None), value)
        return rows.filter(pk__in=found.values("pk"))

    def of_age(self, rows: Any, name: str, value: str) -> Any:
        """Who is of an age group in this calendar year."""
        first, last = BY_KEY[value].birth_years(timezone.localdate().year)
        rows = rows.filter(birth_year__lte=last)
        return rows if first is None else rows.filter(birth_year__gte=first)

    def who_begun(self, rows: Any, name: str, value: str) -> Any:
        """Who has, or has not, an application in this programme."""
        begun = Exists(self._memberships().filter(person=OuterRef("person")))
        return rows.filter(begun if value == "yes" else ~begun)

    def of_call(self, rows: Any, name: str, value: str) -> Any:
        """Who applied to a call."""
        return rows.filter(
            Exists(self._memberships().filter(application__call=value, person=OuterRef("person")))
        )

    def _memberships(self) -> Any:
        of = ApplicationMember.objects.filter(application__call__programme=_programme(self.request))
        return of.exclude(application__state="draft")
