"""Filters of the lists of money."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from disbursements.models import (
    Account,
    AccountKind,
    BankLine,
    BatchState,
    Channel,
    Destination,
    DestinationState,
    Grant,
    GrantState,
    Justification,
    JustificationState,
    LineState,
    OrderState,
    PayingAccount,
    PaymentBatch,
    PaymentOrder,
    Procurement,
    ProcurementState,
    Recovery,
    RecoveryCause,
    RecoveryState,
    Supplier,
    Tranche,
    TrancheState,
)
from disbursements.wording import ROLE_WORDS
from programmes.filters import PartFilter
from workflow import access


class GrantFilters(django_filters.FilterSet):
    """Reference, state, track, site."""

    q = django_filters.CharFilter(field_name="reference", lookup_expr="istartswith", label=_("Case number"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=GrantState.choices)
    track = PartFilter("track", label=_("Track"))
    site = PartFilter("site", label=_("Site"), field_name="case__site")

    class Meta:
        model = Grant
        fields = ("q", "state", "track", "site")


class TrancheFilters(django_filters.FilterSet):
    """Case, state, who has it."""

    q = django_filters.CharFilter(
        field_name="grant__reference", lookup_expr="istartswith", label=_("Case number")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=TrancheState.choices)
    holder = django_filters.ChoiceFilter(
        label=_("Who has it"), choices=list(ROLE_WORDS.items()), method="held_by"
    )

    class Meta:
        model = Tranche
        fields = ("q", "state", "holder")

    def held_by(self, rows: Any, name: str, value: str) -> Any:
        """Instalments that wait with a role."""
        return rows.unpaid_of_live_grants().filter(holder=value)


class OrderFilters(django_filters.FilterSet):
    """Number, state, channel."""

    q = django_filters.CharFilter(field_name="number", lookup_expr="istartswith", label=_("Case number"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=OrderState.choices)
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices)

    class Meta:
        model = PaymentOrder
        fields = ("q", "state", "channel")


class BatchFilters(django_filters.FilterSet):
    """Number, state."""

    q = django_filters.CharFilter(field_name="number", lookup_expr="icontains", label=_("Batch"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=BatchState.choices)

    class Meta:
        model = PaymentBatch
        fields = ("q", "state")


def accounts_of(request: Any) -> Any:
    """The paying accounts of the page's programme."""
    return PayingAccount.objects.filter(programme=access.object_of(request))


class BankLineFilters(django_filters.FilterSet):
    """Reference, state, account."""

    q = django_filters.CharFilter(field_name="end_to_end", lookup_expr="istartswith", label=_("Reference"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=LineState.choices)
    account = django_filters.ModelChoiceFilter(label=_("Account"), queryset=accounts_of)

    class Meta:
        model = BankLine
        fields = ("q", "state", "account")


class DestinationFilters(django_filters.FilterSet):
    """State, channel."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=DestinationState.choices)
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices)

    class Meta:
        model = Destination
        fields = ("state", "channel")


class SupplierFilters(django_filters.FilterSet):
    """Name."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label=_("Name"))

    class Meta:
        model = Supplier
        fields = ("q",)


class ProcurementFilters(django_filters.FilterSet):
    """Number, state."""

    q = django_filters.CharFilter(field_name="number", lookup_expr="istartswith", label=_("Case number"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=ProcurementState.choices)

    class Meta:
        model = Procurement
        fields = ("q", "state")


class JustificationFilters(django_filters.FilterSet):
    """Case, state."""

    q = django_filters.CharFilter(
        field_name="tranche__grant__reference", lookup_expr="istartswith", label=_("Case number")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=JustificationState.choices)

    class Meta:
        model = Justification
        fields = ("q", "state")


class RecoveryFilters(django_filters.FilterSet):
    """Case, state, cause."""

    q = django_filters.CharFilter(field_name="number", lookup_expr="istartswith", label=_("Case number"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=RecoveryState.choices)
    cause = django_filters.ChoiceFilter(label=_("Cause"), choices=RecoveryCause.choices)

    class Meta:
        model = Recovery
        fields = ("q", "state", "cause")


class AccountFilters(django_filters.FilterSet):
    """Kind of account."""

    kind = django_filters.ChoiceFilter(label=_("Account"), choices=AccountKind.choices)

    class Meta:
        model = Account
        fields = ("kind",)
