"""Filters of the books: by day, account and act; donors' parts by donor, call and state."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from applications.filters import DayInput
from disbursements.models import AccountKind, Phase, Posting, TrancheShare, TrancheState
from programmes.filters import PartFilter
from programmes.models import Contribution
from programmes.predicates import donor_ids
from workflow import access

KINDS = (
    ("programmes.call", _("Call")),
    ("disbursements.grant", _("Grant")),
    ("disbursements.tranche", _("Instalment")),
    ("disbursements.paymentorder", _("Payment order")),
    ("disbursements.procurement", _("Purchase")),
    ("disbursements.justification", _("Receipts")),
    ("disbursements.bankline", _("Bank movement")),
    ("disbursements.recovery", _("Recovery")),
)
"""What lines can be about."""


class PostingFilters(django_filters.FilterSet):
    """From and until when, what the line is about, what it does."""

    since = django_filters.DateFilter(
        field_name="happened_at", lookup_expr="date__gte", label=_("From day"), widget=DayInput
    )
    until = django_filters.DateFilter(
        field_name="happened_at", lookup_expr="date__lte", label=_("Until day"), widget=DayInput
    )
    about = django_filters.ChoiceFilter(field_name="kind", label=_("About"), choices=KINDS)
    phase = django_filters.ChoiceFilter(label=_("Kind"), choices=Phase.choices)

    class Meta:
        model = Posting
        fields = ("since", "until", "about", "phase")


class JournalFilters(PostingFilters):
    """The same, and an account on either side."""

    account = django_filters.ChoiceFilter(label=_("Account"), choices=AccountKind.choices, method="touches")

    class Meta:
        model = Posting
        fields = ("account", "since", "until", "about", "phase")

    def touches(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """Lines with an account of the kind on either side."""
        return rows.filter(Q(debit__kind=value) | Q(credit__kind=value))


def contributions_of(request: Any) -> Any:
    """The contributions to the page's programme; a donor's own, for a donor."""
    programme = access.object_of(request)
    rows = Contribution.objects.filter(programme=programme).select_related("donor")
    if access.may(request.user, "disbursements.list_money", programme):
        return rows
    return rows.filter(donor__in=donor_ids(request.user, programme.pk))


class DonorChoice(django_filters.fields.ModelChoiceField):
    """Contributions by the name of their donor."""

    def label_from_instance(self, row: Any) -> str:
        """The donor."""
        return str(row.donor)


class DonorFilter(django_filters.ModelChoiceFilter):
    """A choice of donors."""

    field_class = DonorChoice


class ShareFilters(django_filters.FilterSet):
    """Donor, call, state of the instalment, when it was paid."""

    donor = DonorFilter(
        field_name="contribution",
        label=_("Donor"),
        queryset=contributions_of,
        null_label=_("All donors, split not known"),
    )
    call = PartFilter("call", field_name="tranche__grant__track__call", label=_("Call"))
    state = django_filters.ChoiceFilter(
        field_name="tranche__state", label=_("State"), choices=TrancheState.choices
    )
    since = django_filters.DateFilter(
        field_name="paid_on", lookup_expr="gte", label=_("Paid from"), widget=DayInput
    )
    until = django_filters.DateFilter(
        field_name="paid_on", lookup_expr="lte", label=_("Paid until"), widget=DayInput
    )

    class Meta:
        model = TrancheShare
        fields = ("donor", "call", "state", "since", "until")
