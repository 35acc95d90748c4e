"""The lists of money of one programme, and the page on which finance people start."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.db.models import Aggregate, Count, Exists, OuterRef, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from disbursements import filters, tables, waiting
from disbursements.models import (
    Destination,
    Grant,
    Justification,
    PaymentOrder,
    Procurement,
    Supplier,
    Tranche,
)
from disbursements.models.grants import grant_address
from disbursements.programme_currencies import currencies_of
from disbursements.standing import disbursed_of
from programmes.money import Money
from programmes.named_parts import parts_of
from programmes.named_rows import NamedRows
from programmes.scope import in_programme
from workflow import access, display
from workflow.inbox import inbox
from workflow.lists import ListView


class ProgrammeList(ListView):
    """A list of one programme; the programme is what the view's rule found.

    summed: columns under which the sums of the chosen rows stand, each with its field of minor units.
    currency_field: where the currency of a row stands; amounts of two currencies are never added up.
    """

    summed: Mapping[str, str] = {}
    currency_field = "currency"

    @property
    def programme(self) -> Any:
        """The programme of the address."""
        return access.object_of(self.request)

    @cached_property
    def currencies(self) -> list[str]:
        """In which currencies rows of the programme may be."""
        return currencies_of(self.programme) if self.summed else []

    def get_sums(self) -> dict[str, Aggregate]:
        """The sums of the columns named in `summed`, in each currency."""
        return {
            f"{name}_{currency}": Sum(column, filter=Q(**{self.currency_field: currency}))
            for name, column in self.summed.items()
            for currency in self.currencies
        }

    def get_footers(self, totals: dict[str, Any]) -> dict[str, Any]:
        """The sums under their columns: one a currency that rows are in; zero in the programme's own."""
        return {name: self._footer(name, totals) for name in self.summed}

    def _footer(self, name: str, totals: dict[str, Any]) -> Any:
        sums = [(currency, totals[f"{name}_{currency}"]) for currency in self.currencies]
        found = [Money(int(total), currency) for currency, total in sums if total is not None]
        shown = found or [Money(0, self.programme.currency)]
        return format_html_join(SafeString("<br>"), "{}", ((display.money(amount),) for amount in shown))


class GrantRow(SimpleNamespace):
    """One grant as the list shows it."""

    pk: int

    def get_absolute_url(self) -> str:
        """The grant's page."""
        return grant_address(self.pk)


class GrantRows(NamedRows):
    """Grants as `GrantRow`: what was disbursed of each is read from the journal in one query a page."""

    def fetch(self, keys: Any) -> list[Any]:
        """Read the rows of a page."""
        read = {row["pk"]: row for row in self.rows.filter(pk__in=keys).order_by()}
        disbursed = disbursed_of(read)
        sites = self.parts.site_names(row["case__site_id"] for row in read.values())
        tracks = self.parts.track_names(row["track_id"] for row in read.values())
        return [
            GrantRow(
                **row,
                title=row["application__title"],
                amount=None if row["amount_minor"] is None else Money(row["amount_minor"], row["currency"]),
                disbursed=disbursed.get(key),
                site=sites.get(row["case__site_id"], ""),
                track=tracks.get(row["track_id"], ""),
            )
            for key in keys
            if (row := read.get(key))
        ]


@access.rule("disbursements.list_grants", in_programme)
class GrantList(ProgrammeList):
    """Grants of a programme."""

    table_class = tables.GrantTable
    filterset_class = filters.GrantFilters
    title = _("Grants")
    export_name = "grants"
    summed = {"amount": "amount_minor"}
    empty = _("No grant yet: announced awards draft them.")

    def get_queryset(self) -> "QuerySet[Any]":
        """Grants that the reader may see."""
        return Grant.objects.of_programme(self.programme, self.request.user)

    def get_data(self, chosen: "QuerySet[Any]") -> GrantRows:
        """The rows, with what the columns show."""
        own = ("pk", "reference", "state", "amount_minor", "currency", "signed_on", "track_id")
        rows = Grant.objects.values(*own, "application__title", "case__site_id")
        return GrantRows(chosen, rows, self.get_sums(), parts_of(self.programme))


@access.rule("disbursements.list_grants", in_programme)
class TrancheList(ProgrammeList):
    """Instalments of a programme."""

    table_class = tables.TrancheTable
    filterset_class = filters.TrancheFilters
    title = _("Instalments")
    lead = _("What waits, since when, and who has it.")
    export_name = "instalments"
    summed = {"amount": "amount_minor"}
    currency_field = "grant__currency"

    def get_queryset(self) -> "QuerySet[Any]":
        """Instalments that the reader may see."""
        rows = Tranche.objects.visible_to(self.request.user).filter(grant__programme=self.programme)
        return waiting.with_holder(rows.filter(grant__in=Grant.objects.live()))

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return waiting.with_holder(Tranche.objects.select_related("grant"))


@access.rule("disbursements.list_money", in_programme)
class OrderList(ProgrammeList):
    """Payment orders of a programme."""

    table_class = tables.OrderTable
    filterset_class = filters.OrderFilters
    title = _("Payment orders")
    export_name = "payment-orders"
    summed = {"amount": "gross_minor"}

    def get_queryset(self) -> "QuerySet[Any]":
        """Orders that the reader may see."""
        return PaymentOrder.objects.visible_to(self.request.user).filter(programme=self.programme)

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return PaymentOrder.objects.select_related("supplier")


@access.rule("disbursements.list_money", in_programme)
class DestinationList(ProgrammeList):
    """Payees' accounts of a programme."""

    table_class = tables.DestinationTable
    filterset_class = filters.DestinationFilters
    title = _("Payees' accounts")
    lead = _("Numbers show their last digits; the whole number is read on the account's page, with a reason.")

    def get_queryset(self) -> "QuerySet[Any]":
        """Accounts that the reader may see."""
        return Destination.objects.visible_to(self.request.user).filter(programme=self.programme)

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return Destination.objects.select_related("grant", "supplier", "entered_by")


@access.rule("disbursements.list_money", in_programme)
class SupplierList(ProgrammeList):
    """Suppliers of a programme."""

    table_class = tables.SupplierTable
    filterset_class = filters.SupplierFilters
    title = _("Suppliers")
    template_name = "disbursements/suppliers.html"

    def get_queryset(self) -> "QuerySet[Any]":
        """Suppliers that the reader may see."""
        rows = Supplier.objects.visible_to(self.request.user).filter(programme=self.programme)
        return rows.annotate(order_count=Count("orders"))

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        verified = Destination.objects.verified().filter(supplier=OuterRef("pk"))
        return Supplier.objects.annotate(order_count=Count("orders"), verified=Exists(verified))

    def get_context(self, **context: Any) -> dict[str, Any]:
        """Whether the reader may add one."""
        may_add = access.may(self.request.user, "disbursements.enter_supplier", self.programme)
        return {**context, "programme": self.programme, "may_add": may_add}


@access.rule("disbursements.list_grants", in_programme)
class ProcurementList(ProgrammeList):
    """Purchases of a programme."""

    table_class = tables.ProcurementTable
    filterset_class = filters.ProcurementFilters
    title = _("Purchases")

    def get_queryset(self) -> "QuerySet[Any]":
        """Purchases that the reader may see."""
        rows = Procurement.objects.visible_to(self.request.user)
        return rows.filter(tranche__grant__programme=self.programme)

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return Procurement.objects.select_related("supplier", "tranche__grant")


@access.rule("disbursements.list_grants", in_programme)
class JustificationList(ProgrammeList):
    """Accountings for payments of a programme."""

    table_class = tables.JustificationTable
    filterset_class = filters.JustificationFilters
    title = _("Receipts")
    lead = _("What was paid and is to be accounted for.")

    def get_queryset(self) -> "QuerySet[Any]":
        """Accountings that the reader may see."""
        rows = Justification.objects.visible_to(self.request.user)
        return rows.filter(tranche__grant__programme=self.programme)

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return Justification.objects.select_related("tranche__grant")


@access.rule("disbursements.list_money", in_programme)
def money_page(request: HttpRequest, code: str) -> HttpResponse:
    """Where finance people start: what waits for them, and who holds money since when."""
    programme = access.object_of(request)
    now = timezone.now()
    list_url = reverse("disbursements:tranches", args=[programme.code])
    context = {
        "programme": programme,
        "queues": [found for found in inbox(request.user) if found.queue.key.startswith("disbursements.")],
        "holders": waiting.held_by_role(programme, now, list_url),
        "totals": waiting.totals_of(programme),
        "list_url": list_url,
        "may_delegate": access.may(request.user, "programmes.delegate_role", programme),
        "may_set_policy": access.may(request.user, "disbursements.set_policy", programme),
    }
    return render(request, "disbursements/money.html", context)


@access.rule("disbursements.list_grants", in_programme)
def waiting_page(request: HttpRequest, code: str) -> HttpResponse:
    """Money that waits, by holder and age, with what is missing and since when."""
    programme = access.object_of(request)
    unpaid = Tranche.objects.visible_to(request.user).filter(grant__programme=programme)
    groups = waiting.by_holder_and_age(unpaid.unpaid_of_live_grants(), timezone.now())
    return render(request, "disbursements/waiting.html", {"programme": programme, "groups": groups})
